import type { Input, Reply } from "../../gateway/core/input.ts";
import { SeededRandom } from "../../firmware-sim/random.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import type { WorldClock } from "./virtual-clock.ts";

/** What the people and things of the day share. */
export interface Town {
  readonly world: WorldClock;
  /** Null while the gateway is down. */
  readonly gateway: GatewayProcess | null;
  /** The rest of the day is quiet: no new trouble, everybody finishes what is open. */
  readonly isEvening: boolean;
  /** Asks the gateway for something; `then` is not called if it dies over it. False: it is down. */
  ask(input: Input, then?: (reply: Reply) => void): boolean;
}

/** What happened, for the last line. */
export interface Tally {
  presses: number;
  tests: number;
  alarms: number;
  restarts: number;
  kills: number;
  troubles: number;
  strays: number;
  /** Alarms of presses that nothing proves. */
  unproved: number;
  /** True presses shown as unverified because a later report overtook them. */
  overtaken: number;
  steps: number;
  events: number;
  comparisons: number;
}

export const emptyTally = (): Tally => ({
  presses: 0,
  tests: 0,
  alarms: 0,
  restarts: 0,
  kills: 0,
  troubles: 0,
  strays: 0,
  unproved: 0,
  overtaken: 0,
  steps: 0,
  events: 0,
  comparisons: 0,
});

/** Chance of its own for each part of the day, so that a change in one part leaves the others as they were. */
export function chanceFor(seed: number, part: string): SeededRandom {
  let hash = 2166136261;
  for (const letter of part) hash = Math.imul(hash ^ letter.codePointAt(0)!, 16777619);
  return new SeededRandom((seed ^ hash) >>> 0);
}

/** A time between two, in milliseconds. */
export const between = (chance: SeededRandom, fromMs: number, toMs: number): number =>
  fromMs + chance.integer(Math.max(1, toMs - fromMs));
