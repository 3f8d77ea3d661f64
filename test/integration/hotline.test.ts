import assert from "node:assert/strict";
import { seconds } from "../../gateway/core/units.ts";
import { emergency, HotlineRig } from "../support/peers/hotline-rig.ts";
import { NOON } from "../support/test-clock.ts";

describe("the hotline over DC-09", () => {
  let rig: HotlineRig;

  afterEach(() => rig.close());

  it("sends an emergency as the golden frame and tells when it was sent and received", async () => {
    rig = await HotlineRig.open(["ack"]);
    rig.hotline.deliver(emergency("k1"));
    const receipt = await rig.sink.expect("k1", "received");
    assert.equal(
      rig.peer.frames.items[0]!.raw,
      'DF43003D"ADM-CID"0001R0L0#1234[#1234|1101 00 007]_12:00:00,11-23-2026',
    );
    assert.deepEqual(receipt, { key: "k1", status: "received", at: NOON, sentAt: NOON, detail: "a" });
    assert.deepEqual(rig.sink.paths.items, [{ path: "hotline:a", up: true, why: "acknowledged a frame" }]);
  });

  it("sends what has no account under the receiver's own, zone 000", async () => {
    rig = await HotlineRig.open(["ack"]);
    rig.hotline.deliver(emergency("k1", { event: "601", account: null, zone: "042" }));
    const frame = await rig.peer.frames.next();
    assert.deepEqual([frame.account, frame.zone, frame.event], ["AAA1", "000", "601"]);
    await rig.sink.expect("k1", "received");
  });

  it("has one frame in flight and lets the urgent go before the older", async () => {
    rig = await HotlineRig.open(["slow"]);
    for (const [key, priority] of [
      ["first", 3],
      ["later", 3],
      ["urgent", 1],
    ] as const) {
      rig.hotline.deliver(emergency(key, { priority, zone: String(priority) }));
    }
    await rig.peer.frames.reach(1);
    await rig.clock.settle();
    assert.equal(rig.peer.frames.items.length, 1);
    for (let sent = 1; sent <= 3; sent++) {
      await rig.peer.frames.reach(sent);
      rig.peer.release();
    }
    await rig.sink.receipts.reach(3);
    assert.deepEqual(
      rig.sink.receipts.items.map((receipt) => receipt.key),
      ["first", "urgent", "later"],
    );
  });

  it("does not repeat what was withdrawn while its reply was awaited", async () => {
    rig = await HotlineRig.open(["silent"]);
    rig.hotline.deliver(emergency("k1"));
    await rig.peer.frames.reach(1);
    rig.hotline.withdraw("k1");
    await rig.clock.forward(seconds(4));
    rig.peer.mode = "ack";
    await rig.clock.forward(seconds(1));
    rig.hotline.deliver(emergency("k2"));
    await rig.sink.expect("k2", "received");
    assert.deepEqual(
      rig.peer.frames.items.map((frame) => frame.sequence),
      ["0001", "0002"],
    );
    assert.deepEqual(rig.sink.statuses("k1"), []);
  });

  it("gives up the least urgent, newest message at the bound, and says so", async () => {
    rig = await HotlineRig.open(["silent"], { queueMax: 2 });
    rig.hotline.deliver(emergency("k1", { priority: 3 }));
    rig.hotline.deliver(emergency("k2", { priority: 3 }));
    rig.hotline.deliver(emergency("k3", { priority: 1 }));
    const failed = await rig.sink.expect("k2", "failed");
    assert.match(failed.detail!, /more than 2 messages wait/);
    assert.equal(rig.meter.counts.get("okc_hotline_given_up_total"), 1);
    assert.equal(rig.log.lines.filter((line) => line.startsWith("error")).length, 1);
  });

  it("refuses what cannot stand in a frame, and sends the next", async () => {
    rig = await HotlineRig.open(["ack"]);
    rig.hotline.deliver(emergency("bad", { account: "12 34" }));
    rig.hotline.deliver(emergency("good"));
    assert.match((await rig.sink.expect("bad", "failed")).detail!, /account "12 34" is not 3 to 16 hex digits/);
    await rig.sink.expect("good", "received");
  });

  it("counts to 9999 and begins again at 1", async () => {
    rig = await HotlineRig.open(["ack"]);
    const count = 10_001;
    for (let n = 1; n <= count; n++) {
      rig.hotline.deliver(emergency(`k${n}`));
      if (n % 1_000 === 0) await rig.sink.expect(`k${n}`, "received");
    }
    await rig.sink.expect(`k${count}`, "received");
    const numbers = rig.peer.frames.items.map((frame) => frame.sequence);
    assert.deepEqual([numbers[0], ...numbers.slice(9_998)], ["0001", "9999", "0001", "0002"]);
  }).timeout(20_000);
});
