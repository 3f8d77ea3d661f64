import type { DurationMs } from "../../core/units.ts";
import { seconds } from "../../core/units.ts";

/** One alarm receiver, as the configuration names it. */
export interface Receiver {
  readonly host: string;
  readonly port: number;
  /** Hex digits; serves messages that name no account. */
  readonly account: string;
  /** Names the path in logs and metrics; `host:port` when left out (`host:port#account` where two share that). */
  readonly id?: string;
}

/** Every bound of the hotline, with what happens at it. */
export interface Dc09Limits {
  /** A reply that takes longer counts as none: the connection is given up, the next receiver is tried. */
  readonly replyMs: DurationMs;
  /** The reply time-out doubles up to this for a receiver that stays silent, so that a slow one is heard in the end. */
  readonly replyMaxMs: DurationMs;
  /**
   * How long a message waits behind the one in flight at a slow receiver. Past that it takes the next receiver that is
   * free, and where none is, it is told as `failing`: people are called in the hotline's place.
   */
  readonly waitMs: DurationMs;
  /** The reply time-out of a receiver that failed and is tried again while another one works. */
  readonly trialReplyMs: DurationMs;
  /** Bytes without a readable reply among them, after which a connection is given up. */
  readonly noiseBytesMax: number;
  /** A connection that is not up by then counts as refused. */
  readonly connectMs: DurationMs;
  /** The first wait before connecting again, and before repeating what was answered NAK; it doubles … */
  readonly backoffFirstMs: DurationMs;
  /** … up to this. */
  readonly backoffMaxMs: DurationMs;
  /** How long a message rests when every receiver answered DUH (cannot process). */
  readonly unprocessableRetryMs: DurationMs;
  /** After this many rounds over all receivers a message lets the others go first, so that one cannot block them. */
  readonly roundsBeforeYielding: number;
  /** Messages kept. At the bound the least urgent, newest one is given up: `failed`, logged and counted. */
  readonly queueMax: number;
  /** A receiver's clock nearer than this to ours is not the reason for a NAK. */
  readonly clockToleranceMs: DurationMs;
  /** Idle time before TCP probes the connection, which also keeps a router's table entry alive. */
  readonly keepAliveMs: DurationMs;
}

export const DC09_LIMITS: Dc09Limits = {
  replyMs: seconds(4),
  replyMaxMs: seconds(32),
  waitMs: seconds(4),
  trialReplyMs: seconds(1),
  noiseBytesMax: 64 * 1024,
  connectMs: seconds(4),
  backoffFirstMs: 500,
  backoffMaxMs: seconds(30),
  unprocessableRetryMs: seconds(30),
  roundsBeforeYielding: 3,
  queueMax: 10_000,
  clockToleranceMs: seconds(2),
  keepAliveMs: seconds(30),
};

/** The wait before attempt number `step` + 2: first, doubled each time, at most the maximum. */
export const backoffMs = (limits: Dc09Limits, step: number): DurationMs =>
  Math.min(limits.backoffFirstMs * 2 ** Math.min(step, 20), limits.backoffMaxMs);
