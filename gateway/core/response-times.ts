import type { Times } from "./alarm.ts";
import type { DurationMs } from "./units.ts";

/** The intervals that response times are reported in: from which measured time to which. */
export const INTERVALS = {
  "press-to-heard": ["pressedAt", "heardAt"],
  "press-to-journal": ["pressedAt", "journaledAt"],
  "press-to-hotline": ["pressedAt", "hotlineReceivedAt"],
  "press-to-notified": ["pressedAt", "firstNotifiedAt"],
  "press-to-seen": ["pressedAt", "seenAt"],
  "press-to-accepted": ["pressedAt", "acceptedAt"],
  "press-to-answered": ["pressedAt", "answeredAt"],
  "accepted-to-arrived": ["acceptedAt", "arrivedAt"],
  "press-to-arrived": ["pressedAt", "arrivedAt"],
  "press-to-resolved": ["pressedAt", "resolvedAt"],
} as const satisfies Record<string, readonly [keyof Times, keyof Times]>;

export type Interval = keyof typeof INTERVALS;

/** One interval; null where either end was not measured. Never negative by a measuring error: such a pair is null. */
export function intervalOf(times: Times, interval: Interval): DurationMs | null {
  const [from, to] = INTERVALS[interval];
  const start = times[from];
  const end = times[to];
  return start === null || end === null || end < start ? null : end - start;
}
