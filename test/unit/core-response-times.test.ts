import assert from "node:assert/strict";
import { NO_TIMES } from "../../gateway/core/alarm.ts";
import { viewAlarm } from "../../gateway/core/alarm-view.ts";
import { intervalOf, INTERVALS, type Interval } from "../../gateway/core/response-times.ts";
import { seconds } from "../../gateway/core/units.ts";
import { CoreHome } from "../support/core-home.ts";

describe("Response times", () => {
  /** One alarm in which each thing happens a second after the other. */
  function whole(): CoreHome {
    const home = new CoreHome();
    const { id } = home.press({ ageMs: 200 });
    const order = { bridge: "okc", address: "beef", line: "ttyUSB0", counter: 10, say: "heard" as const };
    const happenings = [
      () => home.decide({ type: "journaled", alarm: id, at: home.now }),
      () => home.decide({ type: "said", order, at: home.now }),
      () => home.receipt(home.hotline()[0]!.key, "received"),
      () => home.receipt(home.alarm.deliveries[1]!.key, "sent"),
      () => home.receipt(home.alarm.deliveries[1]!.key, "delivered"),
      () => home.answer("v4", "seen"),
      () => home.answer("v4", "accept"),
      () => home.act("take"),
      () => home.answer("v4", "arrive"),
      () => home.resolve("helped-on-site"),
    ];
    for (const happen of happenings) {
      home.forward(seconds(1));
      happen();
    }
    return home;
  }

  it("are measured from the press, which was before we heard of it", () => {
    const { times } = whole().alarm;
    const measured = Object.fromEntries(
      (Object.keys(INTERVALS) as Interval[]).map((interval) => [interval, intervalOf(times, interval)]),
    );
    assert.deepEqual(measured, {
      "press-to-heard": 2200,
      "press-to-journal": 1200,
      "press-to-hotline": 3200,
      "press-to-notified": 4200,
      "press-to-delivered": 5200,
      "press-to-seen": 6200,
      "press-to-accepted": 7200,
      "press-to-answered": 8200,
      "accepted-to-arrived": 2000,
      "press-to-arrived": 9200,
      "press-to-resolved": 10_200,
    });
  });

  it("that were not measured are null, and a pair in the wrong order is not measured", () => {
    assert.equal(intervalOf(NO_TIMES, "press-to-heard"), null);
    assert.equal(intervalOf({ ...NO_TIMES, pressedAt: 5 }, "press-to-heard"), null);
    assert.equal(intervalOf({ ...NO_TIMES, pressedAt: 5, heardAt: 4 }, "press-to-heard"), null);
    assert.equal(intervalOf({ ...NO_TIMES, pressedAt: 5, heardAt: 5 }, "press-to-heard"), 0);
  });

  it("are the first of each: a second volunteer, a second report change nothing", () => {
    const home = whole();
    const { times } = home.alarm;
    home.act("note", { text: "复核" });
    home.receipt(home.alarm.deliveries[2]!.key, "sent");
    assert.deepEqual(home.alarm.times, times);
  });

  it("do not count a cancel's report as the hotline's", () => {
    const home = new CoreHome();
    home.press();
    home.cancel();
    home.act("verify-cancel");
    home.receipt(home.hotline().at(-1)!.key, "received");
    assert.equal(home.alarm.times.hotlineReceivedAt, null);
  });

  it("are shown in UTC with milliseconds, and null where not measured", () => {
    const home = new CoreHome();
    home.press();
    const { times } = viewAlarm(home.state, home.alarm);
    assert.equal(times.pressedAt, "2026-11-23T12:00:00.000Z");
    assert.equal(times.resolvedAt, null);
    assert.deepEqual(Object.keys(times), Object.keys(NO_TIMES));
  });

  it("heard is measured by the press that was answered, not by a stranger's", () => {
    const home = new CoreHome();
    home.press();
    const order = { bridge: "okc", address: "beef", line: "ttyUSB0", counter: 9, say: "heard" as const };
    home.decide({ type: "said", order, at: home.now });
    assert.equal(home.alarm.times.heardAt, null);
  });
});

describe("The time of a press", () => {
  const pressedAt = (fields: Parameters<CoreHome["report"]>[1]): string | null => {
    const home = new CoreHome();
    home.report("emergency", fields);
    return viewAlarm(home.state, home.alarm).times.pressedAt;
  };

  it("is the device's age before its receipt", () => {
    assert.equal(pressedAt({ ageMs: 90_000 }), "2026-11-23T11:58:30.000Z");
  });

  it("is not known where the age was too large for its field", () => {
    assert.equal(pressedAt({ ageMs: 6_553_500, ageAtLeast: true }), null);
  });

  it("is its receipt where the protocol has no age", () => {
    assert.equal(pressedAt({ ageMs: null }), "2026-11-23T12:00:00.000Z");
  });

  it("is not known where nothing proves the press: its age proves nothing either", () => {
    assert.equal(pressedAt({ proof: "wrong-tag", ageMs: 90_000 }), null);
  });
});
