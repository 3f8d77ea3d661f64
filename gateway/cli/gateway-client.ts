import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { GatewayError } from "../core/errors.ts";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
  /** Bytes instead of JSON. */
  readonly bytes?: Uint8Array;
}

/** How `okc` talks to a gateway, whether it runs here, elsewhere, or not at all. */
export interface GatewayClient {
  call(call: Call): Promise<Answer>;
  /** The lines of a stream, until it ends. */
  follow(path: string): AsyncIterable<string>;
  close(): Promise<void>;
}

/** Over the socket in the data folder, or with a token over the network. */
export type Place =
  { readonly socket: string; readonly as: string | null } | { readonly url: string; readonly token: string };

const UNREACHABLE: ReadonlySet<string> = new Set(["ENOENT", "ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EHOSTUNREACH"]);

export class HttpClient implements GatewayClient {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  async call(call: Call): Promise<Answer> {
    const response = await this.#request(call);
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    return { status: response.statusCode ?? 0, body: bodyOf(response, Buffer.concat(parts).toString("utf8")) };
  }

  async *follow(path: string): AsyncIterable<string> {
    const response = await this.#request({ method: "GET", path });
    if (response.statusCode !== 200)
      throw new GatewayError("not-allowed", `the gateway answered ${response.statusCode} to ${path}`);
    let rest = "";
    for await (const part of response.setEncoding("utf8")) {
      const lines = (rest + String(part)).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #request({ method, path, body, bytes }: Call): Promise<IncomingMessage> {
    const payload = bytes ?? (body === undefined ? null : Buffer.from(JSON.stringify(body)));
    const headers: Record<string, string> = { ...this.#identity() };
    if (payload) headers["content-type"] = bytes ? "text/csv" : "application/json";
    if (payload) headers["content-length"] = String(payload.length);
    return new Promise((resolve, reject) => {
      const request = this.#open(method, path, headers, resolve);
      request.on("error", (error: NodeJS.ErrnoException) => {
        const gone = UNREACHABLE.has(error.code ?? "");
        reject(gone ? new GatewayError("not-reachable", `${this.#name()} cannot be reached (${error.code})`) : error);
      });
      request.end(payload ?? undefined);
    });
  }

  #open(method: string, path: string, headers: Record<string, string>, done: (response: IncomingMessage) => void) {
    if ("socket" in this.#place) return httpRequest({ socketPath: this.#place.socket, method, path, headers }, done);
    const url = new URL(path, this.#place.url);
    return (url.protocol === "https:" ? httpsRequest : httpRequest)(url, { method, headers }, done);
  }

  #identity(): Record<string, string> {
    if ("token" in this.#place) return { authorization: `Bearer ${this.#place.token}` };
    return this.#place.as === null ? {} : { "x-okc-as": encodeURIComponent(this.#place.as) };
  }

  #name(): string {
    return "socket" in this.#place ? `the gateway of ${this.#place.socket}` : this.#place.url;
  }
}

export function bodyOf(response: Pick<IncomingMessage, "headers">, text: string): unknown {
  const type = String(response.headers["content-type"] ?? "");
  return type.includes("json") ? (JSON.parse(text) as unknown) : text;
}
