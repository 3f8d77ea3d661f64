/** Milliseconds since 1970-01-01T00:00:00Z, as the gateway's steady clock counts them (see ports/clock.ts). */
export type EpochMs = number;

/** A length of time in milliseconds. */
export type DurationMs = number;

export const seconds = (n: number): DurationMs => n * 1_000;
export const minutes = (n: number): DurationMs => n * 60_000;
export const hours = (n: number): DurationMs => n * 3_600_000;
export const days = (n: number): DurationMs => n * 86_400_000;

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What `parseDuration` accepts, for error texts. */
export const DURATION_FORM = "a whole number and a unit: 500ms, 45s, 2min, 6h or 1d";

/** Reads `45s`, `2min`, `500ms`, `6h`, `1d`; anything else gives null. */
export function parseDuration(text: string): DurationMs | null {
  const match = /^(\d{1,9})(ms|s|min|h|d)$/.exec(text);
  if (!match) return null;
  return Number(match[1]) * UNIT_MS[match[2]!]!;
}

/** Writes a duration as `parseDuration` reads it, in the largest unit that loses nothing. */
export function formatDuration(duration: DurationMs): string {
  for (const unit of ["d", "h", "min", "s"]) {
    const size = UNIT_MS[unit]!;
    if (duration !== 0 && duration % size === 0) return `${duration / size}${unit}`;
  }
  return `${duration}ms`;
}

/** ISO 8601 in UTC with milliseconds; null stays null (a time that was not measured). */
export const isoOrNull = (at: EpochMs | null): string | null => (at === null ? null : new Date(at).toISOString());
