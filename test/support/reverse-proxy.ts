import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A reverse proxy on the gateway's machine, as sites have one for TLS: passes all on with Host as it came, and adds its
 * client to X-Forwarded-For. Its clients are all in these tests, so `clientAddress` says where they are meant to be.
 */
export class ReverseProxy {
  clientAddress = "203.0.113.7";
  readonly #target: string;
  readonly #server: Server;

  constructor(target: string) {
    this.#target = target;
    this.#server = createServer((incoming, outgoing) => {
      const before = incoming.headers["x-forwarded-for"];
      const headers = {
        ...incoming.headers,
        "x-forwarded-for": before === undefined ? this.clientAddress : `${String(before)}, ${this.clientAddress}`,
      };
      const { method = "GET", url = "/" } = incoming;
      const passed = httpRequest(new URL(url, this.#target), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      passed.on("error", () => outgoing.destroy());
      incoming.pipe(passed);
    });
  }

  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}
