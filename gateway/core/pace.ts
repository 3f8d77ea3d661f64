import type { ReportHeard } from "./device-events.ts";
import type { DeviceState } from "./device-state.ts";
import type { ReportKind } from "./kinds.ts";
import { days, minutes, type DurationMs, type EpochMs } from "./units.ts";

/**
 * How often a device reports by itself, learned from the reports that it makes. A press is none of these, nor is what
 * comes with one: a button that is only pressed is never taken for one that reports. Only rows of the journal count, so
 * that nothing is written for it, and of a device that speaks all the time there is one in a minute.
 */
export interface Pace {
  /** The last report that it made by itself, since when nothing was missed; null: the next one begins anew. */
  readonly lastAt: EpochMs | null;
  /** The times between such reports, the newest last. */
  readonly intervals: readonly DurationMs[];
  /** The longest of them; null: they are too few, or were never steady. */
  readonly learnedMs: DurationMs | null;
}

/** Times between reports that are remembered of one device. */
export const INTERVALS_MAX = 8;
/** So many are needed, none longer than `STEADY` times the shortest: six that chance made are so once in some thousands. */
export const INTERVALS_MIN = 6;
export const STEADY = 1.6;
/** A shorter interval is taken for this one: a minute without a report is nothing to look after. */
export const LEARNED_MIN_MS = minutes(10);
/** A device that reports less often tells nothing before its monthly test does. */
export const LEARNED_MAX_MS = days(8);

/** Late and silent after so many learned intervals: a radio may miss two in a row. */
export const LATE_INTERVALS = 1.5;
export const SILENT_INTERVALS = 3;

/** What comes so soon after a press came with it. */
const PRESS_ECHO_MS = minutes(1);

const OWN_KINDS: readonly ReportKind[] = ["heartbeat", "low_battery", "other"];

type Came = Pick<ReportHeard, "report" | "counter" | "press" | "released" | "at">;

/** A counter stands in the place of the key in the journal, so `other` of such a device may be a press. */
function isByItself({ report, counter, press, released, at }: Came, known: DeviceState | undefined): boolean {
  if (!OWN_KINDS.includes(report) || press !== undefined || released !== undefined) return false;
  if (counter !== null && report === "other") return false;
  const pressedAt = Math.max(known?.provedAt ?? 0, ...(known?.keys ?? []).map((mark) => mark.at));
  return at - pressedAt >= PRESS_ECHO_MS;
}

/** The pace of a device after a report of it; undefined: it never reported by itself. */
export function paceAfter(known: DeviceState | undefined, came: Came): Pace | undefined {
  const before = known?.pace;
  const isOwn = isByItself(came, known);
  // It was given up as silent: what was learned was wrong, or is of a device that has changed.
  if (known?.silent) return isOwn ? { lastAt: came.at, intervals: [], learnedMs: null } : undefined;
  if (!isOwn) return before;
  const { lastAt = null, intervals = [], learnedMs = null } = before ?? {};
  if (lastAt === null || came.at <= lastAt) return { lastAt: came.at, intervals, learnedMs };
  const kept = [...intervals, came.at - lastAt].slice(-INTERVALS_MAX);
  return { lastAt: came.at, intervals: kept, learnedMs: learn(kept, learnedMs !== null) };
}

/** What was steady once is kept as long as it reports: an extra report does no harm, a missed one makes it longer. */
function learn(intervals: readonly DurationMs[], wasSteady: boolean): DurationMs | null {
  const longest = Math.max(...intervals);
  const isSteady = intervals.length >= INTERVALS_MIN && longest <= STEADY * Math.min(...intervals);
  if ((!isSteady && !wasSteady) || longest > LEARNED_MAX_MS) return null;
  return Math.max(longest, LEARNED_MIN_MS);
}

/** What its definition states of a device. */
export interface Stated {
  readonly silentAfterMs: DurationMs | null;
  readonly heartbeatEveryMs?: DurationMs;
}

/** Late is a quarter of its stated interval beyond the time of a report. */
export const lateAfterMs = (heartbeatEveryMs: DurationMs): DurationMs => (heartbeatEveryMs * 5) / 4;

/** After how long without a report it is late, and silent; null: never. What is stated goes before what was learned. */
export function patienceWith(
  { silentAfterMs, heartbeatEveryMs }: Stated,
  learnedMs: DurationMs | null,
): { readonly lateMs: DurationMs | null; readonly silentMs: DurationMs | null } {
  const late = learnedMs === null ? null : Math.round(learnedMs * LATE_INTERVALS);
  return {
    lateMs: heartbeatEveryMs === undefined ? late : lateAfterMs(heartbeatEveryMs),
    silentMs: silentAfterMs ?? (learnedMs === null ? null : learnedMs * SILENT_INTERVALS),
  };
}

/** Something was in the way of its reports: the time to the next one is no interval. */
export const brokenPace = (pace: Pace | undefined): { readonly pace?: Pace } =>
  pace ? { pace: { ...pace, lastAt: null } } : {};
