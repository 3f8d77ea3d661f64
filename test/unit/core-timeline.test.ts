import assert from "node:assert/strict";
import { viewAlarm } from "../../gateway/core/alarm-view.ts";
import { dueKeys } from "../../gateway/core/due.ts";
import { hours, minutes, seconds } from "../../gateway/core/units.ts";
import { COMMUNITY, device, resident, responder } from "../support/core-community.ts";
import { CoreHome, policiesWith, UNCHASED } from "../support/core-home.ts";
import { NOON } from "../support/test-clock.ts";

const NIGHT = NOON + hours(11);
const offered = (...people: string[]): string[] => people.map((one) => `webhook ${one} offer`);

describe("An emergency that nobody answers", () => {
  it("at once: the pendant is told heard, the hotline 101, and the three nearest volunteers are asked", () => {
    const home = new CoreHome();
    home.press();
    assert.deepEqual(home.said, ["heard"]);
    // v4 lives in the building; the others follow in the order of import.
    assert.deepEqual(home.left, ["hotline 101/1", ...offered("v4", "v1", "v2")]);
    assert.equal(home.alarm.state, "alerting");
    assert.equal(home.alarm.priority, 1);
  });

  it("at 45 s two more are asked, at 60 s the family, at 120 s duty staff by voice", () => {
    const home = new CoreHome({ policies: UNCHASED });
    home.press();
    home.deliverAll();
    const at = (ms: number): string[] => {
      home.clear();
      home.forward(NOON + ms - home.now);
      return home.left;
    };
    assert.deepEqual(at(seconds(44)), []);
    assert.deepEqual(at(seconds(45)), offered("v3", "v5"));
    assert.deepEqual(at(seconds(59)), []);
    assert.deepEqual(at(seconds(60)), offered("f1"));
    assert.deepEqual(at(seconds(119)), []);
    assert.deepEqual(at(seconds(120)), ["voice s1 offer", "voice s2 offer"]);
    assert.deepEqual(at(seconds(299)), []);
    assert.deepEqual(home.alarm.flags, [], "nothing is wrong so far");
  });

  it("at 300 s everybody is called again, the siren sounds, and the alarm is red", () => {
    const home = new CoreHome({ policies: UNCHASED });
    home.press();
    home.forward(seconds(299));
    home.deliverAll();
    home.clear();
    home.forward(seconds(1));
    assert.ok(home.left.includes("hotline 101/6"), "still present");
    assert.ok(home.left.includes("siren"));
    for (const who of ["v1", "v4", "f1", "s1"]) assert.ok(home.left.includes(`webhook ${who} offer`), who);
    assert.deepEqual(home.alarm.flags, ["unanswered"]);
    assert.equal(home.alarm.state, "alerting");
  });

  it("is repeated every five minutes, for ever, and never ends by itself", () => {
    const home = new CoreHome({ policies: UNCHASED });
    home.press();
    home.deliverAll();
    home.forward(seconds(300));
    for (let round = 1; round <= 50; round++) {
      home.deliverAll();
      home.clear();
      home.forward(minutes(5));
      assert.ok(home.left.includes("hotline 101/6"), `round ${round} calls the hotline`);
      assert.ok(home.left.length > 5, `round ${round} calls people`);
      assert.ok(home.alarm.timers.step! > home.now);
    }
    assert.equal(home.alarm.state, "alerting");
    assert.equal(home.siren()?.status, "sent", "the siren sounds on, once");
  });

  it("asks those again who declined, from the repeat step on", () => {
    const home = new CoreHome();
    home.press();
    for (const who of ["v4", "v1", "v2"]) home.answer(who, "decline");
    home.forward(minutes(10));
    assert.ok(home.offers("volunteers").length === 6, "the whole pool was asked");
    home.forward(minutes(20));
    assert.equal(home.offer("v4").state, "queued");
  });

  it("shows what is next due on the alarm", () => {
    const home = new CoreHome();
    home.press();
    assert.equal(viewAlarm(home.state, home.alarm).nextDueAt, new Date(NOON + seconds(45)).toISOString());
  });
});

describe("Steps that find nobody", () => {
  it("are skipped at once, and the alarm says so", () => {
    const people = COMMUNITY.filter((event) => !("id" in event) || !/^v/.test(event.id));
    const home = new CoreHome({ people });
    home.press();
    assert.deepEqual(home.left, ["hotline 101/1"]);
    home.forward(seconds(45));
    // The widening at 45 s finds nobody, so the family is called now and not at 60 s.
    assert.ok(home.left.includes("webhook f1 offer"));
    assert.ok(home.alarm.flags.includes("nobody-to-ask"));
  });

  it("with nobody at all the siren sounds at once and something stays due", () => {
    const home = new CoreHome({ people: [resident("r1", "1"), device("beef", "r1")], facilities: { hotline: false } });
    home.press();
    assert.deepEqual(home.left, ["siren"]);
    assert.ok(home.alarm.flags.includes("degraded"));
    home.forward(hours(3));
    assert.ok(home.alarm.timers.step! > home.now);
  });

  it("the family of somebody else is not asked", () => {
    const home = new CoreHome({ people: [...COMMUNITY, ...responder("f2", "family", 20, "1", ["webhook"], ["r2"])] });
    home.press();
    home.forward(minutes(30));
    assert.deepEqual(home.offers("family"), ["f1"]);
  });
});

