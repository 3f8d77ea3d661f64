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

type FaultReportFact<Kind extends string, Fields> = {
  readonly kind: Kind;
  /** The fault's key. */
  readonly fault: string;
  readonly at: EpochMs;
} & Fields;

/** What the hotline is told of faults. */
export type FaultReportEvent =
  | FaultReportFact<
      "fault-report-queued",
      {
        readonly report: string;
        readonly event: string;
        readonly qualifier: 1 | 3;
        readonly resident: string | null;
      }
    >
  /** It had not left, and its opposite is true again. */
  | FaultReportFact<"fault-report-dropped", { readonly report: string }>
  /** `againAt`: when it is made anew, if it was not received. */
  | FaultReportFact<
      "fault-report-ended",
      { readonly report: string; readonly received: boolean; readonly againAt: EpochMs | null }
    >
  /** `until` null: what was held back may be told now. */
  | FaultReportFact<"fault-report-held", { readonly until: EpochMs | null }>;
