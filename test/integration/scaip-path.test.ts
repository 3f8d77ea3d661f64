import assert from "node:assert/strict";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { emergency } from "../support/peers/hotline-rig.ts";
import { ScaipRig } from "../support/peers/scaip-rig.ts";

describe("the path to a SCAIP receiver", () => {
  let rig: ScaipRig;

  afterEach(() => rig.close());

  const paths = (): readonly (readonly [boolean, string])[] => rig.sink.paths.items.map(({ up, why }) => [up, why]);
  const heartbeats = (): number => rig.arrived("PI").length;

  it("is proved by the answer to its first heartbeat, and by each one after it", async () => {
    rig = await ScaipRig.open();
    assert.deepEqual(rig.hotline.paths, [{ id: "scaip:city", kind: "scaip", lostAfterMs: seconds(90) }]);
    assert.deepEqual(paths(), [[true, "the SCAIP receiver answers"]]);
    const [first] = rig.sim.seen;
    assert.deepEqual(
      ["mty", "cid", "dty", "stc"].map((tag) => first!.tags.get(tag)),
      ["PI", "1234", "0002", undefined],
    );
    await rig.forward(minutes(3));
    assert.equal(heartbeats(), 4);
    assert.equal(rig.sink.proofs.items.length, 4);
    assert.equal(new Set(rig.arrived("PI")).size, 4);
  });

  it("is proved by every reply to an alarm", async () => {
    rig = await ScaipRig.open();
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "received");
    assert.equal(rig.sink.proofs.items.length, 2);
  });

  it("has heartbeats as often as the receiver wants them, never later than configured", async () => {
    rig = await ScaipRig.open(
      { heartbeatMs: minutes(10), lostAfterMs: minutes(15) },
      {
        before: ({ behaviour }) => (behaviour.tags = { hbi: "2" }),
      },
    );
    await rig.forward(minutes(4));
    assert.equal(heartbeats(), 3);
    rig.sim.behaviour.tags = { hbi: "1440" };
    await rig.forward(minutes(2));
    const before = heartbeats();
    await rig.forward(minutes(10));
    assert.equal(heartbeats(), before + 1);
  });

  it("is down when nothing was answered for the configured time, and up at the next answer", async () => {
    rig = await ScaipRig.open();
    rig.sim.behaviour.mute = true;
    await rig.forward(seconds(89));
    assert.equal(paths().length, 1);
    await rig.forward(seconds(1));
    assert.deepEqual(paths()[1], [false, "the SCAIP receiver has given no reply for 90s; still trying"]);
    rig.hotline.deliver(emergency("k1"));
    assert.match((await rig.sink.expect("k1", "failing")).detail!, /has given no reply for 90s/);
    rig.sim.behaviour.mute = false;
    await rig.forward(seconds(22));
    assert.equal(paths().at(-1)![0], true);
    await rig.sink.expect("k1", "received");
  });

  it("is never up while only SIP answers and SCAIP does not", async () => {
    rig = await ScaipRig.open({}, { before: ({ behaviour }) => (behaviour.silent = true) });
    await rig.forward(seconds(90));
    assert.deepEqual([paths().length, paths()[0]![0], rig.sink.proofs.items], [1, false, []]);
  });

  it("is down when the receiver refuses heartbeats: it would refuse an alarm too", async () => {
    rig = await ScaipRig.open({}, { before: ({ behaviour }) => (behaviour.heartbeatSnu = 3) });
    assert.match(paths()[0]![1], /refuses heartbeats with 3: it finds wrong data/);
    rig.sim.behaviour.heartbeatSnu = 5;
    await rig.forward(seconds(10));
    assert.equal(paths().at(-1)![0], true, "not treating a heartbeat is an answer");
  });

  it("is down when the receiver answers by a status of SIP only", async () => {
    rig = await ScaipRig.open({}, { before: ({ behaviour }) => (behaviour.status = "404 Not Found") });
    assert.deepEqual(paths(), [[false, "the SCAIP receiver answers heartbeats by SIP 404; still trying"]]);
  });

  it("is down at once when the connection is refused, and the alarm goes as soon as it is not", async () => {
    rig = await ScaipRig.open({ transport: "tcp" });
    await rig.sim.stop();
    rig.hotline.deliver(emergency("k1"));
    assert.match((await rig.sink.expect("k1", "failing")).detail!, /cannot be reached/);
    assert.equal(paths().at(-1)![0], false);
    await rig.sim.start();
    await rig.forward(seconds(31));
    await rig.sink.expect("k1", "received");
    assert.equal(paths().at(-1)![0], true);
  });

  it("finds a new connection when the old one was cut in the middle of an alarm", async () => {
    rig = await ScaipRig.open({ transport: "tcp" });
    rig.sim.behaviour.mute = true;
    rig.hotline.deliver(emergency("k1"));
    await rig.clock.settle();
    rig.sim.behaviour.mute = false;
    rig.sim.disconnect();
    await rig.sink.expect("k1", "failing");
    await rig.forward(seconds(1));
    await rig.sink.expect("k1", "received");
    assert.equal(new Set(rig.arrived("ME")).size, 1);
  });

  it("leaves a connection that is dead without a word when a heartbeat finds out", async () => {
    rig = await ScaipRig.open({ transport: "tcp" });
    rig.sim.behaviour.mute = true;
    await rig.forward(seconds(60 + 12));
    rig.sim.behaviour.mute = false;
    await rig.forward(seconds(10));
    assert.equal(rig.sink.proofs.items.length, 2);
    assert.equal(rig.sim.connections, 2);
    assert.equal(paths().length, 1, "it was found out in time: the path never was down");
  });

  it("says that the port is taken, and goes on when it is free", async () => {
    rig = await ScaipRig.open();
    const other = await ScaipRig.open({ listen: { host: "127.0.0.1", port: rig.sim.port } });
    assert.match(other.sink.paths.items[0]!.why, /cannot be reached \(EADDRINUSE\)/);
    await rig.sim.stop();
    await other.forward(seconds(10));
    assert.equal(other.sink.paths.items.at(-1)!.up, true);
    await other.close();
  });
});
