import assert from "node:assert/strict";
import { BATTERY_SURE_AFTER_MS } from "../../gateway/core/battery.ts";
import { TEST_WITHIN_MS } from "../../gateway/core/test-run.ts";
import type { TestRun } from "../../gateway/core/device-state.ts";
import type { Fault } from "../../gateway/core/state.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { COMMUNITY, device } from "../support/core-community.ts";
import { CoreHome } from "../support/core-home.ts";

const tests = (home: CoreHome): TestRun[] => [...home.state.tests.values()];
const faults = (home: CoreHome): Fault[] => [...home.state.faults.values()];
const codes = (home: CoreHome): string[] => faults(home).map(({ code }) => code);

describe("A test press", () => {
  it("goes to the hotline and the desk, never to people, and opens no alarm", () => {
    const home = new CoreHome();
    home.report("test");
    const [test] = tests(home);
    assert.deepEqual(
      home.effects.filter((effect) => effect.do !== "say"),
      [{ do: "deliver", key: test!.delivery }],
    );
    assert.deepEqual(home.alarms, []);
    assert.deepEqual(home.said, ["heard"]);
    assert.equal(test!.resident, "r1");
  });

  it("passes when the hotline received it", () => {
    const home = new CoreHome();
    home.report("test");
    home.receipt(tests(home)[0]!.delivery!, "sent");
    home.receipt(tests(home)[0]!.delivery!, "received");
    assert.equal(tests(home)[0]!.result, "passed");
    home.forward(TEST_WITHIN_MS);
    assert.deepEqual(faults(home), []);
  });

  it("fails after a minute without the receiver, is called back, and is a fault until one passes", () => {
    const home = new CoreHome();
    home.report("test");
    home.forward(TEST_WITHIN_MS - 1);
    assert.equal(tests(home)[0]!.result, "running");
    home.clear();
    home.forward(1);
    assert.equal(tests(home)[0]!.result, "failed");
    assert.deepEqual(home.effects, [{ do: "withdraw", key: tests(home)[0]!.delivery }]);
    assert.deepEqual(codes(home), ["test-failed"]);
    home.receipt(tests(home)[0]!.delivery!, "received");
    assert.equal(tests(home)[0]!.result, "failed", "too late is too late");
    home.report("test");
    home.receipt(tests(home)[1]!.delivery!, "received");
    assert.deepEqual(faults(home), []);
  });

  it("fails at once where there is no hotline, or where it is refused", () => {
    const home = new CoreHome({ facilities: { hotline: false } });
    home.report("test");
    assert.equal(tests(home)[0]!.result, "failed");
    const refused = new CoreHome();
    refused.report("test");
    refused.receipt(tests(refused)[0]!.delivery!, "failed", "refused");
    assert.equal(tests(refused)[0]!.detail, "refused");
  });

  it("leaves an open alarm and its numbers alone", () => {
    const home = new CoreHome();
    const before = home.press();
    home.report("test");
    assert.deepEqual(home.alarm, before);
    home.press({ address: "cafe" });
    assert.equal(home.alarm.id, "7gk2qx9d-3", "alarms and tests share one count");
  });

  it("is sent again after a restart, under its key", () => {
    const home = new CoreHome();
    home.report("test");
    home.clear();
    home.restart();
    assert.deepEqual(
      home.effects.map((effect) => effect.do),
      ["deliver"],
    );
  });

  it("is what a button means that was enrolled for testing", () => {
    const home = new CoreHome({ people: [...COMMUNITY, device("7e57", null, "test")] });
    home.report("other", { address: "7e57" });
    assert.equal(tests(home).length, 1);
    assert.deepEqual(home.alarms, []);
  });

  it("is kept fifty times, not for ever", () => {
    const home = new CoreHome();
    for (let n = 0; n < 80; n++) {
      home.report("test");
      home.receipt(tests(home).at(-1)!.delivery!, "received");
    }
    assert.equal(tests(home).length, 50);
  });
});

