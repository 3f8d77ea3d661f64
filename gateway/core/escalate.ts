import { proofOf, type Alarm, type Delivery, type Flag } from "./alarm.ts";
import { isDeskAwake } from "./desk-path.ts";
import type { Draft } from "./draft.ts";
import { addDutyPhone } from "./duty-phone.ts";
import type { Leg } from "./kinds.ts";
import { addHotline, addOffers, addSiren, newBatch, queueBatch, type Batch, type Call } from "./messages.ts";
import { isUrgent, POOL_SINCE, type Policy, type Step, type Target } from "./policy.ts";
import { siteOf, type Tables } from "./state.ts";
import { isWithin, minuteOfDay } from "./time-window.ts";
import type { EpochMs } from "./units.ts";

/** The policy an alarm was opened under; it is kept as long as the journal. */
export const policyOf = (tables: Tables, alarm: Alarm): Policy => {
  const policy = tables.policies.get(alarm.policy);
  if (!policy) throw new Error(`alarm ${alarm.id}: policy ${alarm.policy} is not in the journal`);
  return "widenAfterMs" in policy.pool
    ? policy
    : { ...(policy as Policy), pool: { ...POOL_SINCE, ...(policy as Policy).pool } };
};

/** Runs the steps that are due, and again while one finds nobody: a step without people does not cost time. */
export function runSteps(draft: Draft, id: string): void {
  const policy = policyOf(draft.tables, draft.tables.alarms.get(id)!);
  for (let turn = 0; turn <= policy.steps.length; turn++) {
    const alarm = draft.tables.alarms.get(id)!;
    if (alarm.timers.step === undefined || alarm.timers.step > draft.now) return;
    runStep(draft, alarm, policy);
  }
}

function runStep(draft: Draft, alarm: Alarm, policy: Policy): void {
  const index = Math.min(alarm.nextStep, policy.steps.length - 1);
  const step = policy.steps[index]!;
  const isLast = index === policy.steps.length - 1;
  const batch = newBatch(alarm);
  const outcome = isWanted(draft, alarm, step) ? callTargets(draft, alarm, policy, step, index, batch) : "skipped";
  if (isLast) {
    batch.flags.add("unanswered");
    addDutyPhone(draft, alarm, policy, batch);
  }
  const nextStep = isLast ? policy.repeatFromStep : index + 1;
  const planned = isLast ? draft.now + policy.repeatEveryMs : plannedAt(draft, alarm, policy, nextStep);
  draft.emit({
    kind: "step-run",
    alarm: alarm.id,
    step: index,
    offers: batch.offers,
    deliveries: batch.deliveries,
    flags: [...batch.flags].filter((flag) => !alarm.flags.includes(flag)),
    nextStep,
    round: alarm.round + (isLast ? 1 : 0),
    nextAt: outcome === "nobody" && !isLast ? draft.now : planned,
    at: draft.now,
  });
  for (const { key } of batch.deliveries) draft.act({ do: "deliver", key });
}

/** From the first alert on; in a repeated round the steps keep their distances to each other. */
function plannedAt(draft: Draft, alarm: Alarm, { steps }: Policy, next: number): EpochMs {
  const { afterMs } = steps[next]!;
  return alarm.round === 0 ? alarm.alertedAt + afterMs : draft.now + Math.max(0, afterMs - steps[next - 1]!.afterMs);
}

function isWanted(draft: Draft, alarm: Alarm, { onlyIf }: Step): boolean {
  if (onlyIf.noOwner && alarm.owner) return false;
  if (onlyIf.noArrival && alarm.arrivals.length > 0) return false;
  const { clockTrustAt, facilities } = siteOf(draft.tables);
  // A clock that cannot be trusted suspends hours: everyone is called.
  if (!onlyIf.timeWindow || clockTrustAt !== null) return true;
  return isWithin(onlyIf.timeWindow, minuteOfDay(draft.now, facilities.timezone));
}

/** A call to everybody of a leg who was not asked yet, by any way. */
const callOf = (leg: Call["leg"], { pool }: Policy): Call => ({
  leg,
  pool,
  channels: null,
  onOwner: null,
  limit: null,
  remind: false,
  again: "no",
  isRepeat: false,
});

type Found = "queued" | "nobody" | "missing" | "stopped" | "not-for-it";

const LEG_OF: Readonly<Record<Exclude<Target, "desk" | "siren">, Leg>> = {
  hotline: "hotline",
  volunteers: "volunteers",
  family: "family",
  staffOnDuty: "staff",
};

function callTargets(
  draft: Draft,
  alarm: Alarm,
  policy: Policy,
  step: Step,
  index: number,
  batch: Batch,
): "called" | "nobody" {
  const found = step.targets.map((target) => callTarget(draft, alarm, policy, step, index, target, batch));
  const missing = found.includes("missing") && !step.optional;
  if (missing || batch.flags.has("degraded")) fallBack(draft, alarm, batch);
  if (found.includes("nobody") && !step.optional) batch.flags.add("nobody-to-ask");
  soundWhenAlone(draft, alarm, policy, batch);
  const isAtDesk = found[step.targets.indexOf("desk")] === "queued";
  const reached = batch.deliveries.length > 0 || isAtDesk || found.includes("stopped");
  return !reached && found.includes("nobody") ? "nobody" : "called";
}

