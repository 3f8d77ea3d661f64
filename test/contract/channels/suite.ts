import assert from "node:assert/strict";
import { seconds, type DurationMs } from "../../../gateway/core/units.ts";
import type { Channel, Receipt } from "../../../gateway/ports/channel.ts";
import { RecordingLog, RecordingMeter, RecordingSink } from "../../support/peers/recording-sink.ts";
import { TestClock } from "../../support/test-clock.ts";

export interface Parts {
  readonly clock: TestClock;
  readonly log: RecordingLog;
  readonly meter: RecordingMeter;
}

/** A channel and the other side of it. Messages are named by a digit. */
export interface Rig {
  readonly channel: Channel<never>;
  deliver(name: string): void;
  withdraw(name: string): void;
  /** What the other side got, in order; a siren's other side cannot tell one message from another. */
  arrived(): readonly string[];
  /** Waits until that much has arrived in all. */
  reach(total: number): Promise<unknown>;
  breakPeer(): Promise<void>;
  mendPeer(): Promise<void>;
  close(): Promise<void>;
}

/** Ways in which the other side behaves, by what a reader calls them. */
type Behaviours<R extends Rig> = Readonly<Record<string, (rig: R) => void>>;

/** What one kind of channel is put through. Everything but the rig is there where the kind can do it. */
export interface Trial<R extends Rig> {
  readonly makeRig: (parts: Parts) => Promise<R>;
  /** The words that end well on this kind. */
  readonly best: Receipt["status"];
  /** How the other side says *never*. */
  readonly refusals?: Behaviours<R>;
  /** How it says *not now*, or nothing that can be understood. */
  readonly postponements?: Behaviours<R>;
  /** It takes the message and says nothing, until it is `healed`; after `forMs` the channel tries again. */
  readonly silence?: { readonly begin: (rig: R) => void; readonly forMs: DurationMs };
  /** It asks to be left alone for `forMs`: nothing is sent before. */
  readonly throttle?: { readonly begin: (rig: R) => void; readonly forMs: DurationMs };
  /** It behaves again. */
  readonly heal?: (rig: R) => void;
  /** The person replies through message `name`; the gateway hears it. */
  readonly reply?: (rig: R, name: string) => void | Promise<void>;
}

export const keyOf = (name: string): string => `key-${name}`;

/** A wait that is longer than any pause between two tries. */
const PATIENCE_S = 61;

const isGood = ({ status }: Receipt): boolean => status !== "failing" && status !== "failed";

