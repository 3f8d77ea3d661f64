import assert from "node:assert/strict";
import { seconds } from "../../gateway/core/units.ts";
import { emergency } from "../support/peers/hotline-rig.ts";
import { SupervisedRig } from "../support/peers/supervised-rig.ts";
import { until } from "../support/until.ts";

const OFF = { style: "off", everyMs: null } as const;
const UDP = { transport: "udp", supervision: OFF } as const;

describe("the hotline over UDP", function () {
  this.timeout(20_000);
  let rig: SupervisedRig;

  afterEach(() => rig.close());

  const sequences = (): string[] => rig.receiver.frames.map(({ sequence }) => sequence);

  it("sends a frame as one datagram, and takes the receiver's", async () => {
    rig = await SupervisedRig.open([UDP]);
    for (const key of ["k1", "k2"]) {
      rig.hotline.deliver(emergency(key));
      await rig.sink.expect(key, "received");
    }
    assert.deepEqual(sequences(), ["0001", "0002"]);
    assert.equal(rig.receiver.frames[0]!.raw, 'DF43003D"ADM-CID"0001R0L0#1234[#1234|1101 00 007]_12:00:00,11-23-2026');
  });

  it("repeats a frame that got lost: the same bytes, after one second and three", async () => {
    rig = await SupervisedRig.open([UDP]);
    await rig.settled();
    rig.receiver.losesFrames = 2;
    rig.hotline.deliver(emergency("k1"));
    await until("the first one to get lost", () => rig.receiver.losesFrames === 1);
    await rig.forward(seconds(1));
    assert.equal(rig.receiver.losesFrames, 0);
    await rig.forward(seconds(1));
    assert.deepEqual(sequences(), []);
    await rig.forward(seconds(1));
    const receipt = await rig.sink.expect("k1", "received");
    assert.deepEqual([sequences(), receipt.sentAt], [["0001"], receipt.at - seconds(3)]);
    assert.match(rig.receiver.frames[0]!.raw, /_12:00:00,/);
  });

  it("repeats it when the reply got lost: the receiver has it twice under one number, and shows it once", async () => {
    rig = await SupervisedRig.open([UDP]);
    await rig.settled();
    rig.receiver.losesReplies = 1;
    rig.hotline.deliver(emergency("k1"));
    await until("the first frame", () => rig.receiver.frames.length === 1);
    await rig.forward(seconds(1));
    await rig.sink.expect("k1", "received");
    assert.deepEqual(sequences(), ["0001", "0001"]);
    assert.equal(rig.receiver.distinct().length, 1);
  });

  it("is not misled by a reply that comes twice, nor by one that comes late", async () => {
    rig = await SupervisedRig.open([UDP]);
    rig.receiver.quirks.add("twice");
    rig.receiver.mode = "slow";
    rig.receiver.slowMs = seconds(2);
    await rig.settled();
    rig.hotline.deliver(emergency("k1"));
    await until("the frame", () => rig.receiver.frames.length === 1);
    await rig.forward(seconds(2));
    await rig.sink.expect("k1", "received");
    rig.receiver.mode = "silent";
    rig.hotline.deliver(emergency("k2"));
    // The answer to the repetition of the first one, late and twice.
    await rig.forward(seconds(3));
    assert.deepEqual(rig.sink.statuses("k2"), []);
    await rig.forward(seconds(1));
    await rig.sink.expect("k2", "failing");
    assert.deepEqual(rig.sink.statuses("k1"), ["received"]);
  });

  it("goes to the next receiver after four seconds of silence, and to the first again when it answers", async () => {
    rig = await SupervisedRig.open([{ transport: "udp" }, {}]);
    await rig.proved(1, "a");
    await rig.proved(1, "b");
    rig.receiver.mode = "silent";
    rig.hotline.deliver(emergency("k1"));
    await until("the frame", () => rig.receiver.frames.length === 1);
    await rig.forward(seconds(4));
    assert.equal((await rig.sink.expect("k1", "received")).detail, "b");
    assert.deepEqual(rig.pathStates("a"), [true, false]);
    rig.receiver.mode = "ack";
    await rig.forward(seconds(20));
    assert.deepEqual(rig.pathStates("a"), [true, false, true]);
    rig.hotline.deliver(emergency("k2"));
    assert.equal((await rig.sink.expect("k2", "received")).detail, "a");
  });

  it("is told at once of a port that nobody listens on, and never takes a socket for a proof", async () => {
    rig = await SupervisedRig.open([UDP]);
    await rig.receiver.stop();
    rig.hotline.deliver(emergency("k1"));
    const failing = await rig.sink.expect("k1", "failing");
    assert.match(failing.detail!, /ECONNREFUSED|no reply within/);
    await rig.forward(seconds(5));
    assert.deepEqual(rig.pathStates(), [false]);
    await rig.receiver.start();
    await rig.forward(seconds(40));
    await rig.sink.expect("k1", "received");
    assert.deepEqual(rig.pathStates(), [false, true]);
  });

  it("survives noise, and takes none of it for a reply", async () => {
    rig = await SupervisedRig.open([UDP]);
    await rig.settled();
    for (const mode of ["garbage", "lfcr", "nak-bare"] as const) {
      rig.receiver.mode = mode;
      rig.hotline.deliver(emergency(`k-${mode}`));
      await rig.forward(seconds(5));
      await rig.sink.expect(`k-${mode}`, "failing");
      rig.receiver.mode = "ack";
      await rig.forward(seconds(40));
      await rig.sink.expect(`k-${mode}`, "received");
    }
  });

  it("asks whether the receiver lives, and repeats the question", async () => {
    rig = await SupervisedRig.open([{ transport: "udp" }], ([receiver]) => (receiver!.losesFrames = 1));
    await until("the question to get lost", () => rig.receiver.losesFrames === 0);
    assert.equal(rig.proofs(), 0);
    await rig.forward(seconds(1));
    await rig.proved(1);
    assert.deepEqual(rig.pathStates(), [true]);
  });
});
