import assert from "node:assert/strict";
import fc from "fast-check";
import { frameOf } from "../../firmware-sim/dc09.ts";
import type { HotlineRig as Rig } from "../support/peers/hotline-rig.ts";
import { emergency, HotlineRig } from "../support/peers/hotline-rig.ts";

/** What looks like a reply: parts of real ones, for another number, without a frame, or broken. */
const almost = fc.oneof(
  fc.constantFrom("\n\r", "ACK\r", "NAK", '"ACK"0001R0L0#1234[]\r', "\n", "\r", '\n0000"ACK"0001R0L0#1234[]\r'),
  fc.integer({ min: 2, max: 9_999 }).map((number) => frameOf(`"ACK"${String(number).padStart(4, "0")}R0L0#1234[]`)),
  fc.constantFrom("0000", "1235", "ABCD").map((account) => frameOf(`"ACK"0001R0L0#${account}[]`)),
  fc.nat(28).map((cut) => frameOf('"ACK"0001R0L0#1234[]').slice(0, cut)),
  fc.string({ unit: "binary", maxLength: 60 }),
);

describe("whatever a receiver pours out that is no acknowledgement", function () {
  this.timeout(60_000);
  let rig: Rig;

  afterEach(() => rig.close());

  it("acknowledges nothing and breaks nothing; the real one does", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(almost, { minLength: 1, maxLength: 12 }), async (noise) => {
        rig = await HotlineRig.open(["silent"]);
        rig.hotline.deliver(emergency("k1"));
        await rig.peer.frames.reach(1);
        for (const text of noise) {
          rig.peer.say(text);
          await rig.clock.settle();
        }
        assert.ok(!rig.sink.statuses("k1").includes("received"), JSON.stringify(noise));
        rig.peer.mode = "ack";
        for (let second = 0; second < 40 && !rig.sink.statuses("k1").includes("received"); second++)
          await rig.clock.forward(1_000);
        await rig.sink.expect("k1", "received");
        await rig.close();
      }),
      { numRuns: 40 },
    );
  });
});
