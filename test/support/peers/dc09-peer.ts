import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { Inbox } from "./inbox.ts";

export type PeerMode =
  | "ack"
  | "nak-clock"
  | "nak-bare"
  | "nak-twice"
  | "duh"
  | "silent"
  | "garbage"
  | "wrong-crc"
  | "wrong-sequence"
  | "wrong-account"
  | "lfcr"
  | "slow"
  | "close"
  | "ack-close"
  | "ack-lower-case"
  | "ack-trailing"
  | "ack-no-bar"
  | "ack-unframed"
  | "ack-in-data"
  | "flood"
  | "drip";

export interface PeerFrame {
  readonly raw: string;
  readonly sequence: string;
  readonly account: string;
  readonly qualifier: string;
  readonly event: string;
  readonly zone: string;
  readonly time: string;
}

/** A small alarm receiver of the tests' own: shares no code with the gateway, so that a shared mistake cannot hide. */
export class Dc09Peer {
  mode: PeerMode = "ack";
  /** The receiver's clock, which `nak-clock` and `nak-twice` hold frames against. */
  clock: () => number = () => Date.UTC(2026, 10, 23, 12, 0, 0);
  readonly frames = new Inbox<PeerFrame>("frames");
  readonly connections = new Inbox<number>("connections");
  #server: Server | null = null;
  #port = 0;
  readonly #sockets = new Set<Socket>();
  readonly #held: (() => void)[] = [];

  get port(): number {
    return this.#port;
  }

  /** Listens on the port that it had before, or on any. */
  async open(): Promise<this> {
    this.#server = createServer((socket) => this.#accept(socket));
    await new Promise<void>((resolve) => this.#server!.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Stops listening and cuts every connection. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    this.cut();
    await closed;
  }

  /** Cuts the connections and goes on listening. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Writes the replies that `slow` held back. */
  release(): void {
    for (const reply of this.#held.splice(0)) reply();
  }

  /** Sends bytes that nobody asked for. */
  say(text: string): void {
    for (const socket of this.#sockets) socket.write(text, "latin1");
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    this.connections.push(this.connections.items.length + 1);
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      for (let end = text.indexOf("\r"); end >= 0; end = text.indexOf("\r")) {
        this.#receive(socket, text.slice(0, end));
        text = text.slice(end + 1);
      }
    });
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
  }

  #receive(socket: Socket, raw: string): void {
    const match =
      /^\n([0-9A-F]{4})0([0-9A-F]{3})("ADM-CID"(\d{4})R0L0#([0-9A-F]+)\[#\5\|(\d)([0-9A-F]{3}) 00 (\d{3})\]_(.{19}))$/.exec(
        raw,
      );
    if (!match || crcText(match[3]!) !== match[1] || Number.parseInt(match[2]!, 16) !== match[3]!.length) {
      throw new Error(`not a frame: ${JSON.stringify(raw)}`);
    }
    const [, , , , sequence, account, qualifier, event, zone, time] = match as unknown as string[];
    const frame: PeerFrame = {
      raw: raw.slice(1),
      sequence: sequence!,
      account: account!,
      qualifier: qualifier!,
      event: event!,
      zone: zone!,
      time: time!,
    };
    this.#answer(socket, frame);
    this.frames.push(frame);
  }

  /** Bytes without end, as fast as they are taken. */
  #flood(socket: Socket): void {
    const pour = (): void => {
      while (!socket.destroyed && socket.write(Buffer.alloc(16_384, "x")));
    };
    socket.on("drain", pour);
    pour();
  }

  /** A byte each time `release` is called, never all of them. */
  #drip(socket: Socket, text: string): void {
    let sent = 0;
    const next = (): void => {
      if (!socket.destroyed && sent < text.length - 1) socket.write(text[sent++]!, "latin1");
      this.#held.push(next);
    };
    next();
  }

  #answer(socket: Socket, { sequence, account, time }: PeerFrame): void {
    const ack = reply(`"ACK"${sequence}R0L0#${account}[]`);
    const nak = reply(`"NAK"0000R0L0A0[]_${timeText(this.clock())}`);
    const inTime = Math.abs(timeOf(time) - this.clock()) <= 20_000;
    const write = (text: string): void => void socket.write(text, "latin1");
    switch (this.mode) {
      case "ack":
        return write(ack);
      case "ack-close":
        return void socket.end(ack, "latin1");
      case "nak-clock":
        return write(inTime ? ack : nak);
      case "nak-twice":
        return write(inTime ? ack : nak + nak);
      case "nak-bare":
        return write("NAK");
      case "duh":
        return write(reply(`"DUH"${sequence}R0L0#${account}[]`));
      case "garbage":
        return write('\x00\xff"?ACK?"\x7f\r');
      case "wrong-crc":
        return write(ack.replace(/^\n..../, "\n0000"));
      case "wrong-sequence":
        return write(reply(`"ACK"${String((Number(sequence) % 9999) + 1).padStart(4, "0")}R0L0#${account}[]`));
      case "wrong-account":
        return write(reply(`"ACK"${sequence}R0L0#9999[]`));
      case "ack-lower-case":
        return write(ack.replace(/^\n.{8}/, (prefix) => prefix.toLowerCase()));
      case "ack-trailing":
        return write(ack.replace("\r", "\0\0\r"));
      case "ack-no-bar":
        return write(reply(`"ACK"${sequence}R0L0#${account}[`));
      case "ack-unframed":
        return write("ACK\r");
      case "ack-in-data":
        return write(reply(`"NUL"${sequence}R0L0#${account}["ACK"${sequence}]`));
      case "flood":
        return this.#flood(socket);
      case "drip":
        return this.#drip(socket, ack);
      case "lfcr":
        return write("\n\r");
      case "slow":
        return void this.#held.push(() => write(ack));
      case "close":
        return void socket.destroy();
      case "silent":
        return;
    }
  }
}

function crcText(body: string): string {
  let crc = 0;
  for (const byte of Buffer.from(body, "latin1")) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc % 2 === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc.toString(16).padStart(4, "0").toUpperCase();
}

const reply = (body: string): string =>
  `\n${crcText(body)}0${body.length.toString(16).padStart(3, "0").toUpperCase()}${body}\r`;

function timeText(at: number): string {
  const [date, time] = new Date(at).toISOString().slice(0, 19).split("T") as [string, string];
  const [year, month, day] = date.split("-");
  return `${time},${month}-${day}-${year}`;
}

function timeOf(text: string): number {
  const [time, date] = text.split(",") as [string, string];
  const [month, day, year] = date.split("-");
  return Date.parse(`${year}-${month}-${day}T${time}Z`);
}
