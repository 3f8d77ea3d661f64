import assert from "node:assert/strict";
import { FloodLimit } from "../../gateway/adapters/broker/flood-limit.ts";
import { QuietLog } from "../../gateway/adapters/broker/quiet-log.ts";
import { RecordingLog } from "../support/recording-sink.ts";
import { TestClock } from "../support/test-clock.ts";

const BOUNDS = { reportsPerS: 10, reportsBurst: 3, heldPerDeviceMax: 4, ratesMax: 2 };

describe("The rate of a device's reports", () => {
  it("allows a burst and then ten a second, in order", async () => {
    const clock = new TestClock();
    const limit = new FloodLimit(clock, BOUNDS);
    assert.deepEqual(
      [1, 2, 3, 4].map(() => limit.take("a")),
      [true, true, true, false],
    );
    const turns: number[] = [];
    for (const turn of [1, 2, 3]) limit.hold("a", () => turns.push(turn));
    await clock.forward(200);
    assert.deepEqual(turns, [1, 2]);
    assert.equal(limit.take("a"), false, "what waits goes first");
    await clock.forward(100);
    assert.deepEqual(turns, [1, 2, 3]);
    assert.equal(clock.pending, 0);
  });

  it("of one device is no other's", () => {
    const limit = new FloodLimit(new TestClock(), BOUNDS);
    for (let count = 0; count < 10; count++) limit.take("a");
    assert.equal(limit.take("b"), true);
  });

  it("refuses to hold more than its bound, and forgets what it holds when stopped", async () => {
    const clock = new TestClock();
    const limit = new FloodLimit(clock, BOUNDS);
    let turns = 0;
    const held = [1, 2, 3, 4, 5].map(() => limit.hold("a", () => turns++));
    assert.deepEqual(held, [true, true, true, true, false]);
    limit.stop();
    await clock.forward(10_000);
    assert.equal(turns, 0);
  });

  it("forgets the device idle longest, never one that waits", async () => {
    const clock = new TestClock();
    const limit = new FloodLimit(clock, BOUNDS);
    let turns = 0;
    for (let count = 0; count < 3; count++) limit.take("waits");
    limit.hold("waits", () => turns++);
    for (const device of ["b", "c", "d"]) limit.take(device);
    await clock.forward(100);
    assert.equal(turns, 1);
  });
});

describe("A log line about the same thing", () => {
  it("is said at once, then every ten seconds with how many were left out", async () => {
    const clock = new TestClock();
    const log = new RecordingLog();
    const quiet = new QuietLog(log, clock);
    for (let count = 0; count < 5; count++) quiet.warn("a", "noise", {});
    quiet.warn("b", "noise", {});
    await clock.forward(10_000);
    quiet.warn("a", "noise", {});
    assert.deepEqual(
      log.lines.map((each) => each.fields),
      [{}, {}, { leftOut: 4 }],
    );
  });
});
