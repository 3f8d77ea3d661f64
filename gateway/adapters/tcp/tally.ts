import type { Log, Meter } from "../../ports/log.ts";

/** What may happen too often to be said each time. */
export type Dropped = "rejected" | "signs" | "strangers" | "crowded" | "closed";

const WHAT: Readonly<Record<Dropped, string>> = {
  rejected: "bytes that are no frames of its protocol; check the device's server settings, or the listener's protocol",
  signs: "more signs of life of one device than it may send; look for a forger or a defect",
  strangers:
    "more presses of devices that nobody enrolled than are shown to staff; somebody plays with the port, or enrol the devices",
  crowded: "more connections than it may have; open the port to the mobile network only",
  closed: "connections were closed by the gateway",
};

/** Counts what is dropped, and says once in a while how much of each it was and from where the last came. */
export class Tally {
  readonly #line: string;
  readonly #log: Log;
  readonly #meter: Meter;
  readonly #since = new Map<Dropped, { times: number; from: string; why: string }>();

  constructor(line: string, log: Log, meter: Meter) {
    this.#line = line;
    this.#log = log;
    this.#meter = meter;
  }

  /** `why` is a word from a small set: it is a label of the count. */
  add(what: Dropped, from: string, why: string): void {
    this.#meter.count(`okc_tcp_${what}_total`, { line: this.#line, why });
    this.#since.set(what, { times: (this.#since.get(what)?.times ?? 0) + 1, from, why });
  }

  say(): void {
    for (const [what, { times, from, why }] of this.#since)
      this.#log.warn(`${this.#line}: ${WHAT[what]}`, { line: this.#line, times, lastFrom: from, lastWhy: why });
    this.#since.clear();
  }
}
