import type { SimClock, SimTimer } from "./clock.ts";
import type { ButtonKind } from "./wire.ts";

/** One thing a pendant wants to be heard for. */
export interface ButtonReport {
  readonly counter: number;
  readonly kind: ButtonKind;
  /** When the key was pressed, by the pendant's clock. */
  readonly pressedAt: number;
}

const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 10_000;
/** More reports than a pendant's memory holds: the oldest heartbeat goes first, then the oldest press. */
const UNHEARD_MAX = 16;

/**
 * What was sent and not yet answered. All of it is sent again, oldest first, 1 s after the last new report, then after
 * 2, 4, 8 and every 10 s, for ever: a gateway must never see a counter before a smaller one that still counts.
 */
export class Unheard {
  readonly #clock: SimClock;
  readonly #send: (report: ButtonReport) => void;
  #reports: ButtonReport[] = [];
  #delayMs = RETRY_FIRST_MS;
  #timer: SimTimer | null = null;

  constructor(clock: SimClock, send: (report: ButtonReport) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  get reports(): readonly ButtonReport[] {
    return this.#reports;
  }

  add(report: ButtonReport): void {
    // A newer sign of life says all that an older one did.
    if (report.kind === "heartbeat") this.#reports = this.#reports.filter((old) => old.kind !== "heartbeat");
    this.#reports.push(report);
    if (this.#reports.length > UNHEARD_MAX) this.#forgetOne();
    this.#delayMs = RETRY_FIRST_MS;
    this.#sendAll();
  }

  /** Sends all of it now, as after a reconnection. */
  resend(): void {
    if (this.#reports.length > 0) this.#sendAll();
  }

  /** False when `counter` was not waiting. */
  heard(counter: number): boolean {
    const before = this.#reports.length;
    this.#reports = this.#reports.filter((report) => report.counter !== counter);
    if (this.#reports.length === 0) this.stop();
    return this.#reports.length < before;
  }

  /** Stops trying, as when the battery is taken out. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #forgetOne(): void {
    const heartbeat = this.#reports.findIndex((report) => report.kind === "heartbeat");
    this.#reports.splice(Math.max(0, heartbeat), 1);
  }

  #sendAll(): void {
    this.stop();
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(RETRY_MAX_MS, delayMs * 2);
    this.#timer = this.#clock.after(delayMs, () => this.#sendAll());
    // The timer stands first: sending may be answered at once, which ends it.
    for (const report of [...this.#reports]) this.#send(report);
  }
}
