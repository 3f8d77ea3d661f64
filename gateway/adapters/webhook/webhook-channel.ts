import { pathOfChannel } from "../../core/channel-kinds.ts";
import type { Channel, ChannelSink, PathSpec, PersonMessage, Receipt } from "../../ports/channel.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Log, Meter } from "../../ports/log.ts";
import type { Job } from "./job-queue.ts";
import { JobQueue, leastUrgent } from "./job-queue.ts";
import { bodyOf, headersOf } from "./offer-post.ts";
import type { PostResult } from "./poster.ts";
import { Poster } from "./poster.ts";
import { verdictOn } from "./verdict.ts";
import type { WebhookLimits } from "./webhook-limits.ts";
import { WEBHOOK_LIMITS } from "./webhook-limits.ts";

export interface WebhookParts {
  /** The entry of `volunteers` that it is; the path is `webhook:<id>`. */
  readonly id: string;
  /** http or https. */
  readonly url: string;
  /** Null: requests are not signed. */
  readonly secret: string | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly limits?: Partial<WebhookLimits>;
}

/**
 * Posts offers and their ends to a server that reaches the volunteers. 2xx means `sent` and nothing more; 5xx, 408,
 * 409, 425, 429 and a server that cannot be reached are tried again until withdrawn; anything else is `failed`.
 */
export class WebhookChannel implements Channel<PersonMessage> {
  readonly id: string;
  readonly paths: readonly PathSpec[];
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #meter: Meter;
  readonly #limits: WebhookLimits;
  readonly #secret: string | null;
  readonly #poster: Poster;
  /** By key: queued, under way or resting. */
  readonly #jobs = new Map<string, Job>();
  readonly #queue = new JobQueue();
  readonly #resting = new Map<Job, Timer>();
  readonly #underWay = new Set<Job>();
  #order = 0;
  #sink: ChannelSink | null = null;
  #works: boolean | null = null;

  constructor(parts: WebhookParts) {
    this.id = parts.id;
    this.paths = [{ id: pathOfChannel("webhook", parts.id), kind: "webhook", lostAfterMs: null }];
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#meter = parts.meter;
    this.#limits = { ...WEBHOOK_LIMITS, ...parts.limits };
    this.#secret = parts.secret;
    this.#poster = new Poster(parts.url, parts.clock, this.#limits);
  }

  async start(sink: ChannelSink): Promise<void> {
    await this.#poster.open();
    this.#sink = sink;
    this.#pump();
  }

  deliver(message: PersonMessage): void {
    if (this.#jobs.has(message.key)) return;
    const job: Job = { message, order: ++this.#order, attempts: 0, told: null, over: false };
    this.#jobs.set(message.key, job);
    this.#queue.add(job);
    if (this.#jobs.size > this.#limits.queueMax) this.#giveUpLeastUrgent();
    this.#pump();
  }

  withdraw(key: string): void {
    const job = this.#jobs.get(key);
    if (job) this.#finish(job);
  }

  async stop(): Promise<void> {
    this.#sink = null;
    for (const timer of this.#resting.values()) timer.cancel();
    await this.#poster.close();
  }

  /** Sends what can be sent now. */
  #pump(): void {
    if (!this.#sink) return;
    for (let head = this.#queue.head; head; head = this.#queue.head) {
      const reserve = head.attempts > 0 ? this.#limits.freshReserve : 0;
      if (this.#underWay.size >= this.#limits.inFlightMax - reserve) return;
      this.#queue.take();
      this.#send(head);
    }
  }

  #send(job: Job): void {
    job.attempts++;
    this.#underWay.add(job);
    const body = bodyOf(job.message);
    const headers = headersOf(job.message, body, this.#secret, this.#clock.wall());
    this.#poster.post({ headers, body }, (result) => this.#settle(job, result));
  }

  #settle(job: Job, result: PostResult): void {
    this.#underWay.delete(job);
    if (!this.#sink) return;
    const verdict = verdictOn(result, job.attempts, this.#limits, this.#clock.wall());
    this.#count(result.kind === "answered" ? String(result.status) : "unreached");
    if (verdict.works !== null)
      this.#setWorks(verdict.works, verdict.fate === "retry" ? verdict.reason : "answered 2xx");
    if (verdict.fate === "sent") {
      if (!job.over) this.#finish(job);
      this.#tell(job, "sent");
    } else if (!job.over && verdict.fate === "failed") {
      this.#finish(job);
      this.#log.warn(`webhook ${this.id}: ${this.#poster.origin} refuses a message: ${verdict.reason}`, keyOf(job));
      this.#tell(job, "failed", verdict.detail);
    } else if (!job.over && verdict.fate === "retry") {
      this.#rest(job, verdict.waitMs);
      if (job.told !== verdict.reason) {
        job.told = verdict.reason;
        this.#tell(job, "failing", `webhook ${this.id}: ${verdict.detail}; still trying`);
      }
    }
    this.#pump();
  }

  #rest(job: Job, waitMs: number): void {
    const wake = (): void => {
      this.#resting.delete(job);
      this.#queue.add(job);
      this.#pump();
    };
    this.#resting.set(job, this.#clock.after(waitMs, wake));
  }

  #giveUpLeastUrgent(): void {
    const idle = [...this.#jobs.values()].filter((job) => !this.#underWay.has(job));
    const job = leastUrgent(idle);
    if (!job) return;
    const why = `more than ${this.#limits.queueMax} messages wait for webhook ${this.id}`;
    this.#finish(job);
    this.#count("given-up");
    this.#log.error(`webhook message given up: ${why}; check ${this.#poster.origin}`, keyOf(job));
    // Not from within the call: the caller may not have finished what led to it.
    queueMicrotask(() => this.#tell(job, "failed", why));
  }

  #finish(job: Job): void {
    job.over = true;
    this.#jobs.delete(job.message.key);
    this.#queue.remove(job);
    this.#resting.get(job)?.cancel();
    this.#resting.delete(job);
  }

  #setWorks(works: boolean, why: string): void {
    const [{ id: path }] = this.paths as [PathSpec];
    if (this.#works === works) return works ? this.#sink?.proved(path) : undefined;
    this.#works = works;
    if (works) this.#log.info(`webhook ${this.id} works: ${this.#poster.origin} ${why}`);
    else this.#log.warn(`webhook ${this.id} does not work: ${this.#poster.origin}: ${why}; check that server`);
    this.#sink?.path(path, works, why);
  }

  #tell(job: Job, status: Receipt["status"], detail?: string): void {
    const at = this.#clock.now();
    this.#sink?.receipt({ key: job.message.key, status, at, ...(detail === undefined ? {} : { detail }) });
  }

  #count(result: string): void {
    this.#meter.count("okc_webhook_results_total", { channel: this.id, result });
  }
}

const keyOf = (job: Job): Readonly<Record<string, unknown>> => ({ key: job.message.key });
