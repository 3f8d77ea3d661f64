import type { DurationMs, EpochMs } from "./units.ts";

export const shifted = (at: EpochMs | null, byMs: DurationMs): EpochMs | null => (at === null ? null : at + byMs);

/** The row with these times moved; one that was not measured stays so. */
export function shiftRow<Row>(row: Row, byMs: DurationMs, ...names: (keyof Row)[]): Row {
  const copy = { ...row };
  for (const name of names) copy[name] = shifted(row[name] as EpochMs | null, byMs) as Row[typeof name];
  return copy;
}
