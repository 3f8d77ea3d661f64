import assert from "node:assert/strict";
import type { TestRun } from "../../gateway/core/device-state.ts";
import { REAL_WITHIN_MS, TEST_MODE_MAX_MS } from "../../gateway/core/test-mode.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { COMMUNITY, device } from "../support/core-community.ts";
import { CoreHome } from "../support/core-home.ts";

const tests = (home: CoreHome): TestRun[] => [...home.state.tests.values()];

describe("A device in test mode", () => {
  const testing = (forMs = minutes(10)): CoreHome => {
    const home = new CoreHome();
    assert.deepEqual(home.deviceAct("test", { forMs }), { ok: true, changed: true });
    home.clear();
    return home;
  };

  it("presses: the hotline gets a test, nobody is called, and the wearer hears that it was heard", () => {
    const home = testing();
    home.report("emergency");
    assert.deepEqual(home.alarms, []);
    assert.deepEqual(home.said, ["heard"]);
    assert.equal(tests(home)[0]!.report, "emergency");
    const { delivery } = tests(home)[0]!;
    assert.ok(home.effects.some((effect) => "key" in effect && effect.key === delivery));
    assert.equal(home.state.testModes.get("okc:beef")!.presses, 1);
  });

  it("pressed twice within 20 s is real: one alarm with both presses, all legs, and test mode is over", () => {
    const home = testing();
    home.report("emergency");
    home.forward(REAL_WITHIN_MS);
    home.report("emergency");
    assert.equal(home.alarms.length, 1);
    assert.deepEqual(
      home.alarm.presses.map(({ counter }) => counter),
      [10, 11],
    );
    assert.ok(home.left.includes("hotline 101/1") && home.offers("volunteers").length === 3);
    assert.equal(home.state.testModes.get("okc:beef"), undefined);
    home.report("emergency");
    assert.equal(home.alarm.presses.length, 3, "and so are those after it");
  });

  it("pressed a little later is another test, and the next one counts from that", () => {
    const home = testing();
    home.report("emergency");
    home.forward(REAL_WITHIN_MS + 1);
    home.report("emergency");
    assert.deepEqual([home.alarms.length, tests(home).length], [0, 2]);
    home.forward(seconds(19));
    home.report("fall");
    assert.deepEqual(
      home.alarm.presses.map(({ kind }) => kind),
      ["emergency", "fall"],
    );
  });

  it("heard three times by radio was pressed once", () => {
    const home = testing();
    for (let n = 0; n < 3; n++) home.report("emergency", { counter: 10 });
    assert.deepEqual([home.alarms.length, tests(home).length], [0, 1]);
  });

  it("a second press that a slow radio brings late is measured by when it was pressed", () => {
    const home = testing();
    home.report("emergency");
    home.forward(minutes(1));
    home.report("emergency", { ageMs: seconds(50) });
    assert.equal(home.alarm.presses.length, 2);
  });

  it("what it pressed before test mode began, and kept, is no test", () => {
    const home = testing();
    home.forward(seconds(40));
    home.report("emergency", { ageMs: seconds(45) });
    assert.deepEqual(home.alarm.flags, ["late"]);
    assert.deepEqual(tests(home), []);
    assert.ok(home.state.testModes.get("okc:beef"), "it is still being tested");
  });

  it("is real beside an open alarm of its wearer, whoever opened it", () => {
    const home = testing();
    home.press({ address: "c0de" });
    home.report("emergency");
    assert.deepEqual(
      home.alarm.presses.map(({ device: from }) => from),
      ["okc:c0de", "okc:beef"],
    );
    assert.deepEqual(tests(home), []);
  });

  it("cancels nothing: its cancel key is a test, and never makes a press real", () => {
    const home = testing();
    home.report("emergency");
    home.report("cancel");
    home.report("cancel");
    assert.deepEqual(
      tests(home).map(({ report }) => report),
      ["emergency", "cancel", "cancel"],
    );
    assert.deepEqual(home.alarms, []);
  });

  it("with a wrong tag is shown to staff as ever", () => {
    const home = testing();
    home.report("emergency", { proof: "wrong-tag" });
    assert.deepEqual(home.alarm.flags, ["unverified"]);
  });

  it("leaves every other device alone", () => {
    const home = testing();
    home.press({ address: "cafe" });
    assert.equal(home.offers("volunteers").length, 3);
  });

  it("ends by itself, over a restart and a clock that is set too; then a press is real", () => {
    for (const forMs of [seconds(1), TEST_MODE_MAX_MS]) {
      const home = testing(forMs);
      home.forward(forMs / 2);
      home.stepClock(minutes(-300));
      home.restart();
      home.forward(forMs / 2 - 1);
      assert.ok(home.state.testModes.get("okc:beef"));
      home.forward(1);
      assert.equal(home.state.testModes.get("okc:beef"), undefined);
      home.press();
      assert.equal(home.alarms.length, 1);
    }
  });

  it("is real from the very moment of its end, before anybody has looked at the clock", () => {
    const home = testing(minutes(1));
    home.now += minutes(1);
    home.press();
    assert.equal(home.alarms.length, 1);
  });

  it("remembers its last press over a restart and when test mode is begun anew", () => {
    for (const between of [(home: CoreHome) => home.restart(seconds(5)), (home: CoreHome) => home.deviceAct("test")]) {
      const home = testing();
      home.report("emergency");
      between(home);
      home.report("emergency");
      assert.equal(home.alarm.presses.length, 2);
    }
  });

  it("is ended by a person, or by being suspended", () => {
    for (const act of ["end-test", "suspend", "retire"] as const) {
      const home = testing();
      home.deviceAct(act);
      assert.equal(home.state.testModes.get("okc:beef"), undefined);
      assert.deepEqual(home.deviceAct(act), { ok: true, changed: false }, "the second time changes nothing");
    }
  });

  it("is not begun for longer than ten minutes, for no device, for a suspended one, or over an open alarm", () => {
    const home = new CoreHome({ people: [...COMMUNITY, device("0ff0", null)] });
    const codes = [0, -1, TEST_MODE_MAX_MS + 1, Number.NaN].map((forMs) => home.deviceAct("test", { forMs }));
    home.deviceAct("suspend", { device: "okc:0ff0" });
    codes.push(home.deviceAct("test", { device: "okc:0ff0" }), home.deviceAct("test", { device: "okc:none" }));
    home.press({ address: "c0de" });
    codes.push(home.deviceAct("test"));
    assert.deepEqual(
      codes.map((reply) => (reply.ok ? "ok" : reply.code)),
      ["bad-input", "bad-input", "bad-input", "bad-input", "not-now", "not-found", "not-now"],
    );
    assert.deepEqual([...home.state.testModes.values()], []);
  });
});

