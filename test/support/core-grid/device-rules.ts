import assert from "node:assert/strict";
import { CELL_STATES } from "./cells.ts";
import { noNewAlarm, refused, untouched, type Happening } from "./facts.ts";
import { appendedBy, opensForStaff } from "./report-rules.ts";
import { OVER, UNRESOLVED, type Rule } from "./rule.ts";

const isTested = (happening: Happening): void => {
  untouched(happening);
  noNewAlarm(happening);
  const kinds = happening.decision.events.map(({ kind }) => kind);
  assert.ok(kinds.includes("test-started"), "the test is run");
};

export const DEVICE_RULES: readonly Rule[] = [
  {
    inputs: /^(learn open|device (end-test|checked|suspend|resume|retire))$/,
    states: CELL_STATES,
    says: "whether a device is relied on is no business of an open alarm",
    check(happening) {
      untouched(happening);
      noNewAlarm(happening);
      assert.deepEqual(happening.decision.effects, []);
    },
  },
  {
    inputs: /^device (test|walk)$/,
    states: UNRESOLVED,
    says: "who calls for help is not tested",
    check: (happening) => refused(happening, "not-now"),
  },
  {
    inputs: /^device (test|walk)$/,
    states: OVER,
    says: "test mode begins, and ends by itself",
    check(happening) {
      untouched(happening);
      const mode = happening.home.state.testModes.get("okc:beef")!;
      assert.ok(mode.until > happening.home.now && happening.home.state.agenda.next()! <= mode.until);
    },
  },
  {
    inputs: /^device replace$/,
    states: CELL_STATES,
    says: "nothing takes the place of a device without being named",
    check: (happening) => refused(happening, "not-found"),
  },
  {
    inputs: /^learning emergency$/,
    states: UNRESOLVED,
    says: "an enrolled device's press is real while another one is enrolled",
    check: (happening) => appendedBy(happening, false),
  },
  {
    inputs: /^learning emergency$/,
    states: OVER,
    says: "an enrolled device's press opens an alarm while another one is enrolled",
    check: ({ opened }) => assert.equal(opened.length, 1),
  },
  {
    inputs: /^tested (emergency|emergency twice)$/,
    states: UNRESOLVED,
    says: "beside an open call for help no press is a test",
    check: (happening) => appendedBy(happening, false),
  },
  {
    inputs: /^tested cancel$/,
    states: UNRESOLVED,
    says: "beside an open call for help a cancel is a request",
    check: ({ after }) => assert.ok(after.cancel),
  },
  {
    inputs: /^tested (emergency|cancel)$/,
    states: OVER,
    says: "one press in test mode is a test: hotline and desk, never people",
    check: isTested,
  },
  {
    inputs: /^tested emergency twice$/,
    states: OVER,
    says: "two presses in a row are real, both of them, and test mode is over",
    check(happening) {
      untouched(happening);
      const [next, ...more] = happening.opened;
      assert.ok(next && more.length === 0, "one alarm opens");
      assert.deepEqual(
        next.presses.map(({ kind }) => kind),
        ["fall", "emergency"],
      );
      assert.ok(!next.flags.includes("unverified"));
      assert.equal(happening.home.state.testModes.get("okc:beef"), undefined);
    },
  },
  {
    inputs: /^suspended emergency$/,
    states: UNRESOLVED,
    says: "what a suspended device presses is shown beside the open alarm, and calls and stops nobody",
    check: (happening) => appendedBy(happening, true),
  },
  {
    inputs: /^suspended emergency$/,
    states: OVER,
    says: "what a suspended device presses is shown to staff, never to volunteers",
    check: (happening) => opensForStaff(happening, "suspended-device"),
  },
];
