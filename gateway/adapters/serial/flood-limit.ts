import type { DecodedReport } from "../../core/definition.ts";
import type { EpochMs } from "../../core/units.ts";

/** One device may send this many reports a second, and this many at once. */
export const FLOOD_PER_SECOND = 10;
export const FLOOD_BURST = 30;
/** The part of the burst that heartbeats leave to presses. */
const HEARTBEATS_LEAVE = 15;
/** Devices that are remembered; the one unheard for longest is forgotten. */
const MAX_ENROLLED = 8_192;
/** Strangers with an allowance of their own; further ones share a single one. */
const MAX_STRANGERS = 256;

interface Bucket {
  tokens: number;
  at: EpochMs;
}

interface Device {
  /** Proved, with a counter never seen before: nobody but the device can make one. */
  readonly fresh: Bucket;
  /** Proved, but repeated or old: anybody can play these back. */
  readonly again: Bucket;
  /** Anybody can send these under any address. */
  readonly unproved: Bucket;
  highest: number;
}

/**
 * Limits each device by itself, so that a flood of one hides no press of another. Within a device, forged and
 * played-back frames have allowances of their own and cannot use up that of a new, proved press.
 */
export class FloodLimit {
  readonly #enrolled = new Map<string, Device>();
  readonly #strangers = new Map<string, Bucket>();
  #overflow: Bucket | null = null;

  /** Whether this report may pass at `now`. `enrolled`: the address is that of a known device. */
  allows(report: DecodedReport, enrolled: boolean, now: EpochMs): boolean {
    if (!enrolled) return spend(this.#strangerBucket(report.address, now), now);
    const device = this.#device(report.address, now);
    if (report.proof !== "valid") return spend(device.unproved, now);
    const counter = report.counter;
    if (counter !== null && counter <= device.highest) return spend(device.again, now);
    if (!spend(device.fresh, now, report.kind === "heartbeat" ? HEARTBEATS_LEAVE : 0)) return false;
    if (counter !== null) device.highest = counter;
    return true;
  }

  #device(address: string, now: EpochMs): Device {
    const known = this.#enrolled.get(address);
    const device = known ?? { fresh: full(now), again: full(now), unproved: full(now), highest: -1 };
    // Taken out and put back, so that the map's first entry is the one unheard for longest.
    this.#enrolled.delete(address);
    if (this.#enrolled.size >= MAX_ENROLLED) this.#enrolled.delete(firstKey(this.#enrolled));
    this.#enrolled.set(address, device);
    return device;
  }

  #strangerBucket(address: string, now: EpochMs): Bucket {
    const known = this.#strangers.get(address);
    this.#strangers.delete(address);
    if (!known && this.#strangers.size >= MAX_STRANGERS && !this.#forgetRested(now))
      return (this.#overflow ??= full(now));
    const bucket = known ?? full(now);
    this.#strangers.set(address, bucket);
    return bucket;
  }

  /** Forgets the stranger unheard for longest when its allowance is whole again: it would start so anew. */
  #forgetRested(now: EpochMs): boolean {
    const address = firstKey(this.#strangers);
    refill(this.#strangers.get(address)!, now);
    const rested = this.#strangers.get(address)!.tokens >= FLOOD_BURST;
    if (rested) this.#strangers.delete(address);
    return rested;
  }
}

const firstKey = (map: ReadonlyMap<string, unknown>): string => map.keys().next().value!;

const full = (now: EpochMs): Bucket => ({ tokens: FLOOD_BURST, at: now });

function refill(bucket: Bucket, now: EpochMs): void {
  const elapsedS = Math.max(0, now - bucket.at) / 1_000;
  bucket.tokens = Math.min(FLOOD_BURST, bucket.tokens + elapsedS * FLOOD_PER_SECOND);
  bucket.at = now;
}

function spend(bucket: Bucket, now: EpochMs, leave = 0): boolean {
  refill(bucket, now);
  if (bucket.tokens < 1 + leave) return false;
  bucket.tokens -= 1;
  return true;
}
