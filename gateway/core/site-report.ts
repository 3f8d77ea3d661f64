import { TEST_EVENT } from "./contact-id.ts";
import type { FaultReports } from "./fault-reports.ts";
import type { Tables } from "./state.ts";

/** A report to the hotline that belongs to no alarm: a test, or a technical fault that came or went. */
export interface SiteReport {
  readonly key: string;
  readonly event: string;
  readonly qualifier: 1 | 3;
  /** Whose account and zone it carries; null: the site itself. */
  readonly resident: string | null;
}

/** The key that a site report travels under, by its id. */
export const keyOfSiteReport = (id: string): string => `${id}.h`;

/** What is known of the fault that report `id` is about. */
export function faultReportsOf(tables: Pick<Tables, "faultReports">, id: string): FaultReports | null {
  for (const reports of tables.faultReports.values())
    if (reports.waiting.some((report) => report.id === id)) return reports;
  return null;
}

/** The report of this id as it is to leave now; null: it has its receipt, or waits for the one before it. */
export function siteReportOf(tables: Pick<Tables, "tests" | "faultReports">, id: string): SiteReport | null {
  const key = keyOfSiteReport(id);
  const test = tables.tests.get(id);
  if (test) {
    if (test.result !== "running") return null;
    return { key, event: TEST_EVENT, qualifier: 1, resident: test.resident };
  }
  const reports = faultReportsOf(tables, id);
  const first = reports?.waiting[0];
  if (!reports || first?.id !== id) return null;
  return { key, event: reports.event, qualifier: first.qualifier, resident: reports.resident };
}

/** The ids of all site reports without a receipt, tests first. */
export function siteReportsToSend({ tests, faultReports }: Pick<Tables, "tests" | "faultReports">): string[] {
  const ids: string[] = [];
  for (const { id, result, delivery } of tests.values()) if (result === "running" && delivery !== null) ids.push(id);
  for (const { waiting } of faultReports.values()) if (waiting[0]) ids.push(waiting[0].id);
  return ids;
}
