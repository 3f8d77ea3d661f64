import { FAULT_REPORTS_PER_MS, type FaultReportEvent, type FaultReports } from "./fault-reports.ts";
import type { Tables } from "./state.ts";

/** What the hotline was told of faults. */
export function evolveFaultReport(tables: Tables, event: FaultReportEvent): void {
  const known = tables.faultReports.get(event.fault);
  if (event.kind === "fault-report-queued") return tables.faultReports.set(event.fault, queued(known, event));
  if (!known) return;
  tables.faultReports.set(event.fault, changed(known, event));
  if (event.kind === "fault-report-ended") forgetSettled(tables, event.at);
}

function queued(
  known: FaultReports | undefined,
  { fault, report: id, event, qualifier, resident, at }: Extract<FaultReportEvent, { kind: "fault-report-queued" }>,
): FaultReports {
  const recent = (known?.recent ?? []).filter((time) => time > at - FAULT_REPORTS_PER_MS);
  return {
    key: fault,
    event,
    resident,
    told: qualifier,
    waiting: [...(known?.waiting ?? []), { id, qualifier }],
    recent: [...recent, at],
    tellAt: known?.tellAt ?? null,
  };
}

function changed(known: FaultReports, event: Exclude<FaultReportEvent, { kind: "fault-report-queued" }>): FaultReports {
  switch (event.kind) {
    case "fault-report-dropped": {
      const waiting = known.waiting.filter(({ id }) => id !== event.report);
      return { ...known, waiting, told: opposite(known.told) };
    }
    case "fault-report-held":
      return { ...known, tellAt: event.until };
    case "fault-report-ended": {
      const waiting = known.waiting.filter(({ id }) => id !== event.report);
      if (event.received) return { ...known, waiting };
      // With nothing behind it, the receiver still believes the opposite.
      const told = waiting.length > 0 ? known.told : opposite(known.told);
      return { ...known, waiting, told, tellAt: known.tellAt ?? event.againAt };
    }
  }
}

const opposite = (told: 1 | 3): 1 | 3 => (told === 1 ? 3 : 1);

/** What is over and was told is kept only as long as it counts for the bound. */
function forgetSettled(tables: Tables, now: number): void {
  for (const { key, told, waiting, recent, tellAt } of [...tables.faultReports.values()]) {
    const isSettled = told === 3 && waiting.length === 0 && tellAt === null;
    if (isSettled && recent.every((at) => at <= now - FAULT_REPORTS_PER_MS)) tables.faultReports.delete(key);
  }
}
