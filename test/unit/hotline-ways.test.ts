import assert from "node:assert/strict";
import { HotlineWays, type HotlineWay } from "../../gateway/app/hotline-ways.ts";
import { seconds } from "../../gateway/core/units.ts";
import type { Channel, ChannelSink, HotlineMessage, Receipt } from "../../gateway/ports/channel.ts";
import { RecordingSink } from "../support/peers/recording-sink.ts";
import { detailsOf, emergency } from "../support/peers/hotline-rig.ts";
import { TestClock } from "../support/test-clock.ts";

/** One way whose other side is the test: what it has, and what it is told to say. */
class Way implements Channel<HotlineMessage> {
  readonly has = new Set<string>();
  readonly paths;
  readonly #clock: TestClock;
  sink!: ChannelSink;

  constructor(
    readonly id: string,
    clock: TestClock,
  ) {
    this.#clock = clock;
    this.paths = [{ id: `hotline:${id}`, kind: "dc09", lostAfterMs: null }];
  }

  start(sink: ChannelSink): Promise<void> {
    this.sink = sink;
    return Promise.resolve();
  }

  deliver({ key }: HotlineMessage): void {
    this.has.add(key);
  }

  withdraw(key: string): void {
    this.has.delete(key);
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  says(key: string, status: Receipt["status"], detail?: string): void {
    this.sink.receipt({ key, status, at: this.#clock.now(), ...(detail !== undefined && { detail }) });
  }

  keys(): string[] {
    return [...this.has];
  }
}

const service = detailsOf({ kind: "service", means: "service" });
const report = (key: string): HotlineMessage => emergency(key, { alarm: null, priority: 5, event: "355" });

describe("several ways to the hotline", () => {
  let clock: TestClock;
  let sink: RecordingSink;
  let a: Way;
  let b: Way;
  let hotline: HotlineWays;

  async function open(more: { a?: Partial<HotlineWay>; b?: Partial<HotlineWay> } = {}): Promise<void> {
    const usual = { lines: Infinity, reports: true, patienceMs: seconds(10) };
    const ways = [
      { channel: a, ...usual, ...more.a },
      { channel: b, ...usual, ...more.b },
    ];
    hotline = new HotlineWays({ ways, clock });
    await hotline.start(sink);
  }

  beforeEach(() => {
    clock = new TestClock();
    sink = new RecordingSink();
    a = new Way("a", clock);
    b = new Way("b", clock);
  });

  afterEach(async () => {
    await hotline.stop();
    assert.equal(clock.pending, 0, "a timer was left behind");
  });

  it("gives a message to the first only, while that takes it", async () => {
    await open();
    hotline.deliver(emergency("1"));
    hotline.deliver(emergency("1"));
    a.says("1", "received");
    assert.deepEqual([a.keys(), b.keys()], [["1"], []]);
    await clock.forward(seconds(60));
    assert.deepEqual(sink.statuses("1"), ["received"]);
  });

  it("takes the next at once when the first fails, and says nothing of failing while it has hope", async () => {
    await open();
    hotline.deliver(emergency("1"));
    a.says("1", "failing", "busy");
    assert.deepEqual([a.keys(), b.keys()], [["1"], ["1"]]);
    await clock.settle();
    assert.deepEqual(sink.statuses("1"), []);
    b.says("1", "received");
    assert.deepEqual(sink.statuses("1"), ["received"]);
    assert.deepEqual(a.keys(), [], "the first way stops trying");
  });

  it("says failing once when no way gets through, with each reason, and goes on trying all", async () => {
    await open();
    hotline.deliver(emergency("1"));
    a.says("1", "failing", "busy");
    b.says("1", "failing", "no answer");
    await clock.settle();
    a.says("1", "failing", "busy");
    await clock.settle();
    const failing = await sink.expect("1", "failing");
    assert.equal(failing.detail, "busy; no answer");
    assert.deepEqual(sink.statuses("1"), ["failing"]);
    a.says("1", "received");
    assert.deepEqual([...b.has], []);
  });

  it("has failed only when each way has refused it for good", async () => {
    await open();
    hotline.deliver(emergency("1"));
    a.says("1", "failed", "unknown account");
    b.says("1", "failing", "no answer");
    await clock.settle();
    b.says("1", "failed", "unknown format");
    await clock.settle();
    assert.deepEqual(sink.statuses("1"), ["failing", "failed"]);
  });

  it("loses patience with a way that says nothing, and keeps what it may still prove", async () => {
    await open();
    hotline.deliver(emergency("1"));
    a.says("1", "sent");
    await clock.forward(seconds(10));
    assert.deepEqual([a.keys(), b.keys()], [["1"], ["1"]]);
    a.says("1", "received");
    assert.deepEqual(sink.statuses("1"), ["sent", "received"]);
    assert.deepEqual(b.keys(), []);
  });

  it("does not ask a way whose paths are all down, while another lives, and returns to it when it is back", async () => {
    await open();
    a.sink.path("hotline:a", false, "refused");
    hotline.deliver(emergency("1"));
    assert.deepEqual([a.keys(), b.keys()], [[], ["1"]]);
    a.sink.path("hotline:a", true, "answered");
    hotline.deliver(emergency("2"));
    assert.deepEqual([a.keys(), b.keys()], [["2"], ["1"]]);
  });

  it("gives a message to a way that is down when all are, and to the first that comes back", async () => {
    await open();
    a.sink.path("hotline:a", false, "refused");
    b.sink.path("hotline:b", false, "refused");
    hotline.deliver(emergency("1"));
    assert.deepEqual([a.keys(), b.keys()], [["1"], []]);
    a.says("1", "failing", "refused");
    assert.equal((await sink.expect("1", "failing")).detail, "refused");
    b.sink.path("hotline:b", true, "answered");
    assert.deepEqual(b.keys(), ["1"]);
  });

  it("uses the next way at once when the lines of the first are busy", async () => {
    await open({ a: { lines: 1 } });
    hotline.deliver(emergency("1"));
    hotline.deliver(emergency("2"));
    assert.deepEqual([a.keys(), b.keys()], [["1"], ["2"]]);
  });

  it("gives a free line to the most urgent, then to the one that waits longest; who waits long is told", async () => {
    await open({ a: { lines: 1 }, b: { lines: 1 } });
    for (const [key, priority] of [
      ["1", 1],
      ["2", 1],
      ["3", 2],
      ["4", 1],
      ["5", 1],
    ] as const)
      hotline.deliver(emergency(key, { priority }));
    a.says("1", "received");
    assert.ok(a.has.has("4") && !a.has.has("3"));
    await clock.forward(seconds(4));
    assert.deepEqual(sink.statuses("3"), ["failing"]);
    assert.deepEqual(sink.statuses("5"), ["failing"]);
    b.says("2", "received");
    assert.ok(b.has.has("5") && !b.has.has("3"));
  });

  it("lets an emergency take the line of a service request or a report, which then wait", async () => {
    await open({ a: { lines: 1 }, b: { lines: 1 } });
    hotline.deliver(emergency("service", { details: service, priority: 3 }));
    hotline.deliver(report("report"));
    hotline.deliver(emergency("1"));
    hotline.deliver(emergency("2"));
    assert.ok(!a.has.has("service") && !b.has.has("report"), "both lines carry emergencies");
    assert.deepEqual([a.has.has("1") || a.has.has("2"), b.has.has("1") || b.has.has("2")], [true, true]);
    await clock.forward(seconds(4));
    assert.deepEqual([sink.statuses("service"), sink.statuses("report")], [["failing"], ["failing"]]);
    hotline.deliver(emergency("3"));
    assert.ok(!a.has.has("3") && !b.has.has("3"), "emergencies do not take lines from each other");
    a.says(a.keys()[0]!, "received");
    assert.ok(a.has.has("3"));
  });

  it("telephones nobody for a report; where there is no other way, it has failed", async () => {
    await open({ a: { reports: false } });
    hotline.deliver(report("1"));
    assert.deepEqual([a.keys(), b.keys()], [[], ["1"]]);
    await hotline.stop();
    await open({ a: { reports: false }, b: { reports: false } });
    hotline.deliver(report("2"));
    await sink.expect("2", "failed");
  });

  it("tells the end of an alarm only to a way that wants it; where there is none, it has failed", async () => {
    await open({ b: { restores: true } });
    hotline.deliver(emergency("1", { qualifier: 3 }));
    assert.deepEqual([a.keys(), b.keys()], [[], ["1"]]);
    await hotline.stop();
    await open();
    hotline.deliver(emergency("2", { qualifier: 3 }));
    await sink.expect("2", "failed");
  });

  it("takes back from every way what is withdrawn, and passes on a proof that comes late", async () => {
    await open();
    hotline.deliver(emergency("1"));
    a.says("1", "failing", "busy");
    hotline.withdraw("1");
    assert.deepEqual([a.keys(), b.keys()], [[], []]);
    b.says("1", "answered");
    assert.deepEqual(sink.statuses("1"), ["answered"]);
  });

  it("keeps what is delivered before the start", async () => {
    const usual = { lines: Infinity, reports: true, patienceMs: seconds(10) };
    hotline = new HotlineWays({ ways: [{ channel: a, ...usual }], clock });
    hotline.deliver(emergency("1"));
    assert.deepEqual(a.keys(), []);
    await hotline.start(sink);
    assert.deepEqual(a.keys(), ["1"]);
  });
});
