import { dayOf, dayOfWall, isDayOf, type DayNumber } from "./rota-days.ts";
import type { DutyOverride, DutyPlan, Rota, RotaLayer } from "./rota.ts";
import { momentAt, wallOf } from "./site-time.ts";
import { days, minutes, type EpochMs } from "./units.ts";

/** Who is on duty for one rota. */
export interface Roster {
  /** Its place in the rota, 0 on top; null: an override says so. */
  readonly layer: number | null;
  readonly people: readonly string[];
}

/** A stretch of time in which nothing changes; `to` is exclusive. */
export interface Stretch {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** The first is on duty, the others stand by; empty: nobody. */
  readonly rosters: readonly Roster[];
}

interface Shift {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly people: readonly string[];
}

const DAY_MIN = 24 * 60;

/** Shifts that were worked out before, by layer: an alarm asks for those of today again and again. */
const known = new WeakMap<RotaLayer, Map<string, Shift | null>>();
/** Past it all of a layer are worked out anew: about three years. */
const KNOWN_MAX = 1_000;

/** The shift that begins on `day`; null: there is none. */
function shiftOn(plan: DutyPlan, layer: RotaLayer, day: DayNumber, zone: string): Shift | null {
  let shifts = known.get(layer);
  if (!shifts) known.set(layer, (shifts = new Map()));
  const key = `${day} ${zone}`;
  let shift = shifts.get(key);
  if (shift !== undefined) return shift;
  if (shifts.size >= KNOWN_MAX) shifts.clear();
  shift = workOut(plan, layer, day, zone);
  shifts.set(key, shift);
  return shift;
}

function workOut(plan: DutyPlan, layer: RotaLayer, day: DayNumber, zone: string): Shift | null {
  const people = turnOf(layer, day);
  if (people.length === 0 || !isDayOf(plan, layer, day)) return null;
  const { hours, turns } = layer;
  const fromMin = hours?.fromMin ?? turns?.handOverMin ?? 0;
  const lengthMin = hours ? (hours.toMin - hours.fromMin + DAY_MIN) % DAY_MIN || DAY_MIN : DAY_MIN;
  const start = days(day) + minutes(fromMin);
  return { from: momentAt(start, zone), to: momentAt(start + minutes(lengthMin), zone), people };
}

/** Whose turn it is on a day. */
function turnOf({ people, turns }: RotaLayer, day: DayNumber): readonly string[] {
  if (!turns) return people;
  const turn = Math.floor((day - dayOf(turns.start)) / (turns.every === "week" ? 7 : 1));
  if (turn < 0) return [];
  const first = turn * turns.atOnce;
  return Array.from({ length: turns.atOnce }, (_, index) => people[(first + index) % people.length]!);
}

const isAt = ({ from, to }: { readonly from: EpochMs; readonly to: EpochMs }, at: EpochMs): boolean =>
  from <= at && at < to;

const concerns = (override: DutyOverride, { id }: Rota): boolean => override.rota === null || override.rota === id;

/** Who is on duty for a rota at a moment. A shift lasts a day at most, so it began today or yesterday. */
export function rostersAt(plan: DutyPlan, rota: Rota, later: readonly DutyOverride[], at: EpochMs, zone: string) {
  const today = dayOfWall(wallOf(at, zone));
  const shifts = rota.layers.map((layer) =>
    [today - 1, today]
      .map((day) => shiftOn(plan, layer, day, zone))
      .filter((shift) => shift !== null && isAt(shift, at)),
  );
  let rosters: readonly Roster[] = shifts.map((found, layer) => ({
    layer,
    people: found.flatMap((shift) => shift!.people),
  }));
  for (const override of [...plan.overrides, ...later])
    if (isAt(override, at) && concerns(override, rota)) rosters = overridden(rosters, override);
  return onceEach(rosters);
}

function overridden(rosters: readonly Roster[], { instead, people }: DutyOverride): readonly Roster[] {
  if (instead === null) return [{ layer: null, people }];
  return rosters.map(({ layer, people: before }) => ({
    layer,
    people: before.flatMap((person) => (person === instead ? people : [person])),
  }));
}

/** Everybody stands where they are asked first; layers without anybody are left out. */
function onceEach(rosters: readonly Roster[]): readonly Roster[] {
  const seen = new Set<string>();
  const once = rosters.map(({ layer, people }) => ({
    layer,
    people: people.filter((person) => !seen.has(person) && seen.add(person)),
  }));
  return once.filter(({ people }) => people.length > 0);
}

/** What a rota comes to between two moments, without a break. */
export function stretchesOf(
  plan: DutyPlan,
  rota: Rota,
  later: readonly DutyOverride[],
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
  zone: string,
): readonly Stretch[] {
  const bounds = new Set([from]);
  const note = (shift: { readonly from: EpochMs; readonly to: EpochMs } | null): void => {
    for (const at of shift ? [shift.from, shift.to] : []) if (at > from && at < to) bounds.add(at);
  };
  const [first, last] = [from, to].map((at) => dayOfWall(wallOf(at, zone))) as [DayNumber, DayNumber];
  for (const layer of rota.layers) for (let day = first - 1; day <= last; day++) note(shiftOn(plan, layer, day, zone));
  for (const override of [...plan.overrides, ...later]) if (concerns(override, rota)) note(override);
  const stretches: Stretch[] = [];
  const starts = [...bounds].sort((a, b) => a - b);
  for (const [index, start] of starts.entries()) {
    const rosters = rostersAt(plan, rota, later, start, zone);
    const end = starts[index + 1] ?? to;
    const before = stretches.at(-1);
    if (before && isSame(before.rosters, rosters)) stretches[stretches.length - 1] = { ...before, to: end };
    else stretches.push({ from: start, to: end, rosters });
  }
  return stretches;
}

const isSame = (a: readonly Roster[], b: readonly Roster[]): boolean => JSON.stringify(a) === JSON.stringify(b);

/** How far ahead a change is looked for, in steps: most come within two days. */
const LOOK_AHEAD_DAYS = [2, 9, 62, 400];

/** When this rota changes next; null: not within a year. */
export function nextChange(plan: DutyPlan, rota: Rota, later: readonly DutyOverride[], at: EpochMs, zone: string) {
  for (const ahead of LOOK_AHEAD_DAYS) {
    const stretches = stretchesOf(plan, rota, later, { from: at, to: at + days(ahead) }, zone);
    if (stretches.length > 1) return stretches[1]!.from;
  }
  return null;
}
