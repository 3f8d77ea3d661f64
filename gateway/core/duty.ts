import type { Building } from "./directory.ts";
import { DUTY_KEY, NO_DUTY, type Duty } from "./duty-state.ts";
import { rostersAt } from "./rota-time.ts";
import type { DutyPlan, DutyTarget, Rota } from "./rota.ts";
import { siteOf, type Tables } from "./state.ts";
import type { EpochMs } from "./units.ts";

export const dutyOf = (tables: Pick<Tables, "duty">): Duty => tables.duty.get(DUTY_KEY) ?? NO_DUTY;

/** The rotas of a target that serve a building: those that name it, then those for everybody. */
export function rotasFor(plan: DutyPlan, target: DutyTarget, building: Building["name"]): readonly (readonly Rota[])[] {
  const all = plan.rotas.filter((rota) => rota.target === target);
  return [all.filter(({ buildings }) => buildings?.includes(building)), all.filter(({ buildings }) => !buildings)];
}

/**
 * Who is on duty, by id: the first group is to be called, the others stand by, in this order. A rota that names the
 * building comes before those for everybody. Null: no rota says anything here, and everybody is on duty.
 */
export function groupsOnDuty(
  { plan, overrides }: Pick<Duty, "plan" | "overrides">,
  target: DutyTarget,
  building: string,
  at: EpochMs,
  zone: string,
): readonly (readonly string[])[] | null {
  if (!plan) return null;
  const levels = rotasFor(plan, target, building);
  if (levels.every((rotas) => rotas.length === 0)) return null;
  const groups: string[][] = [];
  const seen = new Set<string>();
  for (const rotas of levels) {
    const rosters = rotas.map((rota) => rostersAt(plan, rota, overrides, at, zone));
    for (let depth = 0; rosters.some((one) => one.length > depth); depth++) {
      const people = rosters.flatMap((one) => one[depth]?.people ?? []);
      groups.push(people.filter((person) => !seen.has(person) && seen.add(person)));
    }
  }
  return groups.filter((people) => people.length > 0);
}

/** The same for an alarm now; a clock that cannot be trusted suspends the roster: everybody is called. */
export function onDutyNow(tables: Tables, target: DutyTarget, building: string, now: EpochMs) {
  const { clockTrustAt, facilities } = siteOf(tables);
  return clockTrustAt === null ? groupsOnDuty(dutyOf(tables), target, building, now, facilities.timezone) : null;
}
