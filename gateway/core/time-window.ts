import type { TimeWindow } from "./policy.ts";
import type { EpochMs } from "./units.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes since midnight on the site's clock. `timezone` is an IANA name; throws RangeError for an unknown one. */
export function minuteOfDay(at: EpochMs, timezone: string): number {
  let format = formats.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: timezone,
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    formats.set(timezone, format);
  }
  const [hour, minute] = format.format(at).split(":");
  return Number(hour) * 60 + Number(minute);
}

/** `from` inclusive, `to` exclusive; over midnight when `to` is not later. */
export function isWithin({ fromMin, toMin }: TimeWindow, minute: number): boolean {
  return fromMin < toMin ? minute >= fromMin && minute < toMin : minute >= fromMin || minute < toMin;
}
