import { dutyOf } from "./duty.ts";
import { nextChange, rostersAt, stretchesOf, type Roster } from "./rota-time.ts";
import type { DutyOverride, DutyPlan, Rota } from "./rota.ts";
import { siteOf, type Tables } from "./state.ts";
import { days, isoOrNull, type EpochMs } from "./units.ts";

const iso = (at: EpochMs): string => new Date(at).toISOString();

/** So far ahead the roster is listed. */
const WEEK_MS = days(7);

/**
 * Who is on duty by `plan`, as `/api/duty` and `okc duty --json` give it. Times are ISO 8601 in
 * UTC.
 */
export function viewDuty(tables: Tables, plan: DutyPlan | null, now: EpochMs) {
  const { overrides } = dutyOf(tables);
  const { clockTrustAt, facilities } = siteOf(tables);
  return {
    now: iso(now),
    timezone: facilities.timezone,
    /** False: the site has no duty file, and everybody of the staff is on duty. */
    configured: plan !== null,
    /** The clock cannot be trusted: the roster does not hold, and everybody is called. */
    suspended: clockTrustAt !== null,
    rotas: (plan?.rotas ?? []).map((rota) => viewRota(tables, plan!, rota, overrides, now)),
    overrides: overrides.filter(({ to }) => to > now).map((one) => viewOverride(tables, one)),
  };
}

export type DutyView = ReturnType<typeof viewDuty>;

const nameOf = (tables: Tables, id: string) => ({ id, name: tables.responders.get(id)?.name ?? null });

const viewRosters = (tables: Tables, [first, ...others]: readonly Roster[]) => ({
  onDuty: (first?.people ?? []).map((id) => nameOf(tables, id)),
  standBy: others.flatMap(({ people }) => people).map((id) => nameOf(tables, id)),
});

function viewRota(tables: Tables, plan: DutyPlan, rota: Rota, overrides: readonly DutyOverride[], now: EpochMs) {
  const zone = siteOf(tables).facilities.timezone;
  const { id, name, target, buildings } = rota;
  const next = nextChange(plan, rota, overrides, now, zone);
  const week = stretchesOf(plan, rota, overrides, { from: now, to: now + WEEK_MS }, zone);
  return {
    id,
    name,
    target,
    buildings,
    ...viewRosters(tables, rostersAt(plan, rota, overrides, now, zone)),
    nextAt: isoOrNull(next),
    next: next === null ? null : viewRosters(tables, rostersAt(plan, rota, overrides, next, zone)),
    week: week.map(({ from, to, rosters }) => ({ from: iso(from), to: iso(to), ...viewRosters(tables, rosters) })),
  };
}

/** A change that a person made. */
export const viewOverride = (tables: Tables, { id, rota, from, to, instead, people, by }: DutyOverride) => ({
  id,
  rota,
  from: iso(from),
  to: iso(to),
  instead: instead === null ? null : nameOf(tables, instead),
  people: people.map((person) => nameOf(tables, person)),
  by,
});
