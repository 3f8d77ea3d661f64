import assert from "node:assert/strict";
import { SendingChannel } from "../../gateway/app/sending-channel.ts";
import type { SendingLimits } from "../../gateway/app/sending-limits.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import type { Sender, Verdict } from "../../gateway/ports/sender.ts";
import { RecordingLog, RecordingMeter, RecordingSink } from "../support/peers/recording-sink.ts";
import { NOON, TestClock } from "../support/test-clock.ts";

interface Note {
  readonly key: string;
  readonly priority: number;
}

const SENT: Verdict = { fate: "sent", works: true, result: "200" };
const busy = (waitMs = 0): Verdict => ({
  fate: "retry",
  works: null,
  result: "busy",
  reason: "busy",
  detail: "busy",
  waitMs,
});

/** Keeps what it is given, and says what a test tells it to. */
class MemorySender implements Sender<Note> {
  readonly place = "the memory";
  readonly tries: { readonly key: string; readonly at: number }[] = [];
  verdict: () => Verdict | Promise<Verdict> = () => SENT;
  readonly #clock: TestClock;

  constructor(clock: TestClock) {
    this.#clock = clock;
  }

  get keys(): readonly string[] {
    return this.tries.map(({ key }) => key);
  }

  open(): Promise<void> {
    return Promise.resolve();
  }

  async send({ key }: Note): Promise<Verdict> {
    this.tries.push({ key, at: this.#clock.now() });
    return this.verdict();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe("a channel that makes requests", () => {
  let clock: TestClock;
  let sink: RecordingSink;
  let log: RecordingLog;
  let meter: RecordingMeter;
  let sender: MemorySender;
  let channel: SendingChannel<Note>;

  async function start(limits: Partial<SendingLimits> = {}): Promise<void> {
    channel = new SendingChannel({ kind: "wecom", id: "block", sender, clock, log, meter, limits });
    await channel.start(sink);
  }

  beforeEach(() => {
    clock = new TestClock();
    sink = new RecordingSink();
    log = new RecordingLog();
    meter = new RecordingMeter();
    sender = new MemorySender(clock);
  });

  afterEach(async () => {
    await channel.stop();
    assert.equal(clock.pending, 0, "a timer was left behind");
  });

  const waits = (): number[] => sender.tries.map(({ at }, n) => at - (sender.tries[n - 1]?.at ?? NOON));

  it("waits twice as long each time, up to a minute", async () => {
    await start();
    sender.verdict = () => busy();
    channel.deliver({ key: "k1", priority: 1 });
    await clock.forward(minutes(5));
    assert.deepEqual(waits().slice(0, 9), [0, 1, 2, 4, 8, 16, 32, 60, 60].map(seconds));
  });

  it("grants the other side the wait that it asks for, within a bound", async () => {
    await start();
    sender.verdict = () => busy(sender.tries.length === 1 ? seconds(90) : minutes(1_440));
    channel.deliver({ key: "k1", priority: 1 });
    await clock.forward(minutes(10));
    assert.deepEqual(waits(), [0, seconds(90), minutes(5)]);
  });

  it("goes on when the sender itself breaks, and says so", async () => {
    await start();
    sender.verdict = () => Promise.reject(new TypeError("13800000000 has no form"));
    channel.deliver({ key: "k1", priority: 1 });
    const { detail } = await sink.expect("k1", "failing");
    assert.equal(detail, "wecom block: the message could not be put together; still trying");
    assert.ok(log.lines.every((line) => !line.includes("13800000000")));
  });

  it("tells of a message that the person's telephone has", async () => {
    await start();
    sender.verdict = () => ({ fate: "delivered", works: true, result: "200" });
    channel.deliver({ key: "k1", priority: 1 });
    await sink.expect("k1", "delivered");
    assert.deepEqual([...meter.counts], [['okc_channel_results_total{path="wecom:block",result="200"}', 1]]);
  });

  describe("at the pace that a service allows", () => {
    const pace = { count: 4, urgentReserve: 2, spanMs: minutes(1) };

    it("sends no more than fits, says at once what waits, and sends it when its time has come", async () => {
      await start({ pace });
      for (let n = 1; n <= 6; n++) channel.deliver({ key: `k${n}`, priority: 1 });
      await clock.settle();
      assert.deepEqual(sender.keys, ["k1", "k2", "k3", "k4"]);
      assert.match((await sink.expect("k5", "failing")).detail!, /more messages than the service allows a minute/);
      await sink.expect("k6", "failing");
      await clock.forward(minutes(1) - 1);
      assert.equal(sender.keys.length, 4);
      await clock.forward(1);
      assert.deepEqual(sender.keys.slice(4), ["k5", "k6"]);
      assert.deepEqual(sink.statuses("k5"), ["failing", "sent"]);
    });

    it("keeps room for emergencies, and lets them go before all that waits", async () => {
      await start({ pace });
      for (let n = 1; n <= 4; n++) channel.deliver({ key: `service${n}`, priority: 3 });
      channel.deliver({ key: "fall", priority: 1 });
      channel.deliver({ key: "press", priority: 1 });
      channel.deliver({ key: "again", priority: 1 });
      await clock.settle();
      assert.deepEqual(sender.keys, ["service1", "service2", "fall", "press"]);
      await clock.forward(minutes(1));
      assert.deepEqual(sender.keys.slice(4), ["again", "service3"]);
    });

    it("counts each try", async () => {
      await start({ pace });
      sender.verdict = () => busy();
      channel.deliver({ key: "k1", priority: 1 });
      await clock.forward(seconds(59));
      assert.equal(sender.tries.length, 4);
      assert.deepEqual(sink.statuses("k1"), ["failing"]);
    });

    it("sends nothing that was withdrawn while it waited", async () => {
      await start({ pace });
      for (let n = 1; n <= 5; n++) channel.deliver({ key: `k${n}`, priority: 1 });
      channel.withdraw("k5");
      await clock.forward(minutes(2));
      assert.equal(sender.keys.length, 4);
      assert.deepEqual(sink.statuses("k5"), []);
    });
  });

  it("tries an emergency again before it begins with what is less urgent", async () => {
    await start({ inFlightMax: 1, freshReserve: 0 });
    const verdicts: Verdict[] = [busy(), SENT, SENT, SENT];
    const releases: (() => void)[] = [];
    sender.verdict = () => new Promise((resolve) => releases.push(() => resolve(verdicts.shift()!)));
    channel.deliver({ key: "press", priority: 1 });
    releases.shift()!();
    await clock.settle();
    channel.deliver({ key: "service1", priority: 3 });
    channel.deliver({ key: "service2", priority: 3 });
    await clock.forward(seconds(1));
    for (let n = 0; n < 3; n++) {
      releases.shift()!();
      await clock.settle();
    }
    assert.deepEqual(sender.keys, ["press", "service1", "press", "service2"]);
  });
});
