import type { DurationMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { NewJob, SmsJob } from "./sms-job.ts";
import { compareJobs } from "./sms-job.ts";

/** All messages that are not done: waiting, being sent, resting, or awaiting their reports. */
export class JobBook {
  readonly #clock: Clock;
  readonly #byKey = new Map<string, SmsJob>();
  readonly #replies = new Set<SmsJob>();
  readonly #resting = new Map<SmsJob, Timer>();
  #order = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** With a receipt to give, not counting what is sent back to somebody who wrote. */
  get size(): number {
    return this.#byKey.size;
  }

  add(given: NewJob): SmsJob {
    const job: SmsJob = {
      ...given,
      order: ++this.#order,
      modem: null,
      parts: [],
      attempts: 0,
      refusedBy: new Set(),
      state: "waiting",
      sentAt: null,
      told: null,
      over: false,
    };
    if (job.key === null) this.#replies.add(job);
    else this.#byKey.set(job.key, job);
    return job;
  }

  get(key: string): SmsJob | undefined {
    return this.#byKey.get(key);
  }

  waiting(): readonly SmsJob[] {
    return this.#all().filter(({ state }) => state === "waiting");
  }

  /** Neither sent nor being sent. */
  idle(): readonly SmsJob[] {
    return this.#all().filter(({ state }) => state === "waiting" || state === "resting");
  }

  /** The least urgent, then newest, of those that nothing is being done for. */
  leastUrgent(): SmsJob | undefined {
    const jobs = [...this.#byKey.values()].filter(({ state }) => state !== "sending");
    return jobs.sort(compareJobs).at(-1);
  }

  rest(job: SmsJob, forMs: DurationMs, wake: () => void): void {
    job.state = "resting";
    const timer = this.#clock.after(forMs, () => {
      this.#resting.delete(job);
      job.state = "waiting";
      wake();
    });
    this.#resting.set(job, timer);
  }

  finish(job: SmsJob): void {
    job.over = true;
    if (job.key !== null) this.#byKey.delete(job.key);
    this.#replies.delete(job);
    this.#resting.get(job)?.cancel();
    this.#resting.delete(job);
  }

  stop(): void {
    for (const timer of this.#resting.values()) timer.cancel();
  }

  #all(): SmsJob[] {
    return [...this.#byKey.values(), ...this.#replies];
  }
}
