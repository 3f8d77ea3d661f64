import type { EpochMs } from "../../gateway/core/units.ts";

/** Year of the century, month, day, hour, minute, second, each a byte: what trackers take for the time, UTC. */
export function utcBytes(now: EpochMs): readonly number[] {
  const [year = 0, ...rest] = utcParts(now);
  return [year % 100, ...rest];
}

/** Year, month from 1, day, hour, minute, second. */
export function utcParts(now: EpochMs): readonly number[] {
  const at = new Date(now);
  return [
    at.getUTCFullYear(),
    at.getUTCMonth() + 1,
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
  ];
}

/** The same in 14 digits: `20261125133742`. */
export const utcDigits = (now: EpochMs): string =>
  utcParts(now)
    .map((part) => String(part).padStart(2, "0"))
    .join("");
