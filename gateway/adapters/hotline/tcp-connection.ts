import { connect } from "node:net";
import type { Socket } from "node:net";
import type { Timer } from "../../ports/clock.ts";
import { formatDuration } from "../../core/units.ts";
import { backoffMs } from "./dc09-limits.ts";
import type { LossCause, ReceiverWire, WireParts } from "./receiver-wire.ts";

/** A TCP connection that is kept open and made anew with back-off, for ever. */
export class TcpConnection implements ReceiverWire {
  state: "connecting" | "up" | "down" = "connecting";
  readonly repeats = false;
  readonly #parts: WireParts;
  #socket: Socket | null = null;
  /** The connect time-out, or the wait before the next attempt. */
  #timer: Timer | null = null;
  #failures = 0;
  #openedAt = 0;
  #droppedAt = 0;
  #useful = false;

  constructor(parts: WireParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#connect();
  }

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

  useful(): void {
    this.#useful = true;
    this.#failures = 0;
  }

  drop(cause: LossCause, why: string): void {
    const { clock, limits, listener } = this.#parts;
    const socket = this.#socket;
    this.#socket = null;
    socket?.destroy();
    this.#timer?.cancel();
    this.#timer = clock.after(backoffMs(limits, this.#failures++), () => this.#connect());
    this.#droppedAt = clock.now();
    this.state = "down";
    listener.lost(cause, why);
  }

  hurry(): void {
    const { clock, limits } = this.#parts;
    const isWaiting = this.state === "down" && this.#socket === null;
    if (!isWaiting || clock.now() - this.#droppedAt < limits.backoffFirstMs) return;
    this.#timer?.cancel();
    this.#connect();
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
      if (this.#socket === socket) listener.data(chunk, false);
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
