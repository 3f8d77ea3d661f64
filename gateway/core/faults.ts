import type { Draft } from "./draft.ts";
import { tellFault } from "./fault-report.ts";

/** Raises a fault once; while it lasts only a changed detail is worth a row. */
export function raiseFault(draft: Draft, key: string, code: string, detail: string): void {
  if (draft.tables.faults.get(key)?.detail === detail) return;
  draft.emit({ kind: "fault-raised", key, code, detail, at: draft.now });
  tellFault(draft, key);
}

/** Ends a fault, if there is one. */
export function clearFault(draft: Draft, key: string, detail: string): void {
  if (!draft.tables.faults.get(key)) return;
  draft.emit({ kind: "fault-cleared", key, detail, at: draft.now });
  tellFault(draft, key);
}
