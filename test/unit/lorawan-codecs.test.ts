import assert from "node:assert/strict";
import { decodePayload } from "../../devices/lorawan/codecs.ts";

const read = (codec: string | null, fPort: number, hex: string) => decodePayload(codec, fPort, Buffer.from(hex, "hex"));

/** Kind and press of each reading, and the battery of the first. */
const told = (codec: string | null, fPort: number, hex: string): string => {
  const readings = read(codec, fPort, hex);
  return readings.map(({ kind, press, released }) => [kind, press ?? "-", ...(released ?? [])].join(" ")).join(", ");
};

describe("A LoRaWAN payload", () => {
  it("of a Milesight button says how it was pressed, behind whatever else it says of itself", () => {
    assert.equal(told("WS101", 85, "ff2e01"), "other short");
    assert.equal(told("WS101", 85, "ff0bffff0101ff166136a1234567890aff090110ff0a0102ff0f0001754bff2e02"), "other long");
    assert.equal(read("WS101", 85, "01754bff2e03")[0]!.batteryPct, 75);
    assert.equal(told("Milesight WS101-SOS", 85, "fe030411ff2e03"), "other double");
    assert.equal(told("WS101", 85, "ff2e09"), "heartbeat -");
    assert.equal(told("WS101", 85, "0175ff"), "heartbeat -");
    assert.equal(read("WS101", 85, "0175ff")[0]!.batteryPct, null);
    assert.equal(told("WS156", 85, "ff34050301"), "other 5-short");
    assert.equal(told("WS136", 85, "ff34020302"), "other 2-double");
    assert.equal(told("WS136", 85, "ff34021027"), "other 2");
  });

  it("of a Browan button tells a press from a sign of life, and a cell at its end", () => {
    assert.equal(told("TBPB100", 147, "010b370000050000"), "other button");
    assert.equal(told("TBPB100", 147, "000b37a005050000"), "heartbeat -");
    assert.deepEqual(
      ["0b", "03"].map((nibble) => read("TBPB100", 147, `01${nibble}370000050000`)[0]!.batteryOk),
      [true, false],
    );
    assert.equal(told("TBPB100", 42, "01"), "other -");
  });

  it("of an Abeeway tracker: SOS is in every frame but those whose second byte is a token", () => {
    assert.equal(told("abeeway-micro-tracker", 18, "0510504f0008"), "emergency sos");
    assert.equal(told("abeeway-micro-tracker", 17, "03107a800000"), "emergency sos");
    assert.equal(told("abeeway-micro-tracker", 18, "0500504f0008"), "heartbeat - sos");
    assert.equal(told("abeeway-micro-tracker", 18, "0a00504f0007"), "other - sos, emergency sos");
    assert.equal(told("abeeway-micro-tracker", 18, "0a00504f0008"), "other - sos");
    assert.equal(told("abeeway-micro-tracker", 18, "0900014f0001"), "low_battery - sos");
    for (const token of ["0010", "0d10000168656c70"]) assert.equal(told("abeeway-micro-tracker", 18, token), "other -");
    assert.equal(read("abeeway-micro-tracker", 18, "0500504f0008")[0]!.batteryPct, 80);
    assert.equal(read("abeeway-micro-tracker", 17, "0500504f0008")[0]!.batteryPct, null);
    assert.equal(read("abeeway-micro-tracker", 18, "0500c14f0008")[0]!.batteryPct, null);
    const { position } = read("abeeway-compact-tracker", 18, "0300504f000012bf1248a4410000")[0]!;
    assert.deepEqual([position?.lat.toFixed(2), position?.lon.toFixed(2)], ["31.45", "121.87"]);
  });

  it("of Asset Tracker 3: SOS on, off, in the header, and when it was kept for later", () => {
    assert.equal(told("abeeway-asset-tracker-3", 19, "085a100010"), "other - sos, emergency sos");
    assert.equal(told("abeeway-asset-tracker-3", 19, "085a100011"), "other - sos");
    assert.equal(told("abeeway-asset-tracker-3", 19, "505a1000000001"), "emergency sos");
    assert.equal(told("abeeway", 19, "08da6651c23010"), "other - sos, emergency sos");
    assert.equal(told("abeeway", 19, "085a1000030101"), "tamper - sos");
    assert.equal(told("abeeway", 19, "0801100001"), "low_battery - sos");
    assert.equal(read("abeeway", 19, "085a100004")[0]!.batteryPct, 90);
  });

  it("of a Dragino tracker: the alarm's bit, wherever its firmware has it", () => {
    const place = "01daf5a8073f5b80";
    assert.equal(told("LGT92", 2, `${place}4fa0000000000000000000`.slice(0, 36)), "emergency alarm");
    assert.equal(told("LGT92", 2, `${place}0fa000000000000000000000`.slice(0, 36)), "other - alarm");
    assert.equal(told("TrackerD", 3, `${place}4fa020`), "emergency alarm");
    assert.equal(told("TrackerD", 2, `${place}00000000000000004fa02001000200`), "emergency alarm");
    assert.equal(told("TrackerD", 7, "4fa020"), "emergency alarm");
    assert.equal(told("TrackerD", 8, "48656c6c6f21c04fa020"), "emergency alarm");
    assert.equal(told("TrackerD", 4, `${place}07ea0b190d2d0f`), "other -");
    assert.equal(read("TrackerD", 5, "13014001ff0c80d806")[0]!.batteryOk, false);
    assert.equal(read("TrackerD", 3, `${place}4fa020`)[0]!.position?.lat, 31.126952);
  });

  it("of a Dragino push button", () => {
    assert.equal(told("PB01-L", 2, "0c5d030100e601c2"), "other button");
    assert.equal(told("PB01-L", 2, "0c5d030000e601c2"), "heartbeat -");
    assert.equal(told("PB01", 3, "0c5d030100e601c2"), "other -");
  });

  it("of a model nobody named is read by its port only where it fits the grammar to the last byte", () => {
    assert.equal(told(null, 85, "ff2e01"), "other short");
    assert.equal(told("Class A", 85, "ff2e0103670001"), "other -");
    assert.equal(told(null, 147, "0103370000050000"), "other button");
    assert.equal(told(null, 147, "01033700000500"), "other -");
    assert.equal(told(null, 18, "0510504f0008"), "emergency sos");
    assert.equal(told(null, 18, "05f0504f0008"), "other -");
    assert.equal(told(null, 2, "0c5d030100e601c2"), "other -");
    assert.equal(told(null, 85, ""), "other -");
  });
});
