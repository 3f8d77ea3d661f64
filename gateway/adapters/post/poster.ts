import type * as http from "node:http";
import type { LookupFunction } from "node:net";
import { formatDuration } from "../../core/units.ts";
import type { Clock } from "../../ports/clock.ts";
import { POST_LIMITS, type PostLimits } from "./post-limits.ts";

/** What came of one request. `unreached`: no answer, or one that was cut, and why. */
export type PostResult =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly retryAfter: string | null;
      readonly location: string | null;
      /** Empty where only the status counts. */
      readonly body: string;
    }
  | { readonly kind: "unreached"; readonly why: string };

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export interface PosterParts {
  readonly clock: Clock;
  readonly limits?: Partial<PostLimits>;
  /**
   * `status`: it decides alone, and counts as soon as it is seen, whatever the body is. `body`: the answer counts when it
   * is there as a whole.
   */
  readonly reads: "status" | "body";
  /** Finds the addresses of a name; the system's where none is given. */
  readonly lookup?: LookupFunction;
}

interface Way {
  readonly request: (url: URL, options: http.RequestOptions) => http.ClientRequest;
  readonly agent: http.Agent;
}

/** Makes requests over kept connections. Node's own client: it follows no redirects and loads fast. */
export class Poster {
  readonly #parts: PosterParts;
  readonly #limits: PostLimits;
  /** By protocol. */
  readonly #ways = new Map<string, Way>();
  readonly #requests = new Set<http.ClientRequest>();

  constructor(parts: PosterParts) {
    this.#parts = parts;
    this.#limits = { ...POST_LIMITS, ...parts.limits };
  }

  /** For the protocols of those URLs. */
  async open(...urls: readonly string[]): Promise<void> {
    for (const { protocol } of urls.map((url) => new URL(url))) {
      // TLS is loaded by those who use it only.
      const library = protocol === "https:" ? await import("node:https") : await import("node:http");
      const { connectionsMax: maxSockets, idleMax: maxFreeSockets } = this.#limits;
      const agent = new library.Agent({ keepAlive: true, maxSockets, maxFreeSockets });
      this.#ways.set(protocol, { request: library.request, agent });
    }
  }

  /** Cuts what is under way, and resolves when it is closed; `post` of those still resolves. */
  async close(): Promise<void> {
    const agents = [...this.#ways.values()].map(({ agent }) => agent);
    this.#ways.clear();
    const closed = [...this.#requests].map(
      (request) =>
        new Promise<void>((resolve) => {
          request.once("close", () => resolve());
          request.destroy();
        }),
    );
    for (const agent of agents) agent.destroy();
    await Promise.all(closed);
  }

  /** Never rejects. */
  post(post: Post): Promise<PostResult> {
    return new Promise((resolve) => this.#attempt(post, true, resolve));
  }

  #attempt(post: Post, mayRepeat: boolean, done: (result: PostResult) => void): void {
    const { requestMs } = this.#limits;
    let request: http.ClientRequest;
    try {
      request = this.#request(post);
    } catch (error) {
      return done({ kind: "unreached", why: reasonOf(error) });
    }
    this.#requests.add(request);
    const timer = this.#parts.clock.after(requestMs, () =>
      request.destroy(new Error(`no answer within ${formatDuration(requestMs)}`)),
    );
    request.on("response", (response) => this.#read(response, done));
    request.on("error", (error: NodeJS.ErrnoException) => {
      // The server closed a kept connection while we wrote to it: it saw nothing, and a new one may do.
      if (mayRepeat && request.reusedSocket && error.code === "ECONNRESET" && this.#ways.size > 0) {
        return this.#attempt(post, false, done);
      }
      done({ kind: "unreached", why: reasonOf(error) });
    });
    request.on("close", () => {
      timer.cancel();
      this.#requests.delete(request);
    });
    request.end(post.body);
  }

  /** @throws when the URL is none, or of another protocol. */
  #request({ url: address, headers, body }: Post): http.ClientRequest {
    const url = new URL(address);
    const way = this.#ways.get(url.protocol);
    if (!way) throw new Error("not open");
    const { lookup } = this.#parts;
    return way.request(url, {
      method: "POST",
      agent: way.agent,
      headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
      ...(lookup && { lookup }),
    });
  }

  #read(response: http.IncomingMessage, done: (result: PostResult) => void): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const answer = (): void =>
      done({
        kind: "answered",
        status: response.statusCode ?? 0,
        retryAfter: response.headers["retry-after"] ?? null,
        location: response.headers.location ?? null,
        body: Buffer.concat(chunks).toString("utf8"),
      });
    if (this.#parts.reads === "status") answer();
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (this.#parts.reads === "body") chunks.push(chunk);
      if (bytes > this.#limits.bodyMaxBytes) response.destroy();
    });
    response.on("error", () => undefined);
    response.on("end", answer);
    // After `end` it says nothing new: the first word counts.
    response.on("close", () => done({ kind: "unreached", why: "the answer was cut off" }));
  }
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** With several addresses for a name the message of the error is empty. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ((error as NodeJS.ErrnoException).code ?? error.name);
}
