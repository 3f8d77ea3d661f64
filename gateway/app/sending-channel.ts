import { pathOfChannel } from "../core/channel-kinds.ts";
import type { Channel, ChannelSink, PathSpec, Receipt } from "../ports/channel.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Log, Meter } from "../ports/log.ts";
import type { Sender, Verdict } from "../ports/sender.ts";
import { SENDING_LIMITS, type SendingLimits } from "./sending-limits.ts";
import { SendingPace } from "./sending-pace.ts";
import { JobQueue, leastUrgent, type Job, type Sendable } from "./sending-queue.ts";

export interface SendingParts<Message> {
  readonly kind: string;
  /** The entry of `volunteers` that it is. */
  readonly id: string;
  readonly sender: Sender<Message>;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly limits?: Partial<SendingLimits>;
}

/**
 * A channel that makes one request a message: the most urgent first, a bounded number at once, tried again until it is
 * taken, refused for good or withdrawn. What a request looks like and what its answer means is the sender's.
 */
export class SendingChannel<Message extends Sendable> implements Channel<Message> {
  readonly id: string;
  readonly paths: readonly PathSpec[];
  readonly #path: string;
  readonly #title: string;
  readonly #sender: Sender<Message>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #meter: Meter;
  readonly #limits: SendingLimits;
  readonly #pace: SendingPace;
  /** By key: queued, under way or resting. */
  readonly #jobs = new Map<string, Job<Message>>();
  readonly #queue = new JobQueue<Message>();
  readonly #resting = new Map<Job<Message>, Timer>();
  readonly #underWay = new Set<Job<Message>>();
  #order = 0;
  #sink: ChannelSink | null = null;
  #works: boolean | null = null;
  #paced: Timer | null = null;

