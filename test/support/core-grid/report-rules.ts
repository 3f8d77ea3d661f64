import assert from "node:assert/strict";
import { alarmOfKey, type Flag } from "../../../gateway/core/alarm.ts";
import type { Effect } from "../../../gateway/core/input.ts";
import { siteReportOf } from "../../../gateway/core/site-report.ts";
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
import { OVER, UNRESOLVED, type Rule } from "./rule.ts";

const toVolunteers = (happening: Happening): number =>
  [happening.after, ...happening.opened]
    .flatMap((alarm) => (alarm === happening.after ? queuedSince(happening) : alarm.deliveries))
    .filter(({ leg }) => leg === "volunteers" || leg === "family" || leg === "hotline").length;

export function appendedBy(happening: Happening, unverified: boolean): void {
  const { before, after } = happening;
  assert.equal(after.presses.length, before.presses.length + 1, "the press was dropped");
  assert.equal(after.presses.at(-1)!.unverified, unverified);
  sameStanding(happening);
  nothingStops(happening);
  noNewAlarm(happening);
}

function opensLinked(happening: Happening): void {
  untouched(happening);
  const [next, ...more] = happening.opened;
  assert.ok(next && more.length === 0, "one alarm opens");
  assert.equal(next.linkedTo, happening.before.id);
  assert.equal(next.state, "alerting");
  assert.equal(next.priority, 1);
  assert.ok(next.flags.includes("again"), "at the top it is flagged");
}

export function opensForStaff(happening: Happening, flag: Flag): void {
  untouched(happening);
  const [next, ...more] = happening.opened;
  assert.ok(next && more.length === 0, "one alarm opens");
  assert.ok(next.flags.includes(flag));
  assert.equal(next.presses[0]!.raw, "c0de", "the raw message is shown");
  assert.equal(toVolunteers(happening), 0, "only staff are asked");
  assert.deepEqual(new Set(next.offers.map(({ leg }) => leg)), new Set(["staff"]));
}

/** What left besides reports of the site itself, which go to the hotline alone. */
const leftForPeople = ({ home, decision }: Happening): readonly Effect[] =>
  decision.effects.filter(
    (effect) => effect.do !== "deliver" || siteReportOf(home.state, alarmOfKey(effect.key)) === null,
  );

const heardOnly = (happening: Happening): void => {
  untouched(happening);
  noNewAlarm(happening);
  assert.deepEqual(
    leftForPeople(happening).map((effect) => (effect.do === "say" ? effect.order.say : effect.do)),
    ["heard"],
  );
};

export const REPORT_RULES: readonly Rule[] = [
  {
    inputs: /^report (emergency|fall|inactivity|other)$/,
    states: UNRESOLVED,
    says: "a press while an alarm is open is appended, and changes no owner",
    check: (happening) => appendedBy(happening, false),
  },
  {
    inputs: /^report (emergency|fall|inactivity|other)$/,
    states: OVER,
    says: "a press soon after *resolved* opens a linked alarm, one priority higher",
    check: opensLinked,
  },
  {
    inputs: /^report service$/,
    states: CELL_STATES,
    says: "a service request is an alarm of its own and touches no emergency",
    check(happening) {
      untouched(happening);
      assert.equal(happening.opened[0]?.kind, "service");
      assert.equal(toVolunteers(happening), 0, "not to the hotline's receiver, not to volunteers");
    },
  },
  {
    inputs: /^report cancel$/,
    states: UNRESOLVED,
    says: "a cancel request stops, delays and withdraws nothing",
    check(happening) {
      const { before, after, home } = happening;
      assert.ok(after.cancel && after.cancel.verifiedBy === null && after.flags.includes("cancel-requested"));
      assert.ok(after.timers.cancel! > home.now, "a person must verify it in time");
      sameStanding(happening);
      nothingStops(happening);
      onlyTouches(happening, () => false);
      assert.deepEqual(after.offers, before.offers);
    },
  },
  { inputs: /^report cancel$/, states: OVER, says: "there is nothing left to cancel", check: heardOnly },
  {
    inputs: /^report test$/,
    states: CELL_STATES,
    says: "a test goes to the hotline and the desk, never to people",
    check(happening) {
      untouched(happening);
      noNewAlarm(happening);
      assert.deepEqual(
        leftForPeople(happening).filter((effect) => effect.do === "deliver"),
        [],
      );
    },
  },
  {
    inputs: /^report (heartbeat|low_battery|tamper)$/,
    states: CELL_STATES,
    says: "a sign of life or a technical report is answered and touches no alarm",
    check: heardOnly,
  },
  {
    inputs: /^report again$/,
    states: CELL_STATES,
    says: "one press repeated by radio is answered again and counts once",
    check(happening) {
      heardOnly(happening);
      assert.deepEqual(happening.decision.events, []);
    },
  },
  {
    inputs: /^(report (old-counter|wrong-tag)|undecided)$/,
    states: UNRESOLVED,
    says: "what nothing proves is shown beside the open alarm, and calls and stops nobody",
    check(happening) {
      appendedBy(happening, true);
      assert.equal(toVolunteers(happening), 0);
    },
  },
  {
    inputs: /^(report (old-counter|wrong-tag)|undecided)$/,
    states: OVER,
    says: "what nothing proves is shown to staff, never to volunteers",
    check: (happening) => opensForStaff(happening, happening.input === "undecided" ? "undecided" : "unverified"),
  },
  {
    inputs: /^report unknown-device$/,
    states: CELL_STATES,
    says: "an unknown device that presses is shown to staff with its raw message",
    check: (happening) => opensForStaff(happening, "unknown-device"),
  },
];
