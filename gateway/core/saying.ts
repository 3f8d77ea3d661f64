import { isOnTheWay, isUnresolved, type Alarm, type Press } from "./alarm.ts";
import type { Draft } from "./draft.ts";
import type { Say } from "./kinds.ts";

/** *Coming* only while somebody is on the way or there; *answered* while a person of the desk has it. */
export function sayingOf(alarm: Alarm): Say {
  // Who arrived by an offer says when they leave; a staff tick stands until the alarm is resolved.
  if (alarm.offers.some(isOnTheWay) || alarm.arrivals.some(({ evidence }) => evidence === "staff")) return "coming";
  return alarm.owner ? "answered" : "heard";
}

/** Tells the wearer when what we may say has changed; every device that was pressed is told. */
export function updateSaying(draft: Draft, id: string): void {
  const alarm = draft.tables.alarms.get(id)!;
  if (!isUnresolved(alarm)) return;
  const say = sayingOf(alarm);
  if (say === alarm.said) return;
  draft.emit({ kind: "say-changed", alarm: id, say, at: draft.now });
  sayToAll(draft, alarm, say);
}

/** Tells every device that was pressed. Falling back to *heard* takes back what was said of progress. */
export function sayToAll(draft: Draft, alarm: Alarm, say: Say): void {
  if (say === "heard") hushAll(draft, alarm);
  for (const { device, counter, line } of lastPresses(alarm))
    draft.act({ do: "say", order: { ...placeOf(device, line), counter: counter!, say }, alarm: alarm.id });
}

/** Nobody is on the way any more, or it is over: *answered* and *coming* are not repeated. */
export function hushAll(draft: Draft, alarm: Alarm): void {
  for (const { device, line } of lastPresses(alarm)) draft.act({ do: "hush", ...placeOf(device, line) });
}

/** The last proved press of each device. */
function lastPresses(alarm: Alarm): Iterable<Press> {
  const last = new Map<string, Press>();
  for (const press of alarm.presses) if (!press.unverified && press.counter !== null) last.set(press.device, press);
  return last.values();
}

function placeOf(device: string, line: string): { bridge: string; address: string; line: string } {
  const at = device.indexOf(":");
  return { bridge: device.slice(0, at), address: device.slice(at + 1), line };
}
