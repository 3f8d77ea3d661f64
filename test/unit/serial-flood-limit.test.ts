import assert from "node:assert/strict";
import { FLOOD_BURST, FLOOD_PER_SECOND, FloodLimit } from "../../gateway/adapters/serial/flood-limit.ts";
import type { DecodedReport } from "../../gateway/core/definition.ts";
import { NOON } from "../support/test-clock.ts";

const ENROLLED = true;
const STRANGER = false;

describe("the flood limit of a serial line", () => {
  it("lets one device send a burst, then so many a second", () => {
    const limit = new FloodLimit();
    assert.equal(
      passed(limit, 100, (i) => press("0000beef", i), ENROLLED, NOON),
      FLOOD_BURST,
    );
    assert.equal(
      passed(limit, 100, (i) => press("0000beef", 100 + i), ENROLLED, NOON + 1_000),
      FLOOD_PER_SECOND,
    );
  });

  it("hides no other device behind the flood of one", () => {
    const limit = new FloodLimit();
    passed(limit, 1_000, (i) => press("0000beef", i), ENROLLED, NOON);
    assert.equal(limit.allows(press("0000cafe", 1), ENROLLED, NOON), true);
  });

  it("hides no true press behind forged ones under the same address", () => {
    const limit = new FloodLimit();
    passed(limit, 1_000, (i) => ({ ...press("0000beef", i), proof: "wrong-tag" }), ENROLLED, NOON);
    assert.equal(limit.allows(press("0000beef", 5), ENROLLED, NOON), true);
  });

  it("hides no new press behind an old one played back", () => {
    const limit = new FloodLimit();
    const played = passed(limit, 1_000, () => press("0000beef", 7), ENROLLED, NOON);
    assert.equal(played, FLOOD_BURST + 1);
    assert.equal(limit.allows(press("0000beef", 8), ENROLLED, NOON), true);
  });

  it("hides no press of a device behind its own heartbeats", () => {
    const limit = new FloodLimit();
    passed(limit, 1_000, (i) => ({ ...press("0000beef", i), kind: "heartbeat" }), ENROLLED, NOON);
    assert.equal(limit.allows(press("0000beef", 2_000), ENROLLED, NOON), true);
  });

  it("bounds what any number of made-up addresses may send, apart from enrolled ones", () => {
    const limit = new FloodLimit();
    const strangers = passed(limit, 10_000, (i) => press(i.toString(16).padStart(8, "0"), 1), STRANGER, NOON);
    assert.equal(strangers, 256 + FLOOD_BURST);
    assert.equal(limit.allows(press("0000beef", 1), ENROLLED, NOON), true);
  });

  it("gives a new stranger an allowance of its own once others have rested", () => {
    const limit = new FloodLimit();
    passed(limit, 10_000, (i) => press(i.toString(16).padStart(8, "0"), 1), STRANGER, NOON);
    const later = NOON + 10_000;
    assert.equal(
      passed(limit, 100, () => press("ffffffff", 1), STRANGER, later),
      FLOOD_BURST,
    );
    assert.equal(limit.allows(press("fffffffe", 1), STRANGER, later), true);
  });
});

function passed(
  limit: FloodLimit,
  count: number,
  make: (i: number) => DecodedReport,
  enrolled: boolean,
  at: number,
): number {
  let passes = 0;
  for (let i = 0; i < count; i++) if (limit.allows(make(i), enrolled, at)) passes++;
  return passes;
}

function press(address: string, counter: number): DecodedReport {
  const said = { kind: "emergency", press: "emergency", batteryPct: 90, proof: "valid" } as const;
  return { address, counter, ageMs: 0, ageAtLeast: false, ...said };
}
