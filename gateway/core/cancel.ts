import type { Draft } from "./draft.ts";
import { policyOf } from "./escalate.ts";
import { openAlarmOf } from "./press.ts";

/** The wearer pressed the key that means *cancel*. Every leg runs on until a person has verified it. */
export function requestCancel(draft: Draft, subject: string): void {
  const calls = openAlarmOf(draft.tables, subject, ["emergency", "fall", "inactivity"]);
  const alarm = calls ?? openAlarmOf(draft.tables, subject, ["service"]);
  if (!alarm || alarm.cancel) return;
  const verifyBy = draft.now + policyOf(draft.tables, alarm).cancel.verifyWithinMs;
  draft.emit({ kind: "cancel-requested", alarm: alarm.id, verifyBy, at: draft.now });
}
