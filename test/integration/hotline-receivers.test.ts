import assert from "node:assert/strict";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { emergency, HotlineRig } from "../support/peers/hotline-rig.ts";
import { NOON } from "../support/test-clock.ts";

describe("the hotline whose receivers fail", () => {
  let rig: HotlineRig;

  afterEach(() => rig.close());

  it("repeats with the same number on a new connection when no reply comes", async () => {
    rig = await HotlineRig.open(["silent"]);
    rig.hotline.deliver(emergency("k1"));
    await rig.peer.frames.reach(1);
    await rig.clock.forward(seconds(4));
    const failing = await rig.sink.expect("k1", "failing");
    assert.match(failing.detail!, /receiver a: no reply within 4s/);
    assert.deepEqual(rig.sink.statuses("k1"), ["sent", "failing"]);
    assert.equal(rig.sink.receipts.items[0]!.at, NOON);
    rig.peer.mode = "ack";
    await rig.clock.forward(500);
    const receipt = await rig.sink.expect("k1", "received");
    assert.equal(receipt.sentAt, NOON);
    assert.deepEqual(
      rig.peer.frames.items.map((frame) => frame.sequence),
      ["0001", "0001"],
    );
    assert.deepEqual(
      rig.sink.paths.items.map((path) => path.up),
      [false, true],
    );
  });

  it("tells a lasting silence once, and waits longer for a receiver that may be slow", async () => {
    rig = await HotlineRig.open(["silent"]);
    rig.hotline.deliver(emergency("k1"));
    for (let round = 0; round < 4; round++) {
      await rig.peer.frames.reach(round + 1);
      await rig.clock.forward([4, 8, 16, 32][round]! * 1_000);
      await rig.clock.forward(500 * 2 ** round);
    }
    await rig.peer.frames.reach(5);
    const details = rig.sink.receipts.items
      .filter((receipt) => receipt.status === "failing")
      .map((receipt) => receipt.detail);
    assert.deepEqual(
      details.map((detail) => /within \d+s/.exec(detail!)![0]),
      ["within 4s", "within 8s", "within 16s", "within 32s"],
    );
    assert.equal(rig.sink.statuses("k1").filter((status) => status === "sent").length, 1);
  });

  it("tries again after a receiver closed without a reply", async () => {
    rig = await HotlineRig.open(["close"]);
    rig.hotline.deliver(emergency("k1"));
    const failing = await rig.sink.expect("k1", "failing");
    assert.match(failing.detail!, /closed|ECONNRESET/);
    rig.peer.mode = "ack";
    await rig.clock.forward(500);
    await rig.sink.expect("k1", "received");
  });

  it("does not let a message that is answered DUH hold up the others, and asks the next receiver for it", async () => {
    rig = await HotlineRig.open(["duh", "ack"]);
    rig.hotline.deliver(emergency("k1"));
    const receipt = await rig.sink.expect("k1", "received");
    assert.equal(receipt.detail, "b");
    assert.deepEqual(rig.sink.statuses("k1"), ["sent", "failing", "received"]);
  });

  it("lets the others go first when one message gets no reply three times", async () => {
    rig = await HotlineRig.open(["silent"]);
    rig.hotline.deliver(emergency("poison", { zone: "666" }));
    rig.hotline.deliver(emergency("other", { priority: 2, zone: "001" }));
    for (const [round, waitMs] of [4_000, 8_000, 16_000].entries()) {
      await rig.peer.frames.reach(round + 1);
      await rig.clock.forward(waitMs);
      await rig.clock.forward(500 * 2 ** round);
    }
    await rig.peer.frames.reach(4);
    assert.deepEqual(
      rig.peer.frames.items.map((frame) => frame.zone),
      ["666", "666", "666", "001"],
    );
  });

  it("goes to the next receiver at once when the first keeps silent, and returns to it later", async () => {
    rig = await HotlineRig.open(["silent", "ack"]);
    rig.hotline.deliver(emergency("k1"));
    await rig.peer.frames.reach(1);
    await rig.clock.forward(seconds(4));
    assert.equal((await rig.sink.expect("k1", "received")).detail, "b");

    await rig.clock.forward(500);
    await rig.peer.connections.reach(2);
    await rig.clock.settle();
    rig.hotline.deliver(emergency("k2"));
    await rig.peer.frames.reach(2);
    await rig.clock.forward(seconds(1));
    assert.equal((await rig.sink.expect("k2", "received")).detail, "b", "a trial costs a second, not four");

    rig.peer.mode = "ack";
    await rig.clock.forward(seconds(1));
    await rig.peer.connections.reach(3);
    await rig.clock.settle();
    rig.hotline.deliver(emergency("k3"));
    assert.equal((await rig.sink.expect("k3", "received")).detail, "a");
  });

  it("goes to the next receiver at once when the first refuses the connection", async () => {
    rig = await HotlineRig.open(["ack", "ack"]);
    await rig.peer.close();
    await rig.sink.paths.next((path) => path.path === "hotline:a" && !path.up);
    rig.hotline.deliver(emergency("k1"));
    assert.equal((await rig.sink.expect("k1", "received")).detail, "b");
  });

  it("keeps its message while no receiver can be reached, says so once, and sends it when one is back", async () => {
    rig = await HotlineRig.open(["ack"]);
    await rig.peer.close();
    await rig.sink.paths.next((path) => !path.up);
    rig.hotline.deliver(emergency("k1"));
    const failing = await rig.sink.expect("k1", "failing");
    assert.match(failing.detail!, /no hotline receiver can be reached \(a: .*\)/);
    await rig.clock.forward(minutes(1));
    assert.deepEqual(rig.sink.statuses("k1"), ["failing"]);
    await rig.peer.open();
    for (let second = 0; second < 31; second++) await rig.clock.forward(seconds(1));
    await rig.sink.expect("k1", "received");
    assert.deepEqual(
      rig.sink.paths.items.map((path) => path.up),
      [false, true],
    );
  });

  it("finds a connection that died unseen by the missing reply", async () => {
    rig = await HotlineRig.open(["ack"]);
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "received");
    rig.peer.mode = "silent";
    await rig.clock.forward(minutes(60));
    rig.hotline.deliver(emergency("k2"));
    await rig.peer.frames.reach(2);
    rig.peer.mode = "ack";
    await rig.clock.forward(seconds(4));
    await rig.clock.forward(500);
    await rig.sink.expect("k2", "received");
    assert.equal(rig.peer.connections.items.length, 2);
  });
});
