import type { PersonMessage } from "../../ports/channel.ts";

/** A message for the webhook, and what was tried so far. */
export interface Job {
  readonly message: PersonMessage;
  /** Rises with every message: the age. */
  readonly order: number;
  attempts: number;
  /** What was last told as `failing`. */
  told: string | null;
  /** Withdrawn, given up or taken: nothing is sent any more. */
  over: boolean;
}

/** Jobs that may go now: untried ones first, then by urgency, then by age. */
export class JobQueue {
  readonly #sorted: Job[] = [];

  get head(): Job | undefined {
    return this.#sorted[0];
  }

  take(): Job | undefined {
    return this.#sorted.shift();
  }

  add(job: Job): void {
    this.#sorted.splice(this.#placeOf(job), 0, job);
  }

  remove(job: Job): void {
    const place = this.#placeOf(job);
    if (this.#sorted[place] === job) this.#sorted.splice(place, 1);
  }

  #placeOf(job: Job): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(this.#sorted[middle]!, job) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const retried = (job: Job): number => (job.attempts > 0 ? 1 : 0);

/** Below 0 when `a` goes before `b`. */
const compare = (a: Job, b: Job): number =>
  retried(a) - retried(b) || a.message.priority - b.message.priority || a.order - b.order;

/** Of those, the least urgent and then newest. */
export function leastUrgent(jobs: Iterable<Job>): Job | null {
  let least: Job | null = null;
  for (const job of jobs) {
    const later = least ? job.message.priority - least.message.priority || job.order - least.order : 1;
    if (later > 0) least = job;
  }
  return least;
}
