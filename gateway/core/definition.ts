import type { Say } from "./kinds.ts";
import type { WeakBelow } from "./range-walk.ts";
import type { DecodedReport } from "./report.ts";
import type { DurationMs, EpochMs } from "./units.ts";

export type { DecodedReport } from "./report.ts";

/** A bridge's own two names for one device: what people call it, and what is burnt into its radio. */
export interface DeviceName {
  readonly name: string;
  readonly address: string;
}

/**
 * What one message is. `reports`: one or more things that a device said, a press before the battery beside it.
 * `echo`: the dongle has sent our answer on. `bridge`: the bridge tells of itself; with `part`, of one of its receivers,
 * which says nothing of the others. `names`: all devices that the bridge knows. `lost`: the bridge no longer has this
 * device. `nothing`: of this protocol, and of no interest; `wireId` where it names a device all the same. `rejected`:
 * not a message of this protocol; `message` says what is wrong.
 */
export type Decoded =
  | { readonly type: "reports"; readonly reports: readonly DecodedReport[] }
  | { readonly type: "echo"; readonly address: string; readonly counter: number; readonly say: Say }
  | {
      readonly type: "bridge";
      readonly state: "online" | "offline" | "restarted";
      readonly detail: string;
      readonly part?: string;
    }
  | { readonly type: "names"; readonly names: readonly DeviceName[] }
  | { readonly type: "lost"; readonly address: string; readonly how: "left" | "unavailable" }
  | { readonly type: "nothing"; readonly what: string; readonly wireId?: string }
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
  /** How often the device reports by itself; null: it never does, or its makers differ: then it is learned. */
  readonly heartbeatEveryMs: DurationMs | null;
  /** Silent for this long is a fault; null: three of the intervals that were learned, if any were. */
  readonly silentAfterMs: DurationMs | null;
  /**
   * Nothing at all from the bridge for this long: it is down, whatever its connection says. Absent: learned from what
   * it sends. MQTT only; a serial bridge is asked, see `Pulse`.
   */
  readonly bridgeSilentAfterMs?: DurationMs;
}

/** A bridge that answers when it is asked: open and mute is then a fault of the line. */
export interface Pulse {
  /** Written to the bridge, which answers with a line of its own. */
  readonly ask: Uint8Array;
  readonly everyMs: DurationMs;
  /** Nothing that can be read for this long: the bridge is mute. */
  readonly muteAfterMs: DurationMs;
}

/** A message and what it is: the examples of a protocol are its test and stand on its page. */
export interface Example {
  readonly name: string;
  /** Where such a message is described or was seen: a paragraph of a standard, a capture; `composed` from the grammar. */
  readonly source: string;
  /** MQTT only. */
  readonly topic?: string;
  /** The message, as text or as hex digits. */
  readonly text?: string;
  readonly hex?: string;
  /** What the same connection or bridge said before, written like the message: a login, the first half of a frame. */
  readonly after?: readonly string[];
  /** Keys of devices, by address, as hex digits. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Each report in order, as far as it is told here; or what else the message is. */
  readonly gives: readonly Partial<DecodedReport>[] | Exclude<Decoded["type"], "reports">;
  /** TCP only: what the device is answered, as the message is written. */
  readonly reply?: string;
}

/** What people need to know of a protocol; docs/device-index.md is made of it. One short sentence each. */
export interface Facts {
  /** As people look for it: "Zigbee2MQTT". */
  readonly title: string;
  /** What is sold that speaks it. */
  readonly devices: string;
  /** Documents and captures that the grammar comes from. */
  readonly sources: readonly string[];
  /** What a press may mean: the words of the wire that say what is wanted; that a bare press is for the enrolment to say. */
  readonly presses: string;
  /** The key, word or code that asks to cancel; null: it has none. */
  readonly cancel: string | null;
  /** What tells a press from a copy of it: by which fields, and for how long; null: as long as its counter is remembered. */
  readonly dedup: { readonly key: string; readonly windowMs: DurationMs | null };
  readonly battery: string | null;
  readonly signal: string | null;
  /** What tells a message from noise and from a forger, and how much noise passes; null: nothing does. */
  readonly integrity: string | null;
  /** What its wearers can be told; null: nothing. */
  readonly downlink: string | null;
  readonly examples: readonly Example[];
}

