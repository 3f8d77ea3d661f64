import type { DurationMs, EpochMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";

interface Bucket {
  tokens: number;
  filledAt: EpochMs;
  readonly held: (() => void)[];
  timer: Timer | null;
}

export interface FloodBounds {
  readonly reportsPerS: number;
  readonly reportsBurst: number;
  readonly heldPerDeviceMax: number;
  readonly ratesMax: number;
}

/**
 * How fast each device may report: a bucket of tokens a device, so that one that floods waits and no other does.
 * What waits keeps its order. The device idle longest is forgotten at `ratesMax`; its bucket is full again by then.
 */
export class FloodLimit {
  readonly #clock: Clock;
  readonly #bounds: FloodBounds;
  readonly #stepMs: DurationMs;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, bounds: FloodBounds) {
    this.#clock = clock;
    this.#bounds = bounds;
    this.#stepMs = Math.ceil(1_000 / bounds.reportsPerS);
  }

  /** Takes a token of `device`, leaving at least `reserved` behind; false when there is none to take. */
  take(device: string, reserved = 0): boolean {
    const bucket = this.#bucket(device);
    if (bucket.held.length > 0) return false;
    if (bucket.tokens < 1 + reserved) return false;
    bucket.tokens -= 1;
    return true;
  }

  /** Runs `turn` when the device's turn comes, after what waits already; false when too many wait. */
  hold(device: string, turn: () => void): boolean {
    const bucket = this.#bucket(device);
    if (bucket.held.length >= this.#bounds.heldPerDeviceMax) return false;
    bucket.held.push(turn);
    this.#wake(device, bucket);
    return true;
  }

  /** Forgets what waits: nothing of it was acknowledged. */
  stop(): void {
    for (const bucket of this.#buckets.values()) bucket.timer?.cancel();
    this.#buckets.clear();
  }

  #wake(device: string, bucket: Bucket): void {
    bucket.timer ??= this.#clock.after(this.#stepMs, () => {
      bucket.timer = null;
      this.#refill(bucket);
      while (bucket.held.length > 0 && bucket.tokens >= 1) {
        bucket.tokens -= 1;
        bucket.held.shift()!();
      }
      if (bucket.held.length > 0) this.#wake(device, bucket);
    });
  }

  #bucket(device: string): Bucket {
    const known = this.#buckets.get(device);
    const bucket = known ?? { tokens: this.#bounds.reportsBurst, filledAt: this.#clock.now(), held: [], timer: null };
    if (known) this.#refill(known);
    // The map is in the order of use, so the first key is the one idle longest.
    this.#buckets.delete(device);
    this.#buckets.set(device, bucket);
    if (this.#buckets.size > this.#bounds.ratesMax) this.#forgetIdlest();
    return bucket;
  }

  #forgetIdlest(): void {
    for (const [device, bucket] of this.#buckets) {
      if (bucket.held.length > 0) continue;
      this.#buckets.delete(device);
      return;
    }
  }

  #refill(bucket: Bucket): void {
    const now = this.#clock.now();
    const gained = (Math.max(0, now - bucket.filledAt) * this.#bounds.reportsPerS) / 1_000;
    bucket.tokens = Math.min(this.#bounds.reportsBurst, bucket.tokens + gained);
    bucket.filledAt = now;
  }
}
