import type { Alarm } from "./alarm.ts";
import { peopleOf, reachOf } from "./candidates.ts";
import type { Draft } from "./draft.ts";
import { onDutyNow } from "./duty.ts";
import type { Leg } from "./kinds.ts";
import { isUrgent, type Pool } from "./policy.ts";
import { ranked, type Candidate } from "./ranking.ts";
import type { DutyTarget } from "./rota.ts";
import { siteOf } from "./state.ts";
import { minuteOfDay } from "./time-window.ts";
import type { Ways } from "./walk.ts";

/** Whom a leg may ask now, in this order. */
export interface Choice {
  readonly people: readonly Candidate[];
  /** A roster says who is to be called, and none of them can be: everybody is asked, or nobody where nobody is in danger. */
  readonly isNobodyOnDuty: boolean;
  /** How many are on duty in the first place; null: no roster says so. */
  readonly first: number | null;
}

const TARGET_OF: Readonly<Record<Exclude<Leg, "hotline">, DutyTarget>> = {
  staff: "staffOnDuty",
  volunteers: "volunteers",
  family: "family",
};

/**
 * The people of a leg, the first to be asked first. Staff are asked by the roster, the others with those on duty in
 * front. `isRepeat`: the alarm has come to the step that repeats, from where on sleep, rest and, from the second time
 * on, the roster count no more while somebody is in danger. A clock that cannot be trusted suspends all of them.
 */
export function whoToAsk(
  draft: Draft,
  alarm: Alarm,
  leg: Exclude<Leg, "hotline">,
  ways: Ways,
  pool: Pool,
  isRepeat: boolean,
): Choice {
  const { tables, now } = draft;
  const resident = alarm.resident === null ? undefined : tables.residents.get(alarm.resident);
  const all = peopleOf(tables, leg, resident);
  const { clockTrustAt, facilities } = siteOf(tables);
  const urgent = isUrgent(alarm);
  const listed = onDutyNow(tables, TARGET_OF[leg], resident?.building ?? "", now);
  const groups = new Map<string, number>();
  for (const [group, people] of (listed ?? []).entries()) {
    const present = people.flatMap((id) => all.find((one) => one.id === id) ?? []);
    for (const one of present) if (reachOf(tables, one, null)) groups.set(one.id, group);
  }
  const minute = clockTrustAt !== null || (isRepeat && urgent) ? null : minuteOfDay(now, facilities.timezone);
  const candidates = ranked(tables, all, ways, { alarm: alarm.id, now, pool, minute, groups });
  const awake = urgent ? candidates : candidates.filter(({ quiet, resting }) => !quiet && !resting);
  if (listed === null || leg === "volunteers") return { people: awake, isNobodyOnDuty: false, first: null };
  const onDuty = awake.filter(({ group }) => group !== null);
  const isEverybody = urgent && isRepeat && (leg === "family" || alarm.round > 0);
  if (onDuty.length === 0 && leg === "staff") return { people: urgent ? awake : [], isNobodyOnDuty: true, first: null };
  const least = Math.min(...groups.values());
  return {
    people: isEverybody || onDuty.length === 0 ? awake : onDuty,
    isNobodyOnDuty: false,
    first: onDuty.filter(({ group }) => group === least).length || null,
  };
}

/** Whether a volunteer is left who can be reached and was not asked yet. */
export function canAskMore({ tables }: Draft, { offers }: Alarm): boolean {
  const asked = new Set(offers.map(({ responder }) => responder));
  return peopleOf(tables, "volunteers", undefined).some((one) => !asked.has(one.id) && reachOf(tables, one, null));
}
