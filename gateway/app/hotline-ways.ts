import type { Channel, ChannelSink, HotlineMessage, PathSpec, Receipt } from "../ports/channel.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { DurationMs, EpochMs } from "../core/units.ts";
import { formatDuration, seconds } from "../core/units.ts";

/** One way to the hotline: a receiver with its back-ups, a line of telephones, a platform. */
export interface HotlineWay {
  readonly channel: Channel<HotlineMessage>;
  /** Messages it carries at once; Infinity: it orders them itself and none waits for another. */
  readonly lines: number;
  /** Whether it takes tests and technical reports: nobody is telephoned for a battery. */
  readonly reports: boolean;
  /** Whether it is told the end of an alarm (qualifier 3); absent: it is not. */
  readonly restores?: boolean;
  /** Without a word of a receiver for this long the next way is used as well. */
  readonly patienceMs: DurationMs;
}

export interface HotlineWaysParts {
  /** In order of preference. */
  readonly ways: readonly HotlineWay[];
  readonly clock: Clock;
}

/** A message, and how far each way has come with it. */
interface Job {
  readonly message: HotlineMessage;
  readonly order: number;
  /** Has it: tries, or has given up as `failed`. */
  readonly given: Map<number, Given>;
  sentAt: EpochMs | null;
  /** What was last told as failing. */
  told: string | null;
  /** While it waits for a line. */
  wait: Timer | null;
}

/** Who waits for a line longer than this is told of, so that others stand in. */
const LINE_WAIT_MS: DurationMs = seconds(4);

/** What has become of a message at one way. */
interface Given {
  /** It does not get through there so far. */
  failing: boolean;
  /** It is refused there for good. */
  refused: boolean;
  timer: Timer | null;
  why: string;
}

/**
 * All ways to the hotline as one: a message goes to the first way that lives and has a line free, and to the next one at
 * once when that fails, is busy or says nothing. The first proof counts; the others are taken back. The most urgent goes
 * first, then the oldest; an emergency takes the line of a service request.
 */
export class HotlineWays implements Channel<HotlineMessage> {
  readonly id = "hotline";
  readonly #ways: readonly HotlineWay[];
  readonly #clock: Clock;
  readonly #jobs = new Map<string, Job>();
  /** Those that no way carries with hope. */
  readonly #waiting = new Set<Job>();
  /** Paths that are down, by way. */
  readonly #down: readonly Set<string>[];
  #sink: ChannelSink | null = null;
  #order = 0;

  constructor({ ways, clock }: HotlineWaysParts) {
    this.#ways = ways;
    this.#clock = clock;
    this.#down = ways.map(() => new Set());
  }

  get paths(): readonly PathSpec[] {
    return this.#ways.flatMap(({ channel }) => channel.paths);
  }

  async start(sink: ChannelSink): Promise<void> {
    this.#sink = sink;
    await Promise.all(this.#ways.map(({ channel }, way) => channel.start(this.#sinkOf(way, sink))));
    this.#pump();
  }

  async stop(): Promise<void> {
    this.#sink = null;
    for (const job of this.#jobs.values()) {
      job.wait?.cancel();
      for (const { timer } of job.given.values()) timer?.cancel();
    }
    await Promise.all(this.#ways.map(({ channel }) => channel.stop()));
  }

  deliver(message: HotlineMessage): void {
    if (this.#jobs.has(message.key)) return;
    const job: Job = { message, order: ++this.#order, given: new Map(), sentAt: null, told: null, wait: null };
    this.#jobs.set(message.key, job);
    this.#waiting.add(job);
    if (this.#sink) this.#place(job);
  }

  withdraw(key: string): void {
    const job = this.#jobs.get(key);
    if (job) this.#end(job);
  }

  #sinkOf(way: number, sink: ChannelSink): ChannelSink {
    return {
      receipt: (receipt) => this.#take(way, receipt),
      path: (path, up, why) => {
        this.#down[way]!.delete(path);
        if (!up) this.#down[way]!.add(path);
        sink.path(path, up, why);
        this.#pump();
      },
      proved: (path) => sink.proved(path),
      gone: (responder, address) => sink.gone(responder, address),
      answer: (answer) => sink.answer(answer),
      fault: (fault, active, why) => sink.fault(fault, active, why),
    };
  }

  /** Gives those that wait to the ways that are free, the most urgent first. */
  #pump(): void {
    if (!this.#sink) return;
    for (const job of [...this.#waiting].sort(byUrgency)) this.#place(job);
  }

  #place(job: Job): void {
    const way = this.#wayFor(job);
    if (way !== null) this.#give(job, way);
    else if (job.given.size > 0 || !this.#hasWayLeft(job)) this.#tellFailing(job);
    else this.#awaitLine(job);
  }

  #awaitLine(job: Job): void {
    job.wait ??= this.#clock.after(LINE_WAIT_MS, () =>
      this.#tell(job, "failing", "every line to the hotline is busy; still waiting"),
    );
  }

  /** The first way that lives, was not tried and has a line free; one that is down only if there is no other. */
  #wayFor(job: Job): number | null {
    const open = this.#ways
      .map((_, way) => way)
      .filter((way) => !job.given.has(way) && isFor(job.message, this.#ways[way]!));
    const living = open.filter((way) => !this.#isDown(way));
    for (const way of living) if (this.#hasLine(way)) return way;
    for (const way of living) if (this.#freeLine(way, job)) return way;
    // A way that is down goes on trying by itself: better it has the message than that nobody has.
    return living.length === 0 && job.given.size === 0 ? (open[0] ?? null) : null;
  }

  #isDown(way: number): boolean {
    const { paths } = this.#ways[way]!.channel;
    return paths.length > 0 && paths.every(({ id }) => this.#down[way]!.has(id));
  }

  #hasLine(way: number): boolean {
    const { lines } = this.#ways[way]!;
    return lines === Infinity || this.#carried(way).length < lines;
  }

  #carried(way: number): Job[] {
    return [...this.#jobs.values()].filter((job) => {
      const given = job.given.get(way);
      return given && !given.failing && !given.refused;
    });
  }

  /** Takes the line of a service request or a report for an emergency. */
  #freeLine(way: number, { message }: Job): boolean {
    if (!isUrgent(message)) return false;
    const least = this.#carried(way).sort(byUrgency).at(-1);
    if (!least || isUrgent(least.message)) return false;
    this.#takeBack(least, way);
    return true;
  }

  #takeBack(job: Job, way: number): void {
    job.given.get(way)?.timer?.cancel();
    job.given.delete(way);
    if (isWaiting(job)) {
      this.#waiting.add(job);
      this.#awaitLine(job);
    }
    this.#ways[way]!.channel.withdraw(job.message.key);
  }

  #give(job: Job, way: number): void {
    const { channel, patienceMs } = this.#ways[way]!;
    const given: Given = { failing: false, refused: false, timer: null, why: "" };
    given.timer = this.#clock.after(patienceMs, () => {
      given.timer = null;
      this.#fail(job, way, `no word of it within ${formatDuration(patienceMs)}`);
    });
    job.given.set(way, given);
    job.wait?.cancel();
    job.wait = null;
    this.#waiting.delete(job);
    channel.deliver(job.message);
  }

