import { dutyGaps, type DutyGap, type GapFacts } from "./duty-gaps.ts";
import { gapHours } from "./gap-hours.ts";
import type { PolicyFindings } from "./policy-check.ts";
import { hasWorkingContact } from "./reach.ts";
import { dayOfWall } from "./rota-days.ts";
import type { DutyTarget, Rota } from "./rota.ts";
import type { ResponderRole } from "./kinds.ts";
import { momentAt, wallOf } from "./site-time.ts";
import type { Tables } from "./state.ts";
import { days, type EpochMs } from "./units.ts";

/** So far ahead a roster is looked through when it is saved. */
export const GAP_WEEKS = 4;

/** Compares the duty file with the people, policies and channels of this site, for the coming weeks. */
export function checkDuty(facts: GapFacts, now: EpochMs): PolicyFindings {
  const gaps = comingGaps(facts, now, GAP_WEEKS);
  return {
    problems: gapLines(
      facts,
      gaps.filter(({ isCovered }) => !isCovered),
    ),
    warnings: [
      ...gapLines(
        facts,
        gaps.filter(({ isCovered }) => isCovered),
      ),
      ...peopleWarnings(facts),
    ],
  };
}

/** The gaps that are not over and begin within so many weeks. Shorter ones are whole, also where they began yesterday. */
export function comingGaps(facts: GapFacts, now: EpochMs, weeks: number): readonly DutyGap[] {
  const { timezone } = facts.facilities;
  const day = (offset: number): EpochMs => momentAt(days(dayOfWall(wallOf(now, timezone)) + offset), timezone);
  const [first, last] = [day(0), day(7 * weeks)];
  return dutyGaps(facts, { from: day(-1), to: day(7 * weeks + 1) })
    .filter(({ from, to }) => to > now && from < last)
    .map((gap) =>
      gap.to - gap.from < days(1) ? gap : { ...gap, from: Math.max(gap.from, first), to: Math.min(gap.to, last) },
    );
}

/** One line for the gaps that are alike. */
export function gapLines({ facilities }: Pick<GapFacts, "facilities">, gaps: readonly DutyGap[]): string[] {
  const alike = new Map<string, DutyGap[]>();
  for (const gap of gaps) {
    const key = `${gap.policies.join()} ${gap.building} ${gap.isFallBack}`;
    alike.set(key, [...(alike.get(key) ?? []), gap]);
  }
  const problems: string[] = [];
  for (const same of alike.values()) {
    const { policies, building, isCovered, isFallBack } = same[0]!;
    const who = policies.join(", ") + (building === null ? "" : ` (${building})`);
    const hours = gapHours(same, facilities.timezone, GAP_WEEKS);
    const gap = isCovered
      ? `${who}: nobody is on duty during [${hours}]`
      : `${who}: nobody would be called during [${hours}], for nobody is on duty and no other step reaches anybody`;
    const instead = isFallBack ? "all staff are called instead" : "such an alarm waits at the desk";
    problems.push(`${gap}: ${instead}`);
  }
  return problems;
}

const ROLES: Readonly<Record<DutyTarget, readonly ResponderRole[]>> = {
  staffOnDuty: ["staff", "operator"],
  volunteers: ["volunteer"],
  family: ["family"],
};

/** Everybody who is named anywhere in a rota. */
const namedIn = ({ layers }: Rota): readonly string[] => [...new Set(layers.flatMap(({ people }) => people))];

/** People of the rotas who are not there, cannot be reached, or are not those that the rota is about. */
function peopleWarnings({ plan, overrides, tables, facilities }: GapFacts): string[] {
  const warnings: string[] = [];
  for (const rota of plan.rotas) {
    const own = [...plan.overrides, ...overrides].filter((one) => one.rota === rota.id).flatMap(({ people }) => people);
    const people = [...new Set([...namedIn(rota), ...own])];
    const known = people.filter((id) => tables.responders.get(id));
    const unknown = people.filter((id) => !known.includes(id));
    const mute = known.filter((id) => !hasWorkingContact(tables, facilities, id));
    const others = known.filter((id) => !ROLES[rota.target].includes(tables.responders.get(id)!.role));
    if (unknown.length > 0)
      warnings.push(`rota ${rota.id}: no responder ${unknown.join(", ")} is imported; nobody can call them`);
    if (mute.length > 0)
      warnings.push(
        `rota ${rota.id}: ${mute.join(", ")} cannot be reached: no contact on a configured channel, or its last test failed`,
      );
    if (others.length > 0)
      warnings.push(
        `rota ${rota.id}: ${others.join(", ")} are not ${ROLES[rota.target].join(" or ")} and are not called by it`,
      );
    warnings.push(...buildingWarnings(rota, tables));
  }
  return warnings;
}

function buildingWarnings({ id, buildings }: Rota, tables: Tables): string[] {
  const lived = new Set([...tables.residents.values()].map(({ building }) => building));
  const empty = (buildings ?? []).filter((name) => !lived.has(name));
  const warnings: string[] = [];
  if (empty.length > 0)
    warnings.push(`rota ${id}: no resident lives in ${empty.join(", ")}; buildings are spelt as in residents`);
  return warnings;
}
