import type { HotlineMessage } from "../../ports/channel.ts";
import type { EpochMs } from "../../core/units.ts";

/** A message on its way to the hotline, and what was tried so far. Receivers are known by their place in the order. */
export class Delivery {
  readonly message: HotlineMessage;
  /** Rises with every message: the age. */
  readonly order: number;
  readonly queuedAt: EpochMs;
  /** Whether it was told that it waits behind another one for too long. */
  waitTold = false;
  /** Rounds over all receivers that ended without an acknowledgement. */
  rounds = 0;
  /** The receivers tried in this round. */
  readonly tried = new Set<number>();
  /** Set when a receiver of this round answered and would not have it: how long to rest at the end of the round. */
  restMs: number | null = null;
  /** The sequence number at each receiver: a retry carries the same one. */
  readonly sequences = new Map<number, number>();
  firstWriteAt: EpochMs | null = null;
  sentTold = false;
  /** What was last told as `failing`, by receiver. */
  readonly told = new Map<number, string>();
  /** The outage (by number) that this message was told to wait for. */
  outageTold = 0;
  /** Withdrawn, given up or acknowledged: nothing is sent any more. */
  over = false;
  received = false;

  constructor(message: HotlineMessage, order: number, queuedAt: EpochMs) {
    this.queuedAt = queuedAt;
    this.message = message;
    this.order = order;
  }
}

/** Messages that may go now: alarms before reports of the site; of each, most urgent first, then oldest; those that keep failing behind those that do not. */
export class DeliveryQueue {
  readonly #sorted: Delivery[] = [];
  readonly #roundsBeforeYielding: number;

  constructor(roundsBeforeYielding: number) {
    this.#roundsBeforeYielding = roundsBeforeYielding;
  }

  get head(): Delivery | undefined {
    return this.#sorted[0];
  }

  take(): Delivery | undefined {
    return this.#sorted.shift();
  }

  add(delivery: Delivery): void {
    this.#sorted.splice(this.#placeOf(delivery), 0, delivery);
  }

  remove(delivery: Delivery): void {
    const place = this.#placeOf(delivery);
    if (this.#sorted[place] === delivery) this.#sorted.splice(place, 1);
  }

  /** The least urgent, then newest. */
  last(): Delivery | undefined {
    let last = this.#sorted[0];
    for (const delivery of this.#sorted) {
      const later = this.#urgency(delivery) - this.#urgency(last!) || delivery.order - last!.order;
      if (later > 0) last = delivery;
    }
    return last;
  }

  [Symbol.iterator](): Iterator<Delivery> {
    return this.#sorted[Symbol.iterator]();
  }

  #placeOf(delivery: Delivery): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#sorted[middle]!, delivery) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compare(a: Delivery, b: Delivery): number {
    const byKind = Number(a.message.alarm === null) - Number(b.message.alarm === null);
    if (byKind !== 0) return byKind;
    return this.#tier(a) - this.#tier(b) || a.message.priority - b.message.priority || a.order - b.order;
  }

  #urgency({ message }: Delivery): number {
    return message.alarm === null ? Number.MAX_SAFE_INTEGER : message.priority;
  }

  #tier(delivery: Delivery): number {
    return Math.floor(delivery.rounds / this.#roundsBeforeYielding);
  }
}
