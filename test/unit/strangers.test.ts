import assert from "node:assert/strict";
import { Strangers, STRANGERS_MAX, STRANGER_MS } from "../../gateway/app/strangers.ts";
import type { Report } from "../../gateway/core/report.ts";
import { minutes } from "../../gateway/core/units.ts";
import { NOON } from "../support/test-clock.ts";

const press = (address: string, more: Partial<Report> = {}): Report => ({
  bridge: "rflink",
  address,
  line: "433",
  transport: "serial",
  kind: "other",
  press: "ON",
  counter: null,
  ageMs: null,
  ageAtLeast: false,
  batteryPct: null,
  proof: "none",
  receivedAt: NOON,
  raw: "",
  ...more,
});

describe("Codes that nobody enrolled", () => {
  it("are counted once a press, with where and how strongly each copy was heard", () => {
    const strangers = new Strangers(NOON - 5);
    strangers.note(press("a", { rssiDbm: -80 }), "ignored", false);
    strangers.note(press("a", { rssiDbm: -50, line: "434" }), "ignored", true);
    strangers.note(press("a", { receivedAt: NOON + minutes(1) }), "unknown-device", false);
    assert.deepEqual(strangers.about(press("a", { receivedAt: NOON + minutes(2) })), {
      count: 2,
      firstAt: NOON,
      lastAt: NOON + minutes(1),
      since: NOON - 5,
      lines: ["433", "434"],
      rssiMinDbm: -80,
      rssiMaxDbm: -50,
    });
  });

  it("within a learn window tell where they are heard, and count as nobody's", () => {
    const strangers = new Strangers(NOON);
    strangers.note(press("a"), "learning", false);
    assert.equal(strangers.about(press("a"))!.count, 0);
  });

  it("are none of those that are enrolled, and none that did not press", () => {
    const strangers = new Strangers(NOON);
    strangers.note(press("a"), "counted", false);
    strangers.note(press("b", { press: null }), "ignored", false);
    assert.deepEqual([strangers.about(press("a")), strangers.about(press("b"))], [null, null]);
  });

  it("are forgotten after a week, and the one heard longest ago when there are too many", () => {
    const strangers = new Strangers(NOON);
    for (let n = 0; n <= STRANGERS_MAX; n++) strangers.note(press(`c${n}`), "ignored", false);
    assert.equal(strangers.about(press("c0")), null);
    assert.ok(strangers.about(press("c1", { receivedAt: NOON + STRANGER_MS })));
    assert.equal(strangers.about(press("c1", { receivedAt: NOON + STRANGER_MS + 1 })), null);
  });
});
