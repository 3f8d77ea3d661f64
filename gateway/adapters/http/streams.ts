import type { EventStream } from "./event-stream.ts";
import { STREAMS_MAX } from "./limits.ts";

/** The streams that are open, so that a stop can end them. */
export class Streams {
  readonly #open = new Set<EventStream>();

  get isFull(): boolean {
    return this.#open.size >= STREAMS_MAX;
  }

  get size(): number {
    return this.#open.size;
  }

  add(stream: EventStream): void {
    this.#open.add(stream);
  }

  delete(stream: EventStream): void {
    this.#open.delete(stream);
  }

  endAll(): void {
    for (const stream of [...this.#open]) stream.end();
  }
}
