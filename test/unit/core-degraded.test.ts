import assert from "node:assert/strict";
import { isLive } from "../../gateway/core/messages.ts";
import { hours, minutes, seconds } from "../../gateway/core/units.ts";
import { COMMUNITY, device, resident, responder } from "../support/core-community.ts";
import { CoreHome } from "../support/core-home.ts";

const flagged = (home: CoreHome): boolean => home.alarm.flags.includes("degraded");

describe("A hotline that is missing or down", () => {
  it("missing: staff are asked at once, the siren sounds, the alarm is flagged degraded", () => {
    const home = new CoreHome({ facilities: { hotline: false } });
    home.press();
    for (const one of ["webhook s1 offer", "webhook s2 offer", "siren", "webhook v4 offer"])
      assert.ok(home.left.includes(one), one);
    assert.ok(flagged(home));
  });

  it("failing: the same, at the first failure and once only, while it is still being tried", () => {
    const home = new CoreHome();
    home.press();
    const report = home.hotline()[0]!;
    home.clear();
    home.receipt(report.key, "sent");
    home.receipt(report.key, "failing", "no answer");
    assert.deepEqual(home.left, ["webhook s1 offer", "webhook s2 offer", "siren"]);
    assert.ok(flagged(home));
    home.clear();
    home.receipt(report.key, "failing", "connection refused");
    assert.deepEqual(home.left, []);
    home.forward(minutes(30));
    assert.equal(home.hotline().length, 1, "one report is tried, not many");
  });

  it("recovered: what was tried is received, and repeated as still present", () => {
    const home = new CoreHome();
    home.press();
    const report = home.hotline()[0]!;
    home.receipt(report.key, "failing", "no answer");
    home.forward(minutes(3));
    home.receipt(report.key, "received");
    assert.equal(home.alarm.times.hotlineReceivedAt, home.now);
    home.clear();
    home.forward(minutes(2));
    assert.ok(home.left.includes("hotline 101/6"));
  });

  it("given up: the next step makes a new report", () => {
    const home = new CoreHome();
    home.press();
    home.receipt(home.hotline()[0]!.key, "failed", "the queue was full");
    home.forward(minutes(5));
    assert.ok(home.left.includes("hotline 101/1"), "a new event: nobody there knows of it");
    assert.equal(home.hotline().length, 2);
  });

  it("does not bring the siren once somebody of the desk has it", () => {
    const home = new CoreHome();
    home.press();
    const report = home.hotline()[0]!;
    home.act("take");
    home.clear();
    home.receipt(report.key, "failing", "no answer");
    assert.deepEqual(home.left, []);
  });
});

describe("What the hotline is told", () => {
  it("is never still present of an event that was stopped before it left", () => {
    const home = new CoreHome();
    home.press();
    home.act("take");
    home.clear();
    home.act("release");
    assert.ok(home.left.includes("hotline 101/1"));
  });

  it("reaches received, and never answers the alarm", () => {
    const home = new CoreHome();
    home.press();
    home.receipt(home.hotline()[0]!.key, "received");
    assert.equal(home.alarm.state, "alerting");
    assert.equal(home.alarm.owner, null);
    assert.equal(home.alarm.times.answeredAt, null);
    assert.equal(home.alarm.said, "heard");
    assert.deepEqual(home.effects.at(-1), { do: "reached", alarm: home.alarm.id });
  });
});

