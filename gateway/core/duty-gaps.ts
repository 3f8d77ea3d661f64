import { hasWorkingContact, isQuietFor } from "./reach.ts";
import { groupsOnDuty } from "./duty.ts";
import type { Facilities } from "./events.ts";
import { EVENT_OF_KIND } from "./contact-id.ts";
import { ALARM_KINDS } from "./kinds.ts";
import { isUrgent, type Policy, type Step, type TimeWindow } from "./policy.ts";
import { dayOfWall } from "./rota-days.ts";
import { stretchesOf } from "./rota-time.ts";
import type { DutyOverride, DutyPlan } from "./rota.ts";
import { momentAt, wallOf } from "./site-time.ts";
import type { Tables } from "./state.ts";
import { isWithin, minuteOfDay } from "./time-window.ts";
import { days, minutes, type EpochMs } from "./units.ts";

/** A time in which a policy's staff step would find nobody on duty who can be reached. */
export interface DutyGap {
  /** The policies that call staff then. */
  readonly policies: readonly string[];
  /** Whose residents; null: those of every building that no rota names. */
  readonly building: string | null;
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Another step of each of them reaches somebody. */
  readonly isCovered: boolean;
  /** All staff are called instead, and some can be reached. */
  readonly isFallBack: boolean;
}

/** What the gaps are worked out from. */
export interface GapFacts {
  readonly plan: DutyPlan;
  readonly overrides: readonly DutyOverride[];
  readonly policies: readonly Policy[];
  readonly tables: Tables;
  readonly facilities: Facilities;
}

interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** All gaps between two moments, in the order of their beginnings, those of one time together. */
export function dutyGaps(facts: GapFacts, within: Span): readonly DutyGap[] {
  const { plan, policies } = facts;
  const named = new Set(
    plan.rotas.flatMap(({ target, buildings }) => (target === "staffOnDuty" ? (buildings ?? []) : [])),
  );
  const scopes: readonly (string | null)[] = [null, ...named];
  const gaps = scopes.flatMap((building) =>
    policies.flatMap((policy) => gapsOf(facts, policy, building, rosterOf(facts, building, within), within)),
  );
  const together = new Map<string, DutyGap>();
  for (const gap of gaps) {
    const key = JSON.stringify([gap.building, gap.from, gap.to, gap.isCovered, gap.isFallBack]);
    const known = together.get(key);
    together.set(key, known ? { ...known, policies: [...known.policies, ...gap.policies] } : gap);
  }
  return [...together.values()].sort((a, b) => a.from - b.from);
}

interface Duty extends Span {
  readonly people: readonly string[];
}

/** Who is on duty for a building's residents, stretch by stretch; null: everybody always. */
function rosterOf({ plan, overrides, facilities: { timezone } }: GapFacts, building: string | null, within: Span) {
  const place = building ?? "";
  if (groupsOnDuty({ plan, overrides }, "staffOnDuty", place, within.from, timezone) === null) return null;
  const bounds = new Set<EpochMs>();
  for (const rota of plan.rotas)
    if (rota.target === "staffOnDuty")
      for (const { from } of stretchesOf(plan, rota, overrides, within, timezone)) bounds.add(from);
  const starts = [...bounds].sort((a, b) => a - b);
  return starts.map((from, index): Duty => {
    const groups = groupsOnDuty({ plan, overrides }, "staffOnDuty", place, from, timezone) ?? [];
    return { from, to: starts[index + 1] ?? within.to, people: groups.flat() };
  });
}

function gapsOf(
  facts: GapFacts,
  policy: Policy,
  building: string | null,
  roster: readonly Duty[] | null,
  within: Span,
) {
  const toStaff = policy.steps.filter(({ targets }) => targets.includes("staffOnDuty"));
  if (toStaff.length === 0 || roster === null) return [];
  const { tables, facilities } = facts;
  const people = [...tables.responders.values()];
  const isFallBack =
    isUrgent(policy) &&
    people.some(
      (one) => (one.role === "staff" || one.role === "operator") && hasWorkingContact(tables, facilities, one.id),
    );
  const found: DutyGap[] = [];
  for (const { from, to, people: onDuty } of cut(facts, policy, roster, within)) {
    const minute = minuteOfDay(from, facilities.timezone);
    if (!toStaff.some((step) => isOpen(step, minute))) continue;
    if (onDuty.some((id) => hasWorkingContact(tables, facilities, id))) continue;
    const isCovered = policy.steps.some((step) => isOpen(step, minute) && reachesOthers(facts, policy, step, minute));
    const before = found.at(-1);
    if (before && before.to === from && before.isCovered === isCovered) found[found.length - 1] = { ...before, to };
    else found.push({ policies: [policy.id], building, from, to, isCovered, isFallBack });
  }
  return found;
}

const isOpen = ({ onlyIf: { timeWindow } }: Step, minute: number): boolean =>
  timeWindow === null || isWithin(timeWindow, minute);

/** The stretches of the roster, cut where a window of this policy opens or closes, or somebody's quiet hours do. */
function cut({ tables, facilities: { timezone } }: GapFacts, policy: Policy, roster: readonly Duty[], within: Span) {
  const windows: TimeWindow[] = policy.steps.flatMap(({ onlyIf: { timeWindow } }) => timeWindow ?? []);
  if (!isUrgent(policy))
    windows.push(
      ...[policy.pool.quietHours, ...[...tables.responders.values()].map(({ quiet }) => quiet)].filter(
        (one) => one != null,
      ),
    );
  const edges = new Set(windows.flatMap(({ fromMin, toMin }) => [fromMin, toMin]));
  const bounds: EpochMs[] = [];
  const [first, last] = [within.from, within.to].map((at) => dayOfWall(wallOf(at, timezone))) as [number, number];
  for (let day = first; day <= last; day++)
    for (const minute of edges) bounds.push(momentAt(days(day) + minutes(minute), timezone));
  bounds.sort((a, b) => a - b);
  return roster.flatMap((duty) => {
    const inner = bounds.filter((at, index) => at > duty.from && at < duty.to && at !== bounds[index - 1]);
    return [duty.from, ...inner].map((from, index) => ({ ...duty, from, to: inner[index] ?? duty.to }));
  });
}

/** Whether a step reaches somebody beside the people on duty. The desk and the siren are no persons. */
function reachesOthers({ tables, facilities }: GapFacts, policy: Policy, { targets }: Step, minute: number): boolean {
  const isReached = (role: "volunteer" | "family"): boolean =>
    [...tables.responders.values()].some(
      (one) =>
        one.role === role &&
        hasWorkingContact(tables, facilities, one.id) &&
        (isUrgent(policy) || !isQuietFor(one, policy.pool, minute)),
    );
  const isReported = ALARM_KINDS.some((kind) => policy.appliesTo.kinds.includes(kind) && EVENT_OF_KIND[kind] !== null);
  return (
    (targets.includes("hotline") && facilities.hotline && isReported) ||
    (targets.includes("volunteers") && isReached("volunteer")) ||
    (targets.includes("family") && isReached("family"))
  );
}
