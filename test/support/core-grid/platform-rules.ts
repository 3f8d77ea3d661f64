import assert from "node:assert/strict";
import type { ErrorCode } from "../../../gateway/core/errors.ts";
import { CELL_STATES } from "./cells.ts";
import { allStopped, nothingStops, sameStanding, type Happening } from "./facts.ts";
import { OVER, OWNED, UNOWNED, UNRESOLVED, type Rule } from "./rule.ts";

/** Only the answer is kept: whoever asks again gets it again. */
function refusedAndKept(happening: Happening, code: ErrorCode): void {
  const { decision, before, after } = happening;
  assert.ok(decision.reply && !decision.reply.ok, "it must be refused");
  assert.equal(decision.reply.code, code);
  assert.deepEqual(
    decision.events.map(({ kind }) => kind),
    ["platform-heard"],
  );
  assert.deepEqual(decision.effects, []);
  assert.deepEqual({ ...after, heard: before.heard }, { ...before, heard: before.heard });
}

/** An operator of a city platform is one of the desk's, but cannot know what nobody told. */
export const PLATFORM_RULES: readonly Rule[] = [
  {
    inputs: /^platform taken$/,
    states: UNOWNED,
    says: "an operator of a platform who takes it stops all legs",
    check(happening) {
      assert.equal(happening.after.owner?.name, "81890 李梅");
      allStopped(happening);
    },
  },
  {
    inputs: /^platform taken$/,
    states: OWNED,
    says: "what somebody has already is taken over only by who has seen that",
    check: (happening) => refusedAndKept(happening, "stale"),
  },
  {
    inputs: /^platform (dispatched|note)$/,
    states: CELL_STATES,
    says: "what a platform tells is noted and stops nothing",
    check(happening) {
      assert.equal(happening.after.notes.at(-1)?.text, "救护车");
      sameStanding(happening);
      nothingStops(happening);
    },
  },
  {
    inputs: /^platform arrived$/,
    states: UNRESOLVED,
    says: "somebody of the platform is there: that stops nothing",
    check(happening) {
      assert.equal(happening.after.state, "attending");
      nothingStops(happening);
    },
  },
  {
    inputs: /^platform cancelled$/,
    states: UNRESOLVED,
    says: "what nobody asked to cancel cannot be verified",
    check: (happening) => refusedAndKept(happening, "not-now"),
  },
  {
    inputs: /^platform closed$/,
    states: UNRESOLVED,
    says: "an operator of a platform ends it with an outcome",
    check(happening) {
      assert.equal(happening.after.state, "resolved");
      assert.equal(happening.after.resolvedBy, "81890 李梅");
      allStopped(happening);
    },
  },
  {
    inputs: /^platform rejected$/,
    states: UNRESOLVED,
    says: "what a platform gives back is flagged, and nothing stops because of it",
    check(happening) {
      assert.ok(happening.after.flags.includes("rejected"));
      assert.deepEqual(happening.after.rejectedBy, ["81890"]);
      sameStanding(happening);
      nothingStops(happening);
    },
  },
  {
    inputs: /^platform (taken|arrived|cancelled|closed|rejected)$/,
    states: OVER,
    says: "a resolved alarm takes only notes",
    check: (happening) => refusedAndKept(happening, "not-now"),
  },
];
