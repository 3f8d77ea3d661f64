import {
  NO_TIMES,
  type Alarm,
  type Delivery,
  type Flag,
  type Offer,
  type Times,
  type TimerName,
  type Timers,
} from "./alarm.ts";
import type { AlarmEvent, AlarmOpened, DeliveryChanged, OfferChanged } from "./events.ts";
import { lastResolvedKey, type Tables } from "./state.ts";
import type { EpochMs } from "./units.ts";

/** Finished deliveries beyond this many leave the state; the journal keeps them. */
export const DELIVERIES_MAX = 120;

const addFlags = (flags: readonly Flag[], more: readonly Flag[]): readonly Flag[] => [...new Set([...flags, ...more])];
const lessFlags = (flags: readonly Flag[], less: readonly Flag[]): readonly Flag[] =>
  flags.filter((flag) => !less.includes(flag));

export function withTimer(timers: Timers, name: TimerName, at: EpochMs | null): Timers {
  const { [name]: _, ...rest } = timers as Record<string, EpochMs>;
  return at === null ? rest : { ...rest, [name]: at };
}

/** Keeps the first measurement of each. */
const measured = (times: Times, name: keyof Times, at: EpochMs): Times =>
  times[name] === null ? { ...times, [name]: at } : times;

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
    times: { ...NO_TIMES, pressedAt: event.press.at },
    said: "heard",
    arrivals: [],
    notes: [],
    outcome: null,
    resolvedBy: null,
    closedBy: null,
  };
  tables.alarms.set(alarm.id, alarm);
  const subject = subjectOf(alarm);
  tables.alarmsOf.set(subject, [...(tables.alarmsOf.get(subject) ?? []), alarm.id]);
}

