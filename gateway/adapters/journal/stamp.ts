import type { EpochMs } from "../../core/units.ts";

/** A moment in UTC for a file's name: `20261123T120000Z`. */
export const stampOf = (at: EpochMs): string =>
  new Date(at)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replace(/[-:]/g, "");
