import type { DurationMs, EpochMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Dc09Limits, Receiver, SupervisionStyle } from "./dc09-limits.ts";

/** What asks a receiver whether it lives. */
export type Sign = Exclude<SupervisionStyle, "off">;

export const SIGN_WORDS: Readonly<Record<Sign, string>> = {
  plain: "a plain NULL",
  encrypted: "an encrypted NULL",
  test: "a periodic test (602)",
};

/** How often a receiver is asked, and when it is lost; `severalReceivers`: another one could stand in for it. */
export function supervisionOf(
  { supervision }: Pick<Receiver, "supervision">,
  limits: Dc09Limits,
  severalReceivers: boolean,
): { readonly everyMs: DurationMs; readonly lostAfterMs: DurationMs | null } {
  const everyMs = supervision.everyMs ?? (severalReceivers ? limits.superviseSeveralMs : limits.superviseOneMs);
  const lostAfterMs = supervision.style === "off" ? null : everyMs + Math.min(2 * everyMs, limits.lostAfterMoreMs);
  return { everyMs, lostAfterMs };
}

export interface SignsOfLifeParts {
  readonly clock: Clock;
  readonly style: SupervisionStyle;
  readonly everyMs: DurationMs;
  readonly periodicTestMs: DurationMs | null;
  /** Something may be due: `next` tells what. */
  readonly due: () => void;
}

/** When a receiver is asked next whether it lives. Whatever it acknowledges is a proof, so that a busy line is not asked. */
export class SignsOfLife {
  readonly #parts: SignsOfLifeParts;
  #askAt: EpochMs = 0;
  #testAt: EpochMs = 0;
  #timer: Timer | null = null;

  constructor(parts: SignsOfLifeParts) {
    this.#parts = parts;
  }

  /** Null: nothing is due now; then `due` is called when something is. */
  next(): Sign | null {
    this.stop();
    const { clock, style, everyMs, periodicTestMs, due } = this.#parts;
    const now = clock.now();
    // A clock that was set back would put it off for as long.
    if (this.#askAt > now + everyMs) this.#askAt = now;
    if (this.#testAt > now + (periodicTestMs ?? 0)) this.#testAt = now;
    if (periodicTestMs !== null && this.#testAt <= now) return "test";
    if (style !== "off" && this.#askAt <= now) return style;
    const at = Math.min(style === "off" ? Infinity : this.#askAt, periodicTestMs === null ? Infinity : this.#testAt);
    if (at < Infinity) this.#timer = clock.after(at - now, due);
    return null;
  }

  /** It was asked: not again before the interval is over, whatever it answers. */
  asked(sign: Sign): void {
    const { clock, everyMs, periodicTestMs } = this.#parts;
    this.#askAt = clock.now() + everyMs;
    if (sign === "test" && periodicTestMs !== null) this.#testAt = clock.now() + periodicTestMs;
  }

  proved(): void {
    this.#askAt = this.#parts.clock.now() + this.#parts.everyMs;
  }

  /** It was lost: what was asked is asked anew as soon as that can be. */
  lost(unanswered: Sign | null): void {
    this.stop();
    this.#askAt = 0;
    if (unanswered === "test") this.#testAt = 0;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
