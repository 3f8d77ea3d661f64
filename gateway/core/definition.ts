import type { ReportKind, Say } from "./kinds.ts";
import type { Proof } from "./report.ts";
import type { DurationMs } from "./units.ts";

/** What a decoder makes of one message, before the line and the clock are added. */
export interface DecodedReport {
  readonly address: string;
  readonly kind: ReportKind;
  readonly counter: number | null;
  readonly ageMs: number | null;
  readonly ageAtLeast: boolean;
  readonly batteryPct: number | null;
  readonly proof: Proof;
}

/** `echo`: the dongle has sent our answer on. `rejected`: not a message of this protocol; `message` says what is wrong. */
export type Decoded =
  | { readonly type: "report"; readonly report: DecodedReport }
  | { readonly type: "echo"; readonly address: string; readonly counter: number; readonly say: Say }
  | { readonly type: "rejected"; readonly code: RejectCode; readonly message: string };

export type RejectCode =
  | "oversized"
  | "bad-escape"
  | "bad-length"
  | "bad-crc"
  | "bad-version"
  | "bad-type"
  | "bad-field"
  | "bad-utf8"
  | "bad-json"
  | "bad-topic";

/** The key of an enrolled device (16 bytes); null: enrolled without a key; undefined: nobody enrolled it. */
export type KeyOf = (address: string) => Uint8Array | null | undefined;

/** Cuts a byte stream into frames. Keeps a bounded buffer; `push` never throws. */
export interface Framer {
  push(
    bytes: Uint8Array,
  ): readonly (
    { readonly frame: Uint8Array } | { readonly rejected: { readonly code: RejectCode; readonly message: string } }
  )[];
  /** Forgets a half-read frame, after a re-open. */
  reset(): void;
}

/** How devices are watched for silence. */
export interface Supervision {
  /** How often the device reports by itself; null: it never does. */
  readonly heartbeatEveryMs: DurationMs | null;
  /** Silent for this long is a fault. */
  readonly silentAfterMs: DurationMs | null;
}

/** A protocol on a serial line, as data and a small codec. */
export interface SerialDefinition {
  readonly transport: "serial";
  readonly bridge: string;
  readonly baud: number;
  readonly supervision: Supervision;
  /** The form of an address, for the error text of an import. */
  readonly addressForm: string;
  /** Brings an address to the form used throughout, or null when it is none. */
  normalizeAddress(address: string): string | null;
  createFramer(): Framer;
  decode(frame: Uint8Array, keyOf: KeyOf): Decoded;
  /** The bytes that tell `address` something, framed for the wire. */
  encodeSay(order: { address: string; counter: number; say: Say }, key: Uint8Array): Uint8Array;
}

/** A protocol on MQTT topics. */
export interface MqttDefinition {
  readonly transport: "mqtt";
  readonly bridge: string;
  readonly supervision: Supervision;
  readonly addressForm: string;
  normalizeAddress(address: string): string | null;
  /** Topic filters that carry reports: `okc/+/up`. */
  readonly reportFilters: readonly string[];
  /** The device a report topic speaks for, or null when it is none of ours. */
  addressOf(topic: string): string | null;
  /** The topics one device may publish to and subscribe to. */
  topicsOf(address: string): { readonly publish: readonly string[]; readonly subscribe: readonly string[] };
  /** What an account for the whole bridge may do (filters). */
  readonly bridgeTopics: { readonly publish: readonly string[]; readonly subscribe: readonly string[] };
  decode(topic: string, payload: Uint8Array): Decoded;
  encodeSay(order: { address: string; counter: number; say: Say }): {
    readonly topic: string;
    readonly payload: string;
  };
}

export type Definition = SerialDefinition | MqttDefinition;
