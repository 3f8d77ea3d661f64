import type { Desk } from "../../ports/desk.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { StoredEvent } from "../../ports/journal.ts";
import type { Log, Meter } from "../../ports/log.ts";
import { HEARTBEAT_MS, PAGE_EVENTS, SLOW_MAX_MS } from "./limits.ts";
import { textOf } from "./stream-text.ts";

/** What a response offers to a stream. */
export interface Outlet {
  readonly writableNeedDrain: boolean;
  write(text: string): boolean;
  end(): unknown;
  destroy(): unknown;
  on(event: "drain", listener: () => void): unknown;
}

export interface EventStreamParts {
  readonly desk: Pick<Desk, "readAfter" | "onCommitted">;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly response: Outlet;
  /** Whether the client may still listen. */
  readonly isAdmitted: () => boolean;
  /** The last event the client has; null: it starts now. */
  readonly after: number | null;
}

/**
 * One client of the event stream. The journal is its buffer: what a client does not take at once is read again when it
 * can, so no more than one event waits in memory for it, and there is neither a gap nor a repeat.
 */
export class EventStream {
  readonly #parts: EventStreamParts;
  /** The last event written. */
  #sent: number | null;
  /** The newest event heard of. */
  #newest = 0;
  #reading = false;
  #ended = false;
  #stuckMs = 0;
  #heartbeat: Timer | null = null;
  #stopListening: () => void = () => undefined;
  #drained: () => void = () => undefined;

  constructor(parts: EventStreamParts) {
    this.#parts = parts;
    this.#sent = parts.after;
  }

  /** A comment goes out at once: the client then knows that it is connected. */
  start(): void {
    const { response, desk, after } = this.#parts;
    response.on("drain", () => this.#drained());
    response.write(": connected\nretry: 1000\n\n");
    this.#stopListening = desk.onCommitted((events) => this.#heard(events));
    this.#planHeartbeat();
    if (after !== null) void this.#catchUp();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopListening();
    this.#heartbeat?.cancel();
    this.#drained();
    this.#parts.response.end();
  }

  #heard(events: readonly StoredEvent[]): void {
    const [first] = events;
    if (this.#ended || !first) return;
    this.#sent ??= first.seq - 1;
    this.#newest = Math.max(this.#newest, events.at(-1)!.seq);
    if (this.#reading) return;
    for (const event of events) {
      if (event.seq <= this.#sent) continue;
      if (this.#parts.response.writableNeedDrain || event.seq !== this.#sent + 1) return void this.#catchUp();
      this.#write(event);
    }
  }

  /** Reads what is missing from the journal, page by page, as fast as the client takes it. */
  async #catchUp(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      let page: readonly StoredEvent[];
      do {
        await this.#room();
        page = this.#ended ? [] : await this.#parts.desk.readAfter(this.#sent!, PAGE_EVENTS);
        for (const event of page) {
          await this.#room();
          if (this.#ended) return;
          this.#write(event);
        }
      } while (page.length > 0 && (page.length === PAGE_EVENTS || this.#newest > this.#sent!));
    } catch (error) {
      this.#parts.log.warn("a stream ends: the journal could not be read; the client comes back", {
        error: String(error),
      });
      this.end();
    } finally {
      this.#reading = false;
    }
  }

  #room(): Promise<void> {
    if (this.#ended || !this.#parts.response.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => (this.#drained = resolve));
  }

  #write(event: StoredEvent): void {
    this.#sent = event.seq;
    this.#parts.response.write(textOf(event));
  }

  #planHeartbeat(): void {
    this.#heartbeat = this.#parts.clock.after(HEARTBEAT_MS, () => this.#beat());
  }

  #beat(): void {
    const { response, log, meter, isAdmitted } = this.#parts;
    if (!isAdmitted()) return this.end();
    if (!response.writableNeedDrain) {
      this.#stuckMs = 0;
      response.write(":\n\n");
    } else if ((this.#stuckMs += HEARTBEAT_MS) >= SLOW_MAX_MS) {
      meter.count("okc_http_streams_dropped_total");
      log.warn(`a stream's client took nothing for ${SLOW_MAX_MS / 1_000} s and was dropped; it may come back`);
      this.end();
      return void response.destroy();
    }
    this.#planHeartbeat();
  }
}
