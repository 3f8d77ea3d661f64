import { once } from "node:events";
import { request, type ClientRequest, type IncomingMessage } from "node:http";
import { within } from "./recording-sink.ts";

export interface ServerSent {
  readonly id: number;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads a stream of server-sent events. */
export class SseClient {
  readonly events: ServerSent[] = [];
  /** Lines that begin with a colon. */
  comments = 0;
  ended = false;
  response: IncomingMessage | null = null;
  #request: ClientRequest | null = null;
  #rest = "";
  #look: () => void = () => undefined;

  /** Resolves when the answer's head is there; a refused stream gives its status. */
  async open(
    url: string,
    token: string | null,
    lastEventId?: number | string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<number> {
    const headers: Record<string, string> = { ...(token !== null && { authorization: `Bearer ${token}` }), ...more };
    if (lastEventId !== undefined) headers["last-event-id"] = String(lastEventId);
    this.#request = request(`${url}/api/stream`, { headers, agent: false });
    this.#request.end();
    const [response] = (await within(once(this.#request, "response"), "the stream's head")) as [IncomingMessage];
    this.response = response.setEncoding("utf8");
    response.on("data", (part: string) => this.#read(part));
    for (const end of ["end", "close", "error"]) response.on(end, () => this.#finish());
    return response.statusCode ?? 0;
  }

  /** Waits until this holds; looked at after everything that arrives. */
  async until(isTrue: () => boolean, what: string): Promise<void> {
    if (isTrue()) return;
    await within(
      new Promise<void>((resolve) => {
        this.#look = () => void (isTrue() && resolve());
      }),
      what,
    );
  }

  close(): void {
    this.#request?.destroy();
  }

  #read(part: string): void {
    const blocks = (this.#rest + part).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    for (const block of blocks) this.#take(block);
    this.#look();
  }

  #take(block: string): void {
    if (block.startsWith(":")) this.comments++;
    const fields = new Map(block.split("\n").map((line) => line.split(/: (.*)/s, 2) as [string, string]));
    const data = fields.get("data");
    if (data === undefined) return;
    this.events.push({
      id: Number(fields.get("id")),
      event: fields.get("event") ?? "",
      data: JSON.parse(data) as Record<string, unknown>,
    });
  }

  #finish(): void {
    this.ended = true;
    this.#look();
  }
}
