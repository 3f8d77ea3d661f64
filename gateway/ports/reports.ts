import type { MonthFigures, MonthQuery } from "../core/month-figures.ts";
import type { Grouping, ResponseFigures, ResponseQuery } from "../core/response-report.ts";

/** The report's own file is not up to date yet: so many entries of the journal are read. Ask again. */
export interface ReportProgress {
  readonly pending: { readonly read: number; readonly of: number };
}

/** Questions about what happened, answered beside the alarm path. Rejects with a GatewayError. */
export interface Reports {
  responseTimes(query: ResponseQuery): Promise<ResponseFigures | ReportProgress>;
  month(query: MonthQuery): Promise<MonthFigures | ReportProgress>;
  /** What is being made is given up. */
  stop(): Promise<void>;
}

/** Response times as `okc report response-times --json` gives them; times are ISO 8601 in UTC. */
export interface ResponseReport extends ResponseFigures {
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  readonly timezone: string;
  readonly by: Grouping | null;
}

/** A month as `okc report month --json` gives it; times are ISO 8601 in UTC. */
export interface MonthReport {
  /** `2026-10`. */
  readonly month: string;
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  readonly madeAt: string;
  readonly timezone: string;
  readonly site: string;
  readonly demo: boolean;
  /** False: the month is not over. */
  readonly whole: boolean;
  readonly figures: MonthFigures;
}

export interface ReportsDesk {
  /** `from` and `to` (exclusive) as `parseSiteTime` reads them. Rejects with `bad-input`. */
  responseTimes(asked: {
    readonly from: string;
    readonly to: string;
    readonly by: Grouping | null;
  }): Promise<ResponseReport | ReportProgress>;
  /** Null: the last month that is over. Rejects with `bad-input`. */
  month(month: string | null): Promise<MonthReport | ReportProgress>;
  /** The month as one page of HTML for the printer. */
  monthPage(report: MonthReport): Promise<string>;
}
