import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns";
import type { Timer } from "../../ports/clock.ts";
import { backoffMs } from "./dc09-limits.ts";
import type { LossCause, ReceiverWire, WireParts } from "./receiver-wire.ts";

/**
 * A UDP socket that speaks with one receiver only. Nothing shows that it is up but a reply. After a loss it is made anew
 * under another port, so that a reply that comes too late is heard by nobody.
 */
export class UdpConnection implements ReceiverWire {
  state: "connecting" | "up" | "down" = "connecting";
  readonly repeats = true;
  readonly #parts: WireParts;
  #socket: Socket | null = null;
  #retry: Timer | null = null;
  #failures = 0;
  #droppedAt = 0;
  /** Rises with each socket: what belongs to an earlier one is over. */
  #generation = 0;

  constructor(parts: WireParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#open();
  }

  async stop(): Promise<void> {
    this.#retry?.cancel();
    const socket = this.#forget();
    if (socket) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  write(bytes: Buffer): void {
    const generation = this.#generation;
    this.#socket?.send(bytes, (error) => {
      if (error) this.#fail(generation, error);
    });
  }

  useful(): void {
    this.#failures = 0;
  }

  /** Always `exchange`: that a socket could be made takes nothing back. */
  drop(_cause: LossCause, why: string): void {
    const { clock, limits, listener } = this.#parts;
    this.#forget()?.close();
    this.#retry = clock.after(backoffMs(limits, this.#failures++), () => this.#open());
    this.#droppedAt = clock.now();
    this.state = "down";
    listener.lost("exchange", why);
  }

  hurry(): void {
    const { clock, limits } = this.#parts;
    if (!this.#retry || clock.now() - this.#droppedAt < limits.backoffFirstMs) return;
    this.#retry.cancel();
    this.#open();
  }

  #forget(): Socket | null {
    const socket = this.#socket;
    this.#generation++;
    this.#socket = this.#retry = null;
    return socket;
  }

  #open(): void {
    const generation = ++this.#generation;
    const { host, port } = this.#parts.receiver;
    this.#retry = null;
    lookup(host, (error, address, family) => {
      if (generation !== this.#generation) return;
      if (error) return this.#fail(generation, error);
      const socket = (this.#socket = createSocket(family === 6 ? "udp6" : "udp4"));
      socket.on("error", (why) => this.#fail(generation, why));
      socket.on("message", (datagram) => {
        if (generation === this.#generation) this.#parts.listener.data(datagram, true);
      });
      // Connected: what others send is not heard, and a port that nobody listens on is told.
      socket.connect(port, address, () => {
        if (generation !== this.#generation) return;
        this.state = "up";
        this.#parts.listener.opened();
      });
    });
  }

  #fail(generation: number, error: NodeJS.ErrnoException): void {
    if (generation === this.#generation) this.drop("exchange", error.message || (error.code ?? "refused"));
  }
}
