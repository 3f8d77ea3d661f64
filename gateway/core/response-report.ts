import type { Times } from "./alarm.ts";
import { csvLine } from "./csv.ts";
import { ALARM_KINDS } from "./kinds.ts";
import type { AlarmRecord, Asked } from "./report-fold.ts";
import { INTERVALS, intervalOf, type Interval } from "./response-times.ts";
import { hourTeller } from "./site-time.ts";
import { minutes, seconds, type DurationMs, type EpochMs } from "./units.ts";

export const GROUPINGS = ["kind", "building", "hour", "responder"] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** Presses that nothing proves are a group of their own by kind, and in no other figure. */
export const UNVERIFIED = "unverified";
/** The group of all alarms where none was asked for. */
export const ALL = "all";
/** The group of alarms whose resident has no building, is not known or was erased. */
export const NO_BUILDING = "—";

/** What is asked: alarms opened from `from` on and before `to`. */
export interface ResponseQuery {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly by: Grouping | null;
  readonly timezone: string;
  /** Resident and building, as the directory has it now. */
  readonly buildings: readonly (readonly [resident: string, building: string])[];
}

/** One interval in one group. What was not measured is null. */
export interface ResponseRow {
  readonly interval: Interval;
  readonly group: string;
  /** Alarms in which it was measured. */
  readonly n: number;
  /** Alarms of the group in which it was not. */
  readonly missing: number;
  readonly medianMs: DurationMs | null;
  readonly p90Ms: DurationMs | null;
  readonly p975Ms: DurationMs | null;
  readonly p99Ms: DurationMs | null;
  /** Of the measured ones, 0–1. */
  readonly shareLe60s: number | null;
  readonly shareLe180s: number | null;
}

export interface ResponseFigures {
  /** Alarms in the figures; with `by` responder each counts once for everyone who was asked. */
  readonly alarms: number;
  /** Alarms of the time asked for that nothing proves. */
  readonly unverified: number;
  readonly rows: readonly ResponseRow[];
}

/** Durations of one kind, as they come. */
export class Samples {
  #values = new Float64Array(64);
  #count = 0;
  missing = 0;

  add(duration: DurationMs | null): void {
    if (duration === null) {
      this.missing++;
      return;
    }
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = duration;
  }

  get n(): number {
    return this.#count;
  }

  /** Sorted, shortest first. */
  sorted(): Float64Array {
    return this.#values.subarray(0, this.#count).sort();
  }
}

/** The nearest-rank percentile: the smallest value that `permille` of all do not exceed. Null of nothing. */
export function percentileOf(sorted: ArrayLike<number>, permille: number): DurationMs | null {
  const rank = Math.ceil((permille * sorted.length) / 1_000);
  const value = sorted[Math.max(rank, 1) - 1];
  return value === undefined ? null : Math.round(value);
}

/** The share of values that are at most `limitMs`, with four decimals. Null of nothing. */
export function shareWithin(sorted: ArrayLike<number>, limitMs: DurationMs): number | null {
  return sorted.length === 0 ? null : Math.round((countWithin(sorted, limitMs) / sorted.length) * 10_000) / 10_000;
}

/** How many values are at most `limitMs`. */
export function countWithin(sorted: ArrayLike<number>, limitMs: DurationMs): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= limitMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

const INTERVAL_NAMES = Object.keys(INTERVALS) as Interval[];

/** Counts alarms into groups; the figures come at the end. */
export class ResponseTally {
  readonly #by: Grouping | null;
  readonly #buildings: ReadonlyMap<string, string>;
  readonly #hourOf: (at: EpochMs) => number;
  readonly #groups = new Map<string, Readonly<Record<Interval, Samples>>>();
  #alarms = 0;
  #unverified = 0;

  constructor({ by, timezone, buildings }: Pick<ResponseQuery, "by" | "timezone" | "buildings">) {
    this.#by = by;
    this.#buildings = new Map(buildings);
    this.#hourOf = hourTeller(timezone);
    if (by === null) this.#groupOf(ALL);
  }

