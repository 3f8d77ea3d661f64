import type { DurationMs, EpochMs } from "../core/units.ts";

export interface Timer {
  cancel(): void;
}

/**
 * The only source of time. `now` is steady: it starts as wall time and then follows the monotonic clock, so a stepped
 * wall clock never delays a due time; `wall` is what the machine's clock shows.
 */
export interface Clock {
  now(): EpochMs;
  wall(): EpochMs;
  /** Takes the wall clock as the new base of `now`, after a step was journaled. */
  adoptWall(): void;
  /** Calls `run` once after `afterMs` of steady time. */
  after(afterMs: DurationMs, run: () => void): Timer;
}
