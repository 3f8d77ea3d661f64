import assert from "node:assert/strict";
import { isUnresolved, type OfferState } from "../../../gateway/core/alarm.ts";
import { WANG } from "../core-home.ts";
import { CELL_STATES } from "./cells.ts";
import {
  allStopped,
  nothingStops,
  noOp,
  onlyTouches,
  queuedSince,
  refused,
  sameStanding,
  type Happening,
} from "./facts.ts";
import { OVER, OWNED, UNOWNED, UNRESOLVED, type Rule } from "./rule.ts";

const onTheWay = (state: OfferState): boolean => ["accepted", "enroute", "arrived"].includes(state);

/** An act that is done once is done: the same again changes nothing, even with the old version. */
function isDone(
  happening: Happening,
  act: "take" | "release" | "arrive" | "verify-cancel" | "resolve" | "close",
): void {
  const { home, before, decision } = happening;
  assert.ok(decision.reply?.ok && decision.reply.changed, "it must be done");
  const again = home.act(act, { by: WANG, alarm: before.id, version: before.version, outcome: "helped-on-site" });
  assert.ok(again.ok && !again.changed, "the second time is no error and changes nothing");
  assert.deepEqual(home.last!.events, []);
}

export const ACT_RULES: readonly Rule[] = [
  {
    inputs: /^act take$/,
    states: UNRESOLVED,
    says: "a take by staff stops all pending notices at once; people on their way go on",
    check(happening) {
      const { before, after } = happening;
      assert.equal(after.owner?.name, WANG.name);
      assert.equal(after.state, before.state === "attending" ? "attending" : "owned");
      allStopped(happening);
      for (const offer of before.offers)
        if (onTheWay(offer.state)) assert.equal(after.offers.find(({ id }) => id === offer.id)?.state, offer.state);
      isDone(happening, "take");
    },
  },
  {
    inputs: /^act release$/,
    states: OWNED,
    says: "who gives it back starts the list anew",
    check(happening) {
      const { after, home } = happening;
      assert.equal(after.owner, null);
      assert.ok(after.state === "alerting" || after.state === "attending");
      assert.ok(after.timers.step! > home.now);
      assert.ok(
        queuedSince(happening).some(({ leg }) => leg === "staff"),
        "staff are called again",
      );
      isDone(happening, "release");
    },
  },
  { inputs: /^(act|stale) release$/, states: UNOWNED, says: "nobody has it: to give it back is a no-op", check: noOp },
  {
    inputs: /^act arrive$/,
    states: UNRESOLVED,
    says: "a staff tick proves arrival, keeps the owner and stops nothing",
    check(happening) {
      const { before, after } = happening;
      assert.equal(after.state, "attending");
      assert.deepEqual(after.owner, before.owner);
      assert.equal(after.arrivals.at(-1)?.by, WANG.name);
      nothingStops(happening);
      onlyTouches(happening, () => false);
      isDone(happening, "arrive");
    },
  },
  {
    inputs: /^act verify-cancel$/,
    states: UNRESOLVED,
    says: "what nobody asked to cancel cannot be verified",
    check: (happening) => refused(happening, "not-now"),
  },
  {
    inputs: /^act verify-cancel when asked$/,
    states: UNRESOLVED,
    says: "a verified cancel stops all, tells the hotline 406, and ends nothing",
    check(happening) {
      const { cell, after } = happening;
      assert.equal(after.cancel?.verifiedBy, WANG.name);
      assert.equal(after.owner?.name, WANG.name);
      assert.ok(isUnresolved(after));
      allStopped(happening);
      const cancels = queuedSince(happening).filter(({ event }) => event === "406");
      assert.equal(cancels.length, cell.hotline === "none" ? 0 : 1);
      isDone(happening, "verify-cancel");
    },
  },
  {
    inputs: /^act note$/,
    states: CELL_STATES,
    says: "a note is kept, in closed alarms too, and moves nothing",
    check(happening) {
      assert.equal(happening.after.notes.at(-1)?.text, "门锁着");
      sameStanding(happening);
      nothingStops(happening);
      onlyTouches(happening, () => false);
    },
  },
  {
    inputs: /^act (resolve without outcome|note without text)$/,
    states: UNRESOLVED,
    says: "an outcome code and a text are mandatory",
    check: (happening) => refused(happening, "bad-input"),
  },
  {
    inputs: /^act note without text$/,
    states: OVER,
    says: "a note needs a text",
    check: (happening) => refused(happening, "bad-input"),
  },
  {
    inputs: /^act resolve$/,
    states: UNRESOLVED,
    says: "a person ends it with an outcome; everybody is called back and a review is due",
    check(happening) {
      const { after, home } = happening;
      assert.equal(after.state, "resolved");
      assert.equal(after.outcome, "helped-on-site");
      assert.ok(after.timers.review! > home.now);
      allStopped(happening);
      assert.ok(!after.offers.some(({ state }) => state === "accepted" || state === "enroute"), "called back too");
      isDone(happening, "resolve");
    },
  },
  {
    inputs: /^act (take|release|arrive|verify-cancel|verify-cancel when asked|resolve|resolve without outcome)$/,
    states: OVER,
    says: "a resolved alarm takes only a close and notes",
    check: (happening) => refused(happening, "not-now"),
  },
  {
    inputs: /^act close$/,
    states: ["resolved"],
    says: "a person closes what is resolved",
    check(happening) {
      assert.equal(happening.after.state, "closed");
      isDone(happening, "close");
    },
  },
  {
    inputs: /^act close$/,
    states: [...UNRESOLVED, "closed"],
    says: "only a resolved alarm can be closed",
    check: (happening) => refused(happening, "not-now"),
  },
  {
    inputs: /^stale (take|arrive|verify-cancel|note|resolve|close)$/,
    states: CELL_STATES,
    says: "who saw an older version decides again",
    check: (happening) => refused(happening, "stale"),
  },
  {
    inputs: /^stale release$/,
    states: [...OWNED, ...OVER],
    says: "who saw an older version decides again",
    check: (happening) => refused(happening, "stale"),
  },
];
