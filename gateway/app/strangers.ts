import type { Heard } from "../core/input.ts";
import type { HeardBefore } from "../core/learn-events.ts";
import { deviceIdOf, type Report } from "../core/report.ts";
import { days, type EpochMs } from "../core/units.ts";

/** Codes remembered; beyond it the one heard longest ago is forgotten. */
export const STRANGERS_MAX = 2_000;
/** A code that was not heard for so long is forgotten. */
export const STRANGER_MS = days(7);
/** Lines remembered of one code: more than one is all that matters. */
const LINES_MAX = 8;

/**
 * Codes of remotes that nobody enrolled, as they were heard since this start: whoever enrols one of them must know
 * whether another home uses it too. Kept in memory only.
 */
export class Strangers {
  readonly #since: EpochMs;
  /** Heard longest ago first. */
  readonly #known = new Map<string, HeardBefore>();

  constructor(since: EpochMs) {
    this.#since = since;
  }

  /** What is known of the device of this report; null: it was not heard before. */
  about(report: Report): HeardBefore | null {
    const known = this.#known.get(nameOf(report));
    return known && report.receivedAt - known.lastAt <= STRANGER_MS ? known : null;
  }

  /** A press that was no enrolled device's. A copy of one tells from where it is heard; within a window none counts. */
  note(report: Report, heard: Heard, isCopy: boolean): void {
    if (report.press === null || !["ignored", "unknown-device", "learning"].includes(heard)) return;
    const { rssiDbm = null, line, receivedAt: at } = report;
    const name = nameOf(report);
    const known = this.about(report) ?? { ...UNHEARD, firstAt: at };
    this.#known.delete(name);
    this.#known.set(name, {
      count: known.count + (isCopy || heard === "learning" ? 0 : 1),
      firstAt: known.firstAt,
      lastAt: at,
      since: this.#since,
      lines: known.lines.includes(line) ? known.lines : [...known.lines, line].slice(-LINES_MAX),
      rssiMinDbm: least(known.rssiMinDbm, rssiDbm, Math.min),
      rssiMaxDbm: least(known.rssiMaxDbm, rssiDbm, Math.max),
    });
    if (this.#known.size > STRANGERS_MAX) this.#known.delete(this.#known.keys().next().value!);
  }
}

const UNHEARD: Pick<HeardBefore, "count" | "lines" | "rssiMinDbm" | "rssiMaxDbm"> = {
  count: 0,
  lines: [],
  rssiMinDbm: null,
  rssiMaxDbm: null,
};

const nameOf = ({ bridge, address }: Report): string => deviceIdOf(bridge, address);

const least = (a: number | null, b: number | null, of: (a: number, b: number) => number): number | null =>
  a === null ? b : b === null ? a : of(a, b);