describe("A channel that is missing or down", () => {
  it("a step's channel that is not there falls back to the one that is, with staff and siren, flagged", () => {
    const home = new CoreHome({ facilities: { channels: ["webhook"] } });
    home.press();
    home.deliverAll();
    home.forward(seconds(119));
    assert.ok(!flagged(home));
    home.clear();
    home.forward(seconds(1));
    assert.deepEqual(home.left, ["webhook s1 offer", "webhook s2 offer", "siren"]);
    assert.ok(flagged(home));
  });

  it("staff who were asked early by another channel are still called by voice in their step", () => {
    const home = new CoreHome();
    home.press();
    home.receipt(home.hotline()[0]!.key, "failing", "no answer");
    home.deliverAll();
    home.clear();
    home.forward(seconds(120));
    assert.ok(home.left.includes("voice s1 offer"));
    assert.ok(home.left.includes("voice s2 offer"));
  });

  it("nobody has an address on it: staff by what there is, and the siren", () => {
    const people = COMMUNITY.filter((event) => event.kind !== "contact-saved" || !event.responder.startsWith("v"));
    const home = new CoreHome({ people });
    home.press();
    assert.ok(home.left.includes("webhook s1 offer"));
    assert.ok(home.left.includes("siren"));
    assert.ok(flagged(home));
  });

  it("refuses one person's message: their next way is tried, and where that fails too somebody else is asked", () => {
    const home = new CoreHome();
    home.press();
    const first = home.alarm.deliveries.find(({ to }) => to === "v4")!;
    home.clear();
    home.receipt(first.key, "failed", "410 gone");
    assert.deepEqual(home.left, ["voice v4 offer"]);
    home.clear();
    home.receipt(home.alarm.deliveries.at(-1)!.key, "failed", "no such number");
    assert.equal(home.offer("v4").state, "expired");
    assert.deepEqual(home.left, ["webhook v3 offer"]);
    assert.ok(flagged(home));
  });

  it("that refuses every message is not asked without end: each person once by each way, then at the next step", () => {
    const home = new CoreHome();
    home.press();
    const refused = new Set<string>();
    const refuseAll = (): void => {
      for (let turn = 0; turn < 100; turn++) {
        const next = home.alarm.deliveries.find(({ key, type }) => type === "offer" && !refused.has(key));
        if (!next) return;
        refused.add(next.key);
        home.receipt(next.key, "failed", "no such number");
      }
    };
    refuseAll();
    const ways = home.alarm.deliveries.filter(({ type }) => type === "offer");
    assert.equal(new Set(ways.map(({ to, channel }) => `${to} ${channel}`)).size, ways.length);
    home.forward(minutes(6));
    refuseAll();
    assert.ok(refused.size > ways.length, "the policy's steps ask again");
    assert.ok(refused.size < 100);
  });

  it("with nothing else to hope for the siren sounds", () => {
    const people = [resident("r1", "1"), device("beef", "r1"), ...responder("v1", "volunteer", 1, "1")];
    const home = new CoreHome({ people });
    home.press();
    home.clear();
    home.receipt(home.hotline()[0]!.key, "failing", "no answer");
    assert.deepEqual(home.left, ["siren"], "no staff is there to be asked");
    const other = new CoreHome({ people, facilities: { siren: true } });
    other.press();
    for (const { key } of other.alarm.deliveries) other.receipt(key, "failing", "no network");
    assert.equal(other.siren()?.status, "queued");
  });

  it("that is dead for two days does not pile up messages", () => {
    const home = new CoreHome();
    home.press();
    home.watch = (input) => {
      if (input.type !== "due") return;
      for (const { key, status } of home.alarm.deliveries)
        if (status === "queued")
          home.decide({ type: "receipt", key, status: "failing", at: home.now, sentAt: null, detail: "down" });
    };
    home.forward(hours(48));
    const live = home.alarm.deliveries.filter(isLive);
    assert.ok(live.length <= 2 * home.alarm.offers.length + 2, `${live.length} messages wait`);
    assert.ok(home.alarm.deliveries.length < 150);
  });

  it("a healthy one keeps the alarm's list of messages bounded too", () => {
    const home = new CoreHome();
    home.press();
    for (let round = 0; round < 100; round++) {
      home.deliverAll();
      home.forward(minutes(5));
    }
    assert.ok(home.alarm.deliveries.length <= 130, `${home.alarm.deliveries.length} rows`);
    assert.ok(home.alarm.deliveryCount > 500);
  });
});

describe("The siren", () => {
  it("stops with the take and sounds again when the alarm comes back", () => {
    const home = new CoreHome();
    home.press();
    home.forward(minutes(5));
    home.receipt(home.siren()!.key, "sent");
    home.clear();
    home.act("take");
    assert.ok(home.effects.some((effect) => effect.do === "withdraw" && effect.key === home.siren()!.key));
    home.clear();
    home.act("release");
    home.forward(minutes(5));
    assert.ok(home.left.includes("siren"));
  });

  it("that failed is tried again at the next repeat", () => {
    const home = new CoreHome();
    home.press();
    home.forward(minutes(5));
    home.receipt(home.siren()!.key, "failed", "no such program");
    home.clear();
    home.forward(minutes(5));
    assert.ok(home.left.includes("siren"));
  });

  it("does not sound for a service request, even with nobody to reach", () => {
    const people = [resident("r1", "1"), device("beef", "r1"), ...responder("s1", "staff", 1, "1", [])];
    const home = new CoreHome({ people });
    home.report("service");
    home.forward(hours(2));
    assert.equal(home.siren(), undefined);
    assert.ok(flagged(home), "but it is said that nobody could be asked");
  });

  it("is left out where the site has none, and the alarm goes on", () => {
    const home = new CoreHome({ facilities: { siren: false } });
    home.press();
    home.forward(minutes(10));
    assert.equal(home.siren(), undefined);
    assert.ok(flagged(home));
    assert.ok(home.alarm.timers.step! > home.now);
  });
});

describe("Effects that left before the journal had them", () => {
  it("flag the alarm, and the times say when it was safe", () => {
    const home = new CoreHome();
    const { id } = home.press();
    home.decide({ type: "not-logged", alarm: id });
    home.decide({ type: "not-logged", alarm: id });
    home.forward(seconds(4));
    home.decide({ type: "journaled", alarm: id, at: home.now });
    home.forward(seconds(4));
    home.decide({ type: "journaled", alarm: id, at: home.now });
    assert.deepEqual(home.alarm.flags, ["notLogged"]);
    assert.equal(home.alarm.times.journaledAt, home.now - seconds(4), "the first time counts");
  });

  it("a reply of a receiver or a person says that the alarm has reached somebody", () => {
    const home = new CoreHome();
    const { id } = home.press();
    const reached = (): boolean => home.effects.some((effect) => effect.do === "reached" && effect.alarm === id);
    assert.ok(!reached());
    home.receipt(home.alarm.deliveries[1]!.key, "sent");
    assert.ok(!reached(), "what a channel took has reached nobody");
    home.answer("v4", "accept");
    assert.ok(reached());
  });
});
