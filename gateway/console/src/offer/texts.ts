import { say } from "../shared/language.ts";
import { WORDS } from "./words.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long ago, as people say it. */
export function ageOf(ms: number): string {
  if (ms < MINUTE_MS) return say(WORDS.ago.now);
  if (ms < HOUR_MS) return say(WORDS.ago.minutes, { minutes: Math.floor(ms / MINUTE_MS) });
  if (ms >= 2 * DAY_MS) return say(WORDS.ago.days, { days: Math.floor(ms / DAY_MS) });
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  return say(WORDS.ago.hours, { hours: Math.floor(ms / HOUR_MS), minutes });
}

/** Building, unit and room; a unit that is only a number is named as one. */
export function houseOf({ building, unit, room }: { building: string; unit: string; room: string }): string {
  const parts = [
    building,
    /^\d+$/.test(unit) ? say(WORDS.unit, { unit }) : unit,
    room === "" ? "" : say(WORDS.room, { room }),
  ];
  return parts.filter((part) => part !== "").join(say([" ", ", "]));
}

/** A number as a phone dials it. */
export const telOf = (phone: string): string => `tel:${phone.replace(/[^\d+]/g, "")}`;
