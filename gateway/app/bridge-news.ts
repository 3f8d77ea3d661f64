import type { Input } from "../core/input.ts";
import type { Report } from "../core/report.ts";
import type { State } from "../core/state.ts";
import type { BridgeNews } from "../ports/radio.ts";

interface NewsDesk {
  note(input: Input): void;
  fault(key: string, code: string, active: boolean, detail: string): void;
}

/** Receivers of one bridge that have a row each when they are gone; those beyond share the row of the bridge. */
const PARTS_DOWN_MAX = 32;

/** Hands on what a bridge told of itself, where it is news: a bridge says again and again how it is. */
export function tellNews(state: State, bridge: string, news: BridgeNews, desk: NewsDesk): void {
  if (news.type === "names") return desk.note({ type: "names", bridge, names: news.names });
  if (news.type === "lost") return desk.note({ type: "device-lost", bridge, address: news.address, how: news.how });
  const active = news.state === "offline";
  const key = faultOf(state, bridge, news.part, active);
  if (active !== (state.faults.get(key) !== undefined)) desk.fault(key, "bridge-down", active, news.detail);
}

/** A receiver that hears is there, whatever it said last: after a start its *online* may never come again. */
export function noteHearing({ faults }: State, { bridge, part }: Report, desk: Pick<NewsDesk, "fault">): void {
  const key = `bridge:${bridge}:${part}`;
  if (part !== undefined && faults.get(key)) desk.fault(key, "bridge-down", false, `${part} hears again`);
}

/** `bridge:tasmota`, or `bridge:tasmota:attic` of one of its receivers, which says nothing of the others. */
function faultOf({ faults }: State, bridge: string, part: string | undefined, active: boolean): string {
  const whole = `bridge:${bridge}`;
  if (part === undefined) return whole;
  const own = `${whole}:${part}`;
  if (!active || faults.get(own)) return own;
  const down = [...faults.values()].filter(({ key }) => key.startsWith(`${whole}:`)).length;
  return down < PARTS_DOWN_MAX ? own : whole;
}
