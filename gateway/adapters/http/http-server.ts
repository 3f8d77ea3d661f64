import { createServer, type Server } from "node:http";
import type { Socket, AddressInfo } from "node:net";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { setImmediate as nextTurn } from "node:timers/promises";
import { GatewayError } from "../../core/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Desk } from "../../ports/desk.ts";
import type { Log, Meter } from "../../ports/log.ts";
import { BACKLOG, CONNECTIONS_MAX, REQUEST_MAX_MS, STOP_MAX_MS } from "./limits.ts";
import type { buildWeb } from "./server.ts";
import type { Web } from "./web.ts";
import { Streams } from "./streams.ts";
import { listenOnSocket } from "./unix-socket.ts";

export interface HttpServerParts {
  readonly desk: Desk;
  readonly listen: { readonly host: string; readonly port: number };
  /** Paths of PEM files. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Where the machine's own socket lies; null: there is none. */
  readonly socketPath: string | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/** The address of requests that come from within; a peer on the network always has an IP address. */
const WITHIN = "within";

const LOOPBACK = /^(127\.|::1$|localhost$)/;

/** Loaded only now, and bit by bit: a press that comes meanwhile is heard between two of them. */
async function loadBuilder(): Promise<typeof buildWeb> {
  await import("fastify");
  await nextTurn();
  await import("./schemas.ts");
  await nextTurn();
  return (await import("./server.ts")).buildWeb;
}

/** The pages and the API, on a TCP port and on a socket in the data folder. */
export class HttpServer {
  readonly #parts: HttpServerParts;
  readonly #streams = new Streams();
  /** Connections over the machine's own socket. */
  readonly #local = new WeakSet<Socket>();
  #web: Promise<Web> | null = null;
  #socketServer: Server | null = null;

  constructor(parts: HttpServerParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when both listeners are up. Throws GatewayError when a port, file or socket cannot be had; without the
   * port the socket is served all the same, and `start` may be called again.
   */
  async start(): Promise<{ readonly url: string }> {
    const { listen, socketPath, tls, log } = this.#parts;
    if (!tls && !LOOPBACK.test(listen.host))
      log.warn(
        `http.listen: tokens and names cross ${listen.host} unprotected; set http.tls, or use a proxy that has it`,
      );
    const web = await this.#build();
    web.server.maxConnections = CONNECTIONS_MAX;
    if (socketPath !== null) this.#socketServer ??= await this.#openSocket(web, socketPath);
    try {
      await web.listen({ ...listen, backlog: BACKLOG });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const why = code === "EADDRINUSE" ? "something else listens there" : message;
      throw new GatewayError("configuration", `http.listen: ${listen.host}:${listen.port} cannot be had (${why})`, {
        cause: error,
      });
    }
    this.#outliveErrors(web.server, `${listen.host}:${listen.port}`);
    return { url: this.#urlOf(web.server.address() as AddressInfo) };
  }

  /** Ends the streams, lets requests under way finish, and closes. */
  async stop(): Promise<void> {
    if (!this.#web) return;
    const web = await this.#web;
    this.#web = null;
    const socketServer = this.#socketServer;
    this.#socketServer = null;
    this.#streams.endAll();
    const servers = socketServer ? [web.server, socketServer] : [web.server];
    for (const server of servers) server.closeIdleConnections();
    const cut = this.#parts.clock.after(STOP_MAX_MS, () => {
      for (const server of servers) server.closeAllConnections();
    });
    const closed = socketServer && new Promise((resolve) => socketServer.close(resolve));
    await web.close();
    await closed;
    cut.cancel();
  }

  /** A request from within this process, with the rights of the machine's administrator: for `okc` while no gateway runs. */
  async inject(
    request: Pick<InjectOptions, "method" | "url" | "headers" | "payload">,
  ): Promise<LightMyRequestResponse> {
    const web = await this.#build();
    return web.inject({ ...request, remoteAddress: WITHIN });
  }

  #build(): Promise<Web> {
    this.#web ??= this.#load().catch((error: unknown) => {
      this.#web = null;
      throw error;
    });
    return this.#web;
  }

  async #load(): Promise<Web> {
    const buildWeb = await loadBuilder();
    return buildWeb({
      ...this.#parts,
      streams: this.#streams,
      isLocal: ({ raw, ip }) => this.#local.has(raw.socket) || ip === WITHIN,
      isWithin: ({ ip }) => ip === WITHIN,
    });
  }

  async #openSocket(web: Web, path: string): Promise<Server> {
    const server = createServer({ requestTimeout: REQUEST_MAX_MS }, (request, response) =>
      web.routing(request, response),
    );
    server.maxConnections = CONNECTIONS_MAX;
    server.on("connection", (socket) => void this.#local.add(socket));
    await listenOnSocket(server, path);
    this.#outliveErrors(server, path);
    return server;
  }

  /** A connection that cannot be taken (no file descriptor is left) must not end the gateway. */
  #outliveErrors(server: Server, where: string): void {
    const { log, meter } = this.#parts;
    server.on("error", ({ message }) => {
      meter.count("okc_http_listener_errors_total");
      log.warn(`${where}: a connection could not be taken (${message}); check the limit of open files`);
    });
  }

  #urlOf({ address, family, port }: AddressInfo): string {
    const host = family === "IPv6" ? `[${address}]` : address;
    return `${this.#parts.tls ? "https" : "http"}://${host}:${port}`;
  }
}
