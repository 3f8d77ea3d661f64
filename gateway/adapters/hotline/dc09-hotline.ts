import type { DurationMs } from "../../core/units.ts";
import type { Channel, ChannelSink, HotlineMessage, PathSpec, Receipt } from "../../ports/channel.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Log, Meter } from "../../ports/log.ts";
import { faultOf, refusalOf } from "./dc09-data.ts";
import type { Dc09Limits, Receiver } from "./dc09-limits.ts";
import { backoffMs, DC09_LIMITS } from "./dc09-limits.ts";
import { Delivery, DeliveryQueue } from "./delivery-queue.ts";
import { chooseLink } from "./link-choice.ts";
import type { LinkListener } from "./link-listener.ts";
import { ReceiverLink } from "./receiver-link.ts";
import { pathOf, ReceiverReport } from "./receiver-report.ts";
import type { LossCause } from "./receiver-wire.ts";

export interface Dc09HotlineParts {
  /** In order of preference. */
  readonly receivers: readonly Receiver[];
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly limits?: Partial<Dc09Limits>;
}

/** Those that wait are looked at no oftener than this. */
const WAIT_LOOK_MS: DurationMs = 250;

const REFUSALS = {
  nak: "answered NAK and took neither our time nor its own; check that this account is known there",
  duh: "answered DUH (cannot process); check that this account and event are known there",
};

/**
 * The way to alarm receivers by ANSI/SIA DC-09: every message goes to the first receiver that works, one frame in flight at
 * each, and is tried for ever until it is acknowledged or withdrawn. Between messages each receiver is asked whether it
 * lives, so that the first one is used again as soon as it does.
 */
export class Dc09Hotline implements Channel<HotlineMessage> {
  readonly id = "hotline";
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #meter: Meter;
  readonly #limits: Dc09Limits;
  readonly #links: readonly ReceiverLink[];
  readonly #queue: DeliveryQueue;
  /** By key: queued, in flight or resting. */
  readonly #deliveries = new Map<string, Delivery>();
  /** Messages that a receiver would not have, and when they are tried again. */
  readonly #resting = new Map<Delivery, Timer>();
  #report: ReceiverReport | null = null;
  #sink: ChannelSink | null = null;
  #order = 0;
  #waitTimer: Timer | null = null;
  /** Rises when a receiver works again after none did. */
  #outage = 1;
  #provedSinceOutage = false;

