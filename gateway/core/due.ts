import type { Alarm, TimerName } from "./alarm.ts";
import { reopenVolunteers } from "./answers.ts";
import { runChase } from "./chase.ts";
import type { Draft } from "./draft.ts";
import { DUTY_KEY } from "./duty-state.ts";
import { dutyOf } from "./duty.ts";
import { reviewDuty } from "./duty-review.ts";
import { alertAgain, callMore, policyOf, runSteps } from "./escalate.ts";
import { tellHeldBack } from "./fault-report.ts";
import { clearFault } from "./faults.ts";
import { keptFor } from "./news.ts";
import { LEARN_ID, windowDueAt } from "./device-state.ts";
import { settleProof } from "./learn-proof.ts";
import { endWindow, releaseCandidate } from "./learn.ts";
import { endOverdueContactTest } from "./contact-tests.ts";
import { runRounds } from "./rounds.ts";
import { runNotice } from "./notices.ts";
import { updateSaying } from "./saying.ts";
import type { State } from "./state.ts";
import { endTestMode } from "./test-mode.ts";
import { failOverdueTest } from "./test-run.ts";
import type { EpochMs } from "./units.ts";
import { widen } from "./widening.ts";
import { isReviewDue, reviewTests, runWatch } from "./watch.ts";

/** Takes what is due from the agenda, at most `max` entries: alarms first, priority 1 and oldest first. */
export function dueKeys(state: State, now: EpochMs, max: number): string[] {
  const keys: string[] = [];
  for (let key = state.agenda.take(now); key !== null; key = state.agenda.take(now)) {
    keys.push(key);
    if (keys.length >= max) break;
  }
  const rank = (key: string): [number, number] => {
    const alarm = key.startsWith("alarm ") ? state.alarms.get(key.slice(6)) : undefined;
    return alarm ? [alarm.priority, alarm.openedAt] : [9, 0];
  };
  return keys
    .map((key) => ({ key, rank: rank(key) }))
    .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1])
    .map(({ key }) => key);
}

/** Runs what is due for one entry of the agenda; nothing, if it came too early. */
export function runDue(draft: Draft, key: string): void {
  const [kind, ...rest] = key.split(" ");
  const id = rest.join(" ");
  const { tables, now } = draft;
  if (kind === "alarm") {
    const alarm = tables.alarms.get(id);
    if (alarm) runTimers(draft, alarm);
  } else if (kind === "test") {
    const test = tables.tests.get(id);
    if (test && test.failAt <= now) {
      failOverdueTest(draft, test);
      settleProof(draft, id);
    }
  } else if (kind === "fault") {
    const reports = tables.faultReports.get(id);
    if (reports) tellHeldBack(draft, reports);
  } else if (kind === "test-mode") {
    const mode = tables.testModes.get(id);
    if (mode && mode.until <= now) endTestMode(draft, id, "its time is over");
  } else if (kind === "notice") {
    const notice = tables.notices.get(id);
    if (notice) runNotice(draft, notice);
  } else if (kind === "contact-test") {
    const test = tables.contactTests.get(id);
    if (test && test.failAt <= now) endOverdueContactTest(draft, test);
  } else if (kind === "rounds") runRounds(draft);
  else if (kind === "device") runWatch(draft, id);
  else if (kind === "learn") {
    const window = tables.learning.get(LEARN_ID);
    if (window && window.until <= now) endWindow(draft, window, "its time is over");
    else if (window && windowDueAt(window) <= now) releaseCandidate(draft, window);
  } else if (kind === "tests") {
    if (isReviewDue(draft)) reviewTests(draft);
  } else if (kind === DUTY_KEY) {
    const { reviewAt } = dutyOf(tables);
    if (reviewAt !== null && reviewAt <= now) reviewDuty(draft);
  } else if (kind === "clock") {
    const trustAt = tables.site.get("site")!.clockTrustAt;
    if (trustAt !== null && trustAt <= now) {
      draft.emit({ kind: "clock-trusted", at: now });
      clearFault(draft, "clock", "steady for an hour");
    }
  }
}

function runTimers(draft: Draft, alarm: Alarm): void {
  const due = (Object.entries(alarm.timers) as [TimerName, EpochMs][])
    .filter(([, at]) => at <= draft.now)
    .sort((a, b) => a[1] - b[1]);
  for (const [name] of due) {
    const current = draft.tables.alarms.get(alarm.id);
    // An earlier one may have moved or ended it.
    const at = current?.timers[name];
    if (current && at !== undefined && at <= draft.now) runTimer(draft, current, name);
  }
  if (draft.tables.alarms.get(alarm.id)) updateSaying(draft, alarm.id);
}

function runTimer(draft: Draft, alarm: Alarm, name: TimerName): void {
  const { id } = alarm;
  const at = draft.now;
  switch (name) {
    case "step":
      return runSteps(draft, id);
    case "widen":
      return widen(draft, id);
    case "progress":
      draft.emit({ kind: "alarm-released", alarm: id, by: null, reason: `no progress by ${alarm.owner?.name}`, at });
      return alertAgain(draft, id, "no progress");
    case "cancel":
      draft.emit({ kind: "cancel-overdue", alarm: id, at });
      return callMore(draft, id, "staff", null, "the request to cancel is not verified");
    case "review": {
      const reviewBy = at + policyOf(draft.tables, alarm).resolveReminderMs;
      return draft.emit({ kind: "review-overdue", alarm: id, reviewBy, at });
    }
    case "forget": {
      const forgetAt = keptFor(draft, alarm);
      if (forgetAt === null) return draft.emit({ kind: "alarm-forgotten", alarm: id, at });
      return draft.emit({ kind: "alarm-kept", alarm: id, forgetAt, why: "a platform is still to be told of it", at });
    }
    default:
      if (name.startsWith("chase:")) return runChase(draft, alarm, name.slice("chase:".length));
      return missArrival(draft, alarm, name.slice("arrive:".length));
  }
}

/** Somebody said they would come and has not arrived: they are no longer counted on. */
function missArrival(draft: Draft, { id }: Alarm, offer: string): void {
  draft.emit({ kind: "arrival-overdue", alarm: id, offer, at: draft.now });
  draft.emit({
    kind: "offer-changed",
    alarm: id,
    offer,
    state: "expired",
    reason: "did not arrive in time",
    arriveBy: null,
    at: draft.now,
  });
  reopenVolunteers(draft, id, "did not arrive in time");
  callMore(draft, id, "volunteers", 1, "did not arrive in time", "arrival-overdue");
  callMore(draft, id, "staff", null, "did not arrive in time");
}
