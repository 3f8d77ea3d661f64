import { deviceIdOf } from "../../core/report.ts";
import type { SayOrder } from "../../core/report.ts";
import type { DurationMs, EpochMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";

/** An answer and the time it was asked for. */
export interface Answer {
  readonly order: SayOrder;
  readonly since: EpochMs;
  /** True when the gateway has been told already that it was not said. */
  readonly givenUp: boolean;
}

interface Waiting {
  readonly answer: Answer;
  readonly timer: Timer;
}

export interface BoardBounds {
  readonly answerAgeMaxMs: DurationMs;
  readonly answersWaitingMax: number;
}

/**
 * Answers that wait for their device: the newest *heard* and the newest *answered* or *coming* of each. A newer one
 * takes the place of its like. One that grows too old, or is the oldest of too many, is handed to `expired`.
 */
export class AnswerBoard {
  readonly #clock: Clock;
  readonly #bounds: BoardBounds;
  readonly #expired: (answer: Answer, why: string) => void;
  readonly #waiting = new Map<string, Waiting>();

  constructor(clock: Clock, bounds: BoardBounds, expired: (answer: Answer, why: string) => void) {
    this.#clock = clock;
    this.#bounds = bounds;
    this.#expired = expired;
  }

  get size(): number {
    return this.#waiting.size;
  }

  keep(answer: Answer): void {
    const key = keyOf(answer.order);
    const known = this.#waiting.get(key);
    const ageMs = this.#clock.now() - answer.since;
    // One of the future is of the time before the clock was set back: it is no newer than this one.
    if (known && known.answer.since > answer.since && known.answer.since <= this.#clock.now()) return;
    const leftMs = this.#bounds.answerAgeMaxMs - Math.max(0, ageMs);
    const timer = this.#clock.after(leftMs, () => this.#drop(key, "the device did not come in time to be told"));
    this.#remove(key);
    this.#waiting.set(key, { answer, timer });
    if (this.#waiting.size > this.#bounds.answersWaitingMax)
      this.#drop(this.#waiting.keys().next().value!, "too many answers wait for devices that are away");
  }

  /** Takes what waits for the device, *heard* first. */
  take(bridge: string, address: string): Answer[] {
    const device = deviceIdOf(bridge, address);
    return [`heard ${device}`, `progress ${device}`].flatMap((key) => this.#takeOne(key));
  }

  /** Forgets what waits to be told of progress: it is no longer true. */
  hush(bridge: string, address: string): void {
    this.#remove(`progress ${deviceIdOf(bridge, address)}`);
  }

  /** Takes what waits for the devices that `wanted` names. */
  takeWhere(wanted: (order: SayOrder) => boolean): Answer[] {
    const keys = [...this.#waiting].filter(([, each]) => wanted(each.answer.order)).map(([key]) => key);
    return keys.flatMap((key) => this.#takeOne(key));
  }

  stop(): void {
    for (const key of [...this.#waiting.keys()]) this.#remove(key);
  }

  #takeOne(key: string): Answer[] {
    const waiting = this.#waiting.get(key);
    this.#remove(key);
    return waiting ? [waiting.answer] : [];
  }

  #drop(key: string, why: string): void {
    for (const answer of this.#takeOne(key)) this.#expired(answer, why);
  }

  #remove(key: string): void {
    this.#waiting.get(key)?.timer.cancel();
    this.#waiting.delete(key);
  }
}

const keyOf = (order: SayOrder): string =>
  `${order.say === "heard" ? "heard" : "progress"} ${deviceIdOf(order.bridge, order.address)}`;
