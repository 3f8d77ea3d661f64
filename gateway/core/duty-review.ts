import { comingGaps, gapLines } from "./duty-check.ts";
import type { Draft } from "./draft.ts";
import { dutyOf } from "./duty.ts";
import { clearFault, raiseFault } from "./faults.ts";
import { nextHandOver, REVIEW_EVERY_MS, tellHandOvers } from "./hand-over.ts";
import { isUrgent } from "./policy.ts";
import type { DutyPlan } from "./rota.ts";
import { siteOf } from "./state.ts";
import { days } from "./units.ts";

/** Gaps of the coming week stand at the desk as a fault. */
const GAP_FAULT_WEEKS = 1;
const GAP = "duty-gap";

/** Looks the roster through: people are told of hand-overs, and gaps of the coming days are a fault. */
export function reviewDuty(draft: Draft): void {
  const { plan, reviewAt, reviewedAt } = dutyOf(draft.tables);
  const { now } = draft;
  if (!plan) {
    clearFault(draft, GAP, "no duty file is in force");
    if (reviewAt !== null && reviewAt <= now) draft.emit({ kind: "duty-reviewed", nextAt: now + days(365), at: now });
    return;
  }
  if (reviewedAt !== null) tellHandOvers(draft, plan, reviewedAt);
  const [line] = urgentGaps(draft, plan);
  if (line === undefined) clearFault(draft, GAP, "somebody is on duty");
  else raiseFault(draft, GAP, GAP, line);
  const handOvers = plan.rotas.flatMap((rota) => nextHandOver(plan, rota, draft) ?? []);
  draft.emit({ kind: "duty-reviewed", nextAt: Math.min(now + REVIEW_EVERY_MS, ...handOvers), at: now });
}

/** What would be missed in the coming week, where somebody may be in danger. */
function urgentGaps({ tables, now }: Draft, plan: DutyPlan): readonly string[] {
  const { facilities, policies } = siteOf(tables);
  const inForce = policies.flatMap((key) => tables.policies.get(key) ?? []);
  const { overrides } = dutyOf(tables);
  const facts = { plan, overrides, policies: inForce.filter(isUrgent), tables, facilities };
  const gaps = comingGaps(facts, now, GAP_FAULT_WEEKS).filter(({ isCovered }) => !isCovered);
  return gapLines(facts, gaps);
}
