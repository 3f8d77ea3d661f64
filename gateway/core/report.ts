import type { Say, ReportKind } from "./kinds.ts";
import type { DurationMs, EpochMs } from "./units.ts";

/**
 * Whether the sender proved who it is.
 * `valid`: a tag or an account of its own. `bridge`: a bridge with an account, or the broker behind it, says so: it
 * proves which bridge spoke, and that the bridge knows the device, no more. `none`: the radio has neither key nor
 * check, so anybody near can say the same; for a device that somebody enrolled it has to do. `wrong-tag`: a tag that
 * its key does not give. `no-key`: it would have a key, and nobody enrolled it.
 */
export type Proof = "valid" | "bridge" | "none" | "wrong-tag" | "no-key";

/** What a decoder makes of one thing that a device said, before the line and the clock are added. */
export interface DecodedReport {
  /** The device's address as its definition normalises it: `0000beef`, `p-17`, `ev1527:a1b2c:1`. */
  readonly address: string;
  readonly kind: ReportKind;
  /**
   * The key, switch or command that was pressed, as the wire says it; null: this is no press but a sign of life, a
   * state or a reading. `other` with a press is a bare press: what it means is for the enrolment to say.
   */
  readonly press: string | null;
  /**
   * Where no counter tells presses apart: the same press of the device, heard again within this time of the last
   * time, is still the same one.
   */
  readonly repeatMs?: DurationMs;
  /** These keys are up: the next press of one counts, however soon. */
  readonly released?: readonly string[];
  /** The device's own count, rising by one a report; null where the protocol has none. */
  readonly counter: number | null;
  /** Milliseconds between the press and the sending; null where unknown. */
  readonly ageMs: number | null;
  /** True when the protocol's age field is full: `ageMs` is then the least it can be. */
  readonly ageAtLeast: boolean;
  /** 0–100, null where unknown. */
  readonly batteryPct: number | null;
  /** What a device says that has only a lamp for it; absent where it says nothing of the kind. */
  readonly batteryOk?: boolean;
  /** What it says of its case: opened or torn off, or closed again; absent where it says nothing of the kind. */
  readonly tampered?: boolean;
  /** How strongly it was heard, in dBm; absent where the bridge does not say. */
  readonly rssiDbm?: number;
  /** A quality of the link without a unit, 0–255, which is no signal strength (Zigbee). */
  readonly linkQuality?: number;
  /** Which receiver of its bridge heard it; absent: the bridge has one, or does not say. */
  readonly part?: string;
  /** The device's name as it stands on the wire, printed on it or shown by other programs; null: the message has none; absent: its address. */
  readonly wireId?: string | null;
  /**
   * What the wire gives each press beside its time: a packet's number. Within `repeatMs` the same press with the same
   * mark is the same one, and with another mark the next one.
   */
  readonly mark?: string;
  /** An alarm whose cause the protocol does not tell, as the wire has it: for staff to look after. */
  readonly unclear?: string;
  /** Where the device was; absent where it does not say. */
  readonly position?: Position;
  readonly proof: Proof;
}

/** WGS 84, in degrees. */
export interface Position {
  readonly lat: number;
  readonly lon: number;
  /** False: the last one known, or one that was guessed from cells of the network. */
  readonly isFix: boolean;
}

/** One thing a device said, whatever line it came over. */
export interface Report extends DecodedReport {
  /** Which definition read it: `okc`, `mqtt`. With `address` it names the device. */
  readonly bridge: string;
  /** The serial port or broker it came over; answers go back the same way. */
  readonly line: string;
  readonly transport: "serial" | "mqtt" | "tcp";
  readonly receivedAt: EpochMs;
  /** The message as it came: hex for bytes, text for text; cut at 512 characters. */
  readonly raw: string;
}

/**
 * What tells one press of a device from another: its key; of an alarm without a cause, what the wire has in its place.
 * Null: it is no press.
 */
export const pressedKeyOf = ({ press, unclear }: DecodedReport): string | null =>
  press ?? (unclear === undefined ? null : `unclear ${unclear}`);

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
