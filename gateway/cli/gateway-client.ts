import { request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { ERROR_CODES, GatewayError, type ErrorCode } from "../core/errors.ts";

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
  /** False: its journal is open here, and nothing is heard or sent. */
  readonly runs: boolean;
  call(call: Call): Promise<Answer>;
  /** The lines of a stream, until it ends. */
  follow(path: string): AsyncIterable<string>;
  close(): Promise<void>;
}

/** Over the socket in the data folder, or with a token over the network. */
export type Place =
  { readonly socket: string; readonly as: string | null } | { readonly url: string; readonly token: string };

/** A gateway that says nothing for so long is not there for the person who waits. */
const SILENCE_MAX_MS = 60_000;

export class HttpClient implements GatewayClient {
  readonly runs = true;
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  async call(call: Call): Promise<Answer> {
    const response = await this.#request(call);
    let text = "";
    for await (const part of this.#partsOf(response)) text += part;
    return { status: response.statusCode ?? 0, body: bodyOf(response, text) };
  }

  async *follow(path: string): AsyncIterable<string> {
    const response = await this.#request({ method: "GET", path });
    if (response.statusCode !== 200) {
      let text = "";
      for await (const part of this.#partsOf(response)) text += part;
      throw refusalOf({ status: response.statusCode ?? 0, body: bodyOf(response, text) });
    }
    let rest = "";
    for await (const part of this.#partsOf(response)) {
      const lines = (rest + part).split("\n");
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
      request.setTimeout(SILENCE_MAX_MS, () => request.destroy(new Error(`silent for ${SILENCE_MAX_MS / 1_000} s`)));
      request.on("error", (error) => reject(this.#unreachable(error)));
      request.end(payload ?? undefined);
    });
  }

  async *#partsOf(response: IncomingMessage): AsyncIterable<string> {
    try {
      for await (const part of response.setEncoding("utf8")) yield String(part);
    } catch (error) {
      throw this.#unreachable(error as Error);
    }
  }

  #open(
    method: string,
    path: string,
    headers: Record<string, string>,
    done: (response: IncomingMessage) => void,
  ): ClientRequest {
    if ("socket" in this.#place) return httpRequest({ socketPath: this.#place.socket, method, path, headers }, done);
    const url = new URL(`${this.#place.url.replace(/\/+$/, "")}${path}`);
    return (url.protocol === "https:" ? httpsRequest : httpRequest)(url, { method, headers }, done);
  }

  #identity(): Record<string, string> {
    if ("token" in this.#place) return { authorization: `Bearer ${this.#place.token}` };
    return this.#place.as === null ? {} : { "x-okc-as": encodeURIComponent(this.#place.as) };
  }

  #unreachable(error: NodeJS.ErrnoException): GatewayError {
    const name = "socket" in this.#place ? `the gateway of ${this.#place.socket}` : this.#place.url;
    if (error.code === "EACCES" || error.code === "EPERM")
      return new GatewayError("not-allowed", `${name} belongs to another user; run okc as that user (sudo -u …)`, {
        cause: error,
      });
    return new GatewayError("not-reachable", `${name} cannot be reached (${error.code ?? error.message})`, {
      cause: error,
    });
  }
}

/** Whether a gateway is there; throws when there is one that this user may not ask. */
export async function isAnswered(client: GatewayClient): Promise<boolean> {
  try {
    await client.call({ method: "GET", path: "/healthz" });
    return true;
  } catch (error) {
    if (error instanceof GatewayError && error.code === "not-reachable") return false;
    throw error;
  }
}

/** What the gateway said when it refused, as the error it stands for. */
export function refusalOf({ status, body }: Answer): GatewayError {
  const { code, message } = (body as { error?: { code?: string; message?: string } } | null)?.error ?? {};
  const known = code !== undefined && Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : null;
  return new GatewayError(known ?? codeOfStatus(status), message ?? `the gateway answered ${status}`);
}

const codeOfStatus = (status: number): ErrorCode => (status === 502 || status === 503 ? "not-reachable" : "broken");

export function bodyOf(response: Pick<IncomingMessage, "headers">, text: string): unknown {
  const type = String(response.headers["content-type"] ?? "");
  return type.includes("json") ? (JSON.parse(text) as unknown) : text;
}