  #take(way: number, receipt: Receipt): void {
    const job = this.#jobs.get(receipt.key);
    // It was withdrawn, or is done: a proof that comes late is still one.
    if (!job) return this.#sink?.receipt(receipt);
    switch (receipt.status) {
      case "failing":
      case "failed":
        return this.#fail(job, way, receipt.detail ?? receipt.status, receipt.status === "failed");
      case "sent":
        if (job.sentAt === null) this.#sink?.receipt(receipt);
        job.sentAt ??= receipt.at;
        return;
      case "delivered":
        return this.#sink?.receipt(receipt);
      default:
        this.#sink?.receipt(receipt);
        this.#end(job, way);
    }
  }

  #fail(job: Job, way: number, why: string, refused = false): void {
    const given = job.given.get(way);
    if (!given) return;
    given.timer?.cancel();
    given.timer = null;
    given.failing = true;
    given.refused ||= refused;
    given.why = why;
    if (isWaiting(job)) {
      this.#waiting.add(job);
      this.#place(job);
    }
    this.#freed(way);
  }

  /** A line of this way may be free for one that waits. */
  #freed(way: number): void {
    if (this.#ways[way]!.lines !== Infinity) this.#pump();
  }

  /** Only when no way carries it with hope is it failing; only when each has refused it for good has it failed. */
  #tellFailing(job: Job): void {
    const all = [...job.given.values()];
    const isOver = all.every(({ refused }) => refused) && !this.#hasWayLeft(job);
    const detail = all.map(({ why }) => why).join("; ") || "no way to the hotline takes such a message";
    this.#tell(job, isOver ? "failed" : "failing", detail);
  }

  #tell(job: Job, status: "failing" | "failed", detail: string): void {
    if (job.told === `${status} ${detail}`) return;
    job.told = `${status} ${detail}`;
    if (status === "failed") this.#end(job);
    // Not from within `deliver`: the caller may not have finished what led to it.
    queueMicrotask(() => this.#sink?.receipt({ key: job.message.key, status, at: this.#clock.now(), detail }));
  }

  #hasWayLeft(job: Job): boolean {
    return this.#ways.some((one, way) => !job.given.has(way) && isFor(job.message, one));
  }

  /** Nothing more is tried; `except` has it and need not be told. */
  #end(job: Job, except: number | null = null): void {
    this.#jobs.delete(job.message.key);
    this.#waiting.delete(job);
    job.wait?.cancel();
    for (const [way, { timer }] of job.given) {
      timer?.cancel();
      if (way !== except) this.#ways[way]!.channel.withdraw(job.message.key);
    }
    for (const way of job.given.keys()) this.#freed(way);
  }
}

/** No way carries it with hope. */
const isWaiting = ({ given }: Job): boolean => [...given.values()].every(({ failing }) => failing);

const isUrgent = ({ alarm, details }: HotlineMessage): boolean => alarm !== null && details?.kind !== "service";

/** Whether a way takes such a message at all. */
const isFor = ({ alarm, qualifier }: HotlineMessage, { reports, restores = false }: HotlineWay): boolean =>
  alarm === null ? reports : qualifier !== 3 || restores;

/** Emergencies before service requests, these before reports; then by priority and waiting time. */
const byUrgency = (a: Job, b: Job): number =>
  rank(a.message) - rank(b.message) || a.message.priority - b.message.priority || a.order - b.order;

const rank = (message: HotlineMessage): number => (isUrgent(message) ? 0 : message.alarm !== null ? 1 : 2);