describe("Faults", () => {
  it("are one row for each cause, however often it is reported", () => {
    const home = new CoreHome();
    for (let n = 0; n < 5; n++) home.fault("path:hotline", true);
    assert.deepEqual(codes(home), ["path-down"]);
    assert.equal(home.kinds.filter((kind) => kind === "fault-raised").length, 1);
    home.fault("path:hotline", false);
    home.fault("path:hotline", false);
    assert.deepEqual(faults(home), []);
    assert.equal(home.kinds.filter((kind) => kind === "fault-cleared").length, 1);
  });

  it("keep since when, and count what changed", () => {
    const home = new CoreHome();
    home.report("heartbeat", { batteryPct: 12 });
    home.forward(BATTERY_SURE_AFTER_MS);
    const { since } = faults(home)[0]!;
    home.forward(minutes(1));
    home.report("heartbeat", { batteryPct: 11 });
    assert.deepEqual(
      { ...faults(home)[0] },
      {
        key: "battery:okc:beef",
        code: "battery-low",
        detail: "11 %",
        since,
        lastAt: home.now,
        count: 2,
      },
    );
  });

  it("of a battery end only when it is good again, not at the first better value", () => {
    const home = new CoreHome();
    const after = [40, 15, 16, 29, 30].map((batteryPct) => {
      home.report("heartbeat", { batteryPct });
      home.forward(BATTERY_SURE_AFTER_MS);
      return codes(home).length;
    });
    assert.deepEqual(after, [0, 1, 1, 1, 0]);
  });

  it("of a battery that only says low, and a press beside it that is never replaced by it", () => {
    const home = new CoreHome();
    home.report("low_battery", { batteryPct: null });
    home.forward(BATTERY_SURE_AFTER_MS);
    assert.deepEqual(codes(home), ["battery-low"]);
    home.press({ batteryPct: 3 });
    assert.equal(home.alarms.length, 1);
  });

  it("of tampering open no alarm for people", () => {
    const home = new CoreHome();
    home.report("tamper");
    assert.deepEqual(codes(home), ["tamper"]);
    assert.deepEqual(home.alarms, []);
  });
});

describe("The watch over silence", () => {
  const watched = (): CoreHome => {
    const home = new CoreHome();
    for (const address of ["beef", "cafe", "c0de"]) home.report("heartbeat", { address }, minutes(30));
    home.clear();
    return home;
  };

  it("raises a fault for a device that was not heard for its time, once", () => {
    const home = watched();
    home.forward(minutes(20));
    home.report("heartbeat", { address: "cafe" }, minutes(30));
    home.report("heartbeat", { address: "c0de" }, minutes(30));
    home.forward(minutes(10) - 1);
    assert.deepEqual(faults(home), []);
    home.forward(1);
    assert.deepEqual(
      faults(home).map(({ key }) => key),
      ["silent:okc:beef"],
    );
    home.clear();
    home.forward(minutes(19));
    assert.deepEqual(home.events, []);
  });

  it("ends with the next report of any kind", () => {
    const home = watched();
    home.forward(minutes(31));
    home.report("emergency", {}, minutes(30));
    assert.ok(!faults(home).some(({ key }) => key === "silent:okc:beef"));
    home.forward(minutes(30));
    assert.ok(
      faults(home).some(({ key }) => key === "silent:okc:beef"),
      "and begins anew",
    );
  });

  it("is not fed by copies of an old report or by a wrong tag", () => {
    const home = watched();
    home.forward(minutes(29));
    home.report("heartbeat", { counter: 10 }, minutes(30));
    home.report("heartbeat", { proof: "wrong-tag" }, minutes(30));
    home.forward(minutes(1));
    assert.ok(faults(home).some(({ key }) => key === "silent:okc:beef"));
  });

  it("does not watch devices that never report by themselves", () => {
    const home = new CoreHome();
    home.press();
    home.resolve();
    home.forward(minutes(600));
    assert.deepEqual(faults(home), []);
  });

  it("makes one row of a dead line, not one for each device", () => {
    const home = watched();
    home.fault("line:ttyUSB0", true, "line-down");
    home.forward(minutes(60));
    assert.deepEqual(codes(home), ["line-down"]);
  });

  it("watches them again when the line is back: who stays silent then has a row", () => {
    const home = watched();
    home.fault("line:ttyUSB0", true, "line-down");
    home.forward(minutes(60));
    home.fault("line:ttyUSB0", false, "line-down");
    assert.deepEqual(faults(home), []);
    home.report("heartbeat", { address: "cafe" }, minutes(30));
    home.report("heartbeat", { address: "c0de" }, minutes(30));
    home.forward(minutes(30) - seconds(1));
    home.report("heartbeat", { address: "cafe" }, minutes(30));
    home.report("heartbeat", { address: "c0de" }, minutes(30));
    home.forward(minutes(5));
    assert.deepEqual(
      faults(home).map(({ key }) => key),
      ["silent:okc:beef"],
    );
  });

  it("survives a restart, and the time in which no gateway listened does not count", () => {
    const home = watched();
    home.restart(minutes(31));
    assert.deepEqual(faults(home), []);
    home.forward(minutes(30));
    assert.equal(faults(home).length, 3);
  });
});
