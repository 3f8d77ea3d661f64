import type { DurationMs } from "../../core/units.ts";
import { minutes, seconds } from "../../core/units.ts";

/** Every bound of a webhook, with what happens at it. */
export interface WebhookLimits {
  /** Requests under way at once; more wait, the most urgent first. */
  readonly inFlightMax: number;
  /** Of these, kept free for messages that were not tried yet: a dead server must not delay a new alarm. */
  readonly freshReserve: number;
  /** A request that takes longer is cut and tried again. */
  readonly requestMs: DurationMs;
  /** The first wait before trying again; it doubles … */
  readonly backoffFirstMs: DurationMs;
  /** … up to this. */
  readonly backoffMaxMs: DurationMs;
  /** A longer wait than this is not granted to a server's Retry-After. */
  readonly retryAfterMaxMs: DurationMs;
  /** Messages kept. At the bound the least urgent, newest one that is not under way is given up: `failed`. */
  readonly queueMax: number;
  /** Bytes of an answer that are read; the connection of a longer one is cut. */
  readonly bodyMaxBytes: number;
  /** Characters of an answer's body that a receipt shows. */
  readonly shownMaxChars: number;
}

export const WEBHOOK_LIMITS: WebhookLimits = {
  inFlightMax: 32,
  freshReserve: 8,
  requestMs: seconds(10),
  backoffFirstMs: seconds(1),
  backoffMaxMs: seconds(60),
  retryAfterMaxMs: minutes(5),
  queueMax: 10_000,
  bodyMaxBytes: 65_536,
  shownMaxChars: 200,
};
