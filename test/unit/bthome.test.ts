import assert from "node:assert/strict";
import { decodeSealed, decodeServiceData } from "../../devices/ble/bthome.ts";
import { openmqttgatewayDefinition } from "../../devices/mqtt/openmqttgateway.ts";
import type { Decoded, DecodedReport } from "../../gateway/core/definition.ts";
import { sealBthome } from "../support/bthome.ts";

const MAC = "A0:B1:C2:D3:E4:F5";
const KEY = Buffer.from("00112233445566778899aabbccddeeff", "hex");
const OTHER_KEY = Buffer.alloc(16, 7);

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(" ", ""), "hex");

function reportsOf(decoded: Decoded): readonly DecodedReport[] {
  assert.equal(decoded.type, "reports", JSON.stringify(decoded));
  return decoded.type === "reports" ? decoded.reports : [];
}

const plain = (hex: string, uuid = "0xfcd2"): readonly DecodedReport[] =>
  reportsOf(decodeServiceData(uuid, bytes(hex), MAC, undefined));
const pressesOf = (hex: string): readonly (string | null)[] => plain(hex).map(({ press }) => press);

describe("BTHome", () => {
  it("is a press of its key, however often and however long it was pressed", () => {
    for (const how of ["01", "02", "03", "04", "05", "06", "80", "fe"])
      assert.deepEqual(pressesOf(`44 00 1d 01 64 3a ${how}`), ["button"], how);
    const [press] = plain("44 00 1d 01 5a 3a 04");
    assert.deepEqual([press!.kind, press!.mark, press!.batteryPct, press!.proof], ["other", "29", 90, "none"]);
    assert.deepEqual([press!.address, press!.wireId], ["a0:b1:c2:d3:e4:f5", MAC]);
  });

  it("is a sign of life where no key is down, and a key of several where some are", () => {
    assert.deepEqual(
      plain("44 00 05 01 64 3a 00").map(({ kind }) => kind),
      ["heartbeat"],
    );
    assert.deepEqual(pressesOf("44 00 05 3a 00 3a 01 3a 00 3a fe"), ["button2", "button4"]);
  });

  it("tells battery, tamper and a dimmer that was turned", () => {
    const kinds = (hex: string): readonly string[] => plain(hex).map(({ kind }) => kind);
    assert.deepEqual(kinds("40 00 01 15 01"), ["other", "low_battery"]);
    assert.deepEqual(kinds("40 00 01 2b 01"), ["tamper"]);
    assert.deepEqual(kinds("40 00 01 15 01 3a 01"), ["other", "low_battery"]);
    assert.deepEqual(pressesOf("40 00 02 3c 02 03"), ["dimmer"]);
    assert.deepEqual(pressesOf("40 00 02 3c 00 00"), [null]);
  });

  it("is read behind objects of every length, in any order, and behind text", () => {
    assert.deepEqual(pressesOf("44 02 ca09 03 bf13 05 138a14 3e 2a2c0960 53 03 3a013a 54 02 3a3a 3a 01 00 07"), [
      "button",
    ]);
    assert.equal(plain("44 3a 01 00 07")[0]!.mark, "7");
  });

  it("stops at an object that is unknown or cut off; what came before stands", () => {
    assert.deepEqual(pressesOf("44 00 1d 3a 01 ee 3a 01"), ["button"]);
    assert.deepEqual(pressesOf("44 00 1d ee 3a 01"), [null]);
    assert.deepEqual(pressesOf("44 00 1d 3a"), [null]);
    assert.deepEqual(pressesOf("44 53 ff 3a 01"), [null]);
  });

  it("takes the address out of the service data where it stands there", () => {
    const [press] = reportsOf(decodeServiceData("fcd2", bytes("46 f5e4d3c2b1a0 00 01 3a 01"), null, undefined));
    assert.deepEqual([press!.address, press!.wireId, press!.press], ["a0:b1:c2:d3:e4:f5", MAC, "button"]);
  });

  it("names nobody where nobody is named", () => {
    const [press] = reportsOf(decodeServiceData("fcd2", bytes("44 00 01 3a 01"), null, undefined));
    assert.deepEqual([press!.address, press!.wireId], ["unnamed", null]);
  });

  it("is read in version 1; of other versions and services nothing is", () => {
    assert.deepEqual(
      plain("02 00 09 02 01 62 02 3a 01", "0000181c-0000-1000-8000-00805f9b34fb").map(({ press, batteryPct }) => [
        press,
        batteryPct,
      ]),
      [["button", 98]],
    );
    assert.equal(decodeServiceData("fcd2", bytes("60 3a 01"), MAC, undefined).type, "nothing");
    assert.equal(decodeServiceData("fcd2", bytes(""), MAC, undefined).type, "nothing");
    assert.equal(decodeServiceData("180f", bytes("64"), MAC, undefined).type, "nothing");
  });
});

