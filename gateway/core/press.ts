import { isUnresolved, type Alarm, type Flag, type Press } from "./alarm.ts";
import type { Enrolled } from "./directory.ts";
import type { Draft } from "./draft.ts";
import { alertAgain, policyOf, runSteps } from "./escalate.ts";
import type { AlarmKind } from "./kinds.ts";
import { DEFAULT_POLICIES } from "./policy-defaults.ts";
import { choosePolicy, policyKey, type Policy, type PolicyKind } from "./policy.ts";
import type { Report } from "./report.ts";
import { sayToAll, updateSaying } from "./saying.ts";
import { lastResolvedKey, siteOf, type LastResolved, type Tables } from "./state.ts";
import { minutes, seconds } from "./units.ts";

/** A press this soon after *resolved* is linked to that alarm and one priority higher. */
export const LINK_WITHIN_MS = minutes(30);

/** Unproved presses of one device kept in one alarm; further ones are counted by the gateway's meters only. */
export const UNPROVED_PRESSES_MAX = 20;

/** Unproved presses with the same counter, or with none, are one when they were pressed within this time of each other. */
const REPEAT_WITHIN_MS = seconds(10);

/** A press that took longer than this to reach us was kept somewhere: it is marked late. */
export const LATE_AFTER_MS = seconds(30);

const UNPROVED: readonly Flag[] = ["unverified", "unknown-device", "undecided", "unclear-cause"];
/** Something proves that its device was pressed; else it is for staff alone. */
export const isProved = (alarm: Alarm): boolean => !alarm.flags.some((flag) => UNPROVED.includes(flag));

/** The kinds of open alarm that a press of this kind belongs to: never a less urgent one. */
export const JOINS: Readonly<Record<AlarmKind, readonly AlarmKind[]>> = {
  emergency: ["emergency", "fall"],
  fall: ["emergency", "fall"],
  inactivity: ["emergency", "fall", "inactivity"],
  service: ["service"],
};

function alarmsOf(tables: Tables, subject: string): Alarm[] {
  return (tables.alarmsOf.get(subject) ?? []).map((id) => tables.alarms.get(id)!);
}

/** The open alarm of a resident (or of a device without one) that a cancel or a press belongs to. */
export function openAlarmOf(tables: Tables, subject: string, kinds: readonly AlarmKind[]): Alarm | undefined {
  return alarmsOf(tables, subject).findLast(
    (alarm) => isUnresolved(alarm) && isProved(alarm) && kinds.includes(alarm.kind),
  );
}

/** A press that its device proved: joins the open alarm, or opens one. */
export function takePress(draft: Draft, press: Press, enrolled: Enrolled, kind: AlarmKind): void {
  const subject = enrolled.resident ?? press.device;
  const open = openAlarmOf(draft.tables, subject, JOINS[kind]);
  if (open && policyOf(draft.tables, open).presses.mergeWhileOpen) return appendPress(draft, open, press);
  const resident = enrolled.resident === null ? undefined : draft.tables.residents.get(enrolled.resident);
  const general = policyFor(draft.tables, kind, enrolled.resident, null);
  const usual = Math.min(general.priority, resident?.priority ?? general.priority);
  const linked = resolvedBefore(draft, subject, kind);
  const flags: Flag[] = [];
  if (press.late) flags.push("late");
  if (linked && Math.min(usual, linked.priority) === 1) flags.push("again");
  const priority = linked ? Math.max(1, Math.min(usual, linked.priority) - 1) : usual;
  openAlarm(draft, {
    kind,
    priority,
    flags,
    policy: policyFor(draft.tables, kind, enrolled.resident, priority),
    press,
    resident: enrolled.resident,
    linkedTo: linked?.alarm ?? null,
  });
}

/** The alarm that was resolved so lately that this press may belong to it. */
function resolvedBefore(draft: Draft, subject: string, kind: AlarmKind): LastResolved | undefined {
  return JOINS[kind]
    .flatMap((one) => draft.tables.lastResolved.get(lastResolvedKey(subject, one)) ?? [])
    .filter(({ at }) => draft.now - at <= LINK_WITHIN_MS)
    .reduce<LastResolved | undefined>((latest, one) => (latest && latest.at > one.at ? latest : one), undefined);
}

/** A press that nothing proves: shown to staff, one open alarm a device. */
export function takeUnproved(
  draft: Draft,
  press: Press,
  enrolled: Enrolled | null,
  kind: AlarmKind,
  flags: readonly Flag[],
): void {
  const { tables } = draft;
  const resident = enrolled?.resident ?? null;
  const known = alarmsOf(tables, resident ?? press.device).filter(isUnresolved);
  // A less urgent alarm, a service request at night, would hide it from staff.
  const open = known.findLast((alarm) =>
    isProved(alarm) ? JOINS[kind].includes(alarm.kind) : alarm.device === press.device,
  );
  if (open) {
    const ofDevice = open.presses.filter(({ unverified, device }) => unverified && device === press.device);
    if (ofDevice.length >= UNPROVED_PRESSES_MAX || ofDevice.some((known) => isRepeat(known, press))) return;
    return draft.emit({ kind: "press-appended", alarm: open.id, press, at: draft.now });
  }
  const isUndecided = flags.includes("undecided");
  const policy = isUndecided ? simplestPolicy(draft) : policyFor(tables, "unverified", resident, null);
  openAlarm(draft, { kind, priority: policy.priority, flags, policy, press, resident, linkedTo: null });
}

