import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { ScaipHotline } from "../../gateway/adapters/scaip/scaip-hotline.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { freePorts } from "../support/free-ports.ts";
import { emergency } from "../support/peers/hotline-rig.ts";
import { RecordingSink } from "../support/peers/recording-sink.ts";
import { ScaipRig, scaipReceiver } from "../support/peers/scaip-rig.ts";

describe("the way to a SCAIP receiver", () => {
  let rig: ScaipRig;

  afterEach(() => rig.close());

  for (const replyBy of ["body", "message"] as const)
    for (const transport of ["udp", "tcp"] as const)
      it(`delivers over ${transport} and takes the reply by ${replyBy}`, async () => {
        rig = await ScaipRig.open({ transport }, { before: (sim) => (sim.behaviour.replyBy = replyBy) });
        rig.hotline.deliver(emergency("k1"));
        const receipt = await rig.sink.expect("k1", "received");
        assert.match(receipt.detail!, /SCAIP receiver city/);
        await rig.clock.settle();
        const expected = replyBy === "body" ? ["received"] : ["sent", "received"];
        assert.deepEqual(rig.sink.statuses("k1"), expected);
        const [seen, ...more] = rig.sim.alarms;
        assert.equal(more.length, 0);
        assert.equal(seen!.transport, transport);
        assert.deepEqual(
          ["mty", "cid", "dty", "stc", "pri", "did"].map((tag) => seen!.tags.get(tag)),
          ["ME", "1234", "0003", "0010", "9", "007"],
        );
        assert.match(seen!.ref, /^[0-9a-zA-Z]{16}$/);
      });

  it("understands the root <scaip> and application/xml", async () => {
    rig = await ScaipRig.open(
      {},
      {
        before: ({ behaviour }) =>
          Object.assign(behaviour, { root: "scaip", contentType: "application/xml", replyBy: "message" }),
      },
    );
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "received");
  });

  for (const replyBy of ["body", "message"] as const)
    it(`takes a reply to another message by ${replyBy} for none`, async () => {
      rig = await ScaipRig.open();
      Object.assign(rig.sim.behaviour, { replyBy, ref: "another" });
      rig.hotline.deliver(emergency("k1"));
      await rig.sink.expect("k1", "sent");
      await rig.forward(seconds(11));
      assert.deepEqual(rig.sink.statuses("k1"), ["sent", "failing"]);
    });

  it("tells how the operator may call back, and no number", async () => {
    rig = await ScaipRig.open();
    rig.sim.behaviour.tags = { cre: "10", mre: "1", tnu: "+46812345" };
    rig.hotline.deliver(emergency("k1"));
    const { detail } = await rig.sink.expect("k1", "received");
    assert.equal(detail, "SCAIP receiver city: may call back within 10min, two-way voice, a number was given");
  });

  it("sends what is lost again, and the receiver hears it once", async () => {
    rig = await ScaipRig.open();
    rig.sim.behaviour.dropFirst = 3;
    rig.hotline.deliver(emergency("k1"));
    await rig.forward(500 + 1_000 + 2_000);
    await rig.sink.expect("k1", "received");
    assert.equal(rig.sim.alarms.length, 1);
    assert.deepEqual(rig.sink.statuses("k1"), ["received"]);
  });

  it("sends a held alarm again in its rhythm, under one reference, until it is taken", async () => {
    rig = await ScaipRig.open();
    rig.sim.behaviour.holdFirst = 3;
    rig.hotline.deliver(emergency("k1"));
    const failing = await rig.sink.expect("k1", "failing");
    assert.match(failing.detail!, /answers 4: it holds the alarm/);
    await rig.forward(seconds(30));
    await rig.sink.expect("k1", "received");
    assert.deepEqual(rig.sink.statuses("k1"), ["failing", "received"]);
    const refs = rig.arrived("ME");
    assert.equal(refs.length, 4);
    assert.equal(new Set(refs).size, 1);
  });

  it("resets an alarm that is held past its time, and begins anew under another reference", async () => {
    rig = await ScaipRig.open({ hold: { everyMs: seconds(20), forMs: minutes(3) } });
    rig.sim.behaviour.holdFirst = Infinity;
    rig.hotline.deliver(emergency("k1"));
    await rig.forward(minutes(3));
    const [first] = rig.arrived("ME");
    assert.deepEqual(rig.arrived("RE"), [first]);
    assert.match((await rig.sink.expect("k1", "failing", 2)).detail!, /has held the alarm for 3min/);
    rig.sim.behaviour.holdFirst = 0;
    await rig.forward(seconds(30));
    await rig.sink.expect("k1", "received");
    assert.notEqual(rig.arrived("ME").at(-1), first);
  });

  for (const [snu, words] of [
    [5, /answers 5: it does not treat/],
    [6, /answers 6: it is busy/],
    [99, /answers 99/],
    [42, /answers 42/],
  ] as const)
    it(`says at once that the receiver answers ${snu}, and tries again later`, async () => {
      rig = await ScaipRig.open();
      rig.sim.behaviour.snu = snu;
      rig.hotline.deliver(emergency("k1"));
      assert.match((await rig.sink.expect("k1", "failing")).detail!, words);
      rig.sim.behaviour.snu = 0;
      await rig.forward(seconds(30));
      await rig.sink.expect("k1", "received");
      assert.equal(new Set(rig.arrived("ME")).size, 1);
    });

  for (const snu of [1, 2, 3, 7, 10])
    it(`sends the codes alone to a receiver that answers ${snu}, then gives up`, async () => {
      rig = await ScaipRig.open();
      rig.sim.behaviour.snu = snu;
      rig.hotline.deliver(emergency("k1"));
      const failed = await rig.sink.expect("k1", "failed");
      assert.match(failed.detail!, new RegExp(`answers ${snu}: `));
      const [whole, bare] = rig.sim.alarms;
      assert.ok(whole!.tags.has("ite") && !bare!.tags.has("ite"));
      assert.deepEqual(rig.sink.statuses("k1"), ["failing", "failed"]);
    });

  it("is failing after its patience when the receiver keeps silent, and goes on trying", async () => {
    rig = await ScaipRig.open();
    rig.sim.behaviour.dropFirst = Infinity;
    rig.hotline.deliver(emergency("k1"));
    await rig.forward(seconds(8));
    assert.match((await rig.sink.expect("k1", "failing")).detail!, /no reply within 8s/);
    await rig.forward(seconds(60));
    rig.sim.behaviour.dropFirst = 0;
    await rig.forward(seconds(40));
    await rig.sink.expect("k1", "received");
    assert.deepEqual(rig.sink.statuses("k1"), ["failing", "received"]);
  });

  it("waits for the separate reply, says that it did not come, and asks again", async () => {
    rig = await ScaipRig.open();
    rig.sim.behaviour.silent = true;
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "sent");
    await rig.forward(seconds(8));
    await rig.sink.expect("k1", "failing");
    rig.sim.behaviour.silent = false;
    await rig.forward(seconds(3));
    await rig.sink.expect("k1", "received");
    assert.deepEqual(rig.sink.statuses("k1"), ["sent", "failing", "received"]);
  });

  for (const status of ["403 Forbidden", "404 Not Found", "503 Service Unavailable", "603 Decline"])
    it(`says that the receiver answers SIP ${status}, and tries again later`, async () => {
      rig = await ScaipRig.open();
      rig.sim.behaviour.status = status;
      rig.hotline.deliver(emergency("k1"));
      assert.match((await rig.sink.expect("k1", "failing")).detail!, new RegExp(`answers SIP ${status.slice(0, 3)}`));
      rig.sim.behaviour.status = null;
      await rig.forward(seconds(61));
      await rig.sink.expect("k1", "received");
    });

  it("takes an alarm back from the receiver when it is withdrawn in a hold", async () => {
    rig = await ScaipRig.open();
    rig.sim.behaviour.holdFirst = Infinity;
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "failing");
    rig.hotline.withdraw("k1");
    await rig.clock.settle();
    assert.deepEqual(rig.arrived("RE"), rig.arrived("ME"));
    await rig.forward(minutes(1));
    assert.equal(rig.arrived("ME").length, 1);
    assert.deepEqual(rig.sink.statuses("k1"), ["failing"]);
  });

  it("leaves an alarm with the operator that the receiver has taken", async () => {
    rig = await ScaipRig.open();
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "received");
    rig.hotline.withdraw("k1");
    await rig.clock.settle();
    assert.deepEqual(rig.arrived("RE"), []);
  });

  it("sends the most urgent first, and no emergency waits for a test", async () => {
    rig = await ScaipRig.open({ lines: 1 });
    rig.sim.behaviour.silent = true;
    rig.hotline.deliver(emergency("test", { alarm: null, event: "601" }));
    rig.hotline.deliver(emergency("service", { priority: 4 }));
    rig.hotline.deliver(emergency("first", { priority: 1 }));
    rig.hotline.deliver(emergency("second", { priority: 1 }));
    await rig.clock.settle();
    // Each class of urgency has its line; the second emergency waits for the first one's.
    assert.deepEqual(
      rig.sim.alarms.map(({ tags }) => tags.get("pri")),
      ["0", "6", "9"],
    );
    rig.sim.behaviour.silent = false;
    await rig.forward(seconds(12));
    await rig.sink.expect("second", "received");
  });

  it("carries 200 alarms at once, each of them once, the oldest of a priority first", async () => {
    rig = await ScaipRig.open();
    const keys = Array.from({ length: 200 }, (_, at) => `k${at}`);
    for (const [at, key] of keys.entries())
      rig.hotline.deliver(emergency(key, { priority: 1 + (at % 3), zone: String(at) }));
    await Promise.all(keys.map((key) => rig.sink.expect(key, "received")));
    const zones = rig.sim.alarms.map(({ tags }) => Number(tags.get("did")));
    assert.equal(zones.length, 200);
    for (const rest of [0, 1, 2]) {
      const ofPriority = zones.filter((zone) => zone % 3 === rest);
      assert.deepEqual(
        ofPriority,
        [...ofPriority].sort((one, other) => one - other),
      );
    }
    assert.ok(zones.slice(0, 20).filter((zone) => zone % 3 === 0).length >= 4, "the most urgent are among the first");
  });

  it("gives up the least urgent, newest one when more wait than it keeps", async () => {
    rig = await ScaipRig.open({}, { limits: { queueMax: 2 } });
    rig.sim.behaviour.silent = true;
    rig.hotline.deliver(emergency("report", { alarm: null, event: "601" }));
    rig.hotline.deliver(emergency("first"));
    rig.hotline.deliver(emergency("second"));
    assert.match((await rig.sink.expect("report", "failed")).detail!, /more than 2 messages wait/);
    rig.hotline.deliver(emergency("third"));
    await rig.sink.expect("third", "failed");
    rig.sim.behaviour.silent = false;
    await rig.forward(seconds(12));
    for (const key of ["first", "second"]) await rig.sink.expect(key, "received");
    assert.equal(rig.meter.counts.get("okc_hotline_given_up_total"), 2);
  });

  it("takes its port no more when it is stopped while it looks for the receiver's name", async () => {
    const [port] = await freePorts(1);
    rig = await ScaipRig.open();
    const listen = { host: "127.0.0.1", port: port! };
    const other = new ScaipHotline({
      receiver: scaipReceiver(rig.sim.port, { host: "localhost", listen }),
      clock: rig.clock,
      log: rig.log,
      meter: rig.meter,
    });
    await other.start(new RecordingSink());
    await other.stop();
    await rig.clock.settle();
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
  });

  it("goes over TCP with what is longer than a datagram should be", async () => {
    rig = await ScaipRig.open({}, { limits: { datagramBytesMax: 400 } });
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "received");
    assert.equal(rig.sim.alarms[0]!.transport, "tcp");
  });

  it("sends the long datagram to a receiver that has no TCP", async () => {
    rig = await ScaipRig.open({}, { limits: { datagramBytesMax: 400 }, before: (sim) => sim.refuseConnections() });
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "received");
    assert.equal(rig.sim.alarms[0]!.transport, "udp");
  });

  it("keeps the reference over a restart: the receiver sees one alarm", async () => {
    rig = await ScaipRig.open();
    rig.sim.behaviour.silent = true;
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "sent");
    await rig.hotline.stop();
    rig.sim.behaviour.silent = false;
    await rig.begin({});
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "received");
    const refs = rig.arrived("ME");
    assert.deepEqual([refs.length, new Set(refs).size], [2, 1]);
    assert.deepEqual(rig.arrived("RE"), [], "a stop takes nothing back");
  });

  it("finds the receiver by its name", async () => {
    rig = await ScaipRig.open({ host: "localhost" });
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "received");
  });

  for (const transport of ["udp", "tcp"] as const)
    it(`delivers over ${transport} of IPv6`, async () => {
      const six = { host: "::1", listen: { host: "::1", port: 0 }, transport };
      rig = await ScaipRig.open(six, { host: "::1", before: ({ behaviour }) => (behaviour.replyBy = "message") });
      rig.hotline.deliver(emergency("k1"));
      await rig.sink.expect("k1", "received");
      assert.match(rig.sim.alarms[0]!.head[0]!, /^Via: SIP\/2\.0\/\w+ \[::1\]:\d+;/);
    });
});
