import type { Enrolled } from "./directory.ts";
import type { Draft } from "./draft.ts";
import { clearFault, raiseFault } from "./faults.ts";
import type { Input } from "./input.ts";
import { keyOfSiteReport } from "./site-report.ts";
import type { ReportKind } from "./kinds.ts";
import type { TestRun } from "./device-state.ts";
import { siteOf, takesReports } from "./state.ts";
import { seconds } from "./units.ts";

/** A test that the hotline has not received by then has failed. */
export const TEST_WITHIN_MS = seconds(60);

/** A test press: to the hotline as a manual test, to the desk, never to volunteers. It needs nobody to take it. */
export function startTest(draft: Draft, { id: device, resident }: Enrolled, report: ReportKind): void {
  const { gatewayId, lastNumber, facilities } = siteOf(draft.tables);
  const test = `${gatewayId}-${lastNumber + 1}`;
  const delivery = takesReports(facilities) ? keyOfSiteReport(test) : null;
  const failAt = draft.now + TEST_WITHIN_MS;
  draft.emit({ kind: "test-started", test, device, resident, delivery, failAt, report, at: draft.now });
  if (delivery) draft.act({ do: "deliver", key: delivery });
  else endTest(draft, test, false, "no way to the hotline takes tests");
}

function endTest(draft: Draft, test: string, passed: boolean, detail: string): void {
  const device = draft.tables.tests.get(test)?.device ?? "";
  draft.emit({ kind: "test-ended", test, passed, detail, at: draft.now });
  if (passed) clearFault(draft, `test:${device}`, "test passed");
  else raiseFault(draft, `test:${device}`, "test-failed", detail);
}

export function takeTestReceipt(draft: Draft, test: TestRun, receipt: Extract<Input, { type: "receipt" }>): void {
  if (test.result !== "running") return;
  if (receipt.status === "received" || receipt.status === "answered")
    endTest(draft, test.id, true, "the hotline received it");
  if (receipt.status === "failed") endTest(draft, test.id, false, receipt.detail ?? "refused");
}

export function failOverdueTest(draft: Draft, test: TestRun): void {
  if (test.result !== "running") return;
  if (test.delivery) draft.act({ do: "withdraw", key: test.delivery });
  endTest(draft, test.id, false, "the hotline did not receive it within 60 s");
}
