import { connect } from "node:net";
import type { Socket } from "node:net";
import type { Clock, Timer } from "../../ports/clock.ts";
import { formatDuration } from "../../core/units.ts";
import type { Dc09Limits, Receiver } from "./dc09-limits.ts";
import { backoffMs } from "./dc09-limits.ts";

/** `connection`: it could not be made; `exchange`: it broke, or the receiver kept silent. */
export type LossCause = "connection" | "exchange";

export interface ConnectionListener {
  opened(): void;
  data(chunk: Buffer): void;
  /** Not called for a close that is no failure: between two frames, by a receiver that works. */
  lost(cause: LossCause, why: string): void;
  /** Whether a frame waits for its reply. */
  awaiting(): boolean;
}

export interface ConnectionParts {
  readonly receiver: Receiver;
  readonly clock: Clock;
  readonly limits: Dc09Limits;
  readonly listener: ConnectionListener;
}

/** A TCP connection that is kept open and made anew with back-off, for ever. */
export class ReceiverConnection {
  /** `connecting`: no reason yet to think that it will not work. */
  state: "connecting" | "up" | "down" = "connecting";
  readonly #parts: ConnectionParts;
  #socket: Socket | null = null;
  /** The connect time-out, or the wait before the next attempt. */
  #timer: Timer | null = null;
  #failures = 0;
  #openedAt = 0;
  #useful = false;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#connect();
  }

  /** Resolves when the socket is closed. Nothing is told afterwards. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    const socket = this.#socket;
    this.#socket = this.#timer = null;
    if (!socket) return;
    await new Promise<void>((resolve) => {
      socket.once("close", () => resolve());
      socket.destroy();
    });
  }

  write(bytes: Buffer): void {
    this.#socket?.write(bytes);
  }

  /** The receiver acknowledged something: back-off starts over, and a close from now on is no failure. */
  useful(): void {
    this.#useful = true;
    this.#failures = 0;
  }

  /** Gives this connection up and makes another after the back-off. */
  drop(cause: LossCause, why: string): void {
    const { clock, limits, listener } = this.#parts;
    const socket = this.#socket;
    this.#socket = null;
    socket?.destroy();
    this.#timer?.cancel();
    this.#timer = clock.after(backoffMs(limits, this.#failures++), () => this.#connect());
    this.state = "down";
    listener.lost(cause, why);
  }

  #connect(): void {
    const { limits, clock, listener } = this.#parts;
    const { host, port } = this.#parts.receiver;
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: limits.keepAliveMs });
    this.#socket = socket;
    this.#timer = clock.after(limits.connectMs, () =>
      this.drop("connection", `no connection within ${formatDuration(limits.connectMs)}`),
    );
    let reason = "closed by the receiver";
    socket.on("connect", () => {
      if (this.#socket === socket) this.#opened();
    });
    socket.on("data", (chunk) => {
      if (this.#socket === socket) listener.data(chunk);
    });
    // With several addresses for a name the message of the error is empty.
    socket.on("error", (error: NodeJS.ErrnoException) => (reason = error.message || (error.code ?? "refused")));
    socket.on("close", () => {
      if (this.#socket === socket) this.#closed(reason);
    });
  }

  #opened(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#openedAt = this.#parts.clock.now();
    this.#useful = false;
    this.state = "up";
    this.#parts.listener.opened();
  }

  #closed(reason: string): void {
    if (this.state !== "up") return this.drop("connection", reason);
    const aliveMs = this.#parts.clock.now() - this.#openedAt;
    // Receivers close after each reply, or when nothing came for a while.
    const expected = this.#useful || aliveMs >= this.#parts.limits.backoffMaxMs;
    if (this.#parts.listener.awaiting() || !expected) return this.drop("exchange", reason);
    this.state = "connecting";
    this.#connect();
  }
}
