import type { DecodedReport } from "../../gateway/core/report.ts";

/** What one payload says, before the envelope of the network adds whose it is and how it was heard. */
export type Reading = Pick<DecodedReport, "kind" | "press" | "batteryPct"> &
  Partial<Pick<DecodedReport, "batteryOk" | "released" | "position">> & {
    /**
     * A key that stays down for many frames, as a mode that is on: frames within this time of the last are the same
     * press. Absent: each frame is a press of its own.
     */
    readonly levelMs?: number;
  };

/** A payload of no known grammar: its device lives, and nothing else is known. */
export const UNREAD: Reading = { kind: "other", press: null, batteryPct: null };

/** Reads the payloads of one family. `strict`: nobody has named the model, so only what fits the grammar wholly counts. */
export type Codec = (fPort: number, bytes: Uint8Array, strict: boolean) => readonly Reading[] | null;

/** Big-endian. */
export const uint16At = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

/** Big-endian, with a sign. */
export const int32At = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;

/** Undefined: no place on earth, or the zero that stands for none. */
export const positionIn = (lat: number, lon: number): DecodedReport["position"] =>
  Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && (lat !== 0 || lon !== 0) ? { lat, lon, isFix: true } : undefined;
