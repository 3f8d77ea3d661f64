import { Allowance, Allowances, type Rate } from "../../core/allowance.ts";
import type { DecodedReport } from "../../core/definition.ts";
import type { EpochMs } from "../../core/units.ts";

/** One device may send this many reports a second, and this many at once. */
export const FLOOD_PER_SECOND = 10;
export const FLOOD_BURST = 30;
const RATE: Rate = { burst: FLOOD_BURST, perSecond: FLOOD_PER_SECOND };
/** The part of the burst that heartbeats leave to presses. */
const HEARTBEATS_LEAVE = 15;
/** Devices that are remembered; the one unheard for longest is forgotten. */
const MAX_ENROLLED = 8_192;
/** Strangers with an allowance of their own; further ones share a single one. */
const MAX_STRANGERS = 256;

interface Device {
  /** Proved, with a counter never seen before: nobody but the device can make one. */
  readonly fresh: Allowance;
  /** Proved, but repeated or old: anybody can play these back. */
  readonly again: Allowance;
  /** Anybody can send these under any address. */
  readonly unproved: Allowance;
  highest: number;
}

/**
 * Limits each device by itself, so that a flood of one hides no press of another. Within a device, forged and
 * played-back frames have allowances of their own and cannot use up that of a new, proved press.
 */
export class FloodLimit {
  readonly #enrolled = new Map<string, Device>();
  readonly #strangers = new Allowances(RATE, MAX_STRANGERS);

  /** Whether this report may pass at `now`. `enrolled`: the address is that of a known device. */
  allows(report: DecodedReport, enrolled: boolean, now: EpochMs): boolean {
    if (!enrolled) return this.#strangers.take(report.address, now);
    const device = this.#device(report.address, now);
    if (report.proof !== "valid") return device.unproved.take(now);
    const counter = report.counter;
    if (counter !== null && counter <= device.highest) return device.again.take(now);
    if (!device.fresh.take(now, report.kind === "heartbeat" ? HEARTBEATS_LEAVE : 0)) return false;
    if (counter !== null) device.highest = counter;
    return true;
  }

  #device(address: string, now: EpochMs): Device {
    const known = this.#enrolled.get(address);
    const device = known ?? { fresh: whole(now), again: whole(now), unproved: whole(now), highest: -1 };
    // Taken out and put back, so that the map's first entry is the one unheard for longest.
    this.#enrolled.delete(address);
    if (this.#enrolled.size >= MAX_ENROLLED) this.#enrolled.delete(this.#enrolled.keys().next().value!);
    this.#enrolled.set(address, device);
    return device;
  }
}

const whole = (now: EpochMs): Allowance => new Allowance(RATE, now);
