import type { EpochMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Attempt } from "./attempt.ts";

/** One timer serves all frames: when it fires it looks whether the present one is overdue, or to be written again. */
export class ReplyWatch {
  readonly #clock: Clock;
  readonly #look: () => void;
  #timer: Timer | null = null;
  #at: EpochMs = 0;

  constructor(clock: Clock, look: () => void) {
    this.#clock = clock;
    this.#look = look;
  }

  /** Looks at the latest when this frame is due for anything. */
  over({ repeatAt, deadline }: Attempt): void {
    const at = Math.min(repeatAt, deadline);
    if (this.#timer && this.#at <= at) return;
    this.stop();
    this.#at = at;
    this.#timer = this.#clock.after(at - this.#clock.now(), () => {
      this.#timer = null;
      this.#look();
    });
  }

  /** A clock that was set back since the frame left does not say how long it has waited: too long, then. */
  isOverdue({ deadline, writtenAt }: Attempt): boolean {
    const now = this.#clock.now();
    return now >= deadline || now < writtenAt;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
