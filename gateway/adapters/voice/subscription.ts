import type { DurationMs, EpochMs } from "../../core/units.ts";
import type { Incoming } from "./line-call.ts";

/** Who uses a telephone: hears whether its way to the outside works. */
export interface Subscriber {
  path(isUp: boolean, why: string): void;
  proved(): void;
  /** A SIP address that is asked for a sign of life where there is no server; null: none is known. */
  readonly probeUri: string | null;
  /** Somebody calls. Null: it is nobody that this subscriber expects. */
  incoming(peer: string): Promise<Incoming | null>;
}

/** What is known of the way of one subscriber. */
export class Subscription {
  readonly subscriber: Subscriber;
  #isUp: boolean | null = null;
  #why = "";
  #provedAt: EpochMs = 0;

  constructor(subscriber: Subscriber) {
    this.subscriber = subscriber;
  }

  /** Why it does not work; null: it does, or nothing is known yet. */
  get whyDown(): string | null {
    return this.#isUp === false ? this.#why : null;
  }

  prove(now: EpochMs, why: string): void {
    this.#provedAt = now;
    this.#set(true, why);
    this.subscriber.proved();
  }

  fail(why: string): void {
    this.#set(false, why);
  }

  /** Without a proof for so long it does not work any more. */
  expire(now: EpochMs, lostAfterMs: DurationMs): void {
    if (this.#isUp && now - this.#provedAt > lostAfterMs) this.#set(false, "the other side does not answer");
  }

  #set(isUp: boolean, why: string): void {
    if (this.#isUp === isUp && (isUp || this.#why === why)) return;
    this.#isUp = isUp;
    this.#why = why;
    this.subscriber.path(isUp, why);
  }
}
