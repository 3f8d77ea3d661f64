import type { EpochMs } from "./units.ts";

interface Due {
  readonly at: EpochMs;
  readonly key: string;
}

/** An alarm's key begins with it. What is due of an alarm never waits behind what is due of something else. */
const ALARM = "alarm ";

/**
 * What is due next: alarms first, then everything else, each in order of time. Entries are hints: the owner looks at
 * the thing itself before acting, so an entry that came too early is simply put back. At most one entry a key counts;
 * older ones are skipped.
 */
export class Agenda {
  readonly #alarms = new DueQueue();
  readonly #others = new DueQueue();

  /** Notes that `key` is due at `at`; a later time than already noted is left to the earlier visit. */
  note(key: string, at: EpochMs): void {
    (key.startsWith(ALARM) ? this.#alarms : this.#others).note(key, at);
  }

  /** When the first of all is due; null: never. */
  next(): EpochMs | null {
    const [alarm, other] = [this.#alarms.next(), this.#others.next()];
    return alarm === null || (other !== null && other < alarm) ? other : alarm;
  }

  /** Takes the next key due at or before `now`, or null. */
  take(now: EpochMs): string | null {
    return this.#alarms.take(now) ?? this.#others.take(now);
  }

  clear(): void {
    this.#alarms.clear();
    this.#others.clear();
  }
}

/** By time alone, as a binary heap. */
class DueQueue {
  readonly #heap: Due[] = [];
  readonly #earliest = new Map<string, EpochMs>();

  note(key: string, at: EpochMs): void {
    const known = this.#earliest.get(key);
    if (known !== undefined && known <= at) return;
    this.#earliest.set(key, at);
    this.#heap.push({ at, key });
    this.#rise(this.#heap.length - 1);
  }

  next(): EpochMs | null {
    this.#skipStale();
    return this.#heap[0]?.at ?? null;
  }

  take(now: EpochMs): string | null {
    this.#skipStale();
    const first = this.#heap[0];
    if (!first || first.at > now) return null;
    this.#drop();
    this.#earliest.delete(first.key);
    return first.key;
  }

  clear(): void {
    this.#heap.length = 0;
    this.#earliest.clear();
  }

  #skipStale(): void {
    for (let first = this.#heap[0]; first && this.#earliest.get(first.key) !== first.at; first = this.#heap[0])
      this.#drop();
  }

  #drop(): void {
    const last = this.#heap.pop()!;
    if (this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  #rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#heap[parent]!.at <= this.#heap[index]!.at) return;
      this.#swap(parent, index);
      index = parent;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    for (let index = 0; ;) {
      let least = index;
      for (const child of [2 * index + 1, 2 * index + 2])
        if (child < heap.length && heap[child]!.at < heap[least]!.at) least = child;
      if (least === index) return;
      this.#swap(least, index);
      index = least;
    }
  }

  #swap(a: number, b: number): void {
    const held = this.#heap[a]!;
    this.#heap[a] = this.#heap[b]!;
    this.#heap[b] = held;
  }
}
