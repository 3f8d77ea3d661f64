import assert from "node:assert/strict";
import type { DigestDoor } from "../../firmware-sim/scaip.ts";
import { seconds } from "../../gateway/core/units.ts";
import { emergency } from "../support/peers/hotline-rig.ts";
import { ScaipRig } from "../support/peers/scaip-rig.ts";

const door = (more: Partial<DigestDoor> = {}): DigestDoor => ({
  user: "okc",
  password: "s3cret",
  algorithm: "SHA-256",
  status: 401,
  ...more,
});

describe("a SCAIP receiver that asks for a password", () => {
  let rig: ScaipRig;

  afterEach(() => rig.close());

  for (const algorithm of ["MD5", "SHA-256"] as const)
    for (const status of [401, 407] as const)
      it(`gets it by ${algorithm} after ${status}, and later at once`, async () => {
        rig = await ScaipRig.open(
          { password: "s3cret" },
          { before: ({ behaviour }) => (behaviour.door = door({ algorithm, status })) },
        );
        const before = rig.sim.arrivals;
        rig.hotline.deliver(emergency("k1"));
        await rig.sink.expect("k1", "received");
        assert.equal(rig.sim.arrivals, before + 1, "the nonce of the heartbeat still holds");
        assert.deepEqual(rig.sink.statuses("k1"), ["received"]);
      });

  it("gets it anew when its nonce has grown stale", async () => {
    rig = await ScaipRig.open(
      { password: "s3cret" },
      { before: ({ behaviour }) => Object.assign(behaviour, { door: door(), nonceUses: 1 }) },
    );
    for (const key of ["k1", "k2", "k3"]) {
      rig.hotline.deliver(emergency(key));
      await rig.sink.expect(key, "received");
    }
    assert.equal(rig.sim.alarms.length, 3);
  });

  it("is failing with a wrong password, and goes on when that is mended", async () => {
    rig = await ScaipRig.open({ password: "wrong" }, { before: ({ behaviour }) => (behaviour.door = door()) });
    rig.hotline.deliver(emergency("k1"));
    assert.match((await rig.sink.expect("k1", "failing")).detail!, /does not accept our user and password/);
    assert.deepEqual(
      rig.sink.paths.items.map(({ up }) => up),
      [false],
    );
    assert.equal(rig.sim.alarms.length, 0);
    rig.sim.behaviour.door = door({ password: "wrong" });
    await rig.forward(seconds(61));
    await rig.sink.expect("k1", "received");
  });

  it("is failing where no password is configured", async () => {
    rig = await ScaipRig.open({}, { before: ({ behaviour }) => (behaviour.door = door()) });
    rig.hotline.deliver(emergency("k1"));
    assert.match((await rig.sink.expect("k1", "failing")).detail!, /asks for a password, and none is configured/);
  });
});
