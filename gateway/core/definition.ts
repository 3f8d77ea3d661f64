import type { Say } from "./kinds.ts";
import type { DecodedReport } from "./report.ts";
import type { DurationMs } from "./units.ts";

export type { DecodedReport } from "./report.ts";

/** A bridge's own two names for one device: what people call it, and what is burnt into its radio. */
export interface DeviceName {
  readonly name: string;
  readonly address: string;
}

/**
 * What one message is. `reports`: one or more things that a device said, a press before the battery beside it.
 * `echo`: the dongle has sent our answer on. `bridge`: the bridge tells of itself. `names`: all devices that the bridge
 * knows. `lost`: the bridge no longer has this device. `nothing`: of this protocol, and of no interest.
 * `rejected`: not a message of this protocol; `message` says what is wrong.
 */
export type Decoded =
  | { readonly type: "reports"; readonly reports: readonly DecodedReport[] }
  | { readonly type: "echo"; readonly address: string; readonly counter: number; readonly say: Say }
  | { readonly type: "bridge"; readonly state: "online" | "offline" | "restarted"; readonly detail: string }
  | { readonly type: "names"; readonly names: readonly DeviceName[] }
  | { readonly type: "lost"; readonly address: string; readonly how: "left" | "unavailable" }
  | { readonly type: "nothing"; readonly what: string }
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

/** A bridge that answers when it is asked: open and mute is then a fault of the line. */
export interface Pulse {
  /** Written to the bridge, which answers with a line of its own. */
  readonly ask: Uint8Array;
  readonly everyMs: DurationMs;
  /** Nothing that can be read for this long: the bridge is mute. */
  readonly muteAfterMs: DurationMs;
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
  /** How a frame is kept: text where the protocol is text, else hex. */
  readonly raw: "hex" | "text";
  /**
   * The bytes that tell `address` something, framed for the wire. Absent: the protocol has no way back and its
   * devices have no keys, so nobody can tell their wearers that they were heard.
   */
  encodeSay?(order: { address: string; counter: number; say: Say }, key: Uint8Array): Uint8Array;
  /** How the bridge itself is asked whether it lives. Absent: it cannot be asked. */
  readonly pulse?: Pulse;
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
  /** The topics one device may publish to and subscribe to. Absent: its devices have no accounts, only the bridge has. */
  topicsOf?(address: string): { readonly publish: readonly string[]; readonly subscribe: readonly string[] };
  /** What an account for the whole bridge may do (filters). */
  readonly bridgeTopics: { readonly publish: readonly string[]; readonly subscribe: readonly string[] };
  decode(topic: string, payload: Uint8Array): Decoded;
  /**
   * What a topic below `reportFilters` is for. `report`: something happened. `standing`: how the bridge is, which is
   * worth reading as a broker kept it, too. `none`: of no interest, never read. Absent: all are for reports.
   */
  interestIn?(topic: string): "report" | "standing" | "none";
  /** The largest payload that the bridge sends, in bytes; absent: none is larger than a report. */
  readonly bridgePayloadMaxBytes?: number;
  /** Absent: the wearers of its devices cannot be told anything. */
  encodeSay?(order: { address: string; counter: number; say: Say }): {
    readonly topic: string;
    readonly payload: string;
  };
}

export type Definition = SerialDefinition | MqttDefinition;
