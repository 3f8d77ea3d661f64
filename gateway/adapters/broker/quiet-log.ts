import { seconds } from "../../core/units.ts";
import type { EpochMs } from "../../core/units.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";

/** One line about the same thing in this time. */
const LINE_EVERY_MS = seconds(10);
/** Things remembered; the oldest is forgotten and may say its line early. */
const SUBJECTS_MAX = 1_024;

/** Says the first of many like lines at once and then one every ten seconds, with how many were left out. */
export class QuietLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #said = new Map<string, { at: EpochMs; leftOut: number }>();

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** `subject` is what the line is about: what happened and to whom. */
  warn(subject: string, message: string, fields: Readonly<Record<string, unknown>>): void {
    const now = this.#clock.now();
    const last = this.#said.get(subject);
    if (last && now - last.at < LINE_EVERY_MS && now >= last.at) {
      last.leftOut++;
      return;
    }
    this.#said.delete(subject);
    this.#said.set(subject, { at: now, leftOut: 0 });
    if (this.#said.size > SUBJECTS_MAX) this.#said.delete(this.#said.keys().next().value!);
    this.#log.warn(message, last && last.leftOut > 0 ? { ...fields, leftOut: last.leftOut } : fields);
  }
}
