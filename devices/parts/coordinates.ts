import type { Position } from "../../gateway/core/report.ts";

const HEMISPHERE = /^[NSEW]$/i;
const SOUTH_OR_WEST = /^[SW]$/i;
const DECIMAL = /^-?\d{1,3}(?:\.\d+)?$/;
const MINUTES = /^(\d{0,3}?)(\d{1,2}\.\d+)$/;
const MINUTES_WITHOUT_POINT = /^(\d{2,3})(\d{2})(\d{4})$/;
const MINUTES_BEHIND_DASH = /^-?(\d{1,3})-(\d{1,2}\.\d+)$/;

/** Degrees as receivers write them, south and west negative: `-33.480366`. */
export function decimalDegrees(text: string): number | null {
  const trimmed = text.trim();
  return DECIMAL.test(trimmed) ? Number(trimmed) : null;
}

/** Degrees beside the letter of their hemisphere. Where it is left out, only a sign tells; null: nothing does. */
export function degreesBeside(text: string, hemisphere: string): number | null {
  const value = decimalDegrees(text);
  if (value === null || (!HEMISPHERE.test(hemisphere) && value >= 0)) return null;
  return SOUTH_OR_WEST.test(hemisphere) ? -Math.abs(value) : value;
}

/** Degrees and minutes as NMEA 0183 writes them: `2234.4026` and `N`; some write `22344026` or `-22-34.4026`. */
export function nmeaDegrees(text: string, hemisphere: string): number | null {
  const trimmed = text.trim();
  const found = MINUTES.exec(trimmed) ?? MINUTES_BEHIND_DASH.exec(trimmed) ?? pointless(trimmed);
  if (!found || !HEMISPHERE.test(hemisphere)) return null;
  const value = Number(found[1]) + Number(found[2]) / 60;
  return SOUTH_OR_WEST.test(hemisphere) ? -value : value;
}

function pointless(text: string): readonly string[] | null {
  const found = MINUTES_WITHOUT_POINT.exec(text);
  return found && ["", found[1]!, `${found[2]}.${found[3]}`];
}

/** Nothing where one of both is missing, out of range, or where both are zero: a receiver that never had a fix. */
export function positionAt(lat: number | null, lon: number | null, isFix: boolean): { readonly position?: Position } {
  if (lat === null || lon === null || (lat === 0 && lon === 0)) return {};
  if (!(Math.abs(lat) <= 90) || !(Math.abs(lon) <= 180)) return {};
  return { position: { lat: round(lat), lon: round(lon), isFix } };
}

/** To a decimetre: what lies behind it is the arithmetic, not the receiver. */
const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
