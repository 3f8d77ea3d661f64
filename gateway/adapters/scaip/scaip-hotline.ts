import { formatDuration } from "../../core/units.ts";
import type { Channel, ChannelSink, HotlineMessage, PathSpec, Receipt } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log, Meter } from "../../ports/log.ts";
import { resetRequest } from "./alarm-request.ts";
import { ReceiverPath } from "./receiver-path.ts";
import { byUrgency, lastOf, nextOf, ScaipDelivery } from "./scaip-delivery.ts";
import { ScaipExchanges } from "./scaip-exchanges.ts";
import type { Result } from "./scaip-exchanges.ts";
import { SCAIP_LIMITS } from "./scaip-limits.ts";
import type { ScaipLimits } from "./scaip-limits.ts";
import type { ScaipReceiver } from "./scaip-receiver.ts";
import { stepAfter } from "./scaip-verdict.ts";
import type { Step } from "./scaip-verdict.ts";
import type { ScaipReply } from "./scaip-xml.ts";
import type { Sending } from "./sip-endpoint.ts";

export interface ScaipHotlineParts {
  readonly receiver: ScaipReceiver;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly limits?: Partial<ScaipLimits>;
}

/** Strangers that the log names; the others are only counted. */
const STRANGERS_MAX = 16;
/** Why a message is failing, whatever shows it: silence, a refused connection, no line. */
const UNREACHED = "unreached";

/**
 * The way to one SCAIP receiver (SS 91100, EN 50134-9): an alarm is a SIP MESSAGE under a reference that stays the same
 * until the receiver has taken it, somebody withdraws it, or it is refused for good.
 */
export class ScaipHotline implements Channel<HotlineMessage> {
  readonly id: string;
  readonly paths: readonly PathSpec[];
  readonly #receiver: ScaipReceiver;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #meter: Meter;
  readonly #limits: ScaipLimits;
  readonly #exchanges: ScaipExchanges;
  /** By key: waiting, in flight, held or resting. */
  readonly #deliveries = new Map<string, ScaipDelivery>();
  /** Resets that wait for their answer. */
  readonly #resets = new Set<Sending>();
  readonly #strangers = new Set<string>();
  #path: ReceiverPath | null = null;
  #sink: ChannelSink | null = null;
  #order = 0;

