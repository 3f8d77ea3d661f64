import { EventEmitter } from "node:events";
import type { Server, Socket } from "node:net";
import { createServer } from "node:net";
import type { SimClock } from "./clock.ts";
import { realClock } from "./clock.ts";
import type { Dc09Frame } from "./dc09.ts";
import { nakAt, readContactId, readDc09, replyTo } from "./dc09.ts";

export const RECEIVER_MODES = ["ack", "nak", "duh", "silent", "garbage", "slow", "close"] as const;
/**
 * How the receiver answers. `nak`: always, with its clock. `silent`: takes the frame and says nothing. `garbage`:
 * something that is no reply. `slow`: acknowledges after `slowMs`. `close`: ends the connection instead.
 */
export type ReceiverMode = (typeof RECEIVER_MODES)[number];

/** An event that the receiver has acknowledged. */
export interface ReceiverEvent {
  readonly account: string;
  /** Contact ID event code: `101`. */
  readonly event: string;
  /** 1 new, 3 restore, 6 still present. */
  readonly qualifier: number;
  readonly zone: string;
  readonly sequence: string;
  /** When it arrived, by the receiver's machine. */
  readonly at: number;
  readonly raw: string;
}

export interface ReceiverOptions {
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** 0, the default: any free one. */
  readonly port?: number;
  readonly clock?: SimClock;
  readonly slowMs?: number;
}

interface Signals {
  event: [ReceiverEvent];
  /** A well-formed frame, whatever becomes of it. */
  frame: [Dc09Frame];
  rejected: [{ readonly why: string; readonly raw: string }];
}

/** A frame longer than this is thrown away. */
const FRAME_CHARS_MAX = 4_096;
/** Events and frames that are kept; the oldest are forgotten. */
const KEPT_MAX = 100_000;
const SLOW_MS = 3_000;
const GARBAGE = '\n\r\n9999ZZZZ"AC\u00ff\r';

/** A hotline's alarm receiver: DC-09 over TCP, Contact ID. Emits `event`, `frame`, `rejected`. */
export class Dc09Receiver extends EventEmitter<Signals> {
  mode: ReceiverMode = "ack";
  slowMs: number;
  /** How far the receiver's clock is ahead of the machine's; it shows in every NAK. */
  clockOffsetMs = 0;
  /** In mode `ack`: frames whose time is further off than this get a NAK. Null: any time will do. */
  windowMs: number | null = null;
  /** Acknowledged events in the order of their acknowledgement, repetitions included. */
  readonly events: ReceiverEvent[] = [];
  /** Every well-formed frame, acknowledged or not. */
  readonly frames: Dc09Frame[] = [];
  /** Frames that could not be read. */
  rejectedFrames = 0;
  readonly #host: string;
  readonly #clock: SimClock;
  readonly #sockets = new Set<Socket>();
  #port: number;
  #server: Server | null = null;

  constructor(options: ReceiverOptions = {}) {
    super();
    this.#host = options.host ?? "127.0.0.1";
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
    return this.#sockets.size;
  }

  /** Resolves when it listens; rejects when the port is taken. */
  async start(): Promise<{ readonly port: number }> {
    const server = createServer((socket) => this.#serve(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: this.#host, port: this.#port, backlog: 128 }, resolve);
    });
    const address = server.address();
    if (address !== null && typeof address === "object") this.#port = address.port;
    return { port: this.#port };
  }

  /** Ends all connections and stops listening. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    this.disconnect();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** Ends all connections, as a restarted router would. */
  disconnect(): void {
    for (const socket of this.#sockets) socket.destroy();
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

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let text = "";
    socket.setEncoding("latin1");
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("data", (chunk) => {
      text += chunk.toString();
      for (let end = text.indexOf("\r"); end >= 0; end = text.indexOf("\r")) {
        const frame = text.slice(text.lastIndexOf("\n", end) + 1, end);
        text = text.slice(end + 1);
        this.#take(frame, socket);
      }
      if (text.length > FRAME_CHARS_MAX) {
        this.#reject(`${text.length} characters without an end`, text.slice(0, FRAME_CHARS_MAX));
        text = "";
      }
    });
  }

  #take(raw: string, socket: Socket): void {
    const frame = readDc09(raw);
    if ("rejected" in frame) return this.#reject(frame.rejected, raw);
    keep(this.frames, frame);
    this.emit("frame", frame);
    switch (this.mode) {
      case "ack":
        return this.#acknowledge(frame, socket, this.#clock.now());
      case "slow": {
        const at = this.#clock.now();
        this.#clock.after(this.slowMs, () => this.#acknowledge(frame, socket, at));
        return;
      }
      case "nak":
        return this.#reply(socket, nakAt(this.#ownTime()));
      case "duh":
        return this.#reply(socket, replyTo(frame, "DUH"));
      case "garbage":
        return this.#reply(socket, GARBAGE);
      case "close":
        socket.end();
        return;
      case "silent":
        return;
    }
  }

  #acknowledge(frame: Dc09Frame, socket: Socket, at: number): void {
    if (socket.destroyed) return;
    const off = frame.sentAt === null ? 0 : Math.abs(frame.sentAt - this.#ownTime());
    if (this.windowMs !== null && off > this.windowMs) return this.#reply(socket, nakAt(this.#ownTime()));
    // Supervision frames carry no event; other formats than Contact ID are more than this receiver understands.
    if (frame.id === "NULL") return this.#reply(socket, replyTo(frame, "ACK"));
    const contact = frame.id === "ADM-CID" ? readContactId(frame) : null;
    if (!contact) return this.#reply(socket, replyTo(frame, "DUH"));
    const { account, sequence, raw } = frame;
    const { event, qualifier, zone } = contact;
    const taken: ReceiverEvent = { account, event, qualifier, zone, sequence, at, raw };
    keep(this.events, taken);
    this.#reply(socket, replyTo(frame, "ACK"));
    this.emit("event", taken);
  }

  #ownTime(): number {
    return this.#clock.now() + this.clockOffsetMs;
  }

  #reply(socket: Socket, text: string): void {
    if (!socket.destroyed) socket.write(text, "latin1");
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