interface ProtocolDefinition {
  /** Its name, unique among all: with the address it names a device. */
  readonly bridge: string;
  /** Absent: a program on the broker, which hears no device. */
  readonly facts?: Facts;
  readonly supervision: Supervision;
  /** The form of an address, for the error text of an import. */
  readonly addressForm: string;
  /** Brings an address to the form used throughout, or null when it is none. */
  normalizeAddress(address: string): string | null;
  /**
   * Keys of 16 bytes that prove who sends. `made`: the gateway makes one for each device and shows it once. `given`:
   * a device may have one of its own, which is typed in. Absent: its devices have none.
   */
  readonly keys?: "made" | "given";
  /** Each press of this device has another code, so that it cannot be relied on; absent: no device's has. */
  isRolling?(address: string): boolean;
  /** Weaker than this and presses get lost, as its makers or measurements say; absent: nobody knows a figure. */
  readonly weakBelow?: WeakBelow;
}

/** A protocol on a serial line, as data and a small codec. */
export interface SerialDefinition extends ProtocolDefinition {
  readonly transport: "serial";
  readonly baud: number;
  createFramer(): Framer;
  decode(frame: Uint8Array, keyOf: KeyOf): Decoded;
  /** How a frame is kept: text where the protocol is text, else hex. */
  readonly raw: "hex" | "text";
  /**
   * The bytes that tell `address` something, framed for the wire. Absent: the protocol has no way back, so nobody can
   * tell the wearers of its devices that they were heard.
   */
  encodeSay?(order: { address: string; counter: number; say: Say }, key: Uint8Array): Uint8Array;
  /** How the bridge itself is asked whether it lives. Absent: it cannot be asked. */
  readonly pulse?: Pulse;
}

/** A protocol on MQTT topics. */
export interface MqttDefinition extends ProtocolDefinition {
  readonly transport: "mqtt";
  /** Topic filters that carry reports: `okc/+/up`. */
  readonly reportFilters: readonly string[];
  /**
   * Further topics that carry reports, as the bridge's own messages announced them: another set whenever they change,
   * and no wildcards. They are heard on any broker. An account of the bridge may use all topics but ours, since what is
   * announced can be any. Absent: all of its topics are known beforehand.
   */
  announcedTopics?(): ReadonlySet<string>;
  /** The device a report topic speaks for, or null when it is none of ours. */
  addressOf(topic: string): string | null;
  /** The topics one device may publish to and subscribe to. Absent: its devices have no accounts, only the bridge has. */
  topicsOf?(address: string): { readonly publish: readonly string[]; readonly subscribe: readonly string[] };
  /** What an account for the whole bridge may do (filters). */
  readonly bridgeTopics: { readonly publish: readonly string[]; readonly subscribe: readonly string[] };
  decode(topic: string, payload: Uint8Array, keyOf: KeyOf): Decoded;
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

/** One whole frame of a connection. */
export interface TcpPiece {
  readonly frame: Uint8Array;
  readonly decoded: Decoded;
  /** What the device waits for, written when all that the frame reports is safe; null: it waits for nothing. */
  readonly reply: Uint8Array | null;
}

/** One connection of a device: who it is, as soon as it said so, and what is half read. */
export interface TcpSession {
  /** Never throws; keeps a bounded buffer. `now` is for answers that tell the time. */
  push(bytes: Uint8Array, now: EpochMs): readonly TcpPiece[];
}

/** The address of reports on a connection that never said whose it is. */
export const UNNAMED = "unnamed";

/** A protocol of devices that connect by themselves, over a mobile network. */
export interface TcpDefinition extends ProtocolDefinition {
  readonly transport: "tcp";
  readonly raw: "hex" | "text";
  createSession(): TcpSession;
}

export type Definition = SerialDefinition | MqttDefinition | TcpDefinition;
