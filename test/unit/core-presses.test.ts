import assert from "node:assert/strict";
import { UNPROVED_PRESSES_MAX } from "../../gateway/core/press.ts";
import { LATE_AFTER_MS } from "../../gateway/core/hear.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { COMMUNITY, device, resident } from "../support/core-community.ts";
import { CoreHome, policiesWith } from "../support/core-home.ts";

const priorityOf2 = policiesWith("emergency", { priority: 3 });

describe("One press", () => {
  it("repeated by radio is answered heard each time and counts once", () => {
    const home = new CoreHome();
    home.press({ counter: 10 });
    for (let copy = 0; copy < 5; copy++) {
      const { heard, events } = home.report("emergency", { counter: 10, ageMs: copy * 1000 });
      assert.equal(heard, "counted-before");
      assert.deepEqual(events, []);
    }
    assert.deepEqual(home.said, Array(6).fill("heard"));
    assert.equal(home.alarm.presses.length, 1);
  });

  it("is answered heard by the line and with the counter it came with", () => {
    const home = new CoreHome();
    home.press({ counter: 77, line: "ttyUSB1" });
    const say = home.effects.find((effect) => effect.do === "say")!;
    assert.deepEqual(say.order, { bridge: "okc", address: "beef", line: "ttyUSB1", counter: 77, say: "heard" });
  });

  it("of a device without counters counts each time, and nobody can be answered", () => {
    const home = new CoreHome();
    home.press({ counter: null });
    home.press({ counter: null });
    assert.equal(home.alarm.presses.length, 2);
    assert.deepEqual(home.said, []);
  });

  it("that a device kept during an outage is marked late, with its age", () => {
    const home = new CoreHome();
    const alarm = home.press({ ageMs: minutes(9) });
    assert.ok(alarm.flags.includes("late"));
    assert.equal(alarm.presses[0]!.late, true);
    assert.equal(alarm.presses[0]!.ageMs, minutes(9));
    assert.equal(alarm.times.pressedAt, home.now - minutes(9));
  });

  it("that took some retries on the air is not late", () => {
    const home = new CoreHome();
    assert.deepEqual(home.press({ ageMs: LATE_AFTER_MS - 1 }).flags, []);
  });

  it("that was late and joins an open alarm marks it too", () => {
    const home = new CoreHome();
    home.press();
    assert.ok(home.press({ address: "c0de", ageMs: minutes(3) }).flags.includes("late"));
    assert.equal(home.alarms.length, 1);
  });
});

describe("Presses while an alarm is open", () => {
  it("are appended, of every device of the resident, and open nothing", () => {
    const home = new CoreHome();
    home.press();
    home.press({ address: "c0de" });
    home.report("fall");
    home.report("inactivity");
    assert.equal(home.alarms.length, 1);
    assert.deepEqual(
      home.alarm.presses.map(({ device: of, kind }) => `${of} ${kind}`),
      ["okc:beef emergency", "okc:c0de emergency", "okc:beef fall", "okc:beef inactivity"],
    );
  });

  it("of another resident open their own alarm", () => {
    const home = new CoreHome();
    home.press();
    home.press({ address: "cafe" });
    assert.deepEqual(
      home.alarms.map(({ resident: of }) => of),
      ["r1", "r2"],
    );
  });

  it("an emergency is never merged into a service request or into inactivity", () => {
    const home = new CoreHome();
    home.report("service");
    home.report("inactivity");
    home.press();
    assert.deepEqual(
      home.alarms.map(({ kind }) => kind),
      ["service", "inactivity", "emergency"],
    );
  });

  it("open an alarm each where the policy does not merge", () => {
    const presses = { mergeWhileOpen: false, bumpAgainAfterMs: minutes(2) };
    const home = new CoreHome({ policies: policiesWith("emergency", { presses }) });
    home.press();
    home.press();
    assert.equal(home.alarms.length, 2);
  });

  it("raise the priority after the policy's time, not before", () => {
    const home = new CoreHome({ policies: priorityOf2 });
    home.press();
    home.forward(minutes(1));
    assert.equal(home.press().priority, 3);
    home.forward(minutes(2));
    assert.equal(home.press().priority, 2);
  });

  it("at the top are flagged again instead", () => {
    const home = new CoreHome();
    home.press();
    home.forward(minutes(2));
    const alarm = home.press();
    assert.equal(alarm.priority, 1);
    assert.ok(alarm.flags.includes("again"));
  });

  it("are never arrival, whatever is pressed", () => {
    const home = new CoreHome();
    home.press();
    home.act("take");
    home.press();
    home.report("cancel");
    home.report("test");
    assert.equal(home.alarm.state, "owned");
    assert.deepEqual(home.alarm.arrivals, []);
  });

  it("at the same priority do not undo a take, and tell the wearer again who has it", () => {
    const home = new CoreHome();
    home.press();
    home.act("take");
    home.clear();
    home.press();
    assert.equal(home.alarm.owner?.name, "王芳");
    assert.equal(home.alarm.state, "owned");
    assert.deepEqual(home.left, [], "nobody is called again");
    assert.deepEqual(home.said, ["heard", "answered"]);
  });
});

