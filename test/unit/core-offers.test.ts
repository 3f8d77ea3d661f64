import assert from "node:assert/strict";
import { POOL_SINCE, type Pool } from "../../gateway/core/policy.ts";
import { hours, minutes, seconds } from "../../gateway/core/units.ts";
import { CoreHome, policiesWith } from "../support/core-home.ts";

const POOL: Pool = { first: 3, need: 1, widenBy: 2, maxOffers: 20, replaceOnDecline: true, ...POOL_SINCE };

function pressed(pool: Partial<Pool> = {}): CoreHome {
  const home = new CoreHome({ policies: policiesWith("emergency", { pool: { ...POOL, ...pool } }) });
  home.press();
  home.deliverAll();
  home.clear();
  return home;
}

const withdrawn = (home: CoreHome): string[] => home.left.filter((one) => one.endsWith("withdrawn"));

describe("An offer", () => {
  it("goes from queued over sent, seen, accepted and enroute to arrived and left", () => {
    const home = new CoreHome();
    home.press();
    const states = [home.offer("v4").state];
    home.deliverAll();
    states.push(home.offer("v4").state);
    for (const answer of ["seen", "accept", "enroute", "arrive", "done"] as const) {
      assert.ok(home.answer("v4", answer).ok);
      states.push(home.offer("v4").state);
    }
    assert.deepEqual(states, ["queued", "sent", "seen", "accepted", "enroute", "arrived", "left"]);
  });

  it("is seen only by a person's touch: what the channel took proves nothing", () => {
    const home = pressed();
    assert.equal(home.alarm.times.seenAt, null);
    assert.ok(home.alarm.times.firstNotifiedAt !== null);
    home.answer("v4", "seen");
    assert.equal(home.alarm.times.seenAt, home.now);
  });

  it("answered twice changes nothing the second time and is no error", () => {
    const home = pressed();
    for (const answer of ["seen", "accept", "enroute", "arrive", "done"] as const) {
      home.answer("v4", answer);
      const again = home.answer("v4", answer);
      assert.ok(again.ok && !again.changed, answer);
      assert.deepEqual(home.last!.events, []);
    }
  });

  it("keeps its version under the person's own answers, so that one link does for all of them", () => {
    const home = pressed();
    for (const answer of ["seen", "accept", "enroute", "arrive", "done"] as const)
      assert.ok(home.answer("v4", answer, 1).ok, answer);
  });

  it("that was taken back refuses the old link and shows what is true now", () => {
    const home = pressed();
    home.answer("v4", "accept");
    const reply = home.answer("v1", "accept", 1);
    assert.ok(!reply.ok && reply.code === "stale" && reply.offer?.state === "withdrawn");
  });

  it("that does not exist is not found", () => {
    const home = pressed();
    const reply = home.answer("v6", "accept");
    assert.ok(!reply.ok && reply.code === "not-found");
  });

  it("may be accepted after a decline: people change their minds", () => {
    const home = pressed();
    home.answer("v4", "decline");
    assert.ok(home.answer("v4", "accept").ok);
    assert.equal(home.alarm.said, "coming");
  });

  it("is done with by whoever is still there when the alarm is resolved, and stays as it is once that is closed", () => {
    const home = pressed();
    home.forward(minutes(1));
    for (const who of ["v4", "f1"]) assert.ok(home.answer(who, "arrive").ok);
    home.resolve();
    assert.ok(home.answer("v4", "done").ok);
    assert.equal(home.offer("v4").state, "left");
    assert.equal(home.alarm.state, "resolved");
    home.act("close");
    const closed = home.alarm;
    assert.ok(home.answer("f1", "done").ok);
    assert.deepEqual(home.alarm, closed);
  });

  it("lives as long as its alarm is not closed, and a day longer", () => {
    const home = pressed();
    home.forward(hours(50));
    assert.ok(home.answer("v4", "seen").ok);
    home.resolve();
    home.forward(hours(50));
    assert.ok(home.answer("v4", "seen").ok);
    home.act("close");
    home.forward(hours(24) - 1);
    assert.equal(home.alarms.length, 1);
    home.forward(1);
    assert.equal(home.alarms.length, 0);
  });
});

