import type { DurationMs } from "./units.ts";

/** A length of time as people read it, with two units at most: `850 ms`, `12.3 s`, `4 min 05 s`, `2 h 05 min`, `3 d 4 h`. */
export function durationText(duration: DurationMs): string {
  if (duration < 1_000) return `${Math.round(duration)} ms`;
  if (duration < 59_950) return `${(duration / 1_000).toFixed(1)} s`;
  const s = Math.round(duration / 1_000);
  const two = (n: number): string => String(n).padStart(2, "0");
  if (s < 3_600) return `${Math.floor(s / 60)} min ${two(s % 60)} s`;
  const min = Math.round(s / 60);
  if (min < 48 * 60) return `${Math.floor(min / 60)} h ${two(min % 60)} min`;
  const h = Math.round(min / 60);
  return `${Math.floor(h / 24)} d ${h % 24} h`;
}

/** A share as people read it: `97.5 %`. Rounded down, so that 99.96 % does not pass for all. */
export const shareText = (share: number): string => `${(Math.floor(share * 1_000 + 1e-9) / 10).toFixed(1)} %`;
