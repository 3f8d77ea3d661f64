import assert from "node:assert/strict";
import type { ReceiverQuirk } from "../../firmware-sim/receiver.ts";
import { seconds } from "../../gateway/core/units.ts";
import { detailsOf, emergency } from "../support/peers/hotline-rig.ts";
import { SupervisedRig } from "../support/peers/supervised-rig.ts";
import { until } from "../support/until.ts";

const OFF = { style: "off", everyMs: null } as const;
const KEYS = { 128: "41".repeat(16), 192: "42".repeat(24), 256: "43".repeat(32) };

/** As strange as these may look, the receiver has it. */
const ODD: readonly ReceiverQuirk[] = ["lower-hex", "no-bar", "trailing", "twice", "close-after"];

describe("the hotline with a key", function () {
  this.timeout(20_000);
  let rig: SupervisedRig;

  afterEach(() => rig.close());

  for (const format of ["adm-cid", "sia-dcs"] as const) {
    for (const [bits, key] of Object.entries(KEYS)) {
      it(`sends ${format} under AES-${bits}, and takes the encrypted acknowledgement`, async () => {
        const extended = { position: true, link: true, mac: "001A2B3C4D5E" };
        rig = await SupervisedRig.open([{ format, key, supervision: OFF, extended }]);
        const link = "https://okc.example/#alarm=7gk2qx9d-17";
        const details = detailsOf({ position: { lat: 29.8687, lon: 121.54412 }, link });
        rig.hotline.deliver(emergency("k1", { details }));
        await rig.sink.expect("k1", "received");
        const [{ account, event, zone, extended: parts, raw }] = rig.receiver.events as [
          (typeof rig.receiver.events)[0],
        ];
        assert.deepEqual([account, event, zone], ["1234", format === "adm-cid" ? "101" : "QA", "007"]);
        assert.deepEqual(parts, ["X121E32.647", "Y29N52.122", `V${link}`, "M001A2B3C4D5E"]);
        assert.doesNotMatch(raw, /101 00|QA007|okc|121E|_12:/, "nothing of it can be read on the way");
      });
    }
  }

  for (const quirk of ODD) {
    for (const key of [null, KEYS[128]]) {
      it(`takes the acknowledgement of a receiver with ${quirk}, ${key === null ? "in clear text" : "encrypted"}`, async () => {
        rig = await SupervisedRig.open([{ key, supervision: OFF }], ([receiver]) => receiver!.quirks.add(quirk));
        for (const name of ["k1", "k2"]) {
          rig.hotline.deliver(emergency(name));
          await rig.sink.expect(name, "received");
          // One that closes after its reply has done so, and is connected again.
          await rig.settled();
        }
        assert.equal(rig.receiver.distinct().length, 2);
        assert.ok(!rig.sink.statuses("k2").includes("failing"));
      });
    }
  }

  it("does not believe an acknowledgement in clear text: anybody on the way could have written it", async () => {
    rig = await SupervisedRig.open([{ key: KEYS[256], supervision: OFF }]);
    rig.receiver.quirks.add("clear-replies");
    rig.hotline.deliver(emergency("k1"));
    await until("the frame", () => rig.receiver.frames.length > 0);
    await rig.forward(seconds(4));
    const failing = await rig.sink.expect("k1", "failing");
    assert.match(failing.detail!, /only a reply that our key does not open \(check it on both sides\) within 4s/);
    assert.ok(!rig.sink.statuses("k1").includes("received"));
  });

  it("asks again with the time of a NAK, which is never encrypted", async () => {
    rig = await SupervisedRig.open([{ key: KEYS[128], supervision: OFF }], ([receiver]) => {
      receiver!.windowMs = seconds(20);
      receiver!.clockOffsetMs = -seconds(90);
    });
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "received");
    assert.deepEqual(
      rig.receiver.frames.map(({ sentAt, sequence }) => [sentAt! - rig.clock.now(), sequence]),
      [
        [0, "0001"],
        [-seconds(90), "0001"],
      ],
    );
    assert.match(rig.sink.faults.items[0]!.why, /90 s behind ours/);
  });

  it("gets nothing from a receiver that has another one, and says so", async () => {
    rig = await SupervisedRig.open([{ key: KEYS[128], supervision: OFF, receiverKey: KEYS[192] }]);
    rig.hotline.deliver(emergency("k1"));
    await until("the frame", () => rig.receiver.rejectedFrames > 0);
    await rig.forward(seconds(4));
    await rig.sink.expect("k1", "failing");
    assert.deepEqual(rig.receiver.events, []);
  });
});