describe("A volunteer who accepts", () => {
  it("stops further offers to volunteers, and nothing else", () => {
    const home = pressed();
    home.answer("v4", "accept");
    assert.deepEqual(home.alarm.stoppedLegs, ["volunteers"]);
    home.clear();
    home.forward(minutes(5));
    for (const one of ["webhook f1 offer", "voice s1 offer", "hotline 101/6", "siren"])
      assert.ok(home.left.includes(one), one);
    assert.ok(!home.left.some((one) => /v\d offer/.test(one)), "no more volunteers are asked");
  });

  it("owns nothing: the alarm goes on alerting and the list is not delayed", () => {
    const home = pressed();
    const due = home.alarm.timers.step;
    home.answer("v4", "accept");
    assert.equal(home.alarm.owner, null);
    assert.equal(home.alarm.state, "alerting");
    assert.equal(home.alarm.timers.step, due);
    assert.equal(home.alarm.times.answeredAt, null);
    assert.equal(home.alarm.times.acceptedAt, home.now);
  });

  it("has the others told to stand down, by name", () => {
    const home = pressed();
    home.answer("v4", "accept");
    assert.deepEqual(withdrawn(home), ["webhook v1 withdrawn", "webhook v2 withdrawn"]);
    const reasons = home.alarm.deliveries.filter(({ type }) => type === "withdrawn").map(({ reason }) => reason);
    assert.deepEqual(reasons, ["accepted by @v4", "accepted by @v4"]);
  });

  it("stops messages that have not left yet", () => {
    const home = new CoreHome();
    home.press();
    home.answer("v4", "accept");
    // The one who accepts has the message, whatever became of its receipt.
    const waiting = home.alarm.deliveries.filter(({ type }) => type === "offer");
    assert.deepEqual(
      waiting.map(({ status }) => status),
      ["stopped", "stopped", "stopped"],
    );
    const called = home.effects.flatMap((effect) => (effect.do === "withdraw" ? [effect.key] : []));
    assert.deepEqual(called.sort(), waiting.map(({ key }) => key).sort());
  });

  it("is not enough where two are needed; the second is", () => {
    const home = pressed({ need: 2 });
    home.answer("v4", "accept");
    assert.deepEqual(withdrawn(home), []);
    home.answer("v1", "accept");
    assert.deepEqual(withdrawn(home), ["webhook v2 withdrawn"]);
    assert.equal(home.offer("v4").state, "accepted", "who accepted first is still coming");
  });

  it("cannot stop all legs, whatever a policy says", () => {
    const [emergency] = policiesWith("emergency", {});
    const steps = emergency!.steps.map((step) => ({ ...step, onOwner: "stopAll" as const }));
    const home = new CoreHome({ policies: policiesWith("emergency", { steps }) });
    home.press();
    home.answer("v4", "accept");
    assert.equal(home.alarm.owner, null);
    assert.equal(home.hotline()[0]?.status, "queued");
  });

  it("stops nobody where the policy lets the leg continue", () => {
    const [emergency] = policiesWith("emergency", {});
    const steps = emergency!.steps.map((step) => ({ ...step, onOwner: "continue" as const }));
    const home = new CoreHome({ policies: policiesWith("emergency", { steps }) });
    home.press();
    home.answer("v4", "accept");
    assert.deepEqual(home.alarm.stoppedLegs, []);
  });
});

describe("A relative who accepts", () => {
  it("stops further offers to volunteers, and nothing else", () => {
    const home = pressed();
    home.forward(minutes(1));
    home.clear();
    home.answer("f1", "accept");
    assert.deepEqual(home.alarm.stoppedLegs, ["volunteers"]);
    assert.equal(home.alarm.owner, null);
    const told = withdrawn(home);
    assert.equal(new Set(told.map((one) => one.split(" ")[1])).size, 5);
    assert.equal(new Set(told).size, told.length, "nobody is told twice on one channel");
    home.forward(minutes(1));
    assert.ok(home.left.includes("voice s1 offer"));
  });

  it("and cannot come after all has volunteers called again at once", () => {
    const home = pressed();
    home.forward(minutes(1));
    home.answer("f1", "accept");
    home.clear();
    home.answer("f1", "decline");
    assert.deepEqual(home.alarm.stoppedLegs, []);
    assert.deepEqual(home.left, ["webhook v6 offer"]);
    assert.equal(home.alarm.said, "heard");
  });
});

describe("A volunteer who declines", () => {
  it("is replaced by the next one at once", () => {
    const home = pressed();
    home.answer("v1", "decline");
    assert.deepEqual(home.left, ["webhook v3 offer"]);
  });

  it("is not replaced where the policy says so, nor once staff have it", () => {
    const home = pressed({ replaceOnDecline: false });
    home.answer("v1", "decline");
    assert.deepEqual(home.left, []);
    const other = pressed();
    other.answer("v4", "accept");
    other.act("take");
    other.clear();
    other.answer("v4", "decline");
    assert.deepEqual(other.left, []);
  });

  it("after having accepted opens the leg again", () => {
    const home = pressed();
    home.answer("v4", "accept");
    home.answer("v4", "decline");
    assert.deepEqual(home.alarm.stoppedLegs, []);
    assert.equal(home.offer("v3").state, "queued");
    assert.equal(home.alarm.timers["arrive:7gk2qx9d-1.o1"], undefined);
  });
});

describe("Somebody who accepted and does not arrive in time", () => {
  it("is no longer counted on: another is asked, staff are told, the alarm says so", () => {
    const home = pressed();
    home.answer("v4", "accept");
    home.forward(minutes(10) - 1);
    home.deliverAll();
    home.clear();
    home.forward(1);
    assert.equal(home.offer("v4").state, "expired");
    assert.ok(home.alarm.flags.includes("arrival-overdue"));
    assert.ok(
      home.left.some((one) => /webhook v[^4] offer/.test(one)),
      "another volunteer",
    );
    assert.ok(home.left.includes("webhook s1 offer"), "staff");
    assert.ok(home.said.includes("heard"), "nobody is coming any more");
    assert.ok(home.kinds.includes("arrival-overdue"));
  });

  it("keeps the time of the acceptance: setting out does not move it", () => {
    const home = pressed();
    home.answer("v4", "accept");
    home.forward(minutes(8));
    home.answer("v4", "enroute");
    home.forward(minutes(2));
    assert.equal(home.offer("v4").state, "expired");
  });

  it("does not concern those who arrived", () => {
    const home = pressed();
    home.answer("v4", "accept");
    home.answer("v4", "arrive");
    home.forward(minutes(30));
    assert.equal(home.offer("v4").state, "arrived");
    assert.ok(!home.alarm.flags.includes("arrival-overdue"));
  });
});

describe("The pool", () => {
  it("asks no more different people than allowed, before the repeat step", () => {
    const home = pressed({ first: 2, widenBy: 5, maxOffers: 3 });
    home.forward(seconds(50));
    assert.equal(home.offers("volunteers").length, 3);
  });

  it("reminds those who have not answered, without a new offer", () => {
    const home = pressed();
    home.forward(seconds(299));
    home.deliverAll();
    home.clear();
    home.forward(seconds(1));
    assert.ok(home.left.includes("webhook v4 offer"));
    assert.equal(home.offer("v4").version, 1);
  });
});