describe("A press soon after an alarm was resolved", () => {
  const resolved = (): CoreHome => {
    const home = new CoreHome({ policies: priorityOf2 });
    home.press();
    home.resolve();
    return home;
  };

  it("within half an hour opens a linked alarm one priority higher", () => {
    const home = resolved();
    const first = home.alarm.id;
    home.forward(minutes(30));
    const alarm = home.press();
    assert.equal(alarm.linkedTo, first);
    assert.equal(alarm.priority, 2);
    assert.equal(alarm.state, "alerting");
  });

  it("and again after that one goes up once more, at the top flagged again", () => {
    const home = resolved();
    const priorities = [1, 2, 3].map(() => {
      const { priority } = home.press();
      home.resolve();
      return priority;
    });
    assert.deepEqual(priorities, [2, 1, 1]);
    assert.ok(home.alarm.flags.includes("again"));
  });

  it("later than that opens an alarm of its own", () => {
    const home = resolved();
    home.forward(minutes(30) + 1);
    const alarm = home.press();
    assert.equal(alarm.linkedTo, null);
    assert.equal(alarm.priority, 3);
  });

  it("is linked although a service request was resolved in between", () => {
    const home = resolved();
    const first = home.alarm.id;
    home.report("service");
    home.resolve("service-request");
    assert.equal(home.press().linkedTo, first);
  });

  it("counts the half hour by the distance, whatever the clock was set to", () => {
    const home = resolved();
    home.stepClock(minutes(600));
    home.forward(minutes(29));
    assert.notEqual(home.press().linkedTo, null);
    home.resolve();
    home.stepClock(-minutes(600));
    home.forward(minutes(31));
    assert.equal(home.press().linkedTo, null);
  });
});

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
    const rest = { counter: 11, ageMs: 0, ageAtLeast: false, batteryPct: 90, proof: "valid", raw: "c0" } as const;
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

describe("A resident's own priority", () => {
  it("raises their alarms above the policy's", () => {
    const home = new CoreHome({
      people: [...COMMUNITY, resident("r9", "1", 1), device("0009", "r9")],
      policies: priorityOf2,
    });
    assert.equal(home.press({ address: "0009" }).priority, 1);
    assert.equal(home.press().priority, 3);
  });
});

describe("A device without a resident", () => {
  it("opens one alarm, which further presses join, and is linked after its end", () => {
    const home = new CoreHome({ people: [...COMMUNITY, device("d00d", null)] });
    home.press({ address: "d00d" });
    home.forward(seconds(5));
    const first = home.press({ address: "d00d" });
    assert.equal(home.alarms.length, 1);
    assert.equal(first.resident, null);
    home.resolve();
    assert.equal(home.press({ address: "d00d" }).linkedTo, first.id);
  });
});
