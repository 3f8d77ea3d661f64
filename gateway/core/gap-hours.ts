import { dateOf, dayOfWall, weekdayOf, type DayNumber } from "./rota-days.ts";
import { WEEKDAYS, type Weekday } from "./rota.ts";
import { wallOf } from "./site-time.ts";
import { days, hours, type EpochMs } from "./units.ts";

interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** So many different stretches are named; the rest are counted. */
const SHOWN_MAX = 6;

/** In sentences; the Chinese catalogue has each of them. */
const DAY_NAMES: Readonly<Record<Weekday, string>> = {
  mon: "Monday ",
  tue: "Tuesday ",
  wed: "Wednesday ",
  thu: "Thursday ",
  fri: "Friday ",
  sat: "Saturday ",
  sun: "Sunday ",
};

interface Part {
  readonly day: DayNumber;
  /** `02:00–06:00`. */
  readonly hours: string;
}

/**
 * Stretches of time as people read them, exact to the minute and separated by semicolons: `every day 22:00–06:00`,
 * `Saturday 02:00–06:00` where it is so in each of `weeks` weeks, else with its date. Longer than a day: day by day.
 */
export function gapHours(spans: readonly Span[], zone: string, weeks: number): string {
  const parts = spans.flatMap((span) => partsOf(span, zone));
  const dates = new Map<string, DayNumber[]>();
  for (const { day, hours: of } of parts) {
    const key = `${weekdayOf(day)} ${of}`;
    dates.set(key, [...(dates.get(key) ?? []), day]);
  }
  const isWeekly = ({ day, hours: of }: Part): boolean => dates.get(`${weekdayOf(day)} ${of}`)!.length >= weeks;
  const isDaily = ({ hours: of }: Part): boolean =>
    WEEKDAYS.every((weekday) => (dates.get(`${weekday} ${of}`)?.length ?? 0) >= weeks);
  const lines = parts.map((part) => {
    if (isDaily(part)) return `every day ${part.hours}`;
    const date = isWeekly(part) ? "" : `${dateOf(part.day)} `;
    return `${DAY_NAMES[weekdayOf(part.day)]}${date}${part.hours}`;
  });
  const once = [...new Set(lines)];
  const more = once.length - SHOWN_MAX;
  return [...once.slice(0, SHOWN_MAX), ...(more > 0 ? [`${more} further times`] : [])].join("; ");
}

/** One stretch, cut at midnight where it is longer than a day. */
function partsOf({ from, to }: Span, zone: string): Part[] {
  const [start, end] = [wallOf(from, zone), wallOf(to, zone)];
  if (to - from < hours(24)) return [{ day: dayOfWall(start), hours: `${clockOf(start)}–${clockOf(end)}` }];
  const parts: Part[] = [];
  for (let at = start; at < end;) {
    const day = dayOfWall(at);
    const midnight = days(day + 1);
    const until = Math.min(midnight, end);
    parts.push({ day, hours: `${clockOf(at)}–${until === midnight ? "24:00" : clockOf(until)}` });
    at = until;
  }
  return parts;
}

const clockOf = (wall: EpochMs): string => new Date(wall).toISOString().slice(11, 16);
