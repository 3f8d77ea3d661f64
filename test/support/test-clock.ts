import type { Clock, Timer } from "../../gateway/ports/clock.ts";
import type { DurationMs, EpochMs } from "../../gateway/core/units.ts";

interface Entry {
  readonly at: EpochMs;
  readonly order: number;
  readonly run: () => void;
}

/** 2026-11-23T12:00:00Z: the moment the golden frames of the hotline carry. */
export const NOON: EpochMs = Date.UTC(2026, 10, 23, 12, 0, 0);

/** A clock that a test moves by hand. Real I/O goes on between the steps when `settle` waits for it. */
export class TestClock implements Clock {
  #now: EpochMs;
  #wallOffset = 0;
  /** The sum of all steps that were adopted. */
  #adoptedMs = 0;
  #order = 0;
  readonly #timers = new Map<number, Entry>();
  /** Awaited after each timer that fires: a harness waits here until its I/O is quiet. */
  settle: () => Promise<void> = async () => {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  };

  /** True time, as people and devices around the gateway have it: a step of the gateway's clock does not show in it. */
  readonly world = {
    now: (): EpochMs => this.#now - this.#adoptedMs,
    after: (afterMs: DurationMs, run: () => void): Timer => this.after(afterMs, run),
  };

  constructor(start: EpochMs = NOON) {
    this.#now = start;
  }

  now(): EpochMs {
    return this.#now;
  }

  wall(): EpochMs {
    return this.#now + this.#wallOffset;
  }

  adoptWall(): void {
    const by = this.#wallOffset;
    this.#wallOffset = 0;
    this.#now += by;
    this.#adoptedMs += by;
    for (const [id, entry] of this.#timers) this.#timers.set(id, { ...entry, at: entry.at + by });
  }

  /** Steps the machine's clock, as an operator or NTP would; steady time is untouched. */
  stepWall(by: DurationMs): void {
    this.#wallOffset += by;
  }

  after(afterMs: DurationMs, run: () => void): Timer {
    const id = ++this.#order;
    this.#timers.set(id, { at: this.#now + Math.max(0, afterMs), order: id, run });
    return { cancel: () => void this.#timers.delete(id) };
  }

  get pending(): number {
    return this.#timers.size;
  }

  /** Moves time on, firing what falls due in order, and lets I/O settle after each. */
  async forward(byMs: DurationMs): Promise<void> {
    const worldEnd = this.world.now() + byMs;
    const end = (): EpochMs => worldEnd + this.#adoptedMs;
    await this.settle();
    for (let next = this.#next(end()); next; next = this.#next(end())) {
      const [id, entry] = next;
      this.#timers.delete(id);
      this.#now = Math.max(this.#now, entry.at);
      entry.run();
      await this.settle();
    }
    this.#now = Math.max(this.#now, end());
    await this.settle();
  }

  #next(end: EpochMs): [number, Entry] | null {
    let first: [number, Entry] | null = null;
    for (const [id, entry] of this.#timers) {
      if (entry.at > end) continue;
      if (!first || entry.at < first[1].at || (entry.at === first[1].at && entry.order < first[1].order))
        first = [id, entry];
    }
    return first;
  }
}
