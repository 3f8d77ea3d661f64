import assert from "node:assert/strict";
import { Canary, CANARY_MS } from "../../gateway/app/canary.ts";
import type { Service } from "../../gateway/ports/service.ts";
import { RecordingMeter } from "../support/peers/recording-sink.ts";
import { RecordingWatchSink } from "../support/recording-watch.ts";
import { TestClock } from "../support/test-clock.ts";

describe("The gateway's own report", () => {
  let clock: TestClock;
  let sink: RecordingWatchSink;
  let path: () => Promise<void>;
  let sent: number;
  let alive: number;
  let canary: Canary;

  const make = (watchdogMs: number | null = 60_000): Canary => {
    const service: Service = { watchdogMs, ready: () => undefined, alive: () => alive++, stopping: () => undefined };
    const send = (): Promise<void> => (sent++, path());
    return new Canary({ send, clock, meter: new RecordingMeter(), service });
  };

  beforeEach(() => {
    clock = new TestClock();
    sink = new RecordingWatchSink();
    sent = alive = 0;
    path = () => Promise.resolve();
    canary = make();
  });

  afterEach(async () => {
    await canary.stop();
    assert.equal(clock.pending, 0);
  });

  it("goes out at once and every ten seconds, and the supervisor hears of each that came through", async () => {
    canary.start(sink);
    await clock.forward(6 * CANARY_MS);
    assert.deepEqual([sent, alive, sink.codes], [7, 7, []]);
  });

  it("that does not come through tells the supervisor nothing; none is sent behind it; a row says so", async () => {
    let comeThrough = (): void => undefined;
    canary.start(sink);
    await clock.forward(0);
    path = () => new Promise<void>((resolve) => (comeThrough = resolve));
    await clock.forward(3 * CANARY_MS);
    assert.deepEqual([sent, alive, sink.codes], [2, 1, []]);
    await clock.forward(60 * CANARY_MS);
    assert.deepEqual([sent, alive, sink.codes], [2, 1, ["canary-missing"]]);
    assert.equal(canary.findings()[0]!.level, "error");
    path = () => Promise.resolve();
    comeThrough();
    await clock.forward(0);
    assert.deepEqual([alive, sink.codes], [2, []]);
  });

  it("that a rule fails on tells the supervisor nothing either", async () => {
    path = () => Promise.reject(new Error("a rule"));
    canary.start(sink);
    await clock.forward(3 * CANARY_MS);
    assert.deepEqual([sent, alive, sink.codes], [4, 0, ["canary-missing"]]);
  });

  it("that comes through after the end is told to nobody", async () => {
    let comeThrough = (): void => undefined;
    path = () => new Promise<void>((resolve) => (comeThrough = resolve));
    canary.start(sink);
    await canary.stop();
    comeThrough();
    await clock.forward(0);
    assert.equal(alive, 0);
  });

  it("says whether somebody watches, and whether long enough", () => {
    const watchdog = (one: Canary): string => {
      one.start(sink);
      const { level } = one.findings()[1]!;
      void one.stop();
      return level;
    };
    assert.deepEqual(
      [60_000, 19_000, null].map((ms) => watchdog(make(ms))),
      ["ok", "warning", "warning"],
    );
    assert.deepEqual(canary.findings(), [], "not started: a command while no gateway runs");
  });
});
