import { readFileSync } from "node:fs";
import { connect as connectPlain, isIP } from "node:net";
import type { Socket } from "node:net";
import { checkServerIdentity, connect as connectTls } from "node:tls";
import type { Clock, Timer } from "../../ports/clock.ts";
import { plainAddress } from "./sip-fields.ts";
import type { SipMessage } from "./sip-message.ts";
import type { SipLimits } from "./scaip-limits.ts";
import type { Source, Target } from "./sip-sockets.ts";
import { SipStream } from "./sip-stream.ts";

/** The receiver's certificate is always checked: its chain, and the name in it. Files are read for each connection. */
export interface TlsOptions {
  /** Path of a PEM file; null: the authorities that Node knows. */
  readonly ca: string | null;
  /** The name that its certificate must have. */
  readonly serverName: string;
  /** Paths of our own certificate and its key, where the receiver asks for one. */
  readonly cert: string | null;
  readonly key: string | null;
}

interface Parts {
  readonly clock: Clock;
  readonly limits: SipLimits;
  readonly tls: TlsOptions | null;
}

interface ConnectionListener {
  heard(message: SipMessage): void;
  /** What came is no SIP; the connection is ended. */
  broken(why: string): void;
  closed(why: string): void;
}

/** One TCP or TLS connection that carries SIP. */
export class SipConnection {
  /** Null: the other side opened it. */
  readonly target: Target | null;
  /** Resolves when it stands; rejects when it never did. */
  readonly ready: Promise<void>;
  readonly #socket: Socket;
  readonly #stream = new SipStream();
  #listener: ConnectionListener | null = null;
  #why = "the other side ended the connection";
  #over = false;

  private constructor(socket: Socket, target: Target | null, ready: Promise<void>) {
    this.#socket = socket;
    this.target = target;
    this.ready = ready;
    // Whoever sends awaits it; a connection that nobody awaits any more must not end the process.
    ready.catch(() => undefined);
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", (error) => (this.#why = error.message));
    socket.on("close", () => this.#closed());
  }

  static accepted(socket: Socket, { limits }: Parts): SipConnection {
    socket.setKeepAlive(true, limits.keepAliveMs);
    return new SipConnection(socket, null, Promise.resolve());
  }

  static opened(target: Target, { clock, limits, tls }: Parts): SipConnection {
    const { address: host, port } = target;
    const secure = target.transport === "tls" && tls;
    const socket = secure
      ? connectTls({
          host,
          port,
          minVersion: "TLSv1.2",
          // An address is no name to ask for (RFC 6066, section 3), and is looked for in the certificate all the same.
          servername: isIP(secure.serverName) ? "" : secure.serverName,
          checkServerIdentity: (_, certificate) => checkServerIdentity(secure.serverName, certificate),
          ...(secure.ca !== null && { ca: readFileSync(secure.ca) }),
          ...(secure.cert !== null && { cert: readFileSync(secure.cert) }),
          ...(secure.key !== null && { key: readFileSync(secure.key) }),
        })
      : connectPlain({ host, port });
    const ready = new Promise<void>((resolve, reject) => {
      const timer: Timer = clock.after(limits.connectMs, () =>
        socket.destroy(new Error(`no connection within ${limits.connectMs} ms`)),
      );
      socket.once(secure ? "secureConnect" : "connect", () => {
        timer.cancel();
        resolve();
      });
      socket.once("error", reject);
      socket.once("close", () => {
        timer.cancel();
        reject(new Error("the other side ended the connection"));
      });
    });
    socket.setKeepAlive(true, limits.keepAliveMs);
    return new SipConnection(socket, target, ready);
  }

  listen(listener: ConnectionListener): void {
    this.#listener = listener;
  }

  /** What comes over it comes from there. */
  source(): Source {
    const transport = this.target?.transport ?? "tcp";
    const address = plainAddress(this.#socket.remoteAddress ?? this.target?.address ?? "");
    return { transport, address, port: this.#socket.remotePort ?? this.target?.port ?? 0, connection: this };
  }

  write(bytes: Buffer): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  /** Ends it; whoever listens is told at once. */
  drop(why: string): void {
    this.#why = why;
    this.#socket.destroy();
    this.#closed();
  }

  /** Ends it without a word. */
  end(): void {
    this.#listener = null;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    for (const item of this.#stream.push(chunk)) {
      if (item.type === "ping") this.write(Buffer.from("\r\n"));
      else if (item.type === "broken") {
        this.#listener?.broken(item.why);
        this.#socket.destroy(new Error(`what came over it is no SIP: ${item.why}`));
      } else this.#listener?.heard(item);
    }
  }

  #closed(): void {
    if (this.#over) return;
    this.#over = true;
    this.#listener?.closed(this.#why);
  }
}