  constructor({ kind, id, sender, clock, log, meter, limits }: SendingParts<Message>) {
    this.id = id;
    this.#path = pathOfChannel(kind, id);
    this.paths = [{ id: this.#path, kind, lostAfterMs: null }];
    this.#title = `${kind} ${id}`;
    this.#sender = sender;
    this.#clock = clock;
    this.#log = log;
    this.#meter = meter;
    this.#limits = { ...SENDING_LIMITS, ...limits };
    this.#pace = new SendingPace(this.#limits.pace);
  }

  async start(sink: ChannelSink): Promise<void> {
    await this.#sender.open();
    this.#sink = sink;
    this.#pump();
  }

  deliver(message: Message): void {
    if (this.#jobs.has(message.key)) return;
    const job: Job<Message> = { message, order: ++this.#order, attempts: 0, told: null, over: false };
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
    this.#paced?.cancel();
    for (const timer of this.#resting.values()) timer.cancel();
    await this.#sender.close();
  }

  /** Sends what can be sent now. */
  #pump(): void {
    if (!this.#sink) return;
    const { inFlightMax, freshReserve } = this.#limits;
    while (this.#underWay.size < inFlightMax) {
      const job = this.#queue.head(this.#underWay.size < inFlightMax - freshReserve);
      if (!job) return;
      const waitMs = this.#pace.waitMs(job.message.priority, this.#clock.now());
      if (waitMs > 0) return this.#hold(waitMs);
      this.#queue.remove(job);
      void this.#send(job);
    }
  }

  /** The pace is used up: those that wait say so, for somebody may be reached on another way meanwhile. */
  #hold(waitMs: number): void {
    this.#paced?.cancel();
    this.#paced = this.#clock.after(waitMs, () => this.#pump());
    const held = this.#queue.waiting.filter(({ told }) => told === null);
    for (const job of held) job.told = "pace";
    const why = `${this.#title}: more messages than the service allows a minute; still trying`;
    later(() => {
      for (const job of held) if (!job.over) this.#tell(job, "failing", why);
    });
  }

  async #send(job: Job<Message>): Promise<void> {
    job.attempts++;
    this.#underWay.add(job);
    this.#pace.note(this.#clock.now());
    const attempt = { attempt: job.attempts, wallAt: this.#clock.wall() };
    this.#settle(job, await this.#sender.send(job.message, attempt).catch(broken));
  }

  #settle(job: Job<Message>, verdict: Verdict): void {
    this.#underWay.delete(job);
    if (!this.#sink) return;
    this.#meter.count("okc_channel_results_total", { path: this.#path, result: verdict.result });
    if (verdict.works !== null) this.#setWorks(verdict.works, "reason" in verdict ? verdict.reason : verdict.result);
    if (verdict.fate !== "failed" && verdict.fate !== "retry") {
      if (!job.over) this.#finish(job);
      this.#tell(job, verdict.fate, verdict.detail);
    } else if (!job.over && verdict.fate === "failed") {
      this.#finish(job);
      this.#log.warn(`${this.#title}: ${this.#sender.place} refuses a message: ${verdict.reason}`, keyOf(job));
      this.#tell(job, "failed", verdict.detail);
      if (verdict.gone) this.#sink.gone(verdict.gone.responder, verdict.gone.address);
    } else if (!job.over && verdict.fate === "retry") {
      this.#rest(job, verdict.waitMs);
      if (job.told !== verdict.reason) {
        job.told = verdict.reason;
        this.#tell(job, verdict.left ? "sent" : "failing", `${this.#title}: ${verdict.detail}; still trying`);
      }
    }
    this.#pump();
  }

  #rest(job: Job<Message>, askedMs: number): void {
    const { backoffFirstMs, backoffMaxMs, askedMaxMs } = this.#limits;
    const backoffMs = Math.min(backoffFirstMs * 2 ** Math.min(job.attempts - 1, 20), backoffMaxMs);
    const wake = (): void => {
      this.#resting.delete(job);
      this.#queue.add(job);
      this.#pump();
    };
    this.#resting.set(job, this.#clock.after(Math.max(backoffMs, Math.min(askedMs, askedMaxMs)), wake));
  }

  #giveUpLeastUrgent(): void {
    const idle = [...this.#jobs.values()].filter((job) => !this.#underWay.has(job));
    const job = leastUrgent(idle);
    if (!job) return;
    const why = `more than ${this.#limits.queueMax} messages wait for ${this.#title}`;
    this.#finish(job);
    this.#meter.count("okc_channel_results_total", { path: this.#path, result: "given-up" });
    this.#log.error(`a message was given up: ${why}; check ${this.#sender.place}`, keyOf(job));
    later(() => this.#tell(job, "failed", why));
  }

  #finish(job: Job<Message>): void {
    job.over = true;
    this.#jobs.delete(job.message.key);
    this.#queue.remove(job);
    this.#resting.get(job)?.cancel();
    this.#resting.delete(job);
  }

  #setWorks(works: boolean, why: string): void {
    if (this.#works === works) return works ? this.#sink?.proved(this.#path) : undefined;
    this.#works = works;
    const { place } = this.#sender;
    if (works) this.#log.info(`${this.#title} works: ${place}: ${why}`);
    else this.#log.warn(`${this.#title} does not work: ${place}: ${why}; check that service`);
    this.#sink?.path(this.#path, works, why);
  }

  #tell(job: Job<Message>, status: Receipt["status"], detail?: string): void {
    const at = this.#clock.now();
    this.#sink?.receipt({ key: job.message.key, status, at, ...(detail === undefined ? {} : { detail }) });
  }
}

/** Not from within a call of the app: it may not have finished what led to it. */
const later = queueMicrotask;

/** A sender that throws has a bug: it must not swallow a call for help, so other ways run on. */
const broken = (error: unknown): Verdict => ({
  fate: "retry",
  works: false,
  result: "broken",
  reason: (error as Error).name,
  detail: "the message could not be put together",
  waitMs: 0,
});

const keyOf = (job: Job): Readonly<Record<string, unknown>> => ({ key: job.message.key });
