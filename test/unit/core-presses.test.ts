import assert from "node:assert/strict";
import { LATE_AFTER_MS } from "../../gateway/core/press.ts";
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
