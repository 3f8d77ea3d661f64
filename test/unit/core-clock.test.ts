import assert from "node:assert/strict";
import { CLOCK_TRUST_AFTER_MS } from "../../gateway/core/started.ts";
import { siteOf } from "../../gateway/core/state.ts";
import { isWithin, minuteOfDay } from "../../gateway/core/time-window.ts";
import { hours, minutes, seconds } from "../../gateway/core/units.ts";
import { CoreHome } from "../support/core-home.ts";
import { NOON } from "../support/test-clock.ts";

const NIGHT = NOON + hours(11);

describe("A clock that is stepped", () => {
  for (const [name, byMs] of [
    ["a day forward", hours(24)],
    ["a day back", -hours(24)],
  ] as const) {
    it(`${name}: no step comes early or late by it`, () => {
      const home = new CoreHome();
      home.press();
      home.deliverAll();
      home.forward(seconds(30));
      home.stepClock(byMs);
      home.clear();
      home.forward(seconds(15) - 1);
      assert.deepEqual(home.left, []);
      home.forward(1);
      assert.deepEqual(home.left, ["webhook v3 offer", "webhook v5 offer"]);
    });

    it(`${name}: an arrival, an owner's time, a cancel and a watch keep their distance`, () => {
      const home = new CoreHome();
      home.report("heartbeat", {}, hours(3));
      home.press();
      home.answer("v4", "accept");
      home.cancel();
      home.act("take");
      const before = Object.values(home.alarm.timers).map((at) => at! - home.now);
      const silentIn = home.state.devices.get("okc:beef")!.silentAt;
      home.stepClock(byMs);
      assert.deepEqual(
        Object.values(home.alarm.timers).map((at) => at! - home.now),
        before,
      );
      assert.equal(home.state.devices.get("okc:beef")!.silentAt, silentIn === null ? null : silentIn + byMs);
    });

    it(`${name}: what was measured keeps its intervals`, () => {
      const home = new CoreHome();
      home.press();
      home.forward(seconds(20));
      home.stepClock(byMs);
      home.forward(seconds(20));
      home.act("take");
      home.act("arrive");
      const { pressedAt, answeredAt } = home.alarm.times;
      assert.equal(answeredAt! - pressedAt!, seconds(40));
      home.stepClock(byMs);
      assert.equal(home.alarm.arrivals[0]!.at, home.alarm.times.arrivedAt);
      assert.equal(home.alarm.owner!.since, home.alarm.times.answeredAt);
    });
  }

  it("is a fault and untrusted for an hour, then trusted again", () => {
    const home = new CoreHome();
    home.stepClock(hours(2));
    assert.equal(home.state.faults.get("clock")?.code, "clock-stepped");
    home.forward(CLOCK_TRUST_AFTER_MS - 1);
    assert.notEqual(siteOf(home.state).clockTrustAt, null);
    home.forward(1);
    assert.equal(siteOf(home.state).clockTrustAt, null);
    assert.equal(home.state.faults.get("clock"), undefined);
  });

  it("moves faults that last with it, its own among them: how long they have lasted stays true", () => {
    const home = new CoreHome();
    home.fault("path:hotline", true);
    home.forward(minutes(7));
    home.stepClock(-hours(24));
    const ages = [...home.state.faults.values()].map(({ key, since }) => [key, home.now - since]);
    assert.deepEqual(ages, [
      ["path:hotline", minutes(7)],
      ["clock", 0],
    ]);
  });

  it("suspends hours: at night a service request asks everyone, until the clock is trusted again", () => {
    const home = new CoreHome({ at: NIGHT });
    home.stepClock(minutes(5));
    home.report("service");
    assert.deepEqual(home.left, ["webhook s1 offer", "webhook s2 offer"]);
    const trusted = new CoreHome({ at: NIGHT });
    trusted.stepClock(minutes(5));
    trusted.forward(CLOCK_TRUST_AFTER_MS);
    trusted.clear();
    trusted.report("service");
    assert.deepEqual(trusted.left, []);
  });

  it("survives a restart: the fold of the journal has the shifted times", () => {
    const home = new CoreHome();
    home.press();
    home.stepClock(-hours(9));
    const due = home.alarm.timers.step;
    home.restart();
    assert.equal(home.alarm.timers.step, due);
    assert.deepEqual(home.folded.alarms.get(home.alarm.id), home.alarm);
  });
});

describe("The hours of a step", () => {
  it("are the site's, in its own time zone", () => {
    assert.equal(minuteOfDay(Date.UTC(2026, 10, 23, 12, 0), "Asia/Shanghai"), 20 * 60);
    assert.equal(minuteOfDay(Date.UTC(2026, 10, 23, 16, 30), "Asia/Shanghai"), 30);
    assert.throws(() => minuteOfDay(NOON, "Mars/Olympus"), RangeError);
  });

  it("include their first minute and not their last, over midnight too", () => {
    const day = { fromMin: 480, toMin: 1200 };
    assert.deepEqual(
      [479, 480, 1199, 1200].map((minute) => isWithin(day, minute)),
      [false, true, true, false],
    );
    const night = { fromMin: 1320, toMin: 360 };
    assert.deepEqual(
      [1319, 1320, 0, 359, 360].map((minute) => isWithin(night, minute)),
      [false, true, true, true, false],
    );
  });

  it("decide whether staff are asked for a service request: from eight to eight", () => {
    const asked = (hour: number, minute: number): boolean => {
      const home = new CoreHome({
        at: Date.UTC(2026, 10, 23, hour, minute),
        facilities: { timezone: "Asia/Shanghai" },
      });
      home.report("service");
      return home.left.length > 0;
    };
    // Shanghai is eight hours ahead: 00:00 UTC is 08:00.
    assert.deepEqual([asked(23, 59), asked(0, 0), asked(11, 59), asked(12, 0)], [false, true, true, false]);
  });

  it("never keep an emergency quiet", () => {
    const home = new CoreHome({ at: NIGHT });
    home.press();
    assert.equal(home.left.length, 4);
  });
});
