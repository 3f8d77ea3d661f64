import { EventEmitter } from "node:events";
import type { SimClock } from "./clock.ts";
import { realClock } from "./clock.ts";
import type { Dc09Frame, ReplyForm } from "./dc09.ts";
import { nakAt, readContactId, readDc09, readSia, replyTo } from "./dc09.ts";
import { openTcp, openUdp, type Caller, type ReceiverPort } from "./receiver-ports.ts";

export const RECEIVER_MODES = ["ack", "nak", "nak-bare", "duh", "silent", "lfcr", "garbage", "slow", "close"] as const;
/**
 * How the receiver answers. `nak`: always, with its clock. `nak-bare`: NAK with nothing around it. `silent`: takes the
 * frame and says nothing. `lfcr`: only LF and CR. `garbage`: something that is no reply. `slow`: acknowledges after
 * `slowMs`. `close`: ends the connection instead.
 */
export type ReceiverMode = (typeof RECEIVER_MODES)[number];

export const RECEIVER_QUIRKS = [
  "lower-hex",
  "no-bar",
  "trailing",
  "twice",
  "close-after",
  "refuses-plain-null",
  "invalid-codes",
  "clear-replies",
] as const;
/**
 * What real receivers do beside that. `lower-hex`, `no-bar`, `trailing`: replies as `ReplyForm` says. `twice`: every reply
 * is written twice. `close-after`: the connection ends after each reply. `refuses-plain-null`: NAK to a NULL that is not
 * encrypted. `invalid-codes`: acknowledges a code that it does not know, and shows it as invalid. `clear-replies`: an
 * encrypted frame is answered in clear text, which the standard does not allow.
 */
export type ReceiverQuirk = (typeof RECEIVER_QUIRKS)[number];

/** An event that the receiver has acknowledged. */
export interface ReceiverEvent {
  readonly account: string;
  /** The code: Contact ID `101`, SIA `QA`. */
  readonly event: string;
  /** 1 new, 3 restore, 6 still present; of SIA always 1, the code itself tells. */
  readonly qualifier: number;
  readonly zone: string;
  readonly sequence: string;
  /** Extended data as they came: `X121E32.456`. */
  readonly extended: readonly string[];
  /** Acknowledged, and not understood: the operator sees only that something came. */
  readonly isInvalid: boolean;
  /** When it arrived, by the receiver's machine. */
  readonly at: number;
  readonly raw: string;
}

export interface ReceiverOptions {
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** 0, the default: any free one. */
  readonly port?: number;
  readonly transport?: "tcp" | "udp";
  /** 32, 48 or 64 hex digits; opens what is encrypted. */
  readonly key?: string;
  readonly clock?: SimClock;
  readonly slowMs?: number;
}

interface Signals {
  event: [ReceiverEvent];
  /** A well-formed frame with an event, whatever becomes of it. */
  frame: [Dc09Frame];
  /** A sign of life (NULL), whatever becomes of it. */
  sign: [Dc09Frame];
  rejected: [{ readonly why: string; readonly raw: string }];
}

/** Events and frames that are kept; the oldest are forgotten. */
const KEPT_MAX = 100_000;
const SLOW_MS = 3_000;
const GARBAGE = '\n\r\n9999ZZZZ"AC\u00ff\r';

/** A hotline's alarm receiver: DC-09 over TCP or UDP, Contact ID and SIA. Emits `event`, `frame`, `sign`, `rejected`. */
export class Dc09Receiver extends EventEmitter<Signals> {
  mode: ReceiverMode = "ack";
  readonly quirks = new Set<ReceiverQuirk>();
  slowMs: number;
  /** How far the receiver's clock is ahead of the machine's; it shows in every NAK. */
  clockOffsetMs = 0;
  /** In mode `ack`: frames whose time is further off than this get a NAK. Null: any time will do. */
  windowMs: number | null = null;
  /** The codes that it understands; others get a DUH. Null: all. */
  codes: ReadonlySet<string> | null = null;
  /** So many of the next frames, and of its next replies, are lost on the way. */
  losesFrames = 0;
  losesReplies = 0;
  /** Acknowledged events in the order of their acknowledgement, repetitions included. */
  readonly events: ReceiverEvent[] = [];
  /** Every well-formed frame with an event, acknowledged or not. */
  readonly frames: Dc09Frame[] = [];
  /** Every sign of life, acknowledged or not. */
  readonly signs: Dc09Frame[] = [];
  /** Frames that could not be read. */
  rejectedFrames = 0;
  readonly #options: ReceiverOptions;
  readonly #key: Buffer | null;
  readonly #clock: SimClock;
  #port: number;
  #open: ReceiverPort | null = null;

  constructor(options: ReceiverOptions = {}) {
    super();
    this.#options = options;
    this.#key = options.key === undefined ? null : Buffer.from(options.key, "hex");
    this.#port = options.port ?? 0;
    this.#clock = options.clock ?? realClock;
    this.slowMs = options.slowMs ?? SLOW_MS;
  }

  /** The port it listens on; 0 before the first start. A later start takes the same one. */
  get port(): number {
    return this.#port;
  }

  /** Connections that stand now. */
  get connections(): number {
    return this.#open?.connections ?? 0;
  }

