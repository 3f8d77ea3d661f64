import type { Clock, Timer } from "../../gateway/ports/clock.ts";
import type { DurationMs, EpochMs } from "../../gateway/core/units.ts";

interface Entry {
  at: EpochMs;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Time of the simulated world: true time, moved from timer to timer. A heap, because a day has a million of them. */
export class WorldClock {
  #now: EpochMs;
  #order = 0;
  /** What the machine's clock shows beyond the true time. */
  wallOffsetMs: DurationMs = 0;
  readonly #heap: Entry[] = [];

  constructor(start: EpochMs) {
    this.#now = start;
  }

  now(): EpochMs {
    return this.#now;
  }

  after(afterMs: DurationMs, run: () => void): Timer & { readonly at: EpochMs } {
    const entry: Entry = { at: this.#now + Math.max(0, afterMs), order: ++this.#order, run, cancelled: false };
    this.#push(entry);
    return { at: entry.at, cancel: () => void (entry.cancelled = true) };
  }

  /** Fires what falls due up to `end`, in order; after each timer all promises settle, then `afterStep` looks. */
  async runTo(end: EpochMs, afterStep: () => void): Promise<void> {
    for (let first = this.#heap[0]; first && first.at <= end; first = this.#heap[0]) {
      this.#pop();
      if (first.cancelled) continue;
      this.#now = Math.max(this.#now, first.at);
      first.run();
      await settled();
      afterStep();
    }
    this.#now = Math.max(this.#now, end);
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const least = right < heap.length && isBefore(heap[right]!, heap[left]!) ? right : left;
      if (!isBefore(heap[least]!, last)) break;
      heap[index] = heap[least]!;
      index = least;
    }
    heap[index] = last;
  }
}

/** One turn of the event loop: every promise that can go on without time has gone on. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The clock of one run of the gateway: starts as the machine's wall clock, dies with the process. */
export class ProcessClock implements Clock {
  readonly #world: WorldClock;
  #offsetMs: DurationMs;
  #dead = false;
  readonly #timers = new Set<Timer & { readonly at: EpochMs }>();

  constructor(world: WorldClock) {
    this.#world = world;
    this.#offsetMs = world.wallOffsetMs;
  }

  now(): EpochMs {
    return this.#world.now() + this.#offsetMs;
  }

  wall(): EpochMs {
    return this.#world.now() + this.#world.wallOffsetMs;
  }

  adoptWall(): void {
    this.#offsetMs = this.#world.wallOffsetMs;
  }

  after(afterMs: DurationMs, run: () => void): Timer {
    if (this.#dead) return { cancel: () => undefined };
    const timer = this.#world.after(afterMs, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
    return {
      cancel: () => {
        timer.cancel();
        this.#timers.delete(timer);
      },
    };
  }

  /** Whether something of this process will run at just this moment of its own time. */
  hasTimerAt(at: EpochMs): boolean {
    for (const timer of this.#timers) if (timer.at + this.#offsetMs === at) return true;
    return false;
  }

  kill(): void {
    this.#dead = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }
}
