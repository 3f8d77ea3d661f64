import type { Times } from "./alarm.ts";
import type { DurationMs } from "./units.ts";

/** The intervals that response times are reported in: from which measured time to which. */
export const INTERVALS = {
  "press-to-heard": ["pressedAt", "heardAt"],
  "press-to-journal": ["pressedAt", "journaledAt"],
  "press-to-hotline": ["pressedAt", "hotlineReceivedAt"],
  "press-to-notified": ["pressedAt", "firstNotifiedAt"],
  "press-to-delivered": ["pressedAt", "deliveredAt"],
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
  const start = times[from] ?? null;
  const end = times[to] ?? null;
  return start === null || end === null || end < start ? null : end - start;
}

/** What the intervals are called in Chinese. */
export const INTERVAL_WORDS: Readonly<Record<Interval, string>> = {
  "press-to-heard": "按下→按钮得知已收到",
  "press-to-journal": "按下→已入日志",
  "press-to-hotline": "按下→热线设备收到",
  "press-to-notified": "按下→消息首次发出（未证实收到）",
  "press-to-delivered": "按下→首位响应人手机收到",
  "press-to-seen": "按下→有人看到",
  "press-to-accepted": "按下→有人答应前往",
  "press-to-answered": "按下→有人接警",
  "accepted-to-arrived": "答应→到场",
  "press-to-arrived": "按下→到场",
  "press-to-resolved": "按下→处置完毕",
};