describe("A device that was suspended", () => {
  const suspended = (): CoreHome => {
    const home = new CoreHome();
    home.report("heartbeat", {}, minutes(30));
    home.report("low_battery", {}, minutes(30));
    home.deviceAct("suspend");
    home.clear();
    return home;
  };

  it("presses: it is answered, staff see an unverified press, nobody else is called", () => {
    const home = suspended();
    home.report("emergency");
    assert.equal(home.last!.heard, "suspended");
    assert.deepEqual(home.said, ["heard"]);
    assert.deepEqual(home.alarm.flags, ["unverified", "suspended-device"]);
    home.forward(minutes(20));
    assert.deepEqual(new Set(home.alarm.offers.map(({ leg }) => leg)), new Set(["staff"]));
    assert.deepEqual(home.hotline(), []);
  });

  it("repeats one press, or an old one: that is one press, and no fault of a device nobody relies on", () => {
    const home = suspended();
    for (let n = 0; n < 3; n++) home.report("emergency", { counter: 20 });
    assert.equal(home.last!.heard, "counted-before");
    assert.equal(home.alarm.presses.length, 1);
    home.report("emergency", { counter: 3 });
    assert.deepEqual(home.alarm.flags, ["unverified", "suspended-device"]);
    assert.deepEqual([...home.state.faults.values()], []);
  });

  it("has no faults: they end with its standing, and silence is none", () => {
    const home = suspended();
    assert.deepEqual([...home.state.faults.values()], []);
    home.report("heartbeat", { batteryPct: 3 }, minutes(30));
    home.forward(minutes(90));
    assert.deepEqual([...home.state.faults.values()], []);
  });

  it("is not resumed by an import or a restart, only by name; then it alarms again and is watched again", () => {
    const home = suspended();
    home.decide({ type: "save", events: [device("beef", "r1")] });
    home.restart();
    assert.equal(home.state.enrolled.get("okc:beef")!.standing, "suspended");
    assert.deepEqual(home.deviceAct("resume"), { ok: true, changed: true });
    home.press();
    assert.equal(home.offers("volunteers").length, 3);
  });

  it("is shown again when it was retired instead", () => {
    const home = new CoreHome();
    home.deviceAct("retire");
    home.report("emergency");
    assert.deepEqual(home.alarm.flags, ["unverified", "suspended-device"]);
    home.report("cancel");
    assert.equal(home.alarm.cancel, null, "it may ask for nothing");
  });
});
