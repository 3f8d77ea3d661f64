import assert from "node:assert/strict";
import { isAwaiting } from "../../gateway/core/alarm.ts";
import { FORGET_AFTER_MS } from "../../gateway/core/acts.ts";
import { OUTCOMES } from "../../gateway/core/kinds.ts";
import { isLive } from "../../gateway/core/messages.ts";
import { hours, minutes, seconds } from "../../gateway/core/units.ts";
import { CHEN, CoreHome, WANG } from "../support/core-home.ts";

function pressed(): CoreHome {
  const home = new CoreHome();
  home.press();
  home.clear();
  return home;
}

describe("Taking an alarm", () => {
  it("stops every notice still pending at once, and says to whom", () => {
    const home = pressed();
    home.forward(minutes(5));
    home.clear();
    home.act("take");
    const pending = home.alarm.deliveries.filter((one) => isLive(one) && one.type !== "withdrawn");
    assert.deepEqual(pending, []);
    assert.deepEqual(home.alarm.offers.filter(isAwaiting), []);
    assert.ok(home.left.includes("webhook v4 withdrawn"));
    assert.ok(
      home.alarm.deliveries.some(({ reason }) => reason === "taken by 王芳"),
      "by name",
    );
    assert.equal(home.siren()?.status, "stopped");
    assert.equal(home.alarm.state, "owned");
    assert.equal(home.alarm.times.answeredAt, home.now);
    assert.ok(!home.alarm.flags.includes("unanswered"));
  });

  it("lets people who are on their way go on", () => {
    const home = pressed();
    home.answer("v4", "enroute");
    home.act("take");
    assert.equal(home.offer("v4").state, "enroute");
    assert.equal(home.alarm.said, "coming");
  });

  it("twice by the same person is a no-op, with an old version too", () => {
    const home = pressed();
    const { version } = home.alarm;
    home.act("take", { version });
    const again = home.act("take", { version });
    assert.ok(again.ok && !again.changed);
    assert.deepEqual(home.last!.events, []);
  });

  it("with an old version by somebody else is refused, with the alarm as it is now", () => {
    const home = pressed();
    const { version } = home.alarm;
    home.act("take", { version });
    const late = home.act("take", { version, by: CHEN });
    assert.ok(!late.ok && late.code === "stale" && late.alarm?.owner?.name === "王芳");
    assert.match(late.message, /version/);
  });

  it("may pass to a colleague who has seen who has it", () => {
    const home = pressed();
    home.act("take");
    assert.ok(home.act("take", { by: CHEN }).ok);
    assert.equal(home.alarm.owner?.name, "陈静");
  });

  it("by a staff member's acceptance of an offer is the same", () => {
    const home = pressed();
    home.forward(minutes(2));
    home.deliverAll();
    home.answer("s1", "accept");
    assert.equal(home.alarm.owner?.name, "@s1");
    assert.equal(home.alarm.state, "owned");
    assert.deepEqual(home.alarm.offers.filter(isAwaiting), []);
  });

  it("stays with the owner when a colleague who was called later accepts too", () => {
    const home = pressed();
    home.act("take");
    home.cancel();
    home.forward(minutes(2));
    assert.ok(home.answer("s1", "accept").ok, "called because the cancel was not verified");
    assert.equal(home.alarm.owner?.name, "王芳");
  });

  it("of an alarm that is not there is not found", () => {
    const reply = pressed().act("take", { alarm: "7gk2qx9d-999" });
    assert.ok(!reply.ok && reply.code === "not-found");
  });

  it("is not undone by receipts that come late, and a restart sends nothing again", () => {
    const home = pressed();
    const [report, first] = home.alarm.deliveries;
    home.act("take");
    home.receipt(report!.key, "sent");
    home.receipt(first!.key, "sent");
    assert.ok(home.alarm.times.hotlineSentAt !== null, "that it had left is kept");
    home.clear();
    home.restart();
    assert.ok(!home.left.some((one) => one.startsWith("hotline") || one.endsWith("offer")));
  });
});

describe("An owner without progress", () => {
  it("loses the alarm to alerting after the time-out, with the reason logged", () => {
    const home = pressed();
    home.act("take");
    home.forward(minutes(5) - 1);
    assert.equal(home.alarm.state, "owned");
    home.clear();
    home.forward(1);
    assert.equal(home.alarm.state, "alerting");
    assert.equal(home.alarm.owner, null);
    const released = home.events.find((event) => event.kind === "alarm-released");
    assert.ok(released?.kind === "alarm-released" && released.reason === "no progress by 王芳");
    assert.ok(home.left.some((one) => one.startsWith("hotline 101")));
    assert.equal(home.left.filter((one) => /v\d offer/.test(one)).length, 3, "three are asked anew");
    assert.ok(home.said.includes("heard"), "nobody has it any more");
  });

  it("runs the whole list again: 45, 60, 120 and 300 s from then", () => {
    const home = pressed();
    home.act("take");
    home.forward(minutes(5));
    const from = home.now;
    const steps: [number, number][] = [];
    home.watch = (_, { events }) => {
      for (const event of events) if (event.kind === "step-run") steps.push([event.step, (event.at - from) / 1000]);
    };
    home.forward(minutes(5));
    assert.deepEqual(steps, [
      [1, 45],
      [2, 60],
      [3, 120],
      [4, 300],
    ]);
  });

  it("keeps it by a note and by an arrival", () => {
    const home = pressed();
    home.act("take");
    for (const sign of [
      () => home.act("note", { text: "电话无人接" }),
      () => home.act("arrive"),
      () => home.act("note", { text: "已到门口" }),
    ]) {
      home.forward(minutes(4));
      assert.ok(sign().ok);
      assert.equal(home.alarm.owner?.name, "王芳");
    }
  });

  it("keeps it by the answers of those who come", () => {
    const home = pressed();
    home.answer("v4", "accept");
    home.act("take");
    for (const answer of ["enroute", "arrive", "done"] as const) {
      home.forward(minutes(4));
      home.answer("v4", answer);
      assert.equal(home.alarm.owner?.name, "王芳");
    }
  });

  it("does not keep it because somebody repeats an answer", () => {
    const home = pressed();
    home.answer("v4", "accept");
    home.act("take");
    const due = home.alarm.timers.progress;
    home.forward(minutes(1));
    home.answer("v4", "accept");
    assert.equal(home.alarm.timers.progress, due);
  });

  it("has longer with somebody at the wearer's side", () => {
    const home = pressed();
    home.act("take");
    home.act("arrive");
    home.forward(minutes(9));
    assert.equal(home.alarm.owner?.name, "王芳");
    home.forward(minutes(1));
    assert.equal(home.alarm.owner, null);
    assert.equal(home.alarm.state, "attending", "who is there is there");
    assert.ok(home.alarm.timers.step! > home.now);
  });
});

