import type { DurationMs } from "../core/units.ts";
import { minutes, seconds } from "../core/units.ts";

/** So many messages in any such span of time; more wait for the span to pass. */
export interface Pace {
  readonly count: number;
  /** Of these, kept free for messages of priority 1. */
  readonly urgentReserve: number;
  readonly spanMs: DurationMs;
}

/** Every bound of a channel that makes requests, with what happens at it. */
export interface SendingLimits {
  /** Requests under way at once; more wait, the most urgent first. */
  readonly inFlightMax: number;
  /** Of these, kept free for messages that were not tried yet: a dead server must not delay a new alarm. */
  readonly freshReserve: number;
  /** The first wait before trying again; it doubles … */
  readonly backoffFirstMs: DurationMs;
  /** … up to this. */
  readonly backoffMaxMs: DurationMs;
  /** A longer wait than this is not granted to the other side. */
  readonly askedMaxMs: DurationMs;
  /** Messages kept. At the bound the least urgent, newest one that is not under way is given up: `failed`. */
  readonly queueMax: number;
  /** Null: as many as the other side takes. What does not fit is `failing` and waits. */
  readonly pace: Pace | null;
}

export const SENDING_LIMITS: SendingLimits = {
  inFlightMax: 32,
  freshReserve: 8,
  backoffFirstMs: seconds(1),
  backoffMaxMs: seconds(60),
  askedMaxMs: minutes(5),
  queueMax: 10_000,
  pace: null,
};
