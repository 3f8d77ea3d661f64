import { hours, minutes, seconds } from "../../core/units.ts";
import type { DurationMs } from "../../core/units.ts";

/** What bounds the work with modems. */
export interface SmsLimits {
  /** A plain command's answer. */
  readonly commandMs: DurationMs;
  /** Until the modem asks for a PDU. */
  readonly promptMs: DurationMs;
  /** Until the network has taken a part (27.005 names no bound; manuals say up to a minute). */
  readonly submitMs: DurationMs;
  /** A modem that has started anew is left alone for this long. */
  readonly bootMs: DurationMs;
  readonly heartbeatMs: DurationMs;
  /** The same while it is not ready. */
  readonly lookAgainMs: DurationMs;
  /** Without a proof for this long the way is down. */
  readonly lostAfterMs: DurationMs;
  /** How long a modem that does not answer rests before its port is opened anew: doubles up to `renewMaxMs`. */
  readonly renewMs: DurationMs;
  readonly renewMaxMs: DurationMs;
  /** Pauses before a message that was not taken is tried again; the last one repeats. */
  readonly retryMs: readonly DurationMs[];
  /** Sendings of one part that the network took and gave up later. */
  readonly resendsMax: number;
  /** Messages that wait or are under way; beyond it the least urgent is given up. */
  readonly queueMax: number;
  /** Messages that wait for reports; the oldest is forgotten. */
  readonly reportsMax: number;
  /** The second modem helps from this many waiting messages on. */
  readonly burst: number;
  /** An offer that was not delivered by then is not delivered at all: the network drops it. */
  readonly offerValidMs: DurationMs;
  readonly noticeValidMs: DurationMs;
  /** Parts of incoming texts whose rest is missing are handed on as they are. */
  readonly incompleteMs: DurationMs;
  readonly incompleteMax: number;
  /** Words sent back to one number within `repliesWithinMs`. */
  readonly repliesMax: number;
  readonly repliesWithinMs: DurationMs;
  /** Numbers whose replies are counted; the oldest is forgotten. */
  readonly repliersMax: number;
}

export const SMS_LIMITS: SmsLimits = {
  commandMs: seconds(5),
  promptMs: seconds(10),
  submitMs: seconds(60),
  bootMs: seconds(3),
  heartbeatMs: seconds(30),
  lookAgainMs: seconds(5),
  lostAfterMs: seconds(90),
  renewMs: seconds(5),
  renewMaxMs: minutes(1),
  retryMs: [seconds(5), seconds(15), seconds(60)],
  resendsMax: 2,
  queueMax: 1_000,
  reportsMax: 2_000,
  burst: 4,
  offerValidMs: hours(1),
  noticeValidMs: hours(24),
  incompleteMs: minutes(10),
  incompleteMax: 20,
  repliesMax: 5,
  repliesWithinMs: minutes(10),
  repliersMax: 500,
};