describe("Other kinds of alarm", () => {
  it("a fall runs as an emergency does", () => {
    const home = new CoreHome();
    home.report("fall");
    assert.equal(home.alarm.kind, "fall");
    assert.deepEqual(home.left, ["hotline 101/1", ...offered("v4", "v1", "v2")]);
  });

  it("inactivity is 654 at the hotline, asks family and staff after a minute, volunteers after five", () => {
    const home = new CoreHome();
    home.report("inactivity");
    assert.deepEqual(home.left, ["hotline 654/1"]);
    assert.equal(home.alarm.priority, 2);
    home.clear();
    home.forward(minutes(1));
    assert.deepEqual(home.left, offered("f1", "s1", "s2"));
    home.clear();
    home.forward(minutes(4));
    assert.ok(home.left.includes("webhook v4 offer"));
  });

  it("a service request asks staff in the daytime, never the hotline's receiver or volunteers", () => {
    const home = new CoreHome();
    home.report("service");
    assert.deepEqual(home.left, offered("s1", "s2"));
    home.deliverAll();
    home.forward(hours(7));
    assert.deepEqual(new Set(home.alarm.offers.map(({ leg }) => leg)), new Set(["staff"]));
    assert.deepEqual(home.hotline(), []);
    assert.equal(home.siren(), undefined);
  });

  it("a service request of the night waits at the desk until the morning, with a step always due", () => {
    const home = new CoreHome({ at: NIGHT });
    home.report("service");
    assert.equal(home.left.length, 0);
    for (let turn = 0; turn < 8; turn++) {
      home.forward(hours(1));
      assert.ok(home.alarm.timers.step! > home.now);
      assert.equal(home.left.length, 0, "nobody is woken");
    }
    home.forward(hours(1.5));
    assert.ok(home.left.includes("webhook s1 offer"), "staff are asked when the day begins");
  });

  it("a button that means service opens a service request", () => {
    const home = new CoreHome({ people: [...COMMUNITY, device("5e5e", "r2", "service")] });
    home.report("other", { address: "5e5e" });
    assert.equal(home.alarm.kind, "service");
  });
});

describe("A policy that repeats from its middle", () => {
  it("keeps the distances of its steps in every round", () => {
    const home = new CoreHome({ policies: policiesWith("emergency", { repeatFromStep: 1 }) });
    home.press();
    home.deliverAll();
    home.forward(seconds(300));
    const ran: [number, number][] = [];
    home.watch = (_, { events }) => {
      for (const event of events) if (event.kind === "step-run") ran.push([event.step, (event.at - NOON) / 1000]);
    };
    home.forward(minutes(10));
    assert.deepEqual(ran.slice(0, 4), [
      [1, 600],
      [2, 615],
      [3, 675],
      [4, 855],
    ]);
  });
});

describe("A restart", () => {
  it("runs what is overdue at once, priority 1 and oldest first", () => {
    const home = new CoreHome({ people: [...COMMUNITY, device("f00d", "r2", "service")] });
    home.report("other", { address: "f00d" });
    home.forward(seconds(1));
    home.report("emergency", { address: "cafe" });
    home.forward(seconds(1));
    home.press();
    home.now += hours(1);
    const order = dueKeys(home.state, home.now, 100).map((key) => home.state.alarms.get(key.slice(6))!);
    assert.deepEqual(
      order.map(({ kind, resident: of }) => `${kind} ${of}`),
      ["emergency r2", "emergency r1", "service r2"],
    );
  });

  it("after an outage of a quarter of an hour all missed steps run in one go", () => {
    const home = new CoreHome();
    home.press();
    home.clear();
    home.restart(minutes(15));
    assert.deepEqual(
      home.events.flatMap((event) => (event.kind === "step-run" ? [event.step] : [])),
      [1, 2, 3, 4],
    );
    assert.ok(home.alarm.timers.step! > home.now);
  });

  it("sends again what has no receipt, under the same key, and nothing else", () => {
    const home = new CoreHome();
    home.press();
    const [report, first] = home.alarm.deliveries;
    home.receipt(report!.key, "received");
    home.receipt(first!.key, "sent");
    const waiting = home.alarm.deliveries.filter(({ status }) => status === "queued").map(({ key }) => key);
    home.clear();
    home.restart();
    const again = home.effects.flatMap((effect) => (effect.do === "deliver" ? [effect.key] : []));
    assert.deepEqual(again, waiting);
  });

  it("keeps the owner, what the wearer was told, and counters", () => {
    const home = new CoreHome();
    home.press();
    home.act("take");
    home.clear();
    home.restart(seconds(3));
    assert.equal(home.alarm.owner?.name, "王芳");
    assert.deepEqual(home.said, ["answered"], "the pendant is told once more");
    home.report("emergency", { counter: 10 });
    assert.equal(home.last!.heard, "counted-before");
  });
});
