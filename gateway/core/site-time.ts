import { GatewayError } from "./errors.ts";
import { hours, type DurationMs, type EpochMs } from "./units.ts";

/** What `parseSiteTime` accepts, for error texts. */
export const SITE_TIME_FORM = "a date (2026-11-01) or a date with a time (2026-11-01T18:30) in the site's zone";

const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:\d\d)?)?$/;
/** Between two changes of a zone's offset there is more time than this. */
const UNCHANGED_MS = hours(6);
/** No zone is further from UTC. */
const OFFSET_MAX_MS = hours(26);

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  let format = formats.get(timezone);
  if (!format) {
    const number = "2-digit";
    const parts = {
      year: "numeric",
      month: number,
      day: number,
      hour: number,
      minute: number,
      second: number,
    } as const;
    format = new Intl.DateTimeFormat("en-GB", { timeZone: timezone, hourCycle: "h23", ...parts });
    formats.set(timezone, format);
  }
  return format;
}

/** What the site's clock shows, counted as if it were UTC. */
export function wallOf(at: EpochMs, timezone: string): EpochMs {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(timezone).formatToParts(at)) part[type] = Number(value);
  const { year, month, day, hour, minute, second } = part as Record<string, number> & { year: number };
  return Date.UTC(year, month! - 1, day, hour, minute, second);
}

/** How far the site's clock is ahead of UTC at a moment, in milliseconds. */
export const offsetOf = (at: EpochMs, timezone: string): DurationMs =>
  wallOf(at, timezone) - Math.floor(at / 1_000) * 1_000;

/** The first moment at which the site's clock shows `wall`; null where it leaps over it. */
function momentOf(wall: EpochMs, timezone: string): EpochMs | null {
  const offsets = [wall - OFFSET_MAX_MS, wall + OFFSET_MAX_MS].map((at) => offsetOf(at, timezone));
  const moments = offsets.map((offset) => wall - offset).filter((at) => wallOf(at, timezone) === wall);
  return moments.length === 0 ? null : Math.min(...moments);
}

/** The first moment at which the site's clock shows `wall`; where it leaps over it, the moment of the leap. */
export function momentAt(wall: EpochMs, timezone: string): EpochMs {
  const exact = momentOf(wall, timezone);
  if (exact !== null) return exact;
  let [before, after] = [wall - OFFSET_MAX_MS, wall + OFFSET_MAX_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (wallOf(middle, timezone) < wall) before = middle;
    else after = middle;
  }
  return after;
}

/**
 * Reads a date or a date with a time of the site's clock; with `Z` or an offset it is of that clock. An hour that comes
 * twice, when clocks are set back, is the first of the two. `name` is what the error calls it.
 * @throws {GatewayError} `bad-input`
 */
export function parseSiteTime(text: string, timezone: string, name: string): EpochMs {
  const match = TIME.exec(text);
  const [year = 0, month = 0, day = 0] = match?.slice(1, 4).map(Number) ?? [];
  const [hour, minute, second] = [match?.[4], match?.[5], match?.[6]].map((part) => Number(part ?? 0));
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  if (
    !match ||
    new Date(wall).toISOString().slice(0, 10) !== text.slice(0, 10) ||
    hour! > 23 ||
    minute! > 59 ||
    second! > 59
  )
    throw new GatewayError("bad-input", `${name}: "${text.slice(0, 40)}" is not ${SITE_TIME_FORM}`);
  if (match[7] !== undefined) return Date.parse(text.replace(" ", "T"));
  if (match[4] === undefined) return momentAt(wall, timezone);
  const at = momentOf(wall, timezone);
  if (at === null)
    throw new GatewayError(
      "bad-input",
      `${name}: ${text} does not exist in ${timezone}: clocks were set forward over it`,
    );
  return at;
}

export interface Month {
  /** `2026-10`. */
  readonly month: string;
  readonly from: EpochMs;
  /** Exclusive. */
  readonly to: EpochMs;
}

/** A month of the site's calendar. @throws {GatewayError} `bad-input` for what is not written `2026-10`. */
export function monthOf(text: string, timezone: string): Month {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  if (year === undefined || month === undefined)
    throw new GatewayError("bad-input", `month: "${text.slice(0, 40)}" is not a month; write 2026-10`);
  const start = (number: number): EpochMs => momentAt(Date.UTC(Number(year), number - 1, 1), timezone);
  return { month: text, from: start(Number(month)), to: start(Number(month) + 1) };
}

/** The last month that is wholly over. */
export function lastMonth(now: EpochMs, timezone: string): Month {
  const today = new Date(wallOf(now, timezone));
  const before = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 1, 1));
  return monthOf(before.toISOString().slice(0, 7), timezone);
}

/** Tells the hour of the site's clock, 0–23, for many moments: the zone is asked once for each quarter of a day. */
export function hourTeller(timezone: string): (at: EpochMs) => number {
  const known = new Map<number, DurationMs | null>();
  return (at) => {
    const quarter = Math.floor(at / UNCHANGED_MS);
    let offset = known.get(quarter);
    if (offset === undefined) {
      const [start, end] = [quarter * UNCHANGED_MS, (quarter + 1) * UNCHANGED_MS].map((one) => offsetOf(one, timezone));
      offset = start === end ? start! : null;
      known.set(quarter, offset);
    }
    const wall = at + (offset ?? offsetOf(at, timezone));
    return Math.floor(wall / hours(1)) % 24;
  };
}

/** `2026-11-03 18:30:05` of the site's clock. */
export const siteTimeText = (at: EpochMs, timezone: string): string =>
  new Date(wallOf(at, timezone)).toISOString().slice(0, 19).replace("T", " ");
