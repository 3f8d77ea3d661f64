import { median } from "./figures.ts";
import type { Figures } from "./phases.ts";

/** What the runs found: each figure of each subject, a value a run. */
export class Results {
  readonly #values = new Map<string, Map<string, number[]>>();

  add(subject: string, figures: Figures): void {
    const own = this.#values.get(subject) ?? new Map<string, number[]>();
    this.#values.set(subject, own);
    for (const [name, value] of Object.entries(figures)) own.set(name, [...(own.get(name) ?? []), value]);
  }

  runs(subject: string, name: string): readonly number[] {
    return this.#values.get(subject)?.get(name) ?? [];
  }

  /** The median of the runs; NaN where nothing was measured. */
  median(subject: string, name: string): number {
    return median(this.runs(subject, name).filter((value) => !Number.isNaN(value)));
  }

  /** Over all runs; NaN where nothing was measured. */
  sum(subject: string, name: string): number {
    const runs = this.runs(subject, name);
    return runs.length === 0 ? Number.NaN : runs.reduce((sum, value) => sum + value, 0);
  }

  /** The median of the ratios run by run, because only figures of one run can be compared. */
  ratio(subject: string, over: string, name: string): number {
    const below = this.runs(over, name);
    return median(this.runs(subject, name).map((value, run) => value / (below[run] ?? Number.NaN)));
  }

  medians(): Record<string, Record<string, number>> {
    const all = [...this.#values].map(([subject, own]) => [
      subject,
      Object.fromEntries([...own.keys()].map((name) => [name, rounded(this.median(subject, name))])),
    ]);
    return Object.fromEntries(all) as Record<string, Record<string, number>>;
  }
}

export const rounded = (value: number): number => Number(value.toPrecision(4));

export interface Target {
  readonly name: string;
  readonly value: number | null;
  readonly target: number;
  readonly unit: string;
  readonly met: boolean;
}

/** An upper limit; what was not measured has no value and is not met. */
export const limit = (name: string, value: number, target: number, unit: string): Target => ({
  name,
  value: Number.isFinite(value) ? rounded(value) : null,
  target,
  unit,
  met: value <= target,
});

/**
 * Every line of the targets for this gateway, as far as it is among the subjects that ran; all are upper limits. What
 * was not measured (a peer that is missing) has no value and is not met.
 */
export function targetsOf(results: Results, subjects: readonly string[]): readonly Target[] {
  const ways = ["okc-mqtt", "okc-pty"]
    .filter((way) => subjects.includes(way))
    .flatMap((way) => [
      limit(`${way}: press to hotline p50 at 1/s`, results.median(way, "slowU"), 2.5, "U"),
      limit(`${way}: p50 at 1/s against Node-RED`, results.ratio(way, "node-red", "slowP50Ms"), 1, "x Node-RED"),
      limit(`${way}: press to hotline p50 at 200/s`, results.median(way, "rateU"), 3.5, "U"),
      limit(`${way}: p99 at 200/s against fdatasync`, results.median(way, "rateP99Syncs"), 3, "x p99 fdatasync"),
      limit(`${way}: p99 at 200/s against the bare gateway`, results.ratio(way, "bare", "rateP99Ms"), 1.5, "x bare"),
      limit(`${way}: 1,000 at once, all acknowledged`, results.median(way, "burstAckU"), 200, "U"),
      limit(`${way}: 1,000 at once, all at the hotline`, results.ratio(way, "bare", "burstHotlineMs"), 1.25, "x bare"),
      limit(`${way}: acknowledged and lost by kill -9`, results.sum(way, "killLost"), 0, "presses"),
      limit(`${way}: replay after kill -9`, results.median(way, "killReplayMs"), 1_500, "ms"),
      limit(
        `${way}: start to first press delivered`,
        results.median(way, "startMs") / results.median("node", "emptyMs"),
        4,
        "x node -e 0",
      ),
    ]);
  if (!subjects.includes("okc-mqtt")) return ways;
  return [
    ...ways,
    limit("okc-mqtt: RSS with 1,000 connected pendants", results.median("okc-mqtt", "connectedMb"), 130, "MB"),
    limit("okc-mqtt: 1,000 pendants connect at once", results.median("okc-mqtt", "connectMs"), 1_500, "ms"),
    limit("okc-mqtt: connections refused", results.sum("okc-mqtt", "refused"), 0, "connections"),
  ];
}

/** A line of the table. */
export type Row = readonly [label: string, figure: string, unit: string];

export const ROWS: readonly Row[] = [
  ["1/s: U", "slowUnitMs", "ms"],
  ["1/s: press → hotline p50", "slowP50Ms", "ms"],
  ["", "slowU", "U"],
  ["200/s: U", "rateUnitMs", "ms"],
  ["200/s: press → hotline p50", "rateP50Ms", "ms"],
  ["", "rateU", "U"],
  ["200/s: p99", "rateP99Ms", "ms"],
  ["200/s: fdatasync p99", "rateSyncP99Ms", "ms"],
  ["200/s: never arrived", "rateMissing", ""],
  ["1,000 at once: U", "burstUnitMs", "ms"],
  ["1,000 at once: all acknowledged", "burstAckMs", "ms"],
  ["", "burstAckU", "U"],
  ["1,000 at once: all at the hotline", "burstHotlineMs", "ms"],
  ["kill -9: acknowledged before", "killAcked", ""],
  ["kill -9: of these lost", "killLost", ""],
  ["kill -9: duplicates", "killDuplicates", ""],
  ["kill -9: start → last of them", "killReplayMs", "ms"],
  ["RSS idle", "idleMb", "MB"],
  ["RSS with 1,000 pendants", "connectedMb", "MB"],
  ["RSS after the burst", "peakMb", "MB"],
  ["1,000 pendants connect", "connectMs", "ms"],
  ["start → first press delivered", "startMs", "ms"],
];

/** What a bench found, ready to be printed. */
export interface Findings {
  readonly results: Results;
  readonly subjects: readonly { readonly name: string; readonly description: string }[];
  readonly rows: readonly Row[];
  readonly targets: readonly Target[];
}

/** Subjects side by side, then the targets. */
export function tableOf({ results, subjects, rows, targets }: Findings): string {
  const shown = (value: number): string => (Number.isNaN(value) ? "–" : String(rounded(value)));
  const line = (label: string, unit: string, cells: readonly string[]): string =>
    `${label.padEnd(36)}${unit.padEnd(4)}${cells.map((cell) => cell.padStart(11)).join("")}`;
  const lines = rows.map(([label, figure, unit]) =>
    line(
      label,
      unit,
      subjects.map(({ name }) => shown(results.median(name, figure))),
    ),
  );
  const limits = targets.map(
    ({ name, value, target, unit, met }) =>
      `${met ? "met   " : value === null ? "  –   " : "MISSED"} ${name}: ${value ?? "not measured"} of at most ${target} ${unit}`,
  );
  const emptyMs = results.median("node", "emptyMs");
  const node = Number.isNaN(emptyMs) ? [] : [`node -e 0: ${shown(emptyMs)} ms`];
  const heads = subjects.map(({ name }) => name);
  return [line("", "", heads), ...lines, ...node, "", ...limits].join("\n");
}
