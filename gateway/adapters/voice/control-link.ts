import { connect, type Socket } from "node:net";
import { GatewayError } from "../../core/errors.ts";
import type { DurationMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import { NetstringReader, netstringOf } from "./netstring.ts";

/** The largest message of baresip that is read; its help text is 2 kB. */
const MESSAGE_MAX_BYTES = 64 * 1024;

/** Something that baresip tells: `CALL_ESTABLISHED`, `REGISTER_OK`, … */
export interface BaresipEvent {
  readonly type: string;
  /** The call it is about, once that has an id. */
  readonly id: string | null;
  readonly isIncoming: boolean;
  /** The SIP address of the other side. */
  readonly peer: string;
  /** Of a key its character, of an end its reason. */
  readonly param: string;
}

export interface ControlHandlers {
  event(event: BaresipEvent): void;
  /** Closed by the other side, or nothing that can be read. Called once. */
  closed(): void;
}

interface Waiting {
  readonly resolve: (data: string) => void;
  readonly reject: (error: Error) => void;
  readonly timer: Timer;
}

/** Commands to a baresip and its events, over its module ctrl_tcp: netstrings of JSON. */
export class ControlLink {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #commandMs: DurationMs;
  readonly #handlers: ControlHandlers;
  readonly #reader = new NetstringReader(MESSAGE_MAX_BYTES);
  readonly #waiting = new Map<string, Waiting>();
  #token = 0;

  private constructor(socket: Socket, clock: Clock, commandMs: DurationMs, handlers: ControlHandlers) {
    this.#socket = socket;
    this.#clock = clock;
    this.#commandMs = commandMs;
    this.#handlers = handlers;
    socket.on("data", (bytes: Buffer) => this.#read(bytes));
    socket.once("close", () => this.#ended());
  }

  /** Resolves once it is connected. */
  static open(port: number, clock: Clock, commandMs: DurationMs, handlers: ControlHandlers): Promise<ControlLink> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port });
      socket.on("error", reject);
      socket.once("connect", () => resolve(new ControlLink(socket, clock, commandMs, handlers)));
    });
  }

  /** Resolves with what baresip answers to it. @throws {GatewayError} when it refuses, or says nothing in time. */
  command(command: string, params?: string): Promise<string> {
    const token = String(++this.#token);
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(this.#commandMs, () => {
        this.#waiting.delete(token);
        reject(new GatewayError("not-reachable", `baresip did not answer the command ${command}`));
        this.#socket.destroy();
      });
      this.#waiting.set(token, { resolve, reject, timer });
      this.#socket.write(netstringOf(JSON.stringify({ command, ...(params !== undefined && { params }), token })));
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    try {
      for (const text of this.#reader.push(bytes)) this.#take(JSON.parse(text) as Readonly<Record<string, unknown>>);
    } catch {
      this.#socket.destroy();
    }
  }

  #take(message: Readonly<Record<string, unknown>>): void {
    const text = (name: string): string | null => (typeof message[name] === "string" ? message[name] : null);
    if (message["event"] === true) {
      const [type, id, peer, param] = [text("type"), text("id"), text("peeruri"), text("param")];
      const isIncoming = text("direction") === "incoming";
      return this.#handlers.event({ type: type ?? "", id, isIncoming, peer: peer ?? "", param: param ?? "" });
    }
    const token = text("token") ?? "";
    const waiting = this.#waiting.get(token);
    if (!waiting) return;
    this.#waiting.delete(token);
    waiting.timer.cancel();
    const data = text("data") ?? "";
    if (message["ok"] === true) waiting.resolve(data);
    else waiting.reject(new GatewayError("not-reachable", `baresip refused a command: ${data}`));
  }

  #ended(): void {
    for (const { timer, reject } of this.#waiting.values()) {
      timer.cancel();
      reject(new GatewayError("not-reachable", "baresip is gone"));
    }
    this.#waiting.clear();
    this.#handlers.closed();
  }
}
