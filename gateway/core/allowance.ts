import type { EpochMs } from "./units.ts";

/** How much somebody may send: so many at once, and then so many a second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** One allowance. It starts whole and fills with time; a clock that was set back fills nothing. */
export class Allowance {
  readonly #rate: Rate;
  #left: number;
  #at: EpochMs;

  constructor(rate: Rate, now: EpochMs) {
    this.#rate = rate;
    this.#left = rate.burst;
    this.#at = now;
  }

  /** Takes one, and leaves at least `leave`; false when there is none to take. */
  take(now: EpochMs, leave = 0): boolean {
    this.#fill(now);
    if (this.#left < 1 + leave) return false;
    this.#left -= 1;
    return true;
  }

  /** Nothing was taken for so long that a new one would be no larger. */
  isWhole(now: EpochMs): boolean {
    this.#fill(now);
    return this.#left >= this.#rate.burst;
  }

  #fill(now: EpochMs): void {
    const elapsedS = Math.max(0, now - this.#at) / 1_000;
    this.#left = Math.min(this.#rate.burst, this.#left + elapsedS * this.#rate.perSecond);
    this.#at = now;
  }
}

/**
 * An allowance for each of many names that anybody can make up. At most `namesMax` are remembered: the one unheard for
 * longest gives way when its allowance is whole again, and until then all further names share a single one.
 */
export class Allowances {
  readonly #rate: Rate;
  readonly #namesMax: number;
  readonly #ofName = new Map<string, Allowance>();
  #shared: Allowance | null = null;

  constructor(rate: Rate, namesMax: number) {
    this.#rate = rate;
    this.#namesMax = namesMax;
  }

  take(name: string, now: EpochMs): boolean {
    return this.#of(name, now).take(now);
  }

  #of(name: string, now: EpochMs): Allowance {
    const known = this.#ofName.get(name);
    // Taken out and put back, so that the map's first entry is the one unheard for longest.
    this.#ofName.delete(name);
    if (!known && this.#ofName.size >= this.#namesMax && !this.#forgetRested(now))
      return (this.#shared ??= new Allowance(this.#rate, now));
    const allowance = known ?? new Allowance(this.#rate, now);
    this.#ofName.set(name, allowance);
    return allowance;
  }

  #forgetRested(now: EpochMs): boolean {
    const [name, allowance] = this.#ofName.entries().next().value!;
    const isRested = allowance.isWhole(now);
    if (isRested) this.#ofName.delete(name);
    return isRested;
  }
}
