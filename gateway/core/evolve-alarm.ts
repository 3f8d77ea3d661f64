import { NO_TIMES, pressedAtOf, type Alarm, type Press } from "./alarm.ts";
import { addFlags, bump, lessFlags, measured, withTimer } from "./alarm-change.ts";
import type { AlarmEvent, AlarmOpened, StepRun } from "./events.ts";
import { deliveryChanged, offerChanged, queued } from "./evolve-alarm-messages.ts";
import { byPerson } from "./evolve-alarm-person.ts";
import { withNews } from "./evolve-news.ts";
import { believed } from "./position.ts";
import { lastResolvedKey, type Tables } from "./state.ts";
import type { EpochMs } from "./units.ts";

const subjectOf = (alarm: { readonly resident: string | null; readonly device: string }): string =>
  alarm.resident ?? alarm.device;

export function openAlarm(tables: Tables, event: AlarmOpened): void {
  const alarm: Alarm = {
    id: event.alarm,
    version: 1,
    kind: event.alarmKind,
    state: "alerting",
    priority: event.priority,
    flags: event.flags,
    resident: event.resident,
    device: event.device,
    policy: event.policy,
    openedAt: event.at,
    linkedTo: event.linkedTo,
    presses: [event.press],
    owner: null,
    cancel: null,
    offers: [],
    deliveries: [],
    deliveryCount: 0,
    stoppedLegs: [],
    nextStep: 0,
    round: 0,
    alertedAt: event.at,
    timers: { step: event.at },
    times: { ...NO_TIMES, pressedAt: pressedAtOf(event.press) },
    said: "heard",
    arrivals: [],
    notes: [],
    outcome: null,
    resolvedBy: null,
    closedBy: null,
    ...positioned(undefined, event.press),
  };
  tables.alarms.set(alarm.id, alarm);
  const subject = subjectOf(alarm);
  tables.alarmsOf.set(subject, [...(tables.alarmsOf.get(subject) ?? []), alarm.id]);
}

/** Where the press came from, if it says so and is to be believed. */
const positioned = (known: Alarm["position"], { position, receivedAt, device }: Press): Pick<Alarm, "position"> =>
  position ? { position: believed(known, position, receivedAt, device) } : {};

/** As it was found, over what an alarm is that was just opened: a later release may know more fields. */
export function salvageAlarm(tables: Tables, found: Alarm): void {
  const { id: alarm, kind: alarmKind, presses, openedAt: at, ...rest } = found;
  if (!tables.alarms.get(alarm))
    openAlarm(tables, { ...rest, kind: "alarm-opened", alarm, alarmKind, press: presses[0]!, at });
  tables.alarms.set(alarm, { ...tables.alarms.get(alarm)!, ...found });
}

type LaterEvent = Exclude<AlarmEvent, AlarmOpened | { kind: "alarm-salvaged" }>;

export function evolveAlarm(tables: Tables, alarm: Alarm, event: LaterEvent): void {
  if (event.kind !== "alarm-forgotten") {
    if (event.kind === "alarm-resolved") noteResolved(tables, alarm, event.at);
    return tables.alarms.set(alarm.id, changed(alarm, event));
  }
  tables.alarms.delete(alarm.id);
  const subject = subjectOf(alarm);
  const left = (tables.alarmsOf.get(subject) ?? []).filter((id) => id !== alarm.id);
  if (left.length > 0) tables.alarmsOf.set(subject, left);
  else tables.alarmsOf.delete(subject);
}

function noteResolved(tables: Tables, { id, kind, priority, resident, device }: Alarm, at: EpochMs): void {
  const key = lastResolvedKey(resident ?? device, kind);
  tables.lastResolved.set(key, { key, alarm: id, kind, priority, at });
}

type ChangeEvent = Exclude<LaterEvent, { kind: "alarm-forgotten" }>;

function changed(alarm: Alarm, event: ChangeEvent): Alarm {
  switch (event.kind) {
    case "press-appended":
      return bump({
        ...alarm,
        presses: [...alarm.presses, event.press],
        ...positioned(alarm.position, event.press),
      });
    case "alarm-positioned": {
      const next = event.personal ? { ...alarm, position: event.personal.data.position } : alarm;
      return event.moved ? bump(next) : next;
    }
    case "alarm-alerted":
      return bump({
        ...alarm,
        state: alarm.state === "attending" ? "attending" : "alerting",
        nextStep: event.nextStep,
        alertedAt: event.at,
        timers: withTimer(withTimer(alarm.timers, "progress", null), "step", event.nextAt),
      });
    case "step-run":
      return stepRun(queued(alarm, event.offers, event.deliveries), event);
    case "messages-queued":
      return queued(alarm, event.offers, event.deliveries);
    case "delivery-changed":
      return deliveryChanged(alarm, event);
    case "deliveries-stopped":
      return {
        ...alarm,
        deliveries: alarm.deliveries.map((delivery) =>
          event.keys.includes(delivery.key) ? { ...delivery, status: "stopped" as const } : delivery,
        ),
      };
    case "offer-changed":
      return offerChanged(alarm, event);
    case "leg-stopped":
      return { ...alarm, stoppedLegs: [...alarm.stoppedLegs, event.leg] };
    case "leg-reopened":
      return { ...alarm, stoppedLegs: alarm.stoppedLegs.filter((leg) => leg !== event.leg) };
    case "alarm-flagged":
      return { ...alarm, flags: addFlags(alarm.flags, event.flags) };
    case "flags-cleared":
      return { ...alarm, flags: lessFlags(alarm.flags, event.flags) };
    case "priority-raised":
      return bump({ ...alarm, priority: event.priority });
    case "alarm-journaled":
      return { ...alarm, times: measured(alarm.times, "journaledAt", event.at) };
    case "wearer-told":
      return event.say === "heard" ? { ...alarm, times: measured(alarm.times, "heardAt", event.at) } : alarm;
    case "say-changed":
      return { ...alarm, said: event.say };
    case "chase-checked":
      return { ...alarm, timers: withTimer(alarm.timers, `chase:${event.offer}`, event.nextAt) };
    case "widening-planned":
      return { ...alarm, timers: withTimer(alarm.timers, "widen", event.dueAt) };
    case "arrival-overdue":
      return { ...alarm, timers: withTimer(alarm.timers, `arrive:${event.offer}`, null) };
    case "news-queued":
    case "news-changed":
    case "alarm-kept":
    case "platform-heard":
    case "platform-rejected":
      return withNews(alarm, event);
    default:
      return byPerson(alarm, event);
  }
}

const stepRun = (alarm: Alarm, { flags, nextStep, round, nextAt }: StepRun): Alarm => ({
  ...alarm,
  flags: addFlags(alarm.flags, flags),
  nextStep,
  round,
  timers: withTimer(alarm.timers, "step", nextAt),
});
