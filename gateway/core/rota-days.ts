import { WEEKDAYS, type DutyPlan, type RotaLayer, type Weekday } from "./rota.ts";
import { days as daysMs, type EpochMs } from "./units.ts";

const DAY_MS = daysMs(1);
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 3;

/** A day of the calendar, counted from 1970-01-01. */
export type DayNumber = number;

/** `2026-11-02`, which must be a date, as a count of days. */
export const dayOf = (date: string): DayNumber => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

export const dateOf = (day: DayNumber): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** The day that a site's clock shows; `wall` is counted as if it were UTC. */
export const dayOfWall = (wall: EpochMs): DayNumber => Math.floor(wall / DAY_MS);

export const weekdayOf = (day: DayNumber): Weekday => WEEKDAYS[(((day + FIRST_WEEKDAY) % 7) + 7) % 7]!;

/** Whether a layer has a shift that begins on this day. A holiday is a day by itself: weekdays do not count on it. */
export function isDayOf(plan: Pick<DutyPlan, "holidays" | "workdays">, { days }: RotaLayer, day: DayNumber): boolean {
  if (days === null) return true;
  const date = dateOf(day);
  const holiday = plan.holidays.find(({ from, to }) => from <= date && date <= to);
  if (holiday) return days.includes("holidays") || days.includes(holiday.name);
  if (plan.workdays.includes(date)) return days.includes("workdays");
  const weekday = weekdayOf(day);
  const kind = weekday === "sat" || weekday === "sun" ? "weekends" : "workdays";
  return days.includes(weekday) || days.includes(kind);
}
