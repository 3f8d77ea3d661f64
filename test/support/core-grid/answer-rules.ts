import assert from "node:assert/strict";
import { isAwaiting, type OfferState } from "../../../gateway/core/alarm.ts";
import type { Answer } from "../../../gateway/core/kinds.ts";
import type { Cell } from "./cells.ts";
import { allStopped, nothingStops, noOp, onlyTouches, refused, sameStanding, type Happening } from "./facts.ts";
import { OVER, OWNED, UNOWNED, UNRESOLVED, type Rule } from "./rule.ts";

const onTheWay = (state: OfferState): boolean => ["accepted", "enroute", "arrived"].includes(state);

type Fate = OfferState | "refused" | "same";

/** Where an answer brings a volunteer's offer. */
const VOLUNTEER_FATES: Readonly<Record<Exclude<Cell["volunteers"], "none">, Readonly<Record<Answer, Fate>>>> = {
  sent: {
    seen: "seen",
    accept: "accepted",
    decline: "declined",
    enroute: "enroute",
    arrive: "arrived",
    done: "refused",
  },
  seen: {
    seen: "same",
    accept: "accepted",
    decline: "declined",
    enroute: "enroute",
    arrive: "arrived",
    done: "refused",
  },
  accepted: { seen: "same", accept: "same", decline: "declined", enroute: "enroute", arrive: "arrived", done: "left" },
  enroute: { seen: "same", accept: "same", decline: "declined", enroute: "same", arrive: "arrived", done: "left" },
  arrived: { seen: "same", accept: "same", decline: "declined", enroute: "same", arrive: "same", done: "left" },
  declined: {
    seen: "same",
    accept: "accepted",
    decline: "same",
    enroute: "enroute",
    arrive: "arrived",
    done: "refused",
  },
};

const answerOf = (input: string): Answer => input.split(" ")[2] as Answer;

function checkVolunteerAnswer(happening: Happening): void {
  const { cell, input, before, after } = happening;
  const said = answerOf(input);
  if (cell.volunteers === "none") return refused(happening, "not-found");
  const fate = VOLUNTEER_FATES[cell.volunteers][said];
  if (fate === "refused") return refused(happening, "not-now");
  if (fate === "same") return noOp(happening);
  assert.equal(after.offers.find(({ responder }) => responder === "v4")?.state, fate);
  assert.equal(after.owner, before.owner, "a volunteer never owns it");
  assert.equal(after.state, fate === "arrived" ? "attending" : before.state);
  onlyTouches(happening, ({ leg, type }) => leg === "volunteers" && type === "offer");
  assert.ok(!after.stoppedLegs.some((leg) => leg !== "volunteers"), "no other leg stops");
  const others = after.offers.filter(({ responder, leg }) => leg === "volunteers" && responder !== "v4");
  if (onTheWay(fate)) assert.deepEqual(others.filter(isAwaiting), [], "the others are told to stand down");
  if (before.timers.step !== undefined) assert.ok(after.timers.step! <= before.timers.step, "the next step is delayed");
}

function checkStaffAnswer(happening: Happening): void {
  const { input, before, after } = happening;
  const said = answerOf(input);
  const state = after.offers.find(({ responder }) => responder === "s1")?.state;
  if (said === "done") return refused(happening, "not-now");
  if (said === "seen" || said === "decline") {
    assert.equal(state, said === "seen" ? "seen" : "declined");
    sameStanding(happening);
    return nothingStops(happening);
  }
  assert.equal(state, said === "accept" ? "accepted" : said === "enroute" ? "enroute" : "arrived");
  assert.equal(after.owner?.name, "@s1");
  assert.equal(after.state, before.state === "attending" || said === "arrive" ? "attending" : "owned");
  allStopped(happening);
}

export const ANSWER_RULES: readonly Rule[] = [
  {
    inputs: /^answer volunteer /,
    states: UNRESOLVED,
    says: "a volunteer's answer moves the volunteers' leg, never the owner, the hotline or staff",
    check: checkVolunteerAnswer,
  },
  {
    inputs: /^answer staff /,
    states: UNOWNED,
    says: "staff who accept take it and stop all legs; staff who look or decline stop nothing",
    check: checkStaffAnswer,
  },
  {
    inputs: /^answer staff seen$/,
    states: OWNED,
    says: "an offer that was taken back may still be looked at",
    check: noOp,
  },
  {
    inputs: /^answer staff (accept|decline|enroute|arrive|done)$/,
    states: OWNED,
    says: "an offer that was taken back cannot be answered any more",
    check: (happening) => refused(happening, "not-now"),
  },
  {
    inputs: /^answer (volunteer|staff) /,
    states: OVER,
    says: "after the end nobody is needed: looking and leaving are no errors, the rest comes too late",
    check(happening) {
      const isAsked = happening.input.startsWith("answer staff") || happening.cell.volunteers !== "none";
      if (!isAsked) return refused(happening, "not-found");
      const { cell, after } = happening;
      if (happening.input === "answer volunteer done" && cell.state === "resolved" && cell.volunteers === "arrived") {
        assert.equal(after.offers.find(({ responder }) => responder === "v4")?.state, "left");
        return nothingStops(happening);
      }
      if (/ (seen|done)$/.test(happening.input)) return noOp(happening);
      refused(happening, "not-now");
    },
  },
];