/** Nobody answers such a press, so its device repeats it; its age tells it from a new one under the same counter. */
const isRepeat = (known: Press, press: Press): boolean =>
  known.counter === press.counter && Math.abs(known.at - press.at) < REPEAT_WITHIN_MS;

function policyFor(tables: Tables, kind: PolicyKind, resident: string | null, priority: number | null): Policy {
  const inForce = siteOf(tables).policies.map((key) => tables.policies.get(key)!);
  const policy = choosePolicy(inForce, kind, resident, priority) ?? inForce[0];
  if (!policy) throw new Error(`no policy for ${kind}: the gateway was not started with any`);
  return policy;
}

/** Where rules fail, the policies may be why: the site's own for staff, else the shipped one. */
function simplestPolicy(draft: Draft): Policy {
  const isForStaff = ({ appliesTo }: Policy): boolean => appliesTo.kinds.includes("unverified");
  const { policies } = draft.tables;
  const own = siteOf(draft.tables).policies.flatMap((key) => policies.get(key) ?? []);
  const policy = own.find(isForStaff) ?? DEFAULT_POLICIES.find(isForStaff)!;
  if (!policies.get(policyKey(policy))) draft.emit({ kind: "policy-saved", policy });
  return policy;
}

interface Opening {
  readonly kind: AlarmKind;
  readonly priority: number;
  readonly flags: readonly Flag[];
  readonly policy: Policy;
  readonly press: Press;
  readonly resident: string | null;
  readonly linkedTo: string | null;
}

function openAlarm(draft: Draft, { kind, policy, press, ...rest }: Opening): void {
  const { gatewayId, lastNumber } = siteOf(draft.tables);
  const alarm = `${gatewayId}-${lastNumber + 1}`;
  draft.emit({
    kind: "alarm-opened",
    alarm,
    alarmKind: kind,
    device: press.device,
    policy: policyKey(policy),
    press,
    at: draft.now,
    ...rest,
  });
  runSteps(draft, alarm);
}

/** Appended, never dropped. It ends a wish to cancel, and after a while raises the priority. */
function appendPress(draft: Draft, alarm: Alarm, press: Press): void {
  const { id } = alarm;
  draft.emit({ kind: "press-appended", alarm: id, press, at: draft.now });
  if (press.late && !alarm.flags.includes("late"))
    draft.emit({ kind: "alarm-flagged", alarm: id, flags: ["late"], at: draft.now });
  const { bumpAgainAfterMs } = policyOf(draft.tables, alarm).presses;
  if (press.receivedAt - alarm.openedAt >= bumpAgainAfterMs) raisePriority(draft, alarm, "pressed again");
  if (alarm.cancel) endCancel(draft, alarm);
  updateSaying(draft, id);
  // "Who is acting on my alarm?" is what the wearer wants to know, with each press.
  const current = draft.tables.alarms.get(id)!;
  if (current.said === alarm.said && current.said !== "heard") sayToAll(draft, current, current.said);
}

function endCancel(draft: Draft, { id, cancel }: Alarm): void {
  draft.emit({ kind: "cancel-ended", alarm: id, why: "pressed again", at: draft.now });
  // The hotline was told that it is over: it must hear of it as a new event, and so must everyone else.
  if (!cancel?.verifiedBy) return;
  draft.emit({ kind: "alarm-released", alarm: id, by: null, reason: "pressed again after a cancel", at: draft.now });
  alertAgain(draft, id, "pressed again after a cancel");
}

function raisePriority(draft: Draft, { id, priority, flags }: Alarm, why: string): void {
  if (priority > 1) draft.emit({ kind: "priority-raised", alarm: id, priority: priority - 1, why, at: draft.now });
  else if (!flags.includes("again")) draft.emit({ kind: "alarm-flagged", alarm: id, flags: ["again"], at: draft.now });
}

/** `unverified`: nothing proves that the device sent it, so staff see the message as it came. */
export function pressOf(report: Report, device: string, unverified: boolean): Press {
  const ageMs = report.ageMs ?? 0;
  return {
    at: report.receivedAt - ageMs,
    receivedAt: report.receivedAt,
    device,
    kind: report.kind,
    counter: report.counter,
    ageMs: report.ageMs,
    ageAtLeast: report.ageAtLeast,
    transport: report.transport,
    line: report.line,
    late: ageMs >= LATE_AFTER_MS,
    unverified,
    raw: unverified ? report.raw : null,
    ...(report.rssiDbm !== undefined && { rssiDbm: report.rssiDbm }),
    ...(report.linkQuality !== undefined && { linkQuality: report.linkQuality }),
    ...(report.unclear !== undefined && { unclear: report.unclear }),
    ...(report.position && { position: report.position }),
  };
}