describe("Giving an alarm back", () => {
  it("starts the list anew", () => {
    const home = pressed();
    home.act("take");
    home.clear();
    home.act("release");
    assert.equal(home.alarm.state, "alerting");
    assert.equal(home.left.filter((one) => /v\d offer/.test(one)).length, 3);
    assert.deepEqual(home.said, ["heard"]);
  });

  it("happens at once when the staff member who accepted declines", () => {
    const home = pressed();
    home.forward(minutes(2));
    home.answer("s1", "accept");
    home.clear();
    home.answer("s1", "decline");
    assert.equal(home.alarm.owner, null);
    assert.equal(home.alarm.state, "alerting");
    assert.ok(home.left.some((one) => one.startsWith("hotline 101")));
  });
});

describe("Attending", () => {
  it("is entered by a volunteer's own act or by a staff tick, with the evidence kept", () => {
    const home = pressed();
    home.answer("v4", "arrive");
    home.act("arrive");
    assert.equal(home.alarm.state, "attending");
    assert.deepEqual(
      home.alarm.arrivals.map(({ by, evidence }) => `${by} ${evidence}`),
      ["@v4 answer", "王芳 staff"],
    );
    assert.equal(home.alarm.times.arrivedAt, home.now);
  });

  it("goes on alerting while nobody of the desk has it", () => {
    const home = pressed();
    home.answer("v4", "arrive");
    home.clear();
    home.forward(minutes(5));
    assert.ok(home.left.includes("voice s1 offer"));
    assert.equal(home.alarm.state, "attending");
    assert.ok(home.alarm.flags.includes("unanswered"));
  });
});

describe("The end", () => {
  it("comes only by a person with an outcome code; any of them will do", () => {
    for (const outcome of OUTCOMES) {
      const home = pressed();
      const bare = home.act("resolve");
      assert.ok(!bare.ok && bare.code === "bad-input");
      home.act("resolve", { outcome });
      assert.equal(home.alarm.state, "resolved");
      assert.equal(home.alarm.outcome, outcome);
      assert.equal(home.alarm.resolvedBy, "王芳");
    }
  });

  it("calls back those on their way, leaves those who are there, and keeps a note", () => {
    const home = pressed();
    home.answer("v4", "accept");
    home.answer("v1", "seen");
    home.act("resolve", { outcome: "helped-on-site", text: "已扶起" });
    assert.ok(home.left.includes("webhook v4 withdrawn"));
    assert.equal(home.offer("v4").state, "withdrawn");
    assert.equal(home.alarm.notes.at(-1)?.text, "已扶起");
  });

  it("is reviewed: after a day the supervisor is reminded, and each day again", () => {
    const home = pressed();
    home.resolve();
    home.forward(hours(24) - 1);
    assert.deepEqual(home.alarm.flags.includes("review-overdue"), false);
    home.forward(1);
    assert.ok(home.alarm.flags.includes("review-overdue"));
    home.clear();
    home.forward(hours(24));
    assert.deepEqual(
      home.kinds.filter((kind) => kind !== "rounds-planned"),
      ["review-overdue"],
    );
    assert.equal(home.alarm.state, "resolved");
  });

  it("is immutable once closed; corrections are notes; the state forgets it a day later", () => {
    const home = pressed();
    home.resolve();
    home.act("close", { by: CHEN });
    const closed = home.alarm;
    assert.equal(closed.closedBy, "陈静");
    for (const act of ["take", "release", "arrive", "verify-cancel", "resolve"] as const)
      assert.ok(!home.act(act, { by: WANG, outcome: "test" }).ok || home.last!.events.length === 0, act);
    assert.deepEqual(home.alarm, closed);
    assert.ok(home.act("note", { text: "更正：二单元" }).ok);
    home.forward(FORGET_AFTER_MS);
    assert.equal(home.alarms.length, 0);
  });

  it("never comes by time, receipts, presses, cancels or restarts", () => {
    const home = pressed();
    home.deliverAll();
    home.forward(hours(30));
    home.cancel();
    home.forward(hours(1));
    home.restart(hours(50));
    home.press();
    home.forward(seconds(1));
    assert.equal(home.alarms.length, 1);
    assert.equal(home.alarm.state, "alerting");
    assert.ok(home.alarm.timers.step! > home.now);
  });
});
