import type { DurationMs, EpochMs } from "../core/units.ts";
import type { Pace } from "./sending-limits.ts";

/** Keeps the pace that a service allows: how many left within its span, and when the next may. */
export class SendingPace {
  readonly #pace: Pace | null;
  /** When each of the newest left, oldest first; never more than the pace's count. */
  readonly #left: EpochMs[] = [];

  constructor(pace: Pace | null) {
    this.#pace = pace;
  }

  /** How long a message of that priority has to wait; 0: it may go now. */
  waitMs(priority: number, now: EpochMs): DurationMs {
    if (!this.#pace) return 0;
    const { count, urgentReserve, spanMs } = this.#pace;
    while (this.#left[0] !== undefined && this.#left[0] + spanMs <= now) this.#left.shift();
    const allowed = priority === 1 ? count : count - urgentReserve;
    const blocking = this.#left[this.#left.length - allowed];
    return blocking === undefined ? 0 : blocking + spanMs - now;
  }

  note(now: EpochMs): void {
    if (this.#pace) this.#left.push(now);
  }
}
