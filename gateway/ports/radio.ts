import type { Decoded } from "../core/definition.ts";
import type { Report, SayOrder } from "../core/report.ts";
import type { EpochMs } from "../core/units.ts";

/** `durable`: the report is in the journal or in the spill, so a broker may acknowledge it. */
export type Fate = "durable" | "counted-before";

export type BridgeNews = Extract<Decoded, { readonly type: "bridge" | "names" | "lost" }>;

/** What `app` offers to whatever hears devices. */
export interface ReportSink {
  /** Never rejects. Stays pending while neither journal nor spill accepts: withhold the acknowledgement until then. */
  report(report: Report): Promise<Fate>;
  /** The device's side confirmed what it was told: a dongle's echo, a PUBACK of the pendant. */
  said(order: SayOrder, at: EpochMs): void;
  /** `say` was given up after its last repetition. */
  unsaid(order: SayOrder, why: string): void;
  /** The key of an enrolled device; null: enrolled without one; undefined: unknown. */
  keyOf(bridge: string, address: string): Uint8Array | null | undefined;
  /** The SHA-256 (hex) of an MQTT account's password and what it may speak for; undefined: no such account. */
  account(user: string): RadioAccount | undefined;
  /** What a bridge behind the line told of itself or of which devices it has. */
  news(bridge: string, news: BridgeNews): void;
  /** A bridge sent something, whatever it was; absent: nobody watches for its silence. */
  heardFrom?(bridge: string): void;
  /** The line works, or does not and why. Called on each change. */
  lineState(line: string, up: boolean, why: string): void;
}

export interface RadioAccount {
  readonly user: string;
  readonly passwordSha256: string;
  readonly bridge: string;
  /** The one device it speaks for; null: the whole bridge. */
  readonly address: string | null;
}

/** A line to devices: a serial port, a broker. Constructors do no I/O. */
export interface Radio {
  readonly line: string;
  start(): Promise<void>;
  /** Tells a wearer something, again and again until it is confirmed or given up; a newer order for the device replaces it. */
  say(order: SayOrder): void;
  /** *Answered* and *coming* are no longer true for this device: stops repeating them, wherever they still wait. */
  hush(bridge: string, address: string): void;
  stop(): Promise<void>;
}

/** A broker that can tell programs something, beside the answers to devices. */
export interface Announcer {
  /** Publishes a text that the broker keeps; an empty one takes the kept one away. What cannot leave now is dropped. */
  announce(topic: string, text: string): void;
  /** Publishes what is true at this moment only: the broker does not keep it. */
  tell(topic: string, text: string): void;
  /** `run` is called whenever the broker is there anew: what was announced before may be forgotten. */
  onReady(run: () => void): void;
}
