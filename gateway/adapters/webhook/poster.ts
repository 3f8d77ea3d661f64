import type * as http from "node:http";
import type { Clock } from "../../ports/clock.ts";
import { formatDuration } from "../../core/units.ts";
import type { WebhookLimits } from "./webhook-limits.ts";

/** What came of one request. `body`: its first characters. `unreached`: no answer, and why. */
export type PostResult =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly retryAfter: string | null;
      readonly location: string | null;
      readonly body: string;
    }
  | { readonly kind: "unreached"; readonly why: string };

export interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Makes requests to one address over kept connections. Node's own client: it follows no redirects and loads fast. */
export class Poster {
  readonly #url: URL;
  readonly #clock: Clock;
  readonly #limits: WebhookLimits;
  #request: ((url: URL, options: http.RequestOptions) => http.ClientRequest) | null = null;
  #agent: http.Agent | null = null;
  readonly #requests = new Set<http.ClientRequest>();

  constructor(url: string, clock: Clock, limits: WebhookLimits) {
    this.#url = new URL(url);
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Where it goes, without the path: that may hold a token. */
  get origin(): string {
    return this.#url.origin;
  }

  async open(): Promise<void> {
    // TLS is loaded by those who use it only.
    const library = this.#url.protocol === "https:" ? await import("node:https") : await import("node:http");
    this.#request = library.request;
    this.#agent = new library.Agent({
      keepAlive: true,
      maxSockets: this.#limits.inFlightMax,
      maxFreeSockets: this.#limits.freshReserve,
    });
  }

  /** Cuts what is under way, and resolves when it is closed; `done` of those is still called. */
  async close(): Promise<void> {
    const agent = this.#agent;
    this.#agent = null;
    const closed = [...this.#requests].map(
      (request) =>
        new Promise<void>((resolve) => {
          request.once("close", () => resolve());
          request.destroy();
        }),
    );
    agent?.destroy();
    await Promise.all(closed);
  }

  /** Calls `done` once. */
  post(post: Post, done: (result: PostResult) => void): void {
    this.#attempt(post, true, once(done));
  }

  #attempt(post: Post, mayRepeat: boolean, done: (result: PostResult) => void): void {
    const { requestMs } = this.#limits;
    let request: http.ClientRequest;
    try {
      request = this.#request!(this.#url, { method: "POST", agent: this.#agent!, headers: post.headers });
    } catch (error) {
      return done({ kind: "unreached", why: reasonOf(error) });
    }
    this.#requests.add(request);
    const timer = this.#clock.after(requestMs, () =>
      request.destroy(new Error(`no answer within ${formatDuration(requestMs)}`)),
    );
    request.on("response", (response) => this.#read(response, done));
    request.on("error", (error: NodeJS.ErrnoException) => {
      // The server closed a kept connection while we wrote to it: it saw nothing, and a new one may do.
      if (mayRepeat && request.reusedSocket && error.code === "ECONNRESET" && this.#agent) {
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

  #read(response: http.IncomingMessage, done: (result: PostResult) => void): void {
    const { bodyMaxBytes, shownMaxChars } = this.#limits;
    let shown = "";
    let bytes = 0;
    const answer = (): void =>
      done({
        kind: "answered",
        status: response.statusCode ?? 0,
        retryAfter: response.headers["retry-after"] ?? null,
        location: response.headers.location ?? null,
        body: shown.slice(0, shownMaxChars),
      });
    // A 2xx counts when it is seen: whatever the body is, the server has taken the message.
    if (isSuccess(response.statusCode ?? 0)) answer();
    response.setEncoding("utf8");
    response.on("data", (text: string) => {
      bytes += Buffer.byteLength(text);
      if (shown.length < shownMaxChars) shown += text;
      if (bytes > bodyMaxBytes) response.destroy();
    });
    response.on("error", () => undefined);
    response.on("close", answer);
  }
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

function once(done: (result: PostResult) => void): (result: PostResult) => void {
  let called = false;
  return (result) => {
    if (called) return;
    called = true;
    done(result);
  };
}

/** With several addresses for a name the message of the error is empty. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ((error as NodeJS.ErrnoException).code ?? error.name);
}
