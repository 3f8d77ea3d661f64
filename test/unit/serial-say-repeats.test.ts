import assert from "node:assert/strict";
import { SayRepeats } from "../../gateway/adapters/serial/say-repeats.ts";
import type { Say } from "../../gateway/core/kinds.ts";
import type { SayOrder } from "../../gateway/core/report.ts";
import { TestClock } from "../support/test-clock.ts";

describe("saying again until it is echoed", () => {
  it("writes at once, then each second, ten times at most", async () => {
    const desk = open();
    desk.say("heard", 10);
    assert.deepEqual(desk.written, ["heard 10"]);
    await desk.clock.forward(9_999);
    assert.equal(desk.written.length, 10);
    assert.deepEqual(desk.unsaid, []);
    await desk.clock.forward(60_000);
    assert.equal(desk.written.length, 10);
    assert.deepEqual(desk.unsaid, ["heard 10: no echo after 10 writes"]);
  });

  it("stops at the echo, and only at its own", async () => {
    const desk = open();
    desk.say("heard", 10);
    desk.repeats.echoed("0000beef", 9, "heard");
    desk.repeats.echoed("0000cafe", 10, "heard");
    desk.repeats.echoed("0000beef", 10, "coming");
    await desk.clock.forward(1_000);
    assert.deepEqual(desk.said, []);
    desk.repeats.echoed("0000beef", 10, "heard");
    desk.repeats.echoed("0000beef", 10, "heard");
    await desk.clock.forward(60_000);
    assert.deepEqual([desk.written.length, desk.said, desk.unsaid], [2, ["heard 10"], []]);
  });

  it("repeats only the newest *heard*, yet knows a late echo of the one before", async () => {
    const desk = open();
    desk.say("heard", 10);
    desk.say("heard", 11);
    await desk.clock.forward(1_000);
    assert.deepEqual(desk.written, ["heard 10", "heard 11", "heard 11"]);
    desk.repeats.echoed("0000beef", 10, "heard");
    desk.repeats.echoed("0000beef", 11, "heard");
    assert.deepEqual(desk.said, ["heard 10", "heard 11"]);
  });

  it("keeps *coming* going beside *heard*, and lets it replace *answered*", async () => {
    const desk = open();
    desk.say("answered", 10);
    desk.say("coming", 10);
    desk.say("heard", 11);
    await desk.clock.forward(1_000);
    assert.deepEqual(desk.written.slice(3).sort(), ["coming 10", "heard 11"]);
  });

  it("gives up after ten seconds on a line that takes nothing", async () => {
    const desk = open();
    desk.takes = false;
    desk.say("heard", 10);
    await desk.clock.forward(10_000);
    assert.deepEqual(desk.unsaid, ["heard 10: the line took no bytes"]);
  });

  it("writes as soon as the line takes bytes again", async () => {
    const desk = open();
    desk.takes = false;
    desk.say("coming", 10);
    await desk.clock.forward(2_000);
    desk.takes = true;
    await desk.clock.forward(1_000);
    assert.deepEqual(desk.written, ["coming 10"]);
  });

  it("does not queue a second copy while the first waits in the kernel", async () => {
    const desk = open();
    desk.stuck = true;
    desk.say("heard", 10);
    await desk.clock.forward(5_000);
    assert.equal(desk.written.length, 1);
    desk.repeats.reopened();
    await desk.clock.forward(1_000);
    assert.equal(desk.written.length, 2, "a fresh port gets its own copy");
  });

  it("refuses what is beyond its bound, aloud", () => {
    const desk = open();
    for (let i = 0; i < 4_097; i++) desk.say("heard", 1, i.toString(16).padStart(8, "0"));
    assert.equal(desk.written.length, 4_096);
    assert.deepEqual(desk.unsaid, ["heard 1: 4096 answers are under way on this line already"]);
  });

  it("leaves no timer behind when stopped", () => {
    const desk = open();
    desk.say("heard", 10);
    desk.say("coming", 10);
    desk.repeats.stop();
    assert.equal(desk.clock.pending, 0);
  });
});

interface Desk {
  readonly clock: TestClock;
  readonly repeats: SayRepeats;
  readonly written: string[];
  readonly said: string[];
  readonly unsaid: string[];
  takes: boolean;
  stuck: boolean;
  say(say: Say, counter: number, address?: string): void;
}

function open(): Desk {
  const clock = new TestClock();
  const named = (order: SayOrder): string => `${order.say} ${order.counter}`;
  const write = (bytes: Uint8Array): Promise<void> | null => {
    if (!desk.takes) return null;
    desk.written.push(new TextDecoder().decode(bytes));
    return desk.stuck ? new Promise(() => undefined) : Promise.resolve();
  };
  const repeats = new SayRepeats({
    clock,
    write,
    said: (order) => desk.said.push(named(order)),
    unsaid: (order, why) => desk.unsaid.push(`${named(order)}: ${why}`),
  });
  const say: Desk["say"] = (word, counter, address = "0000beef") => {
    const order = { bridge: "okc", address, line: "serial:/dev/ttyUSB0", counter, say: word };
    repeats.say(order, new TextEncoder().encode(named(order)));
  };
  const desk: Desk = { clock, repeats, written: [], said: [], unsaid: [], takes: true, stuck: false, say };
  return desk;
}
