import { isUnresolved } from "./alarm.ts";
import { contactTestsToSend } from "./contact-tests.ts";
import type { Draft } from "./draft.ts";
import { saveDuty } from "./duty-acts.ts";
import { tellAllFaults } from "./fault-report.ts";
import { raiseFault } from "./faults.ts";
import type { Input } from "./input.ts";
import { isLive } from "./messages.ts";
import { planRounds } from "./rounds.ts";
import { noticesToSend } from "./notices.ts";
import { tellAgain } from "./news.ts";
import { policyKey, type Policy } from "./policy.ts";
import { sayToAll } from "./saying.ts";
import { keyOfSiteReport, siteReportsToSend } from "./site-report.ts";
import { siteOf } from "./state.ts";
import { AWAY_MIN_MS } from "./supervision.ts";
import { hours } from "./units.ts";
import { isReviewDue, reviewTests } from "./watch.ts";

/** A clock that was stepped counts as untrusted for this long. */
export const CLOCK_TRUST_AFTER_MS = hours(1);

/** The gateway has read its journal: policies in force, and every message without a receipt leaves again under its key. */
export function start(
  draft: Draft,
  { version, facilities, policies, duty = null, awayMs }: Extract<Input, { type: "started" }>,
): void {
  const inForce = policies.map((policy) => savePolicy(draft, policy));
  draft.emit({ kind: "gateway-started", version, facilities, policies: inForce, at: draft.now });
  if (awayMs >= AWAY_MIN_MS) draft.emit({ kind: "devices-unheard", byMs: awayMs, at: draft.now });
  const alarms = [...draft.tables.alarms.values()].sort((a, b) => a.priority - b.priority || a.openedAt - b.openedAt);
  for (const alarm of alarms) {
    for (const delivery of alarm.deliveries) if (isLive(delivery)) draft.act({ do: "deliver", key: delivery.key });
    if (isUnresolved(alarm) && alarm.said !== "heard") sayToAll(draft, alarm, alarm.said);
  }
  for (const id of siteReportsToSend(draft.tables)) draft.act({ do: "deliver", key: keyOfSiteReport(id) });
  if (siteOf(draft.tables).roundsAt === null) planRounds(draft);
  for (const key of contactTestsToSend(draft)) draft.act({ do: "deliver", key });
  for (const key of noticesToSend(draft)) draft.act({ do: "deliver", key });
  tellAgain(draft);
  tellAllFaults(draft);
  if (isReviewDue(draft)) reviewTests(draft);
  saveDuty(draft, duty);
}

/** A policy that changed is a new version: alarms that are open keep the one they were opened under. */
function savePolicy(draft: Draft, policy: Policy): string {
  const { policies } = draft.tables;
  // A policy that is missing is saved anew: whatever lost it must not keep the gateway from starting.
  const inForce = siteOf(draft.tables).policies.flatMap((key) => policies.get(key) ?? []);
  const current = inForce.find(({ id }) => id === policy.id);
  const same = (a: Policy, b: Policy): boolean =>
    JSON.stringify({ ...a, version: 0 }) === JSON.stringify({ ...b, version: 0 });
  if (current && same(current, policy)) return policyKey(current);
  let { version } = policy;
  while (policies.get(policyKey({ id: policy.id, version }))) version++;
  const saved = { ...policy, version };
  draft.emit({ kind: "policy-saved", policy: saved });
  return policyKey(saved);
}

/** The machine's clock was stepped, or is behind the journal: pending times keep their distance, hours are suspended. */
export function stepClock(draft: Draft, byMs: number): void {
  const at = draft.now + byMs;
  // Raised on the old clock, so that it moves with all that began before.
  raiseFault(
    draft,
    "clock",
    "clock-stepped",
    `the clock moved by ${Math.round(byMs / 1000)} s: check the network time`,
  );
  draft.emit({ kind: "clock-stepped", byMs, trustAt: at + CLOCK_TRUST_AFTER_MS, at });
}
