import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { DurationMs, EpochMs } from "../../core/units.ts";
import type { Clock } from "../../ports/clock.ts";

/** The receiver's name as addresses: where to send to, and whose word is believed. */
export class ReceiverAddress {
  readonly #host: string;
  /** Addresses that answer in the receiver's place. */
  readonly #also: ReadonlySet<string>;
  readonly #family: 4 | 6;
  readonly #clock: Clock;
  readonly #believedMs: DurationMs;
  #known: readonly string[] = [];
  #knownUntil: EpochMs = 0;

  constructor(parts: {
    readonly host: string;
    readonly also: readonly string[];
    /** Which addresses our own port can reach. */
    readonly family: 4 | 6;
    readonly clock: Clock;
    readonly believedMs: DurationMs;
  }) {
    this.#host = parts.host;
    this.#family = parts.family;
    this.#also = new Set(parts.also);
    this.#clock = parts.clock;
    this.#believedMs = parts.believedMs;
    if (isIP(parts.host)) this.#known = [parts.host];
  }

  /** The first of its addresses. An old answer does when there is no new one. @throws when there is none at all. */
  async resolve(): Promise<string> {
    const isOld = !isIP(this.#host) && this.#clock.now() >= this.#knownUntil;
    if (isOld) {
      try {
        this.#known = (await lookup(this.#host, { all: true, family: this.#family })).map(({ address }) => address);
        this.#knownUntil = this.#clock.now() + this.#believedMs;
      } catch (error) {
        if (this.#known.length === 0) throw error;
      }
    }
    return this.#known[0]!;
  }

  /** It did not answer there: ask for its address again before the next try. */
  doubt(): void {
    this.#knownUntil = 0;
  }

  /** Whether what comes from there may be the receiver's. */
  admits(address: string): boolean {
    return this.#known.includes(address) || this.#also.has(address);
  }
}
