import type { Say, ReportKind } from "./kinds.ts";
import type { EpochMs } from "./units.ts";

/**
 * Whether the sender proved who it is.
 * `valid`: a tag or an account of its own; `wrong-tag`: a tag that its key does not give; `no-key`: nobody enrolled it.
 */
export type Proof = "valid" | "wrong-tag" | "no-key";

/** One thing a device said, whatever line it came over. */
export interface Report {
  /** Which definition read it: `okc`, `mqtt`. With `address` it names the device. */
  readonly bridge: string;
  /** The device's address as its bridge writes it: `0000beef`, `p-17`. */
  readonly address: string;
  /** The serial port or broker it came over; answers go back the same way. */
  readonly line: string;
  readonly transport: "serial" | "mqtt";
  readonly kind: ReportKind;
  /** The device's own count, rising by one a report; null where the protocol has none. */
  readonly counter: number | null;
  /** Milliseconds between the press and the sending; null where unknown. */
  readonly ageMs: number | null;
  /** True when the protocol's age field is full: `ageMs` is then the least it can be. */
  readonly ageAtLeast: boolean;
  /** 0–100, null where unknown. */
  readonly batteryPct: number | null;
  readonly proof: Proof;
  readonly receivedAt: EpochMs;
  /** The message as it came: hex for bytes, text for JSON; cut at 512 characters. */
  readonly raw: string;
}

/** A device's name throughout the gateway: `okc:0000beef`. */
export const deviceIdOf = (bridge: string, address: string): string => `${bridge}:${address}`;

/** Something to tell the wearer through a device. `counter` names the report that is answered. */
export interface SayOrder {
  readonly bridge: string;
  readonly address: string;
  readonly line: string;
  readonly counter: number;
  readonly say: Say;
}
