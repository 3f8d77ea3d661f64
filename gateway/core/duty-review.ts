import { comingGaps, gapLines } from "./duty-check.ts";
import type { Draft } from "./draft.ts";
import { dutyOf } from "./duty.ts";
import { clearFault, raiseFault } from "./faults.ts";
import { isUrgent } from "./policy.ts";
import { siteOf } from "./state.ts";
import { days, hours, type EpochMs } from "./units.ts";

/** Gaps of the coming week stand at the desk as a fault. */
const GAP_FAULT_WEEKS = 1;
const REVIEW_EVERY_MS = hours(6);

/** Looks the roster through: gaps of the coming days are a fault. */
export function reviewDuty(draft: Draft): void {
  const { plan, overrides, reviewAt } = dutyOf(draft.tables);
  if (!plan) {
    clearFault(draft, "duty-gap", "no duty file is in force");
    if (reviewAt !== null && reviewAt <= draft.now)
      draft.emit({ kind: "duty-reviewed", nextAt: draft.now + days(365), at: draft.now });
    return;
  }
  const { tables, now } = draft;
  const { facilities, policies } = siteOf(tables);
  const inForce = policies.flatMap((key) => tables.policies.get(key) ?? []);
  const facts = { plan, overrides, policies: inForce.filter(isUrgent), tables, facilities };
  const gaps = comingGaps(facts, now, GAP_FAULT_WEEKS).filter(({ isCovered }) => !isCovered);
  const [line] = gapLines(facts, gaps);
  if (line === undefined) clearFault(draft, "duty-gap", "somebody is on duty");
  else raiseFault(draft, "duty-gap", "duty-gap", line);
  draft.emit({ kind: "duty-reviewed", nextAt: nextReview(now), at: now });
}

const nextReview = (now: EpochMs): EpochMs => now + REVIEW_EVERY_MS;
