import { randomInt } from "node:crypto";

/** A seed for a run that nobody has fixed; print it, so that the run can be repeated. */
export const newSeed = (): number => randomInt(1, 2 ** 31);

/** Chance that repeats: the same seed gives the same sequence on every machine (xorshift32, Marsaglia 2003). */
export class SeededRandom {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    // Neighbouring seeds would begin alike, so the seed is spread first; zero is the one state it cannot leave.
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0 || 1;
    for (let turn = 0; turn < 8; turn++) this.next();
  }

  /** A number from 0 up to, but not including, 1. */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state / 2 ** 32;
  }

  /** A whole number from 0 up to, but not including, `below`. */
  integer(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** True with probability `p`. Zero draws nothing, so an idle fault does not shift the others. */
  chance(p: number): boolean {
    return p > 0 && this.next() < p;
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.integer(256)));
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.integer(items.length)];
    if (item === undefined) throw new Error("SeededRandom.pick: nothing to pick from");
    return item;
  }
}
