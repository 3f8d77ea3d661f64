import { isOnTheWay, isUnresolved } from "./alarm.ts";
import type { Responder } from "./directory.ts";
import { timesOf, type ResponderHistory } from "./history.ts";
import type { Pool } from "./policy.ts";
import { isQuietFor, isResting } from "./reach.ts";
import type { Tables } from "./state.ts";
import { hours, type EpochMs } from "./units.ts";
import type { Place, Ways } from "./walk.ts";

/** Why somebody was asked when they were, kept in the offer. Nothing of it names a person or a house. */
export interface OfferWhy {
  /** 1 was asked first of those of this leg. */
  readonly turn: number;
  readonly place: Place;
  readonly floorsApart: number | null;
  /** On foot, to tens of metres. */
  readonly metres: number | null;
  /** From the message to the wearer's door, if they come, to the full second. */
  readonly seconds: number;
  /** Of `times` alarms that count (said yes, or no answer by day), they came to so many. */
  readonly came: number;
  readonly times: number;
  /** Asked for another alarm within two hours. */
  readonly askedLately: boolean;
  /** On the way to another alarm: asked after everybody who is free. */
  readonly busy: boolean;
  /** Their quiet hours: asked after those who are awake. Absent: not so, as in older journals. */
  readonly quiet?: boolean;
  /** Their rest after another alarm is not over: asked as if these were quiet hours. */
  readonly resting?: boolean;
  /** Further away than the pool's radius: asked after those within it. */
  readonly beyondRadius?: boolean;
  /** On duty by the roster, 1 the first to be called, 2 and more stand by; absent: no roster says so. */
  readonly onDuty?: number;
}

/** Somebody who could be asked, and what decides when. */
export interface Candidate {
  readonly responder: Responder;
  readonly history: ResponderHistory | undefined;
  readonly askedLately: boolean;
  readonly busy: boolean;
  readonly quiet: boolean;
  readonly resting: boolean;
  readonly beyondRadius: boolean;
  /** The group on duty, from 0; null: none. */
  readonly group: number | null;
  /** Expected seconds until somebody is there, per chance that they come: the least is asked first. */
  readonly cost: number;
}

/**
 * Whom nobody knows yet is taken for somebody who came 3 times of 5: before those who did not come, behind those who
 * mostly did. It also keeps few alarms from saying much: one missed makes 3 of 6, not 0.
 */
const PRIOR_CAME = 3;
const PRIOR_TIMES = 5;

/** Asked within this long, somebody else as near goes first. */
const REST_MS = hours(2);
/** Just asked weighs as half the way more; it wears off evenly. A neighbour who was asked still beats a stranger. */
const REST_WEIGHT = 0.5;

/** More than any way and any record come to: within the radius goes before beyond it, awake before quiet, free before busy. */
const BEYOND_COST = 1e10;
const QUIET_COST = 1e11;
const BUSY_COST = 1e12;
/** Who is on duty goes first, whatever else holds: the roster says when they may sleep. */
const OFF_DUTY_COST = 1e14;
const GROUP_COST = 1e13;

/** What the order depends on beside the people. */
export interface Asking {
  readonly alarm: string;
  readonly now: EpochMs;
  readonly pool: Pool;
  /** Of the site's day; null: sleep and rest do not count now. */
  readonly minute: number | null;
  /** Who is on duty: the group, from 0; absent: not on duty. Empty: no roster says anything. */
  readonly groups: ReadonlyMap<string, number>;
}

/** The people in the order in which they are asked: expected arrival × chance that they come, then order of import. */
export function ranked(tables: Tables, people: readonly Responder[], ways: Ways, asking: Asking): Candidate[] {
  return people
    .map((responder) => candidate(tables, responder, ways, asking))
    .sort((a, b) => a.cost - b.cost || a.responder.order - b.responder.order);
}

function candidate(tables: Tables, responder: Responder, ways: Ways, asking: Asking): Candidate {
  const { alarm, now, pool, minute } = asking;
  const history = tables.history.get(responder.id);
  const chance = ((history?.came ?? 0) + PRIOR_CAME) / (timesOf(history) + PRIOR_TIMES);
  const restedMs = !history || history.lastAlarm === alarm ? REST_MS : Math.max(0, now - history.lastAskedAt);
  const load = 1 + REST_WEIGHT * Math.max(0, 1 - restedMs / REST_MS);
  const busy = isBusy(tables, history, alarm);
  const group = asking.groups.get(responder.id) ?? null;
  const isOwnTime = group === null && minute !== null;
  const quiet = isOwnTime && isQuietFor(responder, pool, minute);
  const resting = isOwnTime && history?.lastAlarm !== alarm && isResting(responder, pool, history, now);
  const beyondRadius = pool.radiusM !== null && !ways.isWithin(responder, pool.radiusM);
  const cost =
    (ways.secondsFrom(responder) * load) / chance +
    (beyondRadius ? BEYOND_COST : 0) +
    (quiet || resting ? QUIET_COST : 0) +
    (busy ? BUSY_COST : 0) +
    (asking.groups.size === 0 ? 0 : group === null ? OFF_DUTY_COST : group * GROUP_COST);
  return { responder, history, askedLately: restedMs < REST_MS, busy, quiet, resting, beyondRadius, group, cost };
}

/** On the way to another alarm, or still there. Of several only the last is looked at. */
function isBusy(tables: Tables, history: ResponderHistory | undefined, alarm: string): boolean {
  if (!history || history.onWayTo === null || history.onWayTo === alarm) return false;
  const other = tables.alarms.get(history.onWayTo);
  if (!other || !isUnresolved(other)) return false;
  return other.offers.some((offer) => offer.responder === history.id && isOnTheWay(offer));
}

/** Why somebody is asked as number `turn`. */
export function whyOf(candidate: Candidate, ways: Ways, turn: number): OfferWhy {
  const { responder, history, askedLately, busy, quiet, resting, beyondRadius, group } = candidate;
  const { place, floorsApart, metres, seconds } = ways.walkFrom(responder);
  return {
    turn,
    place,
    floorsApart,
    metres: metres === null ? null : Math.round(metres / 10) * 10,
    seconds: Math.round(seconds),
    came: history?.came ?? 0,
    times: timesOf(history),
    askedLately,
    busy,
    ...(quiet && { quiet }),
    ...(resting && { resting }),
    ...(beyondRadius && { beyondRadius }),
    ...(group !== null && { onDuty: group + 1 }),
  };
}
