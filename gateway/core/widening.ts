import { isAwaiting, isOnTheWay, isUnresolved, type Alarm, type Offer } from "./alarm.ts";
import type { Draft } from "./draft.ts";
import { callAgain, callMore, policyOf } from "./escalate.ts";
import type { DomainEvent } from "./events.ts";
import type { Policy } from "./policy.ts";
import { minutes, type EpochMs } from "./units.ts";
import { volunteersMissing } from "./roles.ts";
import { canAskMore } from "./who.ts";

/** Whoever declined, left or did not come may be asked again after so long, where too few come. */
export const ASK_AGAIN_AFTER_MS = minutes(10);

const ABOUT_VOLUNTEERS: ReadonlySet<DomainEvent["kind"]> = new Set([
  "step-run",
  "messages-queued",
  "offer-changed",
  "leg-reopened",
  "alarm-released",
]);

/** After each decision: when more volunteers are asked, and whether too few come. */
export function reviewVolunteers(draft: Draft): void {
  const touched = draft.events.flatMap((event) =>
    "alarm" in event && ABOUT_VOLUNTEERS.has(event.kind) ? [event.alarm] : [],
  );
  for (const id of new Set(touched)) {
    const alarm = draft.tables.alarms.get(id);
    if (alarm) reviewAlarm(draft, alarm);
  }
}

/** More volunteers are due, because those who were asked have not answered in time. */
export function widen(draft: Draft, id: string): void {
  plan(draft, id, null);
  const alarm = draft.tables.alarms.get(id)!;
  const policy = policyOf(draft.tables, alarm);
  if (!isWanted(draft, alarm, policy)) return;
  const { widenBy, maxOffers } = policy.pool;
  const limit = Math.min(widenBy, maxOffers - ofVolunteers(alarm).length);
  if (policy.pool.widenAfterMs !== null && limit > 0)
    callMore(draft, id, "volunteers", limit, "nobody answered in time");
  reviewAlarm(draft, draft.tables.alarms.get(id)!);
}

const ofVolunteers = ({ offers }: Alarm): readonly Offer[] => offers.filter(({ leg }) => leg === "volunteers");

/** Volunteers are still to be found for it. */
const isWanted = ({ tables }: Draft, alarm: Alarm, { steps, pool }: Policy): boolean =>
  isUnresolved(alarm) &&
  !alarm.owner &&
  !alarm.stoppedLegs.includes("volunteers") &&
  volunteersMissing(tables, alarm, pool) > 0 &&
  steps.some(({ targets }) => targets.includes("volunteers")) &&
  ofVolunteers(alarm).length > 0;

function reviewAlarm(draft: Draft, alarm: Alarm): void {
  const policy = policyOf(draft.tables, alarm);
  const missing = volunteersMissing(draft.tables, alarm, policy.pool);
  if (!isWanted(draft, alarm, policy)) {
    const isEnough = missing <= 0;
    if (isEnough && alarm.flags.includes("understaffed"))
      draft.emit({ kind: "flags-cleared", alarm: alarm.id, flags: ["understaffed"], at: draft.now });
    return plan(draft, alarm.id, null);
  }
  const offers = ofVolunteers(alarm);
  const { widenAfterMs, maxOffers } = policy.pool;
  const isMore = offers.length < maxOffers && canAskMore(draft, alarm);
  const lastAskedAt = Math.max(...offers.map(({ at }) => at));
  if (isMore && widenAfterMs === null) return plan(draft, alarm.id, null);
  const dueAt = lastAskedAt + (widenAfterMs ?? 0);
  // What is overdue already runs by itself; nobody new to ask must not make it due without end.
  if (isMore)
    return plan(draft, alarm.id, dueAt > draft.now ? dueAt : (alarm.timers.widen ?? draft.now + widenAfterMs!));
  const isOver = widenAfterMs !== null && dueAt <= draft.now;
  if (!offers.some(isAwaiting) || isOver) return askAgain(draft, alarm, missing);
  plan(draft, alarm.id, widenAfterMs === null ? null : dueAt);
}

/** Everybody has answered or had time to, and too few come: staff see it, and who declined long ago is asked again. */
function askAgain(draft: Draft, alarm: Alarm, missing: number): void {
  if (!alarm.flags.includes("understaffed"))
    draft.emit({ kind: "alarm-flagged", alarm: alarm.id, flags: ["understaffed"], at: draft.now });
  const before = draft.now - ASK_AGAIN_AFTER_MS;
  const gone = ofVolunteers(alarm).filter((one) => !isAwaiting(one) && !isOnTheWay(one));
  const rested = gone.filter(({ changedAt }) => changedAt <= before);
  if (rested.length > 0) callAgain(draft, alarm.id, Math.min(missing, rested.length), before);
  const waiting = ofVolunteers(draft.tables.alarms.get(alarm.id)!).filter(
    (one) => !isAwaiting(one) && !isOnTheWay(one) && one.changedAt > before,
  );
  const next = Math.min(...waiting.map(({ changedAt }) => changedAt + ASK_AGAIN_AFTER_MS));
  plan(draft, alarm.id, waiting.length > 0 ? next : null);
}

function plan(draft: Draft, id: string, dueAt: EpochMs | null): void {
  const known = draft.tables.alarms.get(id)!.timers.widen ?? null;
  if (known !== dueAt) draft.emit({ kind: "widening-planned", alarm: id, dueAt, at: draft.now });
}
