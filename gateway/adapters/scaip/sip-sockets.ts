import { createSocket } from "node:dgram";
import type { Socket as Datagrams } from "node:dgram";
import { createServer, isIPv6 } from "node:net";
import type { Server, Socket } from "node:net";
import type { Clock } from "../../ports/clock.ts";
import { plainAddress } from "./sip-fields.ts";
import { readDatagram } from "./sip-message.ts";
import type { SipMessage } from "./sip-message.ts";
import type { SipLimits } from "./scaip-limits.ts";
import { SipConnection } from "./sip-connection.ts";
import type { TlsOptions } from "./sip-connection.ts";

export type Transport = "udp" | "tcp" | "tls";

/** Where a message came from, and the way back. */
export interface Source {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
  /** The connection that it came over; null: a datagram. */
  readonly connection: SipConnection | null;
}

/** A machine and port to send to; `address` is never a name. */
export interface Target {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
}

/** Our own end, as the other side can write to it. */
export interface LocalEnd {
  readonly host: string;
  readonly port: number;
}

export interface SocketsListener {
  heard(message: SipMessage, source: Source): void;
  unreadable(why: string, source: Source): void;
  /** A connection is gone: nothing that was sent over it will be answered on it. */
  lost(connection: SipConnection, why: string): void;
}

export interface SocketsParts {
  readonly clock: Clock;
  readonly limits: SipLimits;
  readonly listen: LocalEnd;
  /** Null: no TLS. */
  readonly tls: TlsOptions | null;
  /** Whether an address may open a connection to us. */
  readonly admits: (address: string) => boolean;
  readonly listener: SocketsListener;
}

/** The sockets of one SIP end: a port for datagrams, the same one for connections, and connections of our own. */
export class SipSockets {
  readonly #parts: SocketsParts;
  #datagrams: Datagrams | null = null;
  #server: Server | null = null;
  #opening: Promise<void> | null = null;
  readonly #connections = new Set<SipConnection>();
  #port: number;
  #isClosed = false;

  constructor(parts: SocketsParts) {
    this.#parts = parts;
    this.#port = parts.listen.port;
  }

  /** Takes the port, if it is not ours yet. @throws when it cannot be had. */
  open(): Promise<void> {
    this.#opening ??= this.#open().catch(async (error: unknown) => {
      this.#opening = null;
      await this.#closePort();
      throw error;
    });
    return this.#opening;
  }

  async #open(): Promise<void> {
    // Whoever was still looking up a name when all was closed comes too late.
    if (this.#isClosed) throw new Error("closed");
    const { host } = this.#parts.listen;
    const datagrams = createSocket({ type: isIPv6(host) ? "udp6" : "udp4" });
    this.#datagrams = datagrams;
    await new Promise<void>((resolve, reject) => {
      datagrams.once("error", reject);
      datagrams.bind({ address: host, port: this.#port }, resolve);
    });
    datagrams.on("message", (bytes, { address, port }) => {
      const source: Source = { transport: "udp", address: plainAddress(address), port, connection: null };
      const message = readDatagram(bytes);
      if (message.type === "unreadable") this.#parts.listener.unreadable(message.why, source);
      else this.#parts.listener.heard(message, source);
    });
    // What a send did not reach is told by the silence of its transaction.
    datagrams.on("error", () => undefined);
    const { port } = datagrams.address();
    const server = createServer((socket) => this.#accept(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port, backlog: 16 }, resolve);
    });
    server.on("error", () => undefined);
    this.#port = port;
  }

  #accept(socket: Socket): void {
    const inbound = [...this.#connections].filter(({ target }) => target === null).length;
    const address = plainAddress(socket.remoteAddress ?? "");
    if (inbound >= this.#parts.limits.inboundMax || !this.#parts.admits(address)) {
      socket.on("error", () => undefined);
      socket.destroy();
      return;
    }
    this.#keep(SipConnection.accepted(socket, this.#parts));
  }

  /** The connection to a target: the one that stands, or a new one. Rejects when it cannot be had. */
  async connection(target: Target): Promise<SipConnection> {
    const known = [...this.#connections].find(
      (one) => one.target?.address === target.address && one.target.port === target.port,
    );
    const connection = known ?? this.#keep(SipConnection.opened(target, this.#parts));
    await connection.ready;
    return connection;
  }

  #keep(connection: SipConnection): SipConnection {
    this.#connections.add(connection);
    const { listener } = this.#parts;
    connection.listen({
      heard: (message) => listener.heard(message, connection.source()),
      broken: (why) => listener.unreadable(why, connection.source()),
      closed: (why) => {
        this.#connections.delete(connection);
        listener.lost(connection, why);
      },
    });
    return connection;
  }

  /** Sends a datagram; what becomes of it nobody tells. */
  send(bytes: Buffer, { address, port }: Pick<Target, "address" | "port">): void {
    this.#datagrams?.send(bytes, port, address, () => undefined);
  }

  /** Our own end as a target sees it. */
  async localEnd(target: Target): Promise<LocalEnd> {
    const { host } = this.#parts.listen;
    if (host !== "0.0.0.0" && host !== "::") return { host, port: this.#port };
    const probe = createSocket(isIPv6(target.address) ? "udp6" : "udp4");
    try {
      // Connecting a datagram socket sends nothing: the kernel only picks the way out.
      await new Promise<void>((resolve, reject) => {
        probe.once("error", reject);
        probe.connect(target.port, target.address, resolve);
      });
      return { host: plainAddress(probe.address().address), port: this.#port };
    } finally {
      probe.close();
    }
  }

  /** Ends the connections that we opened; what waits on them is lost. */
  renew(why: string): void {
    for (const connection of [...this.#connections]) if (connection.target) connection.drop(why);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#opening?.catch(() => undefined);
    for (const connection of [...this.#connections]) connection.end();
    this.#connections.clear();
    await this.#closePort();
  }

  async #closePort(): Promise<void> {
    const [datagrams, server] = [this.#datagrams, this.#server];
    this.#datagrams = this.#server = null;
    if (datagrams) await new Promise<void>((resolve) => datagrams.close(() => resolve()));
    if (server?.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}