function callTarget(
  draft: Draft,
  alarm: Alarm,
  policy: Policy,
  step: Step,
  index: number,
  target: Target,
  batch: Batch,
): Found {
  if (target === "desk") return callDesk(draft, alarm, policy, batch);
  if (target === "siren") return addSiren(draft, alarm, batch);
  const leg = LEG_OF[target];
  if (alarm.stoppedLegs.includes(leg)) return "stopped";
  if (leg === "hotline") return addHotline(draft, alarm, batch);
  const { channels, onOwner } = step;
  const repeats = alarm.round > 0 || index === policy.steps.length - 1;
  const staged = repeats ? null : "roster";
  const result = addOffers(draft, alarm, batch, {
    ...callOf(leg, policy),
    channels,
    onOwner,
    limit: leg === "volunteers" ? volunteersWanted(alarm, policy) : staged,
    remind: repeats,
    again: alarm.round > 0 ? "yes" : "no",
    isRepeat: repeats,
  });
  return result === "no-channel" ? "missing" : result;
}

/**
 * The tone of the open pages. While none of them proves life and sound it is no path, and others are called where it
 * sleeps; a service request at night sounds no siren.
 */
function callDesk(draft: Draft, alarm: Alarm, { deadEnd }: Policy, batch: Batch): "queued" | "missing" {
  if (isDeskAwake(draft.tables)) return "queued";
  batch.flags.add("desk-asleep");
  return deadEnd.siren || isUrgent(alarm) ? "missing" : "queued";
}

/** The desk fell asleep over alarms that it was called to and nobody has taken: staff and siren stand in for it now. */
export function standInForDesk(draft: Draft): void {
  const waiting = [...draft.tables.alarms.values()]
    .filter((alarm) => alarm.state === "alerting" && !alarm.flags.includes("desk-asleep"))
    .sort((a, b) => a.priority - b.priority || a.openedAt - b.openedAt);
  for (const alarm of waiting) {
    const policy = policyOf(draft.tables, alarm);
    const called = alarm.round > 0 ? policy.steps : policy.steps.slice(0, alarm.nextStep);
    if (!called.some(({ targets, optional }) => targets.includes("desk") && !optional)) continue;
    const batch = newBatch(alarm);
    if (callDesk(draft, alarm, policy, batch) === "missing") fallBack(draft, alarm, batch);
    queueBatch(draft, alarm, batch, "no page of the desk proves life");
  }
}

/** Three at first, then two more at a time, until as many people were asked as the policy allows. */
function volunteersWanted(alarm: Alarm, { pool }: Policy): number {
  // Whoever was told to stand down may be asked anew: after a take that led nowhere the list starts with three again.
  const asked = alarm.offers.filter(
    ({ leg, state }) => leg === "volunteers" && state !== "withdrawn" && state !== "expired",
  ).length;
  return Math.max(
    alarm.round > 0 ? pool.widenBy : 0,
    Math.min(asked === 0 ? pool.first : pool.widenBy, pool.maxOffers - asked),
  );
}

/** A channel is missing or down: staff by whatever way there is, and the siren where the policy has one. */
export function fallBack(draft: Draft, alarm: Alarm, batch: Batch): void {
  const policy = policyOf(draft.tables, alarm);
  batch.flags.add("degraded");
  if (!alarm.stoppedLegs.includes("staff")) addOffers(draft, alarm, batch, callOf("staff", policy));
  if (policy.deadEnd.siren) addSiren(draft, alarm, batch);
}

/** Messages from which no help is hoped for. */
const HOPELESS: ReadonlySet<Delivery["type"]> = new Set(["siren", "duty-phone", "withdrawn"]);

/** Nobody else can be reached: the siren, so that somebody hears it, and the number kept for this. */
export function soundWhenAlone(draft: Draft, alarm: Alarm, policy: Policy, batch: Batch): void {
  if (alarm.owner) return;
  const hope = [...alarm.deliveries, ...batch.deliveries].some(
    ({ type, status }) => !HOPELESS.has(type) && (status === "queued" || proofOf(status) > 0),
  );
  if (hope) return;
  if (policy.deadEnd.siren) {
    batch.flags.add("degraded");
    addSiren(draft, alarm, batch);
  }
  addDutyPhone(draft, alarm, policy, batch);
}

/** Starts the list anew: nobody has it any more. */
export function alertAgain(draft: Draft, id: string, reason: string): void {
  draft.emit({ kind: "alarm-alerted", alarm: id, reason, nextStep: 0, nextAt: draft.now, at: draft.now });
  runSteps(draft, id);
}

/** Asks volunteers again who declined, left or did not come, if that was before a moment. */
export function callAgain(draft: Draft, id: string, limit: number, before: EpochMs): void {
  const alarm = draft.tables.alarms.get(id)!;
  const batch = newBatch(alarm);
  addOffers(draft, alarm, batch, { ...callOf("volunteers", policyOf(draft.tables, alarm)), limit, again: { before } });
  queueBatch(draft, alarm, batch, "fewer accepted than needed");
}

/** Calls more people outside the list: a replacement, or staff who must know. */
export function callMore(
  draft: Draft,
  id: string,
  leg: Call["leg"],
  limit: number | null,
  why: string,
  ...flags: Flag[]
): void {
  const alarm = draft.tables.alarms.get(id)!;
  const policy = policyOf(draft.tables, alarm);
  const batch = newBatch(alarm);
  for (const flag of flags) if (!alarm.flags.includes(flag)) batch.flags.add(flag);
  // Service requests and unproved presses have no volunteers, whoever fails to arrive.
  const isMeant = leg !== "volunteers" || policy.steps.some((one) => one.targets.includes(leg));
  if (isMeant && !alarm.stoppedLegs.includes(leg))
    addOffers(draft, alarm, batch, { ...callOf(leg, policy), limit, remind: leg === "staff" });
  queueBatch(draft, alarm, batch, why);
}
