/** Something that will happen and can still be called off. */
export interface SimTimer {
  cancel(): void;
}

/** Time as the simulated parts see it: milliseconds since 1970 UTC. Tests inject one that they move by hand. */
export interface SimClock {
  now(): number;
  /** Calls `run` once after `afterMs`. */
  after(afterMs: number, run: () => void): SimTimer;
}

/** The machine's clock. */
export const realClock: SimClock = {
  now: () => Date.now(),
  after(afterMs, run) {
    const timer = setTimeout(run, afterMs);
    return { cancel: () => clearTimeout(timer) };
  },
};
