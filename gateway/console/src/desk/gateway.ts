import { messageWord } from "../../../core/chinese.ts";
import type { Word } from "../../../core/words.ts";

/** Without a sign of life for this long the gateway counts as lost. It speaks at least every two seconds. */
const SILENT_MAX_MS = 4_500;
/** How often the page looks whether the gateway still speaks. */
const LOOK_MS = 250;
const RETRY_MS = 1_500;
const ANSWER_MAX_MS = 15_000;
/** One event is at most this long; a longer rest is not from our gateway. */
const REST_MAX_CHARS = 1_000_000;
/** Tells the gateway that it is this page that asks, and no other that makes the browser ask. */
const PAGE_HEADERS = { "x-okc-page": "desk" };

/** The gateway said no. `body` may hold what is true now. */
export class Refused extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    const { error } = (body ?? {}) as { error?: { message?: string } };
    super(error?.message ?? `HTTP ${status}`);
    this.status = status;
    this.body = body;
  }

  get isUnknown(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

/** What a person is told of an error; one without an answer means that the gateway could not be asked. */
export const errorWord = (error: unknown): Word =>
  error instanceof Refused ? messageWord(error.message) : ["没有连上网关", "the gateway cannot be reached"];

export interface Happening {
  readonly kind: string;
  readonly alarm?: string;
}

export interface Follower {
  /** The stream began anew: from here on nothing is missed. */
  connected(): void;
  happened(event: Happening): void;
  /** The gateway spoke, if only to say that it lives. */
  beat(): void;
  /** The stream ended or fell silent; it is tried again. */
  lost(): void;
  refused(error: Refused): void;
}

/** Asks, by the session's cookie. Throws `Refused` for an answer that is no success, another error without any. */
export async function ask<Answer>(path: string, body?: object): Promise<Answer> {
  const given = new AbortController();
  const timer = setTimeout(() => given.abort(), ANSWER_MAX_MS);
  try {
    const response = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers: { ...PAGE_HEADERS, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
      cache: "no-store",
      signal: given.signal,
    });
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok) throw new Refused(response.status, answer);
    return answer as Answer;
  } finally {
    clearTimeout(timer);
  }
}

/** The stream that says what happens, followed until `stop`. */
export class Stream {
  readonly #follower: Follower;
  #heardAt = 0;
  #open: AbortController | null = null;
  #stopped = false;

  constructor(follower: Follower) {
    this.#follower = follower;
  }

  async follow(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#listen();
      } catch (error) {
        if (error instanceof Refused && error.isUnknown)
          return this.#stopped ? undefined : this.#follower.refused(error);
      }
      if (this.#stopped) return;
      this.#follower.lost();
      await new Promise((resume) => setTimeout(resume, RETRY_MS));
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#open?.abort();
  }

  async #listen(): Promise<void> {
    const open = (this.#open = new AbortController());
    this.#heardAt = performance.now();
    const watch = setInterval(() => {
      if (performance.now() - this.#heardAt > SILENT_MAX_MS) open.abort();
    }, LOOK_MS);
    try {
      const { signal } = open;
      const response = await fetch("/api/stream", { headers: PAGE_HEADERS, cache: "no-store", signal });
      if (!response.ok) throw new Refused(response.status, await response.json().catch(() => null));
      this.#follower.connected();
      await this.#read(response.body!.getReader());
    } finally {
      clearInterval(watch);
      open.abort();
    }
  }

  async #read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.#heardAt = performance.now();
      const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = blocks.pop()!;
      if (rest.length > REST_MAX_CHARS) return;
      for (const block of blocks) {
        const data = block.split("\n").find((line) => line.startsWith("data: "));
        if (data) this.#follower.happened(JSON.parse(data.slice("data: ".length)) as Happening);
      }
      this.#follower.beat();
    }
  }
}
