import assert from "node:assert/strict";
import { isUnresolved, nextDue } from "../../../gateway/core/alarm.ts";
import { isLive } from "../../../gateway/core/messages.ts";
import { siteOf } from "../../../gateway/core/state.ts";
import { keyOfSiteReport } from "../../../gateway/core/site-report.ts";
import { CELL_STATES } from "./cells.ts";
import {
  noNewAlarm,
  nothingStops,
  onlyTouches,
  queuedSince,
  sameStanding,
  untouched,
  type Happening,
} from "./facts.ts";
import { OWNED, UNOWNED, type Rule } from "./rule.ts";

export const DUE_RULES: readonly Rule[] = [
  {
    inputs: /^due too early$/,
    states: CELL_STATES,
    says: "an entry that came too early changes nothing and stays due",
    check(happening) {
      assert.deepEqual(happening.decision.events, []);
      untouched(happening);
      assert.ok(happening.home.state.agenda.next()! <= nextDue(happening.after)!);
    },
  },
  {
    inputs: /^due$/,
    states: UNOWNED,
    says: "the next step runs and another is due: the list has no end",
    check(happening) {
      const { before, after, home } = happening;
      sameStanding(happening);
      assert.ok(after.timers.step! > home.now);
      assert.deepEqual(
        after.deliveries.filter(({ status }) => status === "stopped"),
        before.deliveries.filter(({ status }) => status === "stopped"),
      );
      assert.ok(after.flags.includes("unanswered"), "the end of the list is said");
    },
  },
  {
    inputs: /^due$/,
    states: OWNED,
    says: "an owner without progress loses it to alerting",
    check(happening) {
      const { after, home, decision } = happening;
      assert.equal(after.owner, null);
      assert.ok(after.timers.step! > home.now);
      const released = decision.events.find((event) => event.kind === "alarm-released");
      assert.ok(released?.kind === "alarm-released" && released.by === null && released.reason.includes("no progress"));
      assert.ok(queuedSince(happening).some(({ leg }) => leg === "staff"));
    },
  },
  {
    inputs: /^due$/,
    states: ["resolved"],
    says: "the supervisor is reminded, and again",
    check(happening) {
      assert.ok(happening.after.flags.includes("review-overdue"));
      assert.ok(happening.after.timers.review! > happening.home.now);
      sameStanding(happening);
    },
  },
  {
    inputs: /^due$/,
    states: ["closed"],
    says: "a closed alarm leaves the state; the journal keeps it",
    check: ({ gone }) => assert.equal(gone, undefined),
  },
];

export const SITE_RULES: readonly Rule[] = [
  {
    inputs:
      /^(fault .*|save|duty changed|first administrator|session opened|public address proved|contact gone|key copy shown|text of a stranger|contact test|contact test seen)$/,
    states: CELL_STATES,
    says: "faults, people and the public address are no business of an open alarm; the hotline may hear of a fault",
    check(happening) {
      untouched(happening);
      noNewAlarm(happening);
      const { decision, home } = happening;
      const told = [...home.state.faultReports.values()].flatMap(({ waiting }) => waiting.map(({ id }) => id));
      for (const effect of decision.effects)
        assert.ok(effect.do === "deliver" && told.some((id) => effect.key === keyOfSiteReport(id)), effect.do);
    },
  },
  {
    inputs: /^clock-stepped (forward|back)$/,
    states: CELL_STATES,
    says: "what is pending keeps its distance, and hours are suspended",
    check(happening) {
      const { before, after, home, input } = happening;
      const byMs = (input.endsWith("forward") ? 5 : -5) * 3_600_000;
      sameStandingButTimes(happening);
      assert.equal(nextDue(after), nextDue(before)! + byMs);
      assert.ok(siteOf(home.state).clockTrustAt! > home.now);
      assert.equal(home.state.faults.get("clock")?.code, "clock-stepped");
      assert.deepEqual(happening.decision.effects, []);
    },
  },
  {
    inputs: /^started$/,
    states: CELL_STATES,
    says: "what has no receipt leaves again under its own key; nothing else does",
    check(happening) {
      untouched(happening);
      const left = happening.decision.effects.flatMap((effect) => (effect.do === "deliver" ? [effect.key] : []));
      assert.deepEqual(
        left,
        happening.before.deliveries.filter(isLive).map(({ key }) => key),
      );
    },
  },
  {
    inputs: /^(said heard|journaled|not-logged)$/,
    states: CELL_STATES,
    says: "what was measured is noted and moves nothing",
    check(happening) {
      const { input, before, after, home } = happening;
      sameStanding(happening);
      nothingStops(happening);
      onlyTouches(happening, () => false);
      assert.equal(after.version, before.version);
      if (input === "journaled") assert.equal(after.times.journaledAt, home.now + 5);
      if (input === "not-logged") assert.ok(after.flags.includes("notLogged"));
      if (input === "said heard" && isUnresolved(before)) assert.equal(after.times.heardAt, home.now + 80);
    },
  },
];

function sameStandingButTimes({ before, after }: Happening): void {
  assert.equal(after.state, before.state);
  assert.equal(after.owner?.name, before.owner?.name);
  assert.equal(after.version, before.version);
}
