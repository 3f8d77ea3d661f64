import { GatewayError } from "../core/errors.ts";
import { minutes, seconds, type EpochMs } from "../core/units.ts";
import type { Clock } from "../ports/clock.ts";

/** Mistakes that cost nothing: people mistype at night. */
const FREE_FAILURES = 3;
const FIRST_WAIT_MS = 500;
/** Nobody waits longer, whoever guesses meanwhile: an alarm may ring, and a lock-out would be a way to silence a desk. */
export const WAIT_MAX_MS = seconds(5);
const FORGET_AFTER_MS = minutes(15);
/** Accounts and addresses whose failures are remembered; the oldest is forgotten first. */
const KEYS_MAX = 1_000;
/** Attempts from one address on one account that wait for each other; more are refused. */
const LANE_MAX = 4;

/** Slows guessing down, by account and by address, and never locks anybody out (IEC 62443-3-3, SR 1.11). */
export class LoginThrottle {
  readonly #clock: Clock;
  readonly #failures = new Map<string, { count: number; at: EpochMs }>();
  readonly #lanes = new Map<string, { count: number; tail: Promise<unknown> }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs an attempt in its turn and after its wait; null from it is a failure. Throws `too-many`. */
  async run<Result>(account: string, address: string, attempt: () => Promise<Result | null>): Promise<Result | null> {
    const name = JSON.stringify([address, account]);
    const lane = this.#lanes.get(name) ?? { count: 0, tail: Promise.resolve() };
    if (lane.count >= LANE_MAX)
      throw new GatewayError("too-many", "too many attempts at once from this address; wait a few seconds");
    const turn = lane.tail.then(() => this.#attempt([`account ${account}`, `address ${address}`], attempt));
    lane.count++;
    lane.tail = turn.catch(() => undefined);
    this.#lanes.set(name, lane);
    try {
      return await turn;
    } finally {
      if (--lane.count === 0) this.#lanes.delete(name);
    }
  }

  async #attempt<Result>(keys: readonly string[], attempt: () => Promise<Result | null>): Promise<Result | null> {
    const waitMs = Math.max(...keys.map((key) => this.#waitOf(key)));
    if (waitMs > 0) await new Promise<void>((go) => void this.#clock.after(waitMs, go));
    const result = await attempt();
    for (const key of keys) {
      if (result === null) this.#note(key);
      else this.#failures.delete(key);
    }
    return result;
  }

  #waitOf(key: string): number {
    const known = this.#failures.get(key);
    if (!known || this.#clock.now() - known.at > FORGET_AFTER_MS || known.count < FREE_FAILURES) return 0;
    return Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** Math.min(known.count - FREE_FAILURES, 10));
  }

  #note(key: string): void {
    const now = this.#clock.now();
    const known = this.#failures.get(key);
    const count = known && now - known.at <= FORGET_AFTER_MS ? known.count + 1 : 1;
    this.#failures.delete(key);
    if (this.#failures.size >= KEYS_MAX) this.#failures.delete([...this.#failures.keys()][0]!);
    this.#failures.set(key, { count, at: now });
  }
}
