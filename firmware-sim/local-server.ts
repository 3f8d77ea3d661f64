import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** A longer body is no message of a gateway. */
const BODY_BYTES_MAX = 64 * 1024;

/** An HTTP server of a simulated part; it keeps its port from one start to the next. */
export class LocalServer {
  readonly #host: string;
  readonly #serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  #port: number;
  #server: Server | null = null;

  /** Port 0 takes any free one at the first start. */
  constructor(
    { host = "127.0.0.1", port = 0 }: { readonly host?: string; readonly port?: number },
    serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  ) {
    this.#host = host;
    this.#port = port;
    this.#serve = serve;
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<{ readonly port: number }> {
    const server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, this.#host, resolve);
    });
    const address = server.address();
    if (address !== null && typeof address === "object") this.#port = address.port;
    return { port: this.#port };
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }
}

/** The body as text. Rejects what is too long. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error("the body is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
