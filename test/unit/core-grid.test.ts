import assert from "node:assert/strict";
import { ACTS, DEVICE_ACTS, type Input } from "../../gateway/core/input.ts";
import { ANSWERS, REPORT_KINDS } from "../../gateway/core/kinds.ts";
import { PLATFORM_ACTS } from "../../gateway/core/news-events.ts";
import { readState, writeState } from "../../gateway/core/state.ts";
import { ALL_CELLS, buildCell, CELL_STATES, impossible, nameOf, type Cell } from "../support/core-grid/cells.ts";
import { alwaysHolds, type Happening } from "../support/core-grid/facts.ts";
import type { Rule } from "../support/core-grid/rule.ts";
import { RULES } from "../support/core-grid/rules.ts";
import { CoreHome, GATEWAY_ID } from "../support/core-home.ts";
import { CELL_INPUTS, type CellInput } from "../support/core-grid/inputs.ts";

interface Built {
  readonly cell: Cell;
  readonly text: string;
  readonly now: number;
}

/** The grid: alarm state × leg states × input. Every place is enumerated; each has a rule, and none is a snapshot. */
describe("The grid of alarm state, leg states and input", () => {
  const built: Built[] = [];

  before(() => {
    for (const cell of ALL_CELLS) {
      const home = buildCell(cell);
      if (home) built.push({ cell, text: writeState(home.state), now: home.now });
    }
  });

  it("builds every cell that can be, and knows why each other one cannot", () => {
    const names = new Set(built.map(({ cell }) => nameOf(cell)));
    for (const cell of ALL_CELLS) {
      const why = impossible(cell);
      assert.equal(names.has(nameOf(cell)), why === null, `${nameOf(cell)}: ${why ?? "cannot be built"}`);
    }
    assert.ok(built.length > 100, "the grid has become small");
  });

  it("sends every kind of input, report, act, answer and receipt", () => {
    const names = CELL_INPUTS.map(({ name }) => name);
    for (const kind of REPORT_KINDS) assert.ok(names.includes(`report ${kind}`), kind);
    for (const act of ACTS) assert.ok(names.includes(`act ${act}`) && names.includes(`stale ${act}`), act);
    for (const act of PLATFORM_ACTS) assert.ok(names.includes(`platform ${act}`), act);
    for (const act of DEVICE_ACTS) assert.ok(names.includes(`device ${act}`), act);
    for (const answer of ANSWERS) assert.ok(names.includes(`answer volunteer ${answer}`), answer);
    for (const status of ["sent", "received", "failing", "failed"])
      assert.ok(names.includes(`receipt hotline ${status}`));
    const types = new Set(CELL_INPUTS.map(({ type }) => type));
    for (const type of Object.keys(EVERY_TYPE)) assert.ok(types.has(type as Input["type"]), type);
  });

  it("has a rule for every cell, and no rule that speaks of none", () => {
    const unused = new Set<Rule>(RULES);
    for (const state of CELL_STATES)
      for (const { name } of CELL_INPUTS) {
        const rules = rulesFor(state, name);
        assert.ok(rules.length > 0, `no rule says what "${name}" does to an alarm that is ${state}`);
        for (const rule of rules) unused.delete(rule);
      }
    assert.deepEqual(
      [...unused].map(({ says }) => says),
      [],
    );
  });

  for (const state of CELL_STATES)
    for (const input of CELL_INPUTS)
      it(`${state} × ${input.name}: ${rulesFor(state, input.name)
        .map(({ says }) => says)
        .join("; ")}`, () => {
        const cells = built.filter(({ cell }) => cell.state === state);
        assert.ok(cells.length > 0);
        for (const one of cells) judge(one, input);
      });
});

/** A new kind of input makes this table incomplete, and the compiler says so. */
const EVERY_TYPE: Readonly<Record<Input["type"], true>> = {
  report: true,
  undecided: true,
  act: true,
  "device-act": true,
  learn: true,
  answer: true,
  "channel-answer": true,
  "test-contact": true,
  "contact-test-seen": true,
  "platform-act": true,
  receipt: true,
  said: true,
  journaled: true,
  "not-logged": true,
  due: true,
  fault: true,
  names: true,
  "device-lost": true,
  save: true,
  "set-up": true,
  session: true,
  started: true,
  "clock-stepped": true,
  "public-url-proved": true,
  "key-copy": true,
  duty: true,
  "contact-gone": true,
};

function rulesFor(state: Cell["state"], input: string): Rule[] {
  return RULES.filter((rule) => rule.states.includes(state) && rule.inputs.test(input));
}

function judge({ cell, text, now }: Built, input: CellInput): void {
  const home = new CoreHome({ from: text, at: now });
  home.counters.set("beef", 10);
  // What the site has is in the text; a start must say the same again.
  const { facilities, policies } = readState(text, GATEWAY_ID).site.get("site")!;
  home.useSite(
    facilities,
    policies.map((key) => home.state.policies.get(key)!),
  );
  input.prepare?.(home);
  home.clear();
  const [before] = home.alarms;
  const known = new Set(home.alarms.map(({ id }) => id));
  input.send(home);
  const gone = home.state.alarms.get(before!.id);
  const happening: Happening = {
    cell,
    input: input.name,
    home,
    before: before!,
    gone,
    after: gone ?? before!,
    decision: home.last!,
    opened: home.alarms.filter(({ id }) => !known.has(id)),
  };
  try {
    alwaysHolds(happening);
    for (const rule of rulesFor(cell.state, input.name)) rule.check(happening);
  } catch (error) {
    if (error instanceof Error) error.message = `[${nameOf(cell)}] × [${input.name}]: ${error.message}`;
    throw error;
  }
}