export function evolveAlarm(tables: Tables, alarm: Alarm, event: Exclude<AlarmEvent, AlarmOpened>): void {
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

/** What a person may want to know before acting raises the version; receipts and timers do not. */
const bump = (alarm: Alarm): Alarm => ({ ...alarm, version: alarm.version + 1 });

type ChangeEvent = Exclude<AlarmEvent, AlarmOpened | { kind: "alarm-forgotten" }>;

function changed(alarm: Alarm, event: ChangeEvent): Alarm {
  switch (event.kind) {
    case "press-appended":
      return bump({ ...alarm, presses: [...alarm.presses, event.press] });
    case "alarm-alerted":
      return bump({
        ...alarm,
        state: alarm.state === "attending" ? "attending" : "alerting",
        nextStep: event.nextStep,
        alertedAt: event.at,
        timers: withTimer(withTimer(alarm.timers, "progress", null), "step", event.nextAt),
      });
    case "step-run":
      return {
        ...queued(alarm, event.offers, event.deliveries),
        flags: addFlags(alarm.flags, event.flags),
        nextStep: event.nextStep,
        round: event.round,
        timers: withTimer(alarm.timers, "step", event.nextAt),
      };
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
    case "arrival-overdue":
      return { ...alarm, timers: withTimer(alarm.timers, `arrive:${event.offer}`, null) };
    default:
      return byPerson(alarm, event);
  }
}

type PersonEvent = Extract<
  AlarmEvent,
  {
    kind:
      | "alarm-taken"
      | "alarm-released"
      | "progress-made"
      | "arrived"
      | "cancel-requested"
      | "cancel-ended"
      | "cancel-overdue"
      | "cancel-verified"
      | "noted"
      | "alarm-resolved"
      | "review-overdue"
      | "alarm-closed";
  }
>;

function byPerson(alarm: Alarm, event: PersonEvent): Alarm {
  switch (event.kind) {
    case "alarm-taken":
      return bump({
        ...alarm,
        state: alarm.state === "attending" ? "attending" : "owned",
        owner: { name: event.by, role: event.role, since: event.at },
        flags: lessFlags(alarm.flags, ["unanswered"]),
        timers: withTimer(withTimer(alarm.timers, "step", null), "progress", event.progressBy),
        times: measured(alarm.times, "answeredAt", event.at),
      });
    case "alarm-released":
      return bump({ ...alarm, owner: null, state: alarm.state === "owned" ? "alerting" : alarm.state });
    case "progress-made":
      return { ...alarm, timers: withTimer(alarm.timers, "progress", event.progressBy) };
    case "arrived":
      return bump({
        ...alarm,
        state: "attending",
        arrivals: [...alarm.arrivals, { by: event.by, at: event.at, evidence: event.evidence }],
        flags: lessFlags(alarm.flags, ["arrival-overdue"]),
        timers: event.progressBy === null ? alarm.timers : withTimer(alarm.timers, "progress", event.progressBy),
        times: measured(alarm.times, "arrivedAt", event.at),
      });
    case "cancel-requested":
      return bump({
        ...alarm,
        cancel: { requestedAt: event.at, verifiedBy: null },
        flags: addFlags(alarm.flags, ["cancel-requested"]),
        timers: withTimer(alarm.timers, "cancel", event.verifyBy),
      });
    case "cancel-ended":
      return bump({
        ...alarm,
        cancel: null,
        flags: lessFlags(alarm.flags, ["cancel-requested", "cancel-verified"]),
        timers: withTimer(alarm.timers, "cancel", null),
      });
    case "cancel-overdue":
      return { ...alarm, timers: withTimer(alarm.timers, "cancel", null) };
    case "cancel-verified":
      return bump({
        ...alarm,
        cancel: { requestedAt: alarm.cancel?.requestedAt ?? event.at, verifiedBy: event.by },
        flags: addFlags(lessFlags(alarm.flags, ["cancel-requested"]), ["cancel-verified"]),
        timers: withTimer(alarm.timers, "cancel", null),
      });
    case "noted":
      return bump({
        ...alarm,
        notes: [...alarm.notes, { at: event.at, by: event.by, text: event.personal?.data.text ?? "" }],
      });
    case "alarm-resolved":
      return bump({
        ...alarm,
        state: "resolved",
        outcome: event.outcome,
        resolvedBy: event.by,
        timers: { review: event.reviewBy },
        times: measured(alarm.times, "resolvedAt", event.at),
      });
    case "review-overdue":
      return {
        ...alarm,
        flags: addFlags(alarm.flags, ["review-overdue"]),
        timers: withTimer(alarm.timers, "review", event.reviewBy),
      };
    case "alarm-closed":
      return bump({ ...alarm, state: "closed", closedBy: event.by, timers: { forget: event.forgetAt } });
  }
}

function queued(alarm: Alarm, offers: readonly Offer[], deliveries: readonly Delivery[]): Alarm {
  const renewed = new Map(offers.map((offer) => [offer.id, offer]));
  const kept = alarm.offers.map((offer) => renewed.get(offer.id) ?? offer);
  const added = offers.filter((offer) => !alarm.offers.some((known) => known.id === offer.id));
  return {
    ...alarm,
    offers: added.length + renewed.size > 0 ? [...kept, ...added] : alarm.offers,
    deliveries: pruned([...alarm.deliveries, ...deliveries]),
    deliveryCount: alarm.deliveryCount + deliveries.length,
  };
}

const isFinished = (delivery: Delivery): boolean => delivery.status !== "queued" && delivery.status !== "failing";

function pruned(deliveries: readonly Delivery[]): readonly Delivery[] {
  let excess = deliveries.length - DELIVERIES_MAX;
  if (excess <= 0) return deliveries;
  return deliveries.filter((delivery) => !(excess > 0 && isFinished(delivery) && excess-- > 0));
}

function deliveryChanged(alarm: Alarm, event: DeliveryChanged): Alarm {
  const delivery = alarm.deliveries.find(({ key }) => key === event.key);
  if (!delivery) return alarm;
  const next: Delivery = {
    ...delivery,
    status: event.status,
    sentAt: delivery.sentAt ?? event.sentAt,
    provenAt: event.status === "received" ? event.at : delivery.provenAt,
    detail: event.detail,
  };
  let times = alarm.times;
  if (delivery.type === "hotline" && delivery.event !== "406") {
    if (next.sentAt !== null) times = measured(times, "hotlineSentAt", next.sentAt);
    if (event.status === "received") times = measured(times, "hotlineReceivedAt", event.at);
  }
  const left = event.status === "sent" || (event.status === "stopped" && event.sentAt !== null);
  if (delivery.type === "offer" && left) times = measured(times, "firstNotifiedAt", event.at);
  const offers =
    delivery.type === "offer" && event.status === "sent"
      ? alarm.offers.map((offer) =>
          offer.id === delivery.offer && offer.state === "queued" ? { ...offer, state: "sent" as const } : offer,
        )
      : alarm.offers;
  return { ...alarm, times, offers, deliveries: alarm.deliveries.map((known) => (known === delivery ? next : known)) };
}

function offerChanged(alarm: Alarm, event: OfferChanged): Alarm {
  const byGateway = event.state === "withdrawn" || event.state === "expired";
  const offers = alarm.offers.map((offer) =>
    offer.id === event.offer
      ? {
          ...offer,
          state: event.state,
          changedAt: event.at,
          version: offer.version + (event.state === "withdrawn" ? 1 : 0),
        }
      : offer,
  );
  let times = alarm.times;
  if (event.state === "seen") times = measured(times, "seenAt", event.at);
  if (event.state === "accepted") times = measured(times, "acceptedAt", event.at);
  const timers = withTimer(alarm.timers, `arrive:${event.offer}`, event.arriveBy);
  const next = { ...alarm, offers, times, timers };
  return event.state === "seen" || byGateway ? next : bump(next);
}