  /** Resolves when it listens; rejects when the port is taken. */
  async start(): Promise<{ readonly port: number }> {
    const { host = "127.0.0.1", transport = "tcp" } = this.#options;
    const open = transport === "udp" ? openUdp : openTcp;
    this.#open = await open(host, this.#port, {
      frame: (raw, caller) => this.#take(raw, caller),
      rejected: (why, raw) => this.#reject(why, raw),
    });
    this.#port = this.#open.port;
    return { port: this.#port };
  }

  /** Ends all connections and stops listening. */
  async stop(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.stop();
  }

  /** Ends all connections, as a restarted router would. */
  disconnect(): void {
    this.#open?.disconnect();
  }

  /**
   * What an operator sees: each event once. A repeated frame has the same account, zone, event, qualifier and
   * sequence; `by` names an event otherwise, for questions like "which zones".
   */
  distinct(by: (event: ReceiverEvent) => string = nameOf): readonly ReceiverEvent[] {
    const seen = new Map<string, ReceiverEvent>();
    for (const event of this.events) if (!seen.has(by(event))) seen.set(by(event), event);
    return [...seen.values()];
  }

  #take(raw: string, caller: Caller): void {
    if (this.losesFrames > 0) return void this.losesFrames--;
    const frame = readDc09(raw, this.#key);
    if ("rejected" in frame) return this.#reject(frame.rejected, raw);
    keep(frame.id === "NULL" ? this.signs : this.frames, frame);
    this.emit(frame.id === "NULL" ? "sign" : "frame", frame);
    switch (this.mode) {
      case "ack":
        return this.#acknowledge(frame, caller, this.#clock.now());
      case "slow": {
        const at = this.#clock.now();
        this.#clock.after(this.slowMs, () => this.#acknowledge(frame, caller, at));
        return;
      }
      case "nak":
        return this.#reply(caller, nakAt(this.#ownTime()));
      case "nak-bare":
        return this.#reply(caller, "NAK");
      case "duh":
        return this.#reply(caller, this.#replyTo(frame, "DUH"));
      case "lfcr":
        return this.#reply(caller, "\n\r");
      case "garbage":
        return this.#reply(caller, GARBAGE);
      case "close":
        return caller.hangUp();
      case "silent":
        return;
    }
  }

  #acknowledge(frame: Dc09Frame, caller: Caller, at: number): void {
    if (caller.isGone) return;
    const off = frame.sentAt === null ? 0 : Math.abs(frame.sentAt - this.#ownTime());
    const isPlainNull = frame.id === "NULL" && !frame.encrypted;
    if (isPlainNull && this.quirks.has("refuses-plain-null")) return this.#reply(caller, "NAK");
    if (this.windowMs !== null && off > this.windowMs) return this.#reply(caller, nakAt(this.#ownTime()));
    if (frame.id === "NULL") return this.#reply(caller, this.#replyTo(frame, "ACK"));
    const event = this.#eventOf(frame, at);
    if (!event) return this.#reply(caller, this.#replyTo(frame, "DUH"));
    keep(this.events, event);
    this.#reply(caller, this.#replyTo(frame, "ACK"));
    this.emit("event", event);
  }

  /** Null: it is none, or its code is not known here. */
  #eventOf(frame: Dc09Frame, at: number): ReceiverEvent | null {
    const contact = frame.id === "ADM-CID" ? readContactId(frame) : null;
    const sia = frame.id === "SIA-DCS" ? readSia(frame) : null;
    const event = contact?.event ?? sia?.code;
    if (event === undefined) return null;
    const isInvalid = this.codes !== null && !this.codes.has(event);
    if (isInvalid && !this.quirks.has("invalid-codes")) return null;
    const { account, sequence, extended, raw } = frame;
    const { qualifier = 1, zone } = { ...contact, zone: (contact ?? sia)!.zone };
    return { account, event, qualifier, zone, sequence, extended, isInvalid, at, raw };
  }

  #replyTo(frame: Dc09Frame, id: "ACK" | "DUH"): string {
    const { quirks } = this;
    const form: ReplyForm = {
      key: quirks.has("clear-replies") ? null : this.#key,
      at: this.#ownTime(),
      lowerHex: quirks.has("lower-hex"),
      noBar: quirks.has("no-bar"),
      trailing: quirks.has("trailing"),
    };
    return replyTo(frame, id, form);
  }

  #ownTime(): number {
    return this.#clock.now() + this.clockOffsetMs;
  }

  #reply(caller: Caller, text: string): void {
    if (this.losesReplies > 0) return void this.losesReplies--;
    caller.say(text);
    if (this.quirks.has("twice")) caller.say(text);
    if (this.quirks.has("close-after")) caller.hangUp();
  }

  #reject(why: string, raw: string): void {
    this.rejectedFrames++;
    this.emit("rejected", { why, raw });
  }
}

const nameOf = (event: ReceiverEvent): string =>
  [event.account, event.zone, event.event, event.qualifier, event.sequence].join(" ");

function keep<Item>(list: Item[], item: Item): void {
  list.push(item);
  if (list.length > KEPT_MAX) list.shift();
}
