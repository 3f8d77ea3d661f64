import { performance } from "node:perf_hooks";
import type { DurationMs, EpochMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";

/** The machine's clocks. `now` is wall time at the start, then the monotonic clock. */
export class SystemClock implements Clock {
  #base = Date.now() - performance.now();

  now(): EpochMs {
    return Math.round(this.#base + performance.now());
  }

  wall(): EpochMs {
    return Date.now();
  }

  adoptWall(): void {
    this.#base = Date.now() - performance.now();
  }

  after(afterMs: DurationMs, run: () => void): Timer {
    const timer = setTimeout(run, afterMs);
    return { cancel: () => clearTimeout(timer) };
  }
}
