import type { AddressInfo, Server, Socket } from "node:net";
import type { DurationMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import { LISTEN_BACKLOG } from "./limits.ts";

export interface Endpoint {
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
}

export interface ListenerOptions {
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  readonly retryMs: DurationMs;
  readonly connectionsMax: number;
  /** Makes the server; rejects when its certificate cannot be read. */
  readonly create: () => Promise<Server>;
  /** It listens, or does not and why; called after each attempt and each failure. */
  readonly changed: (why: string | null) => void;
  /** A connection beyond `connectionsMax` was dropped. */
  readonly dropped: () => void;
}

/** A port that listens, or is tried again every few seconds for ever: one that is taken may be free again. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #retry: Timer | null = null;
  #stopped = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** The port it listens on, or null. */
  get port(): number | null {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    return address?.port ?? null;
  }

  /** Resolves after the first attempt, whatever came of it. */
  async start(): Promise<void> {
    if (this.#stopped) return;
    try {
      const server = await this.#options.create();
      await this.#listen(server);
      if (this.#stopped) return void server.close();
      server.on("error", (error) => this.#failed(error));
      this.#options.changed(null);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Stops listening and ends every connection. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#retry?.cancel();
    const server = this.#server;
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise<void>((resolve) => void server.close(() => resolve()));
    this.#server = null;
  }

  async #listen(server: Server): Promise<void> {
    server.maxConnections = this.#options.connectionsMax;
    server.on("drop", this.#options.dropped);
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ ...this.#options.endpoint, backlog: LISTEN_BACKLOG }, () => {
        server.off("error", reject);
        resolve();
      });
    });
    this.#server = server;
  }

  #failed(error: unknown): void {
    if (this.#stopped) return;
    this.#server?.close();
    this.#server = null;
    this.#options.changed(error instanceof Error ? error.message : String(error));
    this.#retry = this.#options.clock.after(this.#options.retryMs, () => void this.start());
  }
}
