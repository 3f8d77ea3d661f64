import { EVENT_OF_FAULT } from "./contact-id.ts";
import type { Draft } from "./draft.ts";
import type { Input } from "./input.ts";
import { keyOfSiteReport } from "./site-report.ts";
import { FAULT_REPORTS_PER_MS, type FaultReports } from "./fault-reports.ts";
import { siteOf, takesReports } from "./state.ts";
import { minutes, type DurationMs } from "./units.ts";

/** Reports about one fault within `FAULT_REPORTS_PER_MS`. At the bound the hotline is told later, and a row says so. */
export const FAULT_REPORTS_MAX = 6;

/** A report that the hotline refused as it is, or had no room for, is made anew after this long. */
export const FAULT_REPORT_AGAIN_MS: DurationMs = minutes(60);

/** More than the one on its way and its opposite never wait: what came and went meanwhile is not told. */
const WAITING_MAX = 2;

/**
 * Tells the hotline what is now true of a fault, unless that is what it was told last. Called whenever it is raised or
 * over, when what was held back is due, and at the start.
 */
export function tellFault(draft: Draft, fault: string): void {
  const { tables, now } = draft;
  const { gatewayId, lastNumber, facilities } = siteOf(tables);
  const present = tables.faults.get(fault);
  const known = tables.faultReports.get(fault);
  const event = known?.told === 1 ? known.event : present && EVENT_OF_FAULT[present.code];
  const qualifier = present ? 1 : 3;
  if (event === undefined || !takesReports(facilities) || qualifier === (known?.told ?? 3)) return;
  const last = known?.waiting.at(-1);
  if (last && known!.waiting.length >= WAITING_MAX)
    return draft.emit({ kind: "fault-report-dropped", fault, report: last.id, at: now });
  const recent = (known?.recent ?? []).filter((at) => at > now - FAULT_REPORTS_PER_MS);
  if (recent.length >= FAULT_REPORTS_MAX) return holdBack(draft, fault, recent[0]! + FAULT_REPORTS_PER_MS);
  const report = `${gatewayId}-${lastNumber + 1}`;
  const resident = residentOf(draft, fault);
  draft.emit({ kind: "fault-report-queued", fault, report, event, qualifier, resident, at: now });
  if (!last) draft.act({ do: "deliver", key: keyOfSiteReport(report) });
}

/** Faults of a device are named by what and by whom: `battery:okc:beef`. */
const residentOf = ({ tables }: Draft, fault: string): string | null =>
  tables.enrolled.get(fault.slice(fault.indexOf(":") + 1))?.resident ?? null;

function holdBack(draft: Draft, fault: string, until: number): void {
  const { tables, now } = draft;
  if (tables.faultReports.get(fault)!.tellAt !== null) return;
  draft.emit({ kind: "fault-report-held", fault, until, at: now });
  const detail =
    `${fault} came and went: the hotline was told ${FAULT_REPORTS_MAX} times within the hour ` +
    `and is told again at ${new Date(until).toISOString()}; find the loose contact`;
  draft.emit({ kind: "fault-raised", key: flappingKey(fault), code: "fault-flapping", detail, at: now });
}

const flappingKey = (fault: string): string => `flapping:${fault}`;

/** What was held back, or failed, may be told now. */
export function tellHeldBack(draft: Draft, { key: fault, tellAt }: FaultReports): void {
  const { tables, now } = draft;
  if (tellAt === null || tellAt > now) return;
  draft.emit({ kind: "fault-report-held", fault, until: null, at: now });
  if (tables.faults.get(flappingKey(fault)))
    draft.emit({ kind: "fault-cleared", key: flappingKey(fault), detail: "the hotline is told again", at: now });
  tellFault(draft, fault);
}

/** The first that waits has its receipt: the next one leaves. */
export function takeFaultReceipt(
  draft: Draft,
  { key: fault }: FaultReports,
  report: string,
  { status }: Pick<Extract<Input, { type: "receipt" }>, "status">,
): void {
  if (status !== "received" && status !== "failed") return;
  const received = status === "received";
  const againAt = received ? null : draft.now + FAULT_REPORT_AGAIN_MS;
  draft.emit({ kind: "fault-report-ended", fault, report, received, againAt, at: draft.now });
  const next = draft.tables.faultReports.get(fault)?.waiting[0];
  if (next) draft.act({ do: "deliver", key: keyOfSiteReport(next.id) });
}

/** After a start: what changed while there was no hotline, or no rule for it, is told. */
export function tellAllFaults(draft: Draft): void {
  const keys = new Set<string>();
  for (const { key } of draft.tables.faults.values()) keys.add(key);
  for (const { key } of draft.tables.faultReports.values()) keys.add(key);
  for (const key of keys) tellFault(draft, key);
}