  constructor(parts: Dc09HotlineParts) {
    const { clock, log, meter } = parts;
    this.#clock = clock;
    this.#log = log;
    this.#meter = meter;
    const limits = (this.#limits = { ...DC09_LIMITS, ...parts.limits });
    this.#queue = new DeliveryQueue(limits.roundsBeforeYielding);
    const listener: LinkListener = {
      opened: (link) => this.#opened(link),
      acknowledged: (link, delivery) => this.#acknowledged(link, delivery),
      refused: (link, delivery, reply) => this.#refused(link, delivery, reply),
      unproved: (link, why) => this.#report?.lost(link.id, "exchange", why),
      lost: (link, delivery, cause, why) => this.#lost(link, delivery, cause, why),
      clockOffset: (link, offsetMs) => this.#report?.clockOffset(link.id, offsetMs),
    };
    const isOneOfSeveral = parts.receivers.length > 1;
    this.#links = parts.receivers.map((receiver, index) => {
      const id = idOf(receiver, parts.receivers);
      return new ReceiverLink({ index, id, receiver, isOneOfSeveral, clock, meter, limits, listener });
    });
  }

  get paths(): readonly PathSpec[] {
    return this.#links.map(({ id, lostAfterMs }) => ({ id: pathOf(id), kind: "dc09", lostAfterMs }));
  }

  /** Begins to connect, and does not wait for it. */
  start(sink: ChannelSink): Promise<void> {
    this.#sink = sink;
    this.#report = new ReceiverReport(sink, this.#log);
    for (const link of this.#links) link.start();
    return Promise.resolve();
  }

  deliver(message: HotlineMessage): void {
    if (this.#deliveries.has(message.key)) return;
    const delivery = new Delivery(message, ++this.#order, this.#clock.now());
    this.#deliveries.set(message.key, delivery);
    this.#queue.add(delivery);
    if (this.#deliveries.size > this.#limits.queueMax) this.#giveUpLast();
    this.#pump();
    if (message.alarm !== null && this.#unreachable()) for (const link of this.#links) link.hurry();
    // Not from within the call: the caller may not have finished what led to it.
    if (!delivery.over && this.#unreachable()) queueMicrotask(() => this.#tellOutage(delivery));
  }

  withdraw(key: string): void {
    const delivery = this.#deliveries.get(key);
    if (delivery) this.#finish(delivery);
  }

  async stop(): Promise<void> {
    this.#sink = this.#report = null;
    this.#waitTimer?.cancel();
    for (const timer of this.#resting.values()) timer.cancel();
    await Promise.all(this.#links.map((link) => link.stop()));
  }

  /** Sends what can be sent now. */
  #pump(): void {
    if (!this.#sink) return;
    for (let head = this.#queue.head; head; head = this.#queue.head) {
      const fault = this.#faultOf(head.message);
      const link = chooseLink(this.#links, head, (busy) => this.#mayPass(head, busy));
      if (fault !== null) this.#giveUp(head, fault);
      else if (link === "none in this round") this.#endRound(head);
      else if (!link) return;
      else if (link.busy) return this.#watchWaiting();
      else {
        this.#queue.take();
        link.send(head, link.suspect && this.#links.some((other) => other.state === "up" && !other.suspect));
      }
    }
  }

  /** Why nobody can be sent this message; null: somebody can. */
  #faultOf(message: HotlineMessage): string | null {
    const fault = faultOf(message);
    if (fault !== null) return fault;
    const refusals = this.#links.map(({ receiver }) => refusalOf(message, receiver));
    return refusals.includes(null) ? null : `no receiver of this hotline is sent it: it ${refusals[0]!}`;
  }

  /** Whether it need not wait for this busy receiver: it has waited, or a report of the site is in an alarm's way. */
  #mayPass({ queuedAt, message }: Delivery, { carried }: ReceiverLink): boolean {
    const isInTheWay = message.alarm !== null && carried?.message.alarm === null;
    return isInTheWay || this.#clock.now() - queuedAt >= this.#limits.waitMs;
  }

  /** Looks again when the next of those that wait has waited long enough. */
  #watchWaiting(): void {
    if (this.#waitTimer) return;
    for (const { waitTold, queuedAt } of this.#queue) {
      if (waitTold) continue;
      const leftMs = Math.max(queuedAt + this.#limits.waitMs - this.#clock.now(), WAIT_LOOK_MS);
      this.#waitTimer = this.#clock.after(leftMs, () => this.#tellWaiting());
      return;
    }
  }

  #tellWaiting(): void {
    this.#waitTimer = null;
    this.#pump();
    // Where none is in flight, that is an outage, and told as such.
    if (!this.#links.some(({ busy }) => busy)) return;
    const now = this.#clock.now();
    const waited = [...this.#queue].filter(
      ({ waitTold, queuedAt }) => !waitTold && now - queuedAt >= this.#limits.waitMs,
    );
    for (const delivery of waited) {
      delivery.waitTold = true;
      const why = "no hotline receiver is free: the one before it has had no reply yet";
      this.#tellFailing(delivery, `${why}; still trying`);
    }
    if (waited.length > 0) this.#pump();
  }

  /** Every receiver that could be reached was tried: start over, after a rest if one of them would not have it. */
  #endRound(delivery: Delivery): void {
    const { restMs } = delivery;
    this.#queue.remove(delivery);
    delivery.rounds++;
    delivery.tried.clear();
    delivery.restMs = null;
    if (restMs === null) return this.#queue.add(delivery);
    const wake = (): void => {
      this.#resting.delete(delivery);
      this.#queue.add(delivery);
      this.#pump();
    };
    this.#resting.set(delivery, this.#clock.after(restMs, wake));
  }

  #opened(link: ReceiverLink): void {
    this.#report?.opened(link.id, link.lostAfterMs !== null);
    this.#pump();
  }

  #acknowledged(link: ReceiverLink, delivery: Delivery | null): void {
    this.#report?.proved(link.id);
    this.#provedSinceOutage = true;
    if (delivery) this.#received(link, delivery);
    this.#pump();
  }

  #received(link: ReceiverLink, delivery: Delivery): void {
    const { key } = delivery.message;
    if (!delivery.over) this.#finish(delivery);
    // Told once, and of a withdrawn message too: the receiver has it.
    if (!delivery.received) {
      delivery.received = true;
      const at = this.#clock.now();
      this.#tell({ key, status: "received", at, sentAt: delivery.firstWriteAt ?? at, detail: link.id });
    }
  }

  #refused(link: ReceiverLink, delivery: Delivery, reply: "nak" | "duh"): void {
    const { unprocessableRetryMs } = this.#limits;
    const restMs = reply === "duh" ? unprocessableRetryMs : backoffMs(this.#limits, delivery.rounds);
    delivery.restMs = Math.max(delivery.restMs ?? 0, restMs);
    this.#retry(link, delivery, REFUSALS[reply]);
    this.#pump();
  }

  #lost(link: ReceiverLink, delivery: Delivery | null, cause: LossCause, why: string): void {
    this.#report?.lost(link.id, cause, why);
    const unreachable = this.#unreachable();
    if (unreachable && this.#provedSinceOutage) this.#outage++;
    if (unreachable) this.#provedSinceOutage = false;
    if (delivery) this.#retry(link, delivery, why);
    this.#pump();
    if (!unreachable) return;
    for (const waiting of [...this.#queue]) this.#tellOutage(waiting);
  }

  #retry(link: ReceiverLink, delivery: Delivery, why: string): void {
    if (delivery.over) return;
    delivery.tried.add(link.index);
    this.#queue.add(delivery);
    this.#tellSent(delivery);
    delivery.outageTold = this.#outage;
    if (delivery.told.get(link.index) === why) return;
    delivery.told.set(link.index, why);
    this.#tellFailing(delivery, `hotline receiver ${link.id}: ${why}; still trying`);
  }

  #tellSent(delivery: Delivery): void {
    if (delivery.sentTold || delivery.firstWriteAt === null) return;
    delivery.sentTold = true;
    this.#tell({ key: delivery.message.key, status: "sent", at: delivery.firstWriteAt });
  }

  #unreachable(): boolean {
    return this.#sink !== null && this.#links.every((link) => link.state === "down");
  }

  #tellOutage(delivery: Delivery): void {
    if (delivery.over || delivery.outageTold === this.#outage) return;
    delivery.outageTold = this.#outage;
    this.#tellFailing(delivery, `no hotline receiver can be reached (${this.#report?.outage() ?? ""}); still trying`);
  }

  #tellFailing(delivery: Delivery, detail: string): void {
    this.#tell({ key: delivery.message.key, status: "failing", at: this.#clock.now(), detail });
  }

  #giveUpLast(): void {
    const last = this.#queue.last();
    if (last) this.#giveUp(last, `more than ${this.#limits.queueMax} messages wait for the hotline`);
  }

  #giveUp(delivery: Delivery, why: string): void {
    this.#finish(delivery);
    this.#meter.count("okc_hotline_given_up_total");
    this.#log.error(`hotline message given up: ${why}`, { key: delivery.message.key, alarm: delivery.message.alarm });
    const receipt: Receipt = { key: delivery.message.key, status: "failed", at: this.#clock.now(), detail: why };
    queueMicrotask(() => this.#tell(receipt));
  }

  #finish(delivery: Delivery): void {
    delivery.over = true;
    this.#deliveries.delete(delivery.message.key);
    this.#queue.remove(delivery);
    this.#resting.get(delivery)?.cancel();
    this.#resting.delete(delivery);
  }

  #tell(receipt: Receipt): void {
    this.#sink?.receipt(receipt);
  }
}

/** `host:port`; with the account where one machine serves several. */
function idOf(receiver: Receiver, all: readonly Receiver[]): string {
  const { id, host, port, account } = receiver;
  const shared = all.some((other) => other !== receiver && other.host === host && other.port === port);
  return id ?? (shared ? `${host}:${port}#${account}` : `${host}:${port}`);
}
