import { hours, type DurationMs, type EpochMs } from "./units.ts";

/** What the hotline was told of one fault, and what is still on its way there. */
export interface FaultReports {
  /** The fault's key. */
  readonly key: string;
  /** Contact ID event code. */
  readonly event: string;
  readonly resident: string | null;
  /** What the newest report says: 1 the fault is there, 3 it is over. */
  readonly told: 1 | 3;
  /** Without a receipt, oldest first. Only the first is on its way, so that a restore never overtakes its fault. */
  readonly waiting: readonly { readonly id: string; readonly qualifier: 1 | 3 }[];
  /** When reports were queued, as far back as `FAULT_REPORTS_PER_MS`. */
  readonly recent: readonly EpochMs[];
  /** When what is true then is told, because now it may not be; null: nothing is held back. */
  readonly tellAt: EpochMs | null;
}

/** Reports about one fault are counted over this long. */
export const FAULT_REPORTS_PER_MS: DurationMs = hours(1);