export function describeChannel<R extends Rig>(name: string, trial: Trial<R>): void {
  describe(`${name} as a channel`, () => {
    let clock: TestClock;
    let sink: RecordingSink;
    let log: RecordingLog;
    let rig: R;

    beforeEach(async () => {
      clock = new TestClock();
      sink = new RecordingSink();
      log = new RecordingLog();
      rig = await trial.makeRig({ clock, log, meter: new RecordingMeter() });
    });

    afterEach(async () => {
      await rig.channel.stop();
      await rig.close();
      assert.equal(clock.pending, 0, "a timer was left behind");
    });

    const best = (key: string): Promise<Receipt> => sink.receipts.next((one) => one.key === keyOf(key) && isGood(one));

    /** Goes on until that much has arrived. */
    async function forwardTo(total: number): Promise<void> {
      for (let second = 0; second < PATIENCE_S && rig.arrived().length < total; second++)
        await clock.forward(seconds(1));
      await rig.reach(total);
    }

    it("delivers a message once, though it is given twice, and tells so", async () => {
      await rig.channel.start(sink);
      rig.deliver("1");
      rig.deliver("1");
      await rig.reach(1);
      assert.equal((await best("1")).status, trial.best);
      await clock.settle();
      assert.equal(rig.arrived().length, 1);
      assert.equal(sink.receipts.items.length, 1);
    });

    it("lists its paths, and says of one that works that it does", async () => {
      await rig.channel.start(sink);
      rig.deliver("1");
      await best("1");
      rig.withdraw("1");
      await sink.paths.next(({ up }) => up);
      const ids = rig.channel.paths.map(({ id }) => id);
      assert.ok(ids.length > 0 && new Set(ids).size === ids.length, ids.join());
      assert.ok([...sink.proofs.items, ...sink.paths.items.map(({ path }) => path)].every((id) => ids.includes(id)));
    });

    it("keeps what is delivered before the start", async () => {
      rig.deliver("1");
      await clock.settle();
      assert.equal(rig.arrived().length, 0);
      await rig.channel.start(sink);
      await rig.reach(1);
      assert.equal((await sink.receipts.next()).key, keyOf("1"));
    });

    it("lets nothing leave that was withdrawn before", async () => {
      rig.deliver("1");
      rig.withdraw("1");
      rig.deliver("2");
      await rig.channel.start(sink);
      await rig.reach(1);
      await best("2");
      assert.deepEqual(sink.statuses(keyOf("1")), []);
      assert.ok(!rig.arrived().includes("1"));
    });

    it("ignores the withdrawal of what it does not know", async () => {
      await rig.channel.start(sink);
      rig.withdraw("7");
      rig.deliver("1");
      await rig.reach(1);
      assert.equal((await sink.receipts.next()).key, keyOf("1"));
    });

    it("says once that the other side does not take a message, and delivers it when it does again", async () => {
      await rig.breakPeer();
      await rig.channel.start(sink);
      rig.deliver("1");
      const failing = await sink.expect(keyOf("1"), "failing");
      assert.ok((failing.detail ?? "").length > 10, "a reason is given");
      assert.ok(!sink.paths.items.some(({ up }) => up) && sink.proofs.items.length === 0, "nothing proves the path");
      await rig.mendPeer();
      await forwardTo(1);
      await best("1");
      assert.equal(sink.statuses(keyOf("1")).filter((status) => status === "failing").length, 1);
    });

    it("does not try again what was withdrawn meanwhile", async () => {
      await rig.breakPeer();
      await rig.channel.start(sink);
      rig.deliver("1");
      await sink.expect(keyOf("1"), "failing");
      rig.withdraw("1");
      await rig.mendPeer();
      for (let second = 0; second < PATIENCE_S; second++) await clock.forward(seconds(1));
      rig.deliver("2");
      await rig.reach(1);
      await best("2");
      assert.equal(rig.arrived().length, 1);
      assert.deepEqual(sink.statuses(keyOf("1")), ["failing"]);
    });

    it("stops in the middle of its work and tells nothing afterwards", async () => {
      await rig.breakPeer();
      await rig.channel.start(sink);
      rig.deliver("1");
      await sink.expect(keyOf("1"), "failing");
      await rig.channel.stop();
      const told = sink.receipts.items.length;
      await clock.forward(seconds(60));
      assert.equal(sink.receipts.items.length, told);
      assert.equal(clock.pending, 0);
    });

    for (const [what, begin] of Object.entries(trial.refusals ?? {}))
      it(`gives up what is refused for good, and says so in the log: ${what}`, async () => {
        await rig.channel.start(sink);
        begin(rig);
        rig.deliver("1");
        assert.ok((await sink.expect(keyOf("1"), "failed")).detail);
        await clock.forward(seconds(PATIENCE_S));
        assert.equal(rig.arrived().length, 1);
        assert.deepEqual(sink.statuses(keyOf("1")), ["failed"]);
        assert.ok(log.lines.some((line) => !line.startsWith("info")));
      });

    for (const [what, begin] of Object.entries(trial.postponements ?? {}))
      it(`goes on trying, and says that it fails: ${what}`, async () => {
        await rig.channel.start(sink);
        begin(rig);
        rig.deliver("1");
        await sink.expect(keyOf("1"), "failing");
        assert.ok(!sink.paths.items.some(({ up }) => up) && sink.proofs.items.length === 0, "that proves nothing");
        trial.heal!(rig);
        await forwardTo(2);
        await best("1");
        assert.deepEqual(sink.statuses(keyOf("1")), ["failing", trial.best]);
      });

    const { silence, throttle, reply } = trial;

    if (silence)
      it("does not wait for ever for an answer", async () => {
        await rig.channel.start(sink);
        silence.begin(rig);
        rig.deliver("1");
        await rig.reach(1);
        assert.deepEqual(sink.statuses(keyOf("1")), []);
        await clock.forward(silence.forMs);
        await sink.expect(keyOf("1"), "failing");
        trial.heal!(rig);
        await forwardTo(2);
        await best("1");
      });

    if (silence)
      it("stops while the other side is silent, and the message is nobody's any more", async () => {
        await rig.channel.start(sink);
        silence.begin(rig);
        rig.deliver("1");
        await rig.reach(1);
        await rig.channel.stop();
        assert.deepEqual(sink.statuses(keyOf("1")), []);
      });

    if (throttle)
      it("leaves the other side alone for as long as it asks", async () => {
        await rig.channel.start(sink);
        throttle.begin(rig);
        rig.deliver("1");
        await sink.expect(keyOf("1"), "failing");
        trial.heal!(rig);
        await clock.forward(throttle.forMs - 1);
        assert.equal(rig.arrived().length, 1);
        await clock.forward(1);
        await rig.reach(2);
        await best("1");
      });

    if (reply)
      it("tells what the person replies, once the message is there", async () => {
        await rig.channel.start(sink);
        rig.deliver("1");
        await best("1");
        await reply(rig, "1");
        const answer = await sink.answers.next();
        assert.ok(answer.key === keyOf("1") || answer.address !== null, "it is told who answers what");
      });
  });
}
