import type { Recurrence } from "../core/input.ts";
import { deviceIdOf, pressedKeyOf, type Report } from "../core/report.ts";
import type { EpochMs } from "../core/units.ts";

/** Keys remembered; beyond it the one heard longest ago is forgotten, and the journal alone tells its next repeat. */
const KEYS_MAX = 8_192;

interface Run {
  readonly since: EpochMs;
  readonly lastAt: EpochMs;
}

/** Measures how lately each press without a counter was heard; what that means is for the core to say. */
export class Recurrences {
  readonly #runs = new Map<string, Run>();

  /** Null: not heard before, or the device counts its presses itself. */
  note(report: Report): Recurrence | null {
    const { repeatMs, released, mark, receivedAt: now } = report;
    const press = pressedKeyOf(report);
    const device = deviceIdOf(report.bridge, report.address);
    for (const key of released ?? []) this.#runs.delete(`${device} ${key}`);
    if (press === null || repeatMs === undefined) return null;
    const name = mark === undefined ? `${device} ${press}` : `${device} ${press} ${mark}`;
    const last = this.#runs.get(name);
    // A clock that was set back measures nothing.
    const sinceMs = last === undefined || last.lastAt > now ? null : now - last.lastAt;
    const since = last !== undefined && sinceMs !== null && sinceMs <= repeatMs ? last.since : now;
    this.#runs.delete(name);
    this.#runs.set(name, { since, lastAt: now });
    if (this.#runs.size > KEYS_MAX) this.#runs.delete(this.#runs.keys().next().value!);
    return sinceMs === null ? null : { sinceMs, runMs: now - since };
  }
}
