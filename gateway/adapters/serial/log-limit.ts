import type { DurationMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";

/** Lets one of many like things through at a time: the first at once, then the latest each `everyMs` with a count. */
export class LogLimit<Item> {
  readonly #clock: Clock;
  readonly #everyMs: DurationMs;
  readonly #write: (item: Item, suppressed: number) => void;
  #waiting: { item: Item; count: number } | null = null;
  #timer: Timer | null = null;

  /** `write` gets an item and how many others since the last were left out. */
  constructor(clock: Clock, everyMs: DurationMs, write: (item: Item, suppressed: number) => void) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#write = write;
  }

  add(item: Item): void {
    if (this.#timer) {
      this.#waiting = { item, count: (this.#waiting?.count ?? 0) + 1 };
      return;
    }
    this.#write(item, 0);
    this.#timer = this.#clock.after(this.#everyMs, () => this.#due());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#flush();
  }

  #due(): void {
    this.#timer = null;
    if (this.#flush()) this.#timer = this.#clock.after(this.#everyMs, () => this.#due());
  }

  #flush(): boolean {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) this.#write(waiting.item, waiting.count - 1);
    return waiting !== null;
  }
}
