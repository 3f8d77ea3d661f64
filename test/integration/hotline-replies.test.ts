import assert from "node:assert/strict";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { emergency, HotlineRig } from "../support/peers/hotline-rig.ts";

describe("what a hotline receiver answers", () => {
  let rig: HotlineRig;

  afterEach(() => rig.close());

  for (const mode of ["garbage", "lfcr", "wrong-crc", "wrong-sequence", "wrong-account"] as const) {
    it(`takes a reply of the kind ${mode} for no acknowledgement`, async () => {
      rig = await HotlineRig.open([mode]);
      rig.hotline.deliver(emergency("k1"));
      await rig.peer.frames.reach(1);
      await rig.clock.settle();
      await rig.clock.forward(seconds(4));
      await rig.sink.expect("k1", "failing");
      assert.deepEqual(rig.sink.statuses("k1"), ["sent", "failing"]);
    });
  }

  it("serves a receiver that closes after each acknowledgement, without a wait and without an outage", async () => {
    rig = await HotlineRig.open(["ack-close"]);
    for (const key of ["k1", "k2", "k3"]) {
      rig.hotline.deliver(emergency(key));
      await rig.sink.expect(key, "received");
      await rig.peer.connections.reach(Number(key[1]) + 1);
    }
    assert.deepEqual(
      rig.sink.paths.items.map((path) => path.up),
      [true],
    );
  });

  it("repeats with the receiver's time after its NAK, keeps to it, and clears the fault when ours is taken again", async () => {
    rig = await HotlineRig.open(["nak-clock"]);
    rig.peer.clock = () => rig.clock.now() + minutes(5);
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "received");
    const [first, second] = rig.peer.frames.items;
    assert.deepEqual([first!.time, second!.time], ["12:00:00,11-23-2026", "12:05:00,11-23-2026"]);
    assert.equal(first!.sequence, second!.sequence);
    assert.match(rig.sink.faults.items[0]!.why, /receiver a is 300 s ahead of ours/);

    rig.hotline.deliver(emergency("k2"));
    await rig.sink.expect("k2", "received");
    assert.equal(rig.peer.frames.items.length, 3, "the later frame carries the receiver's time at once");

    rig.clock.stepWall(minutes(5));
    rig.hotline.deliver(emergency("k3"));
    await rig.sink.expect("k3", "received");
    assert.deepEqual(
      rig.sink.faults.items.map(({ fault, active }) => [fault, active]),
      [
        ["hotline-clock", true],
        ["hotline-clock", false],
      ],
    );
    assert.ok(rig.sink.receipts.items.every((receipt) => receipt.status === "received"));
  });

  it("takes a NAK that was written twice for one", async () => {
    rig = await HotlineRig.open(["nak-twice"]);
    rig.peer.clock = () => rig.clock.now() - minutes(2);
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "received");
    assert.deepEqual(rig.sink.statuses("k1"), ["received"]);
    assert.equal(rig.peer.frames.items.length, 2);
  });

  it("says so when a receiver answers NAK without a time, and goes on trying", async () => {
    rig = await HotlineRig.open(["nak-bare"]);
    rig.hotline.deliver(emergency("k1"));
    const failing = await rig.sink.expect("k1", "failing");
    assert.match(failing.detail!, /answered NAK/);
    await rig.clock.forward(500);
    await rig.peer.frames.reach(2);
    await rig.clock.settle();
    rig.peer.mode = "ack";
    await rig.clock.forward(seconds(1));
    await rig.sink.expect("k1", "received");
    assert.deepEqual(rig.sink.statuses("k1"), ["sent", "failing", "received"]);
  });

  it("tries a message slowly when every receiver answers DUH", async () => {
    rig = await HotlineRig.open(["duh"]);
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "failing");
    await rig.clock.forward(seconds(29));
    assert.equal(rig.peer.frames.items.length, 1);
    rig.peer.mode = "ack";
    await rig.clock.forward(seconds(1));
    await rig.sink.expect("k1", "received");
  });

  it("ignores an acknowledgement that comes twice", async () => {
    rig = await HotlineRig.open(["ack"]);
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "received");
    rig.peer.mode = "silent";
    rig.hotline.deliver(emergency("k2"));
    await rig.peer.frames.reach(2);
    rig.peer.say('\nDBE70014"ACK"0001R0L0#1234[]\r');
    await rig.clock.forward(seconds(4));
    await rig.sink.expect("k2", "failing");
    assert.deepEqual(rig.sink.statuses("k2"), ["sent", "failing"]);
  });
});
