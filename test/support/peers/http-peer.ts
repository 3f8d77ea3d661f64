import { createServer } from "node:http";
import type { IncomingHttpHeaders, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Inbox } from "./inbox.ts";

export interface PeerRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly bytes: Buffer;
}

export interface PeerAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The connection is cut behind the body, before its end. */
  readonly isCut?: boolean;
}

/** A small server that keeps what it gets and answers as a test tells it. */
export class HttpPeer {
  /** What to answer; `silent`: nothing, `reset`: cut, `hold`: when `release` is called. */
  answer: PeerAnswer | "silent" | "reset" | "hold" = { status: 200 };
  readonly requests = new Inbox<PeerRequest>("requests");
  readonly connections = new Inbox<number>("connections");
  #server: Server | null = null;
  #port = 0;
  readonly #sockets = new Set<Socket>();
  readonly #held: ServerResponse[] = [];

  get port(): number {
    return this.#port;
  }

  get held(): number {
    return this.#held.length;
  }

  /** Listens on the port that it had before, or on any. */
  async open(): Promise<this> {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method = "", url = "", headers } = request;
        this.#respond(response);
        const bytes = Buffer.concat(chunks);
        this.requests.push({ method, url, headers, body: bytes.toString("utf8"), bytes });
      });
    });
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      this.connections.push(this.connections.items.length + 1);
    });
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

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Answers what `hold` kept, with 200. */
  release(): void {
    for (const response of this.#held.splice(0)) response.end();
  }

  #respond(response: ServerResponse): void {
    const { answer } = this;
    if (answer === "silent") return;
    if (answer === "hold") return void this.#held.push(response);
    if (answer === "reset") return void response.socket?.destroy();
    const { status, headers, body = "", isCut = false } = answer;
    if (isCut) {
      response.writeHead(status, { ...headers, "content-length": "9999" });
      return void response.write(body, () => response.destroy());
    }
    response.writeHead(status, headers).end(body);
  }
}