describe("Encrypted BTHome", () => {
  const sealed = sealBthome("00 1d 01 64 3a 01".replaceAll(" ", ""), { mac: MAC, key: KEY, counter: 0x0a0b0c0d });
  const open = (data: string, mac: string | null, key: Uint8Array | null | undefined): DecodedReport =>
    reportsOf(decodeServiceData("fcd2", bytes(data), mac, key))[0]!;

  it("proves its sender with the key, and its counter marks the press", () => {
    const { press, proof, mark, batteryPct } = open(sealed.data, MAC, KEY);
    assert.deepEqual([press, proof, mark, batteryPct], ["button", "valid", "0d0c0b0a", 100]);
  });

  it("is read with the vector of bthome.io", () => {
    const data = "41 a47266c95f73 00112233 78237214".replaceAll(" ", "");
    const key = Buffer.from("231d39c1d7cc1ab1aee224cd096db932", "hex");
    assert.deepEqual(
      [open(data, "5448E68F80A5", key).proof, open(data, "5448E68F80A6", key).proof],
      ["valid", "wrong-tag"],
    );
  });

  it("proves nothing with another key, another address, another first byte or another bit", () => {
    const flipped = sealed.data.slice(0, 4) + (sealed.data[4] === "0" ? "1" : "0") + sealed.data.slice(5);
    const forged = [
      open(sealed.data, MAC, OTHER_KEY),
      open(sealed.data, "a0:b1:c2:d3:e4:f6", KEY),
      open(`41${sealed.data.slice(2)}`, MAC, KEY),
      open(flipped, MAC, KEY),
      open("45", MAC, KEY),
    ];
    for (const { proof, kind } of forged) assert.deepEqual([proof, kind], ["wrong-tag", "other"]);
  });

  it("is for staff where its device is enrolled without the key, and nothing where nobody enrolled it", () => {
    const enrolled = open(sealed.data, MAC, null);
    assert.deepEqual([enrolled.proof, enrolled.press], ["no-key", "encrypted"]);
    const stranger = open(sealed.data, MAC, undefined);
    assert.deepEqual([stranger.proof, stranger.press], ["no-key", null]);
  });

  it("is not believed in plain from a device that has a key", () => {
    assert.equal(open("44001d01643a01", MAC, KEY).proof, "wrong-tag");
    assert.equal(open("44001d01643a01", MAC, null).proof, "none");
  });

  it("is read as Theengs takes it apart, whichever first byte it had", () => {
    for (const info of [0x45, 0x41]) {
      const { cipher, ctr, mic } = sealBthome("3a04", { mac: MAC, key: KEY, counter: 9, info });
      const parts = { cipher: bytes(cipher), counter: bytes(ctr), tag: bytes(mic) };
      const [press] = reportsOf(decodeSealed(parts, "a0:b1:c2:d3:e4:f5", MAC, KEY));
      assert.deepEqual([press!.press, press!.proof, press!.mark], ["button", "valid", "09000000"]);
      const [other] = reportsOf(decodeSealed(parts, "a0:b1:c2:d3:e4:f5", MAC, OTHER_KEY));
      assert.equal(other!.proof, "wrong-tag");
    }
  });
});

describe("A Bluetooth button over several gateways", () => {
  const definition = openmqttgatewayDefinition("home");
  const decode = (gateway: string, fields: object, key?: Uint8Array): DecodedReport =>
    reportsOf(
      definition.decode(`home/${gateway}/BTtoMQTT/A0B1C2D3E4F5`, Buffer.from(JSON.stringify(fields)), () => key),
    )[0]!;

  it("has one mark, whether a gateway sends what it heard or what it made of it", () => {
    const raw = decode("attic", { id: MAC, rssi: -80, servicedatauuid: "0xfcd2", servicedata: "44001d01643a01" });
    const made = decode("cellar", { id: MAC, rssi: -55, packet: 29, batt: 100, button: 1 });
    assert.deepEqual(
      [raw.mark, raw.press, raw.repeatMs, raw.address],
      [made.mark, made.press, made.repeatMs, made.address],
    );
    assert.deepEqual([raw.rssiDbm, made.rssiDbm], [-80, -55]);
  });

  it("is found by its topic where the message has no address, and by `mac` where `id` is a beacon's", () => {
    assert.equal(decode("attic", { rssi: -70, button: 1 }).address, "a0:b1:c2:d3:e4:f5");
    const beacon = { id: "1de4b189115e45f6b44e509352269977", mac: "60:87:57:4C:9B:C2", rssi: -70 };
    assert.equal(decode("attic", beacon).address, "60:87:57:4c:9b:c2");
  });

  it("is read with its key from what Theengs says of the cipher", () => {
    const { cipher, ctr, mic } = sealBthome("3a01", { mac: MAC, key: KEY, counter: 5 });
    const { proof, press, rssiDbm } = decode("attic", { id: MAC, rssi: -61, encr: 2, cipher, ctr, mic }, KEY);
    assert.deepEqual([proof, press, rssiDbm], ["valid", "button", -61]);
  });

  it("takes an address in any form", () => {
    for (const form of ["A0B1C2D3E4F5", "a0-b1-c2-d3-e4-f5", " A0:b1:C2:d3:E4:f5 "])
      assert.equal(definition.normalizeAddress(form), "a0:b1:c2:d3:e4:f5");
    assert.equal(definition.normalizeAddress("A0:B1:C2:D3:E4:F5:Button2"), "a0:b1:c2:d3:e4:f5:button2");
    assert.equal(definition.normalizeAddress("433:0x141154"), "433:1315156");
    assert.equal(definition.normalizeAddress(""), null);
  });
});
