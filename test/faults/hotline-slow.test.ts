import assert from "node:assert/strict";
import { seconds } from "../../gateway/core/units.ts";
import { emergency, HotlineRig } from "../support/peers/hotline-rig.ts";

/** A receiver that takes this long is slow, and not silent. */
const TAKES_MS = seconds(20);

describe("A hotline's receiver takes long to answer", function () {
  this.timeout(30_000);
  let rig: HotlineRig;

  afterEach(() => rig.close());

  /** The nth frame arrives, and `afterMs` later its reply. */
  const answerAfter = async (n: number, afterMs: number): Promise<void> => {
    await rig.peer.frames.reach(n);
    await rig.clock.settle();
    await rig.clock.forward(afterMs);
    rig.peer.release();
    await rig.clock.settle();
  };

  it("it is given up after four seconds, and what it says later is heard by nobody", async () => {
    rig = await HotlineRig.open(["slow"]);
    rig.hotline.deliver(emergency("k1"));
    await answerAfter(1, seconds(4));
    await rig.sink.expect("k1", "failing");
    await rig.clock.forward(400);
    assert.deepEqual(rig.sink.statuses("k1"), ["sent", "failing"], "no false *received*");
  });

  it("it is waited for longer each time, and heard in the end, by the same number: one alarm there", async () => {
    rig = await HotlineRig.open(["slow"]);
    rig.hotline.deliver(emergency("k1"));
    for (const [round, waitMs] of [4, 8, 16].entries()) {
      await rig.peer.frames.reach(round + 1);
      await rig.clock.settle();
      await rig.clock.forward(waitMs * 1_000 + 500 * 2 ** round);
    }
    await answerAfter(4, TAKES_MS);
    await rig.sink.expect("k1", "received");
    assert.deepEqual(new Set(rig.peer.frames.items.map(({ sequence }) => sequence)), new Set(["0001"]));
    rig.hotline.deliver(emergency("k2"));
    await answerAfter(5, TAKES_MS);
    await rig.sink.expect("k2", "received");
    assert.equal(rig.peer.frames.items.length, 5, "now its time is known, and nothing is sent twice");
  });

  it("other alarms are not held up: past four seconds they take the second receiver", async () => {
    rig = await HotlineRig.open(["slow", "ack"]);
    rig.hotline.deliver(emergency("k1"));
    await rig.peer.frames.reach(1);
    rig.hotline.deliver(emergency("k2", { zone: "008" }));
    await rig.clock.settle();
    assert.deepEqual(rig.sink.statuses("k2"), []);
    await rig.clock.forward(seconds(4));
    await rig.sink.expect("k1", "received");
    await rig.sink.expect("k2", "received");
    assert.deepEqual(rig.peers[1]!.frames.items.map(({ zone }) => zone).sort(), ["007", "008"]);
  });

  it("also where the first receiver is known to be slow, and is waited for", async () => {
    rig = await HotlineRig.open(["slow", "silent"]);
    // It has shown that it takes long.
    rig.peers[1]!.mode = "ack";
    rig.hotline.deliver(emergency("first"));
    await answerAfter(1, seconds(3));
    await rig.sink.expect("first", "received");
    rig.hotline.deliver(emergency("k1"));
    await rig.peer.frames.reach(2);
    rig.hotline.deliver(emergency("k2", { zone: "008" }));
    await rig.clock.forward(seconds(4));
    await rig.sink.expect("k2", "received");
    assert.deepEqual(
      rig.peers[1]!.frames.items.map(({ zone }) => zone),
      ["008"],
    );
    assert.deepEqual(rig.sink.statuses("k1"), [], "it is still in time");
    rig.peer.release();
    await rig.sink.expect("k1", "received");
  });

  it("where there is no second one, those that wait are told as failing, so that people stand in", async () => {
    rig = await HotlineRig.open(["slow"]);
    rig.hotline.deliver(emergency("first"));
    await answerAfter(1, seconds(3));
    await rig.sink.expect("first", "received");
    rig.hotline.deliver(emergency("k1"));
    await rig.peer.frames.reach(2);
    rig.hotline.deliver(emergency("k2"));
    await rig.clock.forward(seconds(4));
    assert.match((await rig.sink.expect("k2", "failing")).detail!, /no hotline receiver is free/);
    assert.deepEqual(rig.sink.statuses("k1"), []);
    rig.peer.mode = "ack";
    rig.peer.release();
    await rig.sink.expect("k2", "received");
    assert.deepEqual(rig.sink.statuses("k2"), ["failing", "received"]);
  });

  it("an alarm does not wait behind a report of the site at all where another receiver is free", async () => {
    rig = await HotlineRig.open(["slow", "ack"]);
    rig.hotline.deliver(emergency("mains", { alarm: null, priority: 5, event: "301", zone: "000" }));
    await rig.peer.frames.reach(1);
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "received");
    assert.deepEqual(
      rig.peers[1]!.frames.items.map(({ event }) => event),
      ["101"],
    );
    rig.peer.release();
    await rig.sink.expect("mains", "received");
  });

  it("that drips its reply byte by byte is given up like a silent one", async () => {
    rig = await HotlineRig.open(["drip", "ack"]);
    rig.hotline.deliver(emergency("k1"));
    await rig.peer.frames.reach(1);
    for (let second = 0; second < 4; second++) {
      rig.peer.release();
      await rig.clock.forward(seconds(1));
    }
    await rig.sink.expect("k1", "received");
    assert.equal(rig.peers[1]!.frames.items.length, 1);
  });
});
