import assert from "node:assert/strict";
import { SystemClock } from "../../gateway/adapters/clock/system-clock.ts";
import { ScaipHotline } from "../../gateway/adapters/scaip/scaip-hotline.ts";
import type { ScaipLimits } from "../../gateway/adapters/scaip/scaip-limits.ts";
import type { ScaipReceiver } from "../../gateway/adapters/scaip/scaip-receiver.ts";
import { freePorts } from "../support/free-ports.ts";
import { emergency } from "../support/peers/hotline-rig.ts";
import { RecordingLog, RecordingMeter, RecordingSink } from "../support/peers/recording-sink.ts";
import { scaipReceiver } from "../support/peers/scaip-rig.ts";
import { LossyWire, Sipp } from "../support/sipp.ts";

/** Short enough for a test that runs in real time; nothing is asserted of how long it took. */
const QUICK: Partial<ScaipLimits> = {
  t1Ms: 50,
  t2Ms: 200,
  patienceMs: 400,
  replyMs: 1_000,
  retryFirstMs: 100,
  retryMaxMs: 200,
  refusedRetryMs: 200,
  heartbeatReplyMs: 1_000,
  heartbeatRetryMs: 100,
};

describe("SIPp as a SCAIP receiver", function () {
  this.timeout(40_000);
  let sipp: Sipp;
  let wire: LossyWire | null;
  let sink: RecordingSink;
  let hotline: ScaipHotline | null;

  beforeEach(() => {
    sink = new RecordingSink();
    wire = hotline = null;
  });

  afterEach(async () => {
    await hotline?.stop();
    wire?.close();
    await sipp.stop();
  });

  /** Resolves when SIPp has answered the first heartbeat, where it does. */
  async function begin(port: number, more: Partial<ScaipReceiver> = {}, isAnswered = true): Promise<ScaipHotline> {
    const receiver = scaipReceiver(port, { hold: { everyMs: 100, forMs: 60_000 }, ...more });
    const parts = { clock: new SystemClock(), log: new RecordingLog(), meter: new RecordingMeter() };
    hotline = new ScaipHotline({ receiver, ...parts, limits: QUICK });
    await hotline.start(sink);
    if (isAnswered) await sink.paths.next(({ up }) => up);
    return hotline;
  }

  for (const scenario of ["reply-in-answer", "reply-by-message"])
    for (const transport of ["udp", "tcp"] as const)
      it(`takes an alarm: ${scenario}, over ${transport}`, async () => {
        sipp = await Sipp.receiver(scenario, [0], transport);
        const channel = await begin(sipp.port, { transport });
        channel.deliver(emergency("k1"));
        const { detail } = await sink.expect("k1", "received");
        if (scenario === "reply-in-answer") assert.match(detail!, /may call back within 10min/);
        assert.ok(!sink.statuses("k1").includes("failed"));
      });

  it("holds an alarm twice and then takes it", async () => {
    sipp = await Sipp.receiver("reply-in-answer", [0, 4, 4, 0]);
    (await begin(sipp.port)).deliver(emergency("k1"));
    await sink.expect("k1", "received");
    assert.match((await sink.expect("k1", "failing")).detail!, /answers 4/);
    assert.deepEqual(sink.statuses("k1"), ["failing", "received"]);
  });

  for (const snu of [5, 6])
    it(`answers ${snu}: the alarm is failing at once, and goes on`, async () => {
      sipp = await Sipp.receiver("reply-by-message", [0, snu, 0]);
      (await begin(sipp.port)).deliver(emergency("k1"));
      await sink.expect("k1", "received");
      assert.match((await sink.expect("k1", "failing")).detail!, new RegExp(`answers ${snu}`));
    });

  it("refuses an alarm with and without its texts", async () => {
    sipp = await Sipp.receiver("reply-in-answer", [0, 3, 3]);
    (await begin(sipp.port)).deliver(emergency("k1"));
    assert.match((await sink.expect("k1", "failed")).detail!, /answers 3: it finds wrong data/);
  });

  it("hears all and says nothing: the alarm is failing, the path is never up", async () => {
    sipp = await Sipp.receiver("silence", [0]);
    (await begin(sipp.port, {}, false)).deliver(emergency("k1"));
    await sink.expect("k1", "failing");
    assert.deepEqual([sink.proofs.items, sink.paths.items.filter(({ up }) => up)], [[], []]);
  });

  it("gets what was lost on the way to it, and what was lost on the way back, once", async () => {
    sipp = await Sipp.receiver("reply-in-answer", [0, 0, 6]);
    wire = await LossyWire.to(sipp.port);
    const channel = await begin(wire.port);
    wire.loseOurs = 2;
    wire.loseTheirs = 2;
    channel.deliver(emergency("k1"));
    // A second call would have been answered 6: SIPp took the repetitions for what they are.
    await sink.expect("k1", "received");
    assert.equal(wire.lost, 4);
    assert.ok(!sink.receipts.items.some(({ detail }) => /answers 6/.test(detail ?? "")));
  });

  it("repeats its reply until our answer to that arrives, and the alarm is received once", async () => {
    sipp = await Sipp.receiver("reply-by-message", [0]);
    wire = await LossyWire.to(sipp.port);
    const channel = await begin(wire.port);
    channel.deliver(emergency("k1"));
    await sink.expect("k1", "sent");
    wire.loseOurs = 2;
    await sink.expect("k1", "received");
    channel.deliver(emergency("k2"));
    await sink.expect("k2", "received");
    assert.equal(sink.statuses("k1").filter((status) => status === "received").length, 1);
  });

  it("checks our digest, and refuses a wrong password", async () => {
    sipp = await Sipp.receiver("digest", [0]);
    (await begin(sipp.port, { password: "s3cret" })).deliver(emergency("k1"));
    await sink.expect("k1", "received");
    await hotline!.stop();
    sink = new RecordingSink();
    (await begin(sipp.port, { password: "wrong" }, false)).deliver(emergency("k1"));
    assert.match((await sink.expect("k1", "failing")).detail!, /answers SIP 403/);
    assert.deepEqual(
      sink.paths.items.filter(({ up }) => up),
      [],
    );
  });

  it("asks us what we can do", async () => {
    const [port] = await freePorts(1);
    const [dead] = await freePorts(1);
    await begin(dead!, { listen: { host: "127.0.0.1", port: port! } }, false);
    sipp = await Sipp.caller("asks", port!);
    assert.equal(await sipp.ended(), 0, sipp.output);
  });
});
