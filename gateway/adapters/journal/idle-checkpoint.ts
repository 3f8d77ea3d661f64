import type { Clock, Timer } from "../../ports/clock.ts";
import type { DurationMs } from "../../core/units.ts";

/** The log is moved into the database after this many commits, in the first pause of this length. */
const CHECKPOINT_COMMITS = 64;
const CHECKPOINT_PAUSE_MS: DurationMs = 250;

/** Keeps checkpoints off the moment of a press: they are made when no commit came for a while. */
export class IdleCheckpoint {
  readonly #clock: Clock;
  readonly #checkpoint: () => Promise<unknown>;
  #commits = 0;
  #timer: Timer | null = null;

  constructor(clock: Clock, checkpoint: () => Promise<unknown>) {
    this.#clock = clock;
    this.#checkpoint = checkpoint;
  }

  /** A commit begins: the pause counts anew. */
  began(): void {
    this.#commits++;
    if (this.#commits >= CHECKPOINT_COMMITS && this.#timer === null) this.#wait(this.#commits);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #wait(commits: number): void {
    this.#timer = this.#clock.after(CHECKPOINT_PAUSE_MS, () => {
      this.#timer = null;
      if (commits !== this.#commits) return this.#wait(this.#commits);
      this.#commits = 0;
      // One that fails is made up for by the next; the commits tell when the disk is ill.
      this.#checkpoint().catch(() => undefined);
    });
  }
}