  constructor(parts: ScaipHotlineParts) {
    const { receiver, clock, log, meter } = parts;
    this.#receiver = receiver;
    this.#clock = clock;
    this.#log = log;
    this.#meter = meter;
    const limits = (this.#limits = { ...SCAIP_LIMITS, ...parts.limits });
    this.id = receiver.name;
    this.paths = [{ id: `scaip:${receiver.name}`, kind: "scaip", lostAfterMs: receiver.lostAfterMs }];
    this.#exchanges = new ScaipExchanges({
      receiver,
      clock,
      limits,
      late: (reply) => this.#late(reply),
      stranger: (address) => this.#stranger(address),
    });
  }

  /** Begins with a heartbeat, and does not wait for it. */
  start(sink: ChannelSink): Promise<void> {
    this.#sink = sink;
    const [receiver, clock, limits, exchanges] = [this.#receiver, this.#clock, this.#limits, this.#exchanges];
    const { id } = this.paths[0]!;
    this.#path = new ReceiverPath({ id, receiver, clock, limits, sink, exchanges, opened: () => this.#wake() });
    this.#path.start();
    for (const delivery of this.#deliveries.values()) this.#watch(delivery);
    this.#pump();
    return Promise.resolve();
  }

  deliver(message: HotlineMessage): void {
    if (this.#deliveries.has(message.key)) return;
    const delivery = new ScaipDelivery(message, this.#receiver, ++this.#order);
    this.#deliveries.set(message.key, delivery);
    if (this.#deliveries.size > this.#limits.queueMax) this.#giveUpLast();
    if (this.#sink) this.#watch(delivery);
    this.#pump();
    // Not from within the call: the caller may not have finished what led to it.
    queueMicrotask(() => this.#tellTrouble(delivery));
  }

  /** Nothing more leaves but the reset: the receiver must not go on with an alarm that is somebody else's. */
  withdraw(key: string): void {
    const delivery = this.#deliveries.get(key);
    if (!delivery) return;
    this.#finish(delivery);
    if (delivery.firstLeftAt !== null) this.#reset(delivery);
    this.#pump();
  }

  async stop(): Promise<void> {
    this.#sink = null;
    this.#path?.stop();
    for (const delivery of this.#deliveries.values()) delivery.end();
    for (const reset of this.#resets) reset.cancel();
    await this.#exchanges.stop();
  }

  /** Sends what can be sent now. Less urgent messages in flight hold no line against a more urgent one. */
  #pump(): void {
    if (!this.#sink) return;
    for (let next = nextOf(this.#deliveries.values()); next; next = nextOf(this.#deliveries.values())) {
      const candidate = next;
      const before = [...this.#deliveries.values()].filter(
        (one) => one.sending !== null && byUrgency(one, candidate) <= 0,
      );
      if (before.length >= this.#receiver.lines) return;
      this.#send(candidate);
    }
  }

  #send(delivery: ScaipDelivery): void {
    delivery.isUnreached = false;
    delivery.sending = this.#exchanges.send(delivery.request(), {
      left: () => (delivery.firstLeftAt ??= this.#clock.now()),
      accepted: () => this.#tellSent(delivery),
      done: (result) => this.#done(delivery, result),
    });
    this.#meter.count("okc_scaip_messages_total", { receiver: this.id });
  }

  #watch(delivery: ScaipDelivery): void {
    const { patienceMs } = this.#limits;
    delivery.patience ??= this.#clock.after(patienceMs, () => {
      const waited = formatDuration(patienceMs);
      const why = delivery.sending ? `has given no reply within ${waited}` : `had no line free within ${waited}`;
      if (delivery.told === null) this.#tellFailing(delivery, why, UNREACHED);
    });
  }

  #done(delivery: ScaipDelivery, result: Result): void {
    delivery.sending = null;
    this.#take(delivery, stepAfter(result, delivery, this.#limits));
    if (result.type === "reply") this.#path?.proved();
    else if (result.type === "lost") this.#path?.failed(`cannot be reached (${result.why})`);
    this.#pump();
  }

  #take(delivery: ScaipDelivery, step: Step): void {
    if (step.do !== "hold") delivery.holds = 0;
    switch (step.do) {
      case "received":
        return this.#received(delivery, step.detail);
      case "hold":
        return this.#hold(delivery, step.why);
      case "bare":
        delivery.bare = true;
        return this.#tellFailing(delivery, `${step.why}; sent once more without its texts`);
      case "fail":
        return this.#giveUp(delivery, `SCAIP receiver ${this.id} ${step.why}`);
      case "rest":
        if (step.unreached) delivery.misses++;
        delivery.isUnreached = step.unreached;
        this.#rest(delivery, step.restMs);
        return this.#tellFailing(delivery, step.why, step.unreached ? UNREACHED : step.why);
    }
  }

  #rest(delivery: ScaipDelivery, restMs: number): void {
    delivery.rest?.cancel();
    delivery.rest = this.#clock.after(restMs, () => {
      delivery.rest = null;
      this.#pump();
    });
  }

  /** Sent again and again while the receiver holds it; past the time for that it is reset, and begins anew. */
  #hold(delivery: ScaipDelivery, why: string): void {
    const { everyMs, forMs } = this.#receiver.hold;
    if (delivery.holds * everyMs < forMs) {
      delivery.holds++;
      this.#rest(delivery, everyMs);
      return this.#tellFailing(delivery, why);
    }
    this.#reset(delivery);
    delivery.renew();
    this.#rest(delivery, this.#limits.retryMaxMs);
    this.#tellFailing(delivery, `has held the alarm for ${formatDuration(forMs)} without taking it`);
  }

  #received(delivery: ScaipDelivery, detail: string): void {
    this.#finish(delivery);
    const { key } = delivery.message;
    const at = this.#clock.now();
    const words = [`SCAIP receiver ${this.id}`, detail].filter((part) => part !== "").join(": ");
    this.#tell({ key, status: "received", at, sentAt: delivery.firstLeftAt ?? at, detail: words });
  }

  /** What comes by itself: a hold that is over, a reply that was late. */
  #late(reply: ScaipReply): void {
    const delivery = [...this.#deliveries.values()].find(({ ref }) => ref === reply.ref);
    if (!delivery) return this.#path?.proved();
    delivery.rest?.cancel();
    delivery.rest = null;
    this.#done(delivery, { type: "reply", reply });
  }

  /** The end of a message under its own reference. Nobody waits for the answer. */
  #reset(delivery: ScaipDelivery): void {
    if (!this.#sink) return;
    const request = resetRequest(delivery.request());
    const reset = this.#exchanges.send(request, { done: () => this.#resets.delete(reset) });
    this.#resets.add(reset);
  }

  /** The receiver is heard of again: what rests because nobody was found goes now. */
  #wake(): void {
    for (const delivery of this.#deliveries.values()) {
      if (!delivery.isUnreached) continue;
      delivery.rest?.cancel();
      delivery.rest = null;
    }
    this.#pump();
  }

  #stranger(address: string): void {
    this.#meter.count("okc_scaip_strangers_total", { receiver: this.id });
    if (this.#strangers.has(address) || this.#strangers.size >= STRANGERS_MAX) return;
    this.#strangers.add(address);
    this.#log.warn(
      `SIP from ${address}, which is not SCAIP receiver ${this.id}; if it replies for it, add repliesFrom`,
    );
  }

  #tellSent(delivery: ScaipDelivery): void {
    if (delivery.sentTold) return;
    delivery.sentTold = true;
    const at = delivery.firstLeftAt ?? this.#clock.now();
    this.#tell({ key: delivery.message.key, status: "sent", at });
  }

  #tellTrouble(delivery: ScaipDelivery): void {
    const trouble = this.#path?.trouble;
    if (trouble && this.#deliveries.get(delivery.message.key) === delivery)
      this.#tellFailing(delivery, trouble, UNREACHED);
  }

  /** Once for each reason; that nobody is found has many words, and is one. */
  #tellFailing(delivery: ScaipDelivery, why: string, reason = why): void {
    if (delivery.told === reason) return;
    delivery.told = reason;
    const detail = `SCAIP receiver ${this.id} ${why}; still trying`;
    this.#tell({ key: delivery.message.key, status: "failing", at: this.#clock.now(), detail });
  }

  #giveUpLast(): void {
    const last = lastOf(this.#deliveries.values());
    if (last) this.#giveUp(last, `more than ${this.#limits.queueMax} messages wait for SCAIP receiver ${this.id}`);
  }

  #giveUp(delivery: ScaipDelivery, why: string): void {
    this.#finish(delivery);
    this.#meter.count("okc_hotline_given_up_total");
    this.#log.error(`hotline message given up: ${why}`, { key: delivery.message.key, alarm: delivery.message.alarm });
    const receipt: Receipt = { key: delivery.message.key, status: "failed", at: this.#clock.now(), detail: why };
    queueMicrotask(() => this.#tell(receipt));
  }

  #finish(delivery: ScaipDelivery): void {
    delivery.end();
    this.#deliveries.delete(delivery.message.key);
  }

  #tell(receipt: Receipt): void {
    this.#sink?.receipt(receipt);
  }
}