  add(alarm: Omit<AlarmRecord, "id" | "outcome">): void {
    if (!alarm.proved) {
      this.#unverified++;
      if (this.#by !== "kind") return;
    }
    this.#alarms++;
    if (this.#by !== "responder") return this.#count(this.#nameOf(alarm), alarm.times);
    for (const asked of alarm.asked) this.#count(asked.responder, ownTimes(alarm.times, asked));
  }

  figures(): ResponseFigures {
    const groups = [...this.#groups].sort(([a], [b]) => compareGroups(a, b));
    const rows = INTERVAL_NAMES.flatMap((interval) =>
      groups.map(([group, samples]) => rowOf(interval, group, samples[interval])),
    );
    return { alarms: this.#alarms, unverified: this.#unverified, rows };
  }

  #nameOf({
    kind,
    proved,
    resident,
    openedAt,
  }: Pick<AlarmRecord, "kind" | "proved" | "resident" | "openedAt">): string {
    switch (this.#by) {
      case "kind":
        return proved ? kind : UNVERIFIED;
      case "building":
        return (resident !== null && this.#buildings.get(resident)) || NO_BUILDING;
      case "hour":
        return String(this.#hourOf(openedAt)).padStart(2, "0");
      default:
        return ALL;
    }
  }

  #count(group: string, times: Times): void {
    const samples = this.#groupOf(group);
    for (const interval of INTERVAL_NAMES) samples[interval].add(intervalOf(times, interval));
  }

  #groupOf(group: string): Readonly<Record<Interval, Samples>> {
    let samples = this.#groups.get(group);
    if (!samples) {
      samples = Object.fromEntries(INTERVAL_NAMES.map((name) => [name, new Samples()])) as Record<Interval, Samples>;
      this.#groups.set(group, samples);
    }
    return samples;
  }
}

/** What one responder was asked and did; the rest of the times are the alarm's. */
const ownTimes = (times: Times, { notifiedAt, deliveredAt, seenAt, acceptedAt, arrivedAt }: Asked): Times => ({
  ...times,
  firstNotifiedAt: notifiedAt,
  deliveredAt: deliveredAt ?? null,
  seenAt,
  acceptedAt,
  arrivedAt,
});

const KIND_ORDER: readonly string[] = [...ALARM_KINDS, UNVERIFIED];

function compareGroups(a: string, b: string): number {
  const [kindA, kindB] = [KIND_ORDER.indexOf(a), KIND_ORDER.indexOf(b)];
  return kindA - kindB || a.localeCompare(b, "zh-CN", { numeric: true });
}

function rowOf(interval: Interval, group: string, samples: Samples): ResponseRow {
  const sorted = samples.sorted();
  return {
    interval,
    group,
    n: samples.n,
    missing: samples.missing,
    medianMs: percentileOf(sorted, 500),
    p90Ms: percentileOf(sorted, 900),
    p975Ms: percentileOf(sorted, 975),
    p99Ms: percentileOf(sorted, 990),
    shareLe60s: shareWithin(sorted, seconds(60)),
    shareLe180s: shareWithin(sorted, minutes(3)),
  };
}

export const RESPONSE_COLUMNS = [
  "interval",
  "group",
  "n",
  "missing",
  "medianMs",
  "p90Ms",
  "p975Ms",
  "p99Ms",
  "shareLe60s",
  "shareLe180s",
] as const satisfies readonly (keyof ResponseRow)[];

/** The cells of a row as text: shares with four decimals, nothing where nothing was measured. */
export const cellsOf = (row: ResponseRow): readonly string[] =>
  RESPONSE_COLUMNS.map((column) => {
    const value = row[column];
    if (value === null) return "";
    return column.startsWith("share") ? (value as number).toFixed(4) : String(value);
  });

/** CSV (RFC 4180) with the header of `RESPONSE_COLUMNS`. */
export const responseCsv = (rows: readonly ResponseRow[]): string =>
  [RESPONSE_COLUMNS, ...rows.map(cellsOf)].map(csvLine).join("");
