import type { EpochMs } from "../../core/units.ts";
import { ADDRESSES_MAX, FAILED_MAX, FAILED_WITHIN_MS } from "./limits.ts";

/**
 * Counts failed identifications by address. Whoever shows a good token is never asked for this count: a guesser behind
 * the same address must not keep anybody from an alarm.
 */
export class FailedAttempts {
  readonly #byAddress = new Map<string, { since: EpochMs; count: number }>();

  /** Notes one more failure; false: there were too many within the last minute. */
  note(address: string, now: EpochMs): boolean {
    const known = this.#byAddress.get(address);
    if (known && now - known.since < FAILED_WITHIN_MS) return ++known.count <= FAILED_MAX;
    this.#byAddress.delete(address);
    if (this.#byAddress.size >= ADDRESSES_MAX) {
      const [oldest] = this.#byAddress.keys();
      this.#byAddress.delete(oldest!);
    }
    this.#byAddress.set(address, { since: now, count: 1 });
    return true;
  }
}
