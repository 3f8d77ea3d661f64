/** What the engine needs to know of a message. */
export interface Sendable {
  readonly key: string;
  /** 1 is the most urgent. */
  readonly priority: number;
}

/** A message, and what was tried so far. */
export interface Job<Message extends Sendable = Sendable> {
  readonly message: Message;
  /** Rises with every message: the age. */
  readonly order: number;
  attempts: number;
  /** What was last told as `failing`. */
  told: string | null;
  /** Withdrawn, given up or taken: nothing is sent any more. */
  over: boolean;
}

/** Jobs that may go now, by urgency, then untried ones first, then by age. */
export class JobQueue<Message extends Sendable> {
  readonly #fresh: Job<Message>[] = [];
  readonly #retried: Job<Message>[] = [];

  get waiting(): readonly Job<Message>[] {
    return [...this.#fresh, ...this.#retried];
  }

  /** The next one; without `retries` the next that was not tried yet. */
  head(retries: boolean): Job<Message> | undefined {
    const [fresh] = this.#fresh;
    const [retried] = this.#retried;
    if (!retries || !retried) return fresh;
    return fresh && fresh.message.priority <= retried.message.priority ? fresh : retried;
  }

  add(job: Job<Message>): void {
    const sorted = this.#listOf(job);
    sorted.splice(placeOf(sorted, job), 0, job);
  }

  remove(job: Job<Message>): void {
    const sorted = this.#listOf(job);
    const place = placeOf(sorted, job);
    if (sorted[place] === job) sorted.splice(place, 1);
  }

  #listOf({ attempts }: Job<Message>): Job<Message>[] {
    return attempts > 0 ? this.#retried : this.#fresh;
  }
}

/** Below 0 when `a` goes before `b`. */
const compare = (a: Job, b: Job): number => a.message.priority - b.message.priority || a.order - b.order;

function placeOf(sorted: readonly Job[], job: Job): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(sorted[middle]!, job) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of those, the least urgent and then newest. */
export function leastUrgent<Message extends Sendable>(jobs: Iterable<Job<Message>>): Job<Message> | null {
  let least: Job<Message> | null = null;
  for (const job of jobs) if (!least || compare(job, least) > 0) least = job;
  return least;
}
