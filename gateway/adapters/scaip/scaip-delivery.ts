import type { EpochMs } from "../../core/units.ts";
import type { HotlineMessage } from "../../ports/channel.ts";
import type { Timer } from "../../ports/clock.ts";
import { alarmRequest, referenceOf } from "./alarm-request.ts";
import type { ScaipReceiver } from "./scaip-receiver.ts";
import type { ScaipRequest } from "./scaip-xml.ts";
import type { Sending } from "./sip-endpoint.ts";

/** A message on its way to the receiver, and what was tried so far. */
export class ScaipDelivery {
  readonly message: HotlineMessage;
  /** Rises with every message: the age. */
  readonly order: number;
  /** In flight: it holds a line. */
  sending: Sending | null = null;
  /** It waits for its next try by itself; null: it waits for a line, or is in flight. */
  rest: Timer | null = null;
  /** It rests because nobody was found: it goes on as soon as somebody is. */
  isUnreached = false;
  /** When it becomes *failing* unless something is heard of it. */
  patience: Timer | null = null;
  /** Only codes are sent: the receiver refused the texts. */
  bare = false;
  misses = 0;
  /** How often in a row the receiver has held it. */
  holds = 0;
  firstLeftAt: EpochMs | null = null;
  sentTold = false;
  /** What was last told as `failing`: the reason, or that nobody was found. */
  told: string | null = null;
  /** Sessions that were ended by a reset. */
  #resets = 0;

  readonly #receiver: ScaipReceiver;

  constructor(message: HotlineMessage, receiver: ScaipReceiver, order: number) {
    this.message = message;
    this.#receiver = receiver;
    this.order = order;
  }

  /** The same for every try, until a reset ended what the receiver knows under it. */
  get ref(): string {
    const { key } = this.message;
    return referenceOf(this.#resets === 0 ? key : `${key} ${this.#resets}`, this.#receiver);
  }

  /** The receiver was told to forget it: a late answer to that must not be taken for one to the next try. */
  renew(): void {
    this.#resets++;
    this.holds = 0;
  }

  /** It waits for a line. */
  get isWaiting(): boolean {
    return this.sending === null && this.rest === null;
  }

  request(): ScaipRequest {
    return alarmRequest(this.message, { ref: this.ref, controller: this.#receiver.controller, bare: this.bare });
  }

  /** No timer and no exchange is left behind. */
  end(): void {
    this.sending?.cancel();
    this.rest?.cancel();
    this.patience?.cancel();
    this.sending = this.rest = this.patience = null;
  }
}

/** Less urgent is positive: reports of the site behind alarms, then by priority. Age comes after. */
export const byUrgency = ({ message: one }: ScaipDelivery, { message: other }: ScaipDelivery): number =>
  Number(one.alarm === null) - Number(other.alarm === null) || one.priority - other.priority;

/** The one to send next; undefined: none waits. */
export function nextOf(deliveries: Iterable<ScaipDelivery>): ScaipDelivery | undefined {
  let next: ScaipDelivery | undefined;
  for (const one of deliveries)
    if (one.isWaiting && (!next || (byUrgency(one, next) || one.order - next.order) < 0)) next = one;
  return next;
}

/** The least urgent, then newest. */
export function lastOf(deliveries: Iterable<ScaipDelivery>): ScaipDelivery | undefined {
  let last: ScaipDelivery | undefined;
  for (const one of deliveries) if (!last || (byUrgency(one, last) || one.order - last.order) > 0) last = one;
  return last;
}
