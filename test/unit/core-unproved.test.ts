import assert from "node:assert/strict";
import { UNPROVED_PRESSES_MAX } from "../../gateway/core/press.ts";
import { minutes } from "../../gateway/core/units.ts";
import { CoreHome } from "../support/core-home.ts";

describe("A press that nothing proves", () => {
  it("with a wrong tag is shown to staff with its raw message, not sent to volunteers, and not answered", () => {
    const home = new CoreHome();
    home.report("emergency", { proof: "wrong-tag", raw: "0badc0de" });
    assert.deepEqual(home.said, []);
    assert.deepEqual(home.alarm.flags, ["unverified"]);
    assert.equal(home.alarm.presses[0]!.raw, "0badc0de");
    home.forward(minutes(20));
    assert.deepEqual(new Set(home.alarm.offers.map(({ leg }) => leg)), new Set(["staff"]));
    assert.deepEqual(home.hotline(), []);
  });

  it("with a wrong tag does not spend the counter of the true press", () => {
    const home = new CoreHome();
    home.report("emergency", { proof: "wrong-tag", counter: 5000 });
    home.report("emergency", { counter: 11 });
    assert.equal(home.last!.heard, "counted");
    assert.equal(home.alarms.length, 2, "the true press has an alarm of its own");
    assert.ok(home.left.includes("hotline 101/1"));
  });

  it("with an old counter is answered, shown as unverified, and reported as a fault", () => {
    const home = new CoreHome();
    home.press({ counter: 100 });
    home.resolve();
    home.clear();
    home.report("emergency", { counter: 4 });
    assert.equal(home.last!.heard, "unverified");
    assert.deepEqual(home.said, ["heard"]);
    assert.deepEqual(home.alarm.flags, ["unverified"]);
    assert.equal(home.state.faults.get("counter:okc:beef")?.code, "counter-old");
  });

  it("joins an open alarm of the same need, and is not hidden in a lesser one", () => {
    const home = new CoreHome();
    home.report("service");
    home.report("emergency", { proof: "wrong-tag" });
    assert.equal(home.alarms.length, 2, "staff see it although a service request is open");
    home.press();
    home.report("emergency", { proof: "wrong-tag", address: "c0de" });
    assert.equal(home.alarms.length, 3);
    assert.equal(home.alarm.presses.at(-1)!.unverified, true);
  });

  it("is limited per device, and one device's flood does not hide another's", () => {
    const home = new CoreHome();
    home.press();
    for (let n = 0; n < 100; n++) home.report("emergency", { proof: "wrong-tag", counter: n });
    assert.equal(home.alarm.presses.length, 1 + UNPROVED_PRESSES_MAX);
    home.report("emergency", { proof: "wrong-tag", address: "c0de" });
    assert.equal(home.alarm.presses.at(-1)!.device, "okc:c0de");
    home.press({ counter: 200 });
    assert.equal(home.alarm.presses.at(-1)!.unverified, false, "a true press always has its place");
  });

  it("neither ends a request to cancel nor links to what was resolved", () => {
    const home = new CoreHome();
    home.press();
    home.cancel();
    home.report("emergency", { proof: "wrong-tag" });
    assert.ok(home.alarm.cancel);
    home.resolve();
    home.report("emergency", { proof: "wrong-tag" });
    assert.equal(home.alarm.linkedTo, null);
  });

  it("a heartbeat or a cancel with a wrong tag is nothing", () => {
    const home = new CoreHome();
    home.press();
    for (const kind of ["heartbeat", "cancel", "low_battery", "test", "tamper"] as const) {
      assert.equal(home.report(kind, { proof: "wrong-tag" }).heard, "ignored");
      assert.deepEqual(home.last!.events, []);
    }
  });

  it("of a device that nobody enrolled is shown to staff with its raw message, once for each device", () => {
    const home = new CoreHome();
    for (let n = 0; n < 3; n++) home.report("emergency", { address: "dead", proof: "no-key", raw: "dead01" });
    assert.equal(home.last!.heard, "unknown-device");
    assert.equal(home.alarms.length, 1);
    assert.deepEqual(home.alarm.flags, ["unknown-device"]);
    assert.equal(home.alarm.presses[0]!.raw, "dead01");
    assert.deepEqual(home.offers("staff"), ["s1", "s2"]);
    assert.deepEqual(home.offers("volunteers"), []);
  });

  it("a report that a rule failed on becomes the simplest alarm, for staff", () => {
    const home = new CoreHome();
    const said = { bridge: "okc", address: "beef", line: "ttyUSB0", transport: "serial", kind: "emergency" } as const;
    const rest = {
      press: "emergency",
      counter: 11,
      ageMs: 0,
      ageAtLeast: false,
      batteryPct: 90,
      proof: "valid",
      raw: "c0",
    } as const;
    home.decide({ type: "undecided", report: { ...said, ...rest, receivedAt: home.now }, why: "x is not a function" });
    assert.deepEqual(home.alarm.flags, ["undecided"]);
    assert.ok(home.kinds.includes("report-undecided"));
    assert.deepEqual(home.offers("staff"), ["s1", "s2"]);
  });
});

describe("Counters", () => {
  it("that jump ahead, by more than a word of bits too, are new", () => {
    const home = new CoreHome();
    const heard = [10, 11, 45, 1_000_000, 4_294_967_295].map((counter) => home.report("heartbeat", { counter }).heard);
    assert.deepEqual(heard, Array(5).fill("counted"));
  });

  it("are remembered one by one for the last 32", () => {
    const home = new CoreHome();
    for (const counter of [10, 20, 41]) home.report("heartbeat", { counter });
    assert.equal(home.report("heartbeat", { counter: 10 }).heard, "counted-before");
    assert.equal(home.report("heartbeat", { counter: 20 }).heard, "counted-before");
    home.report("heartbeat", { counter: 42 });
    assert.equal(home.report("emergency", { counter: 10 }).heard, "unverified", "too far back to be known");
  });

  it("of one device say nothing about another", () => {
    const home = new CoreHome();
    home.press({ counter: 500 });
    home.press({ address: "cafe", counter: 1 });
    assert.equal(home.last!.heard, "counted");
  });
});
