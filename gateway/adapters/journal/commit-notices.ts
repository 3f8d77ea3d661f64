import type { StoredEvent } from "../../ports/journal.ts";
import { createSettling, storedEventsOf } from "./record.ts";
import type { Entry, Settling } from "./record.ts";

type Listener = (events: readonly StoredEvent[]) => void;

/** Who wants to know what is in the journal, and up to where it goes. */
export class CommitNotices {
  #seq = 0;
  #waits: { readonly seq: number; readonly settling: Settling<void> }[] = [];
  readonly #listeners: Listener[] = [];

  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** Resolves when everything up to `seq` is in the journal. */
  reached(seq: number): Promise<void> {
    if (this.#seq >= seq) return Promise.resolve();
    const settling = createSettling<void>();
    this.#waits.push({ seq, settling });
    return settling.promise;
  }

  moveTo(seq: number): void {
    this.#seq = seq;
    if (this.#waits.length === 0) return;
    const due = this.#waits.filter((wait) => wait.seq <= seq);
    this.#waits = this.#waits.filter((wait) => wait.seq > seq);
    for (const { settling } of due) settling.resolve();
  }

  /** Tells the listeners, after those who wait for the commit: they act, listeners only look. */
  tell(batch: readonly Entry[]): void {
    if (this.#listeners.length === 0) return;
    queueMicrotask(() => {
      for (const entry of batch) {
        const events = storedEventsOf(entry);
        if (events.length === 0) continue;
        for (const listener of this.#listeners) listener(events);
      }
    });
  }
}
