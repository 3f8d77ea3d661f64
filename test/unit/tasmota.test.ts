import assert from "node:assert/strict";
import { openmqttgatewayDefinition } from "../../devices/mqtt/openmqttgateway.ts";
import { tasmotaDefinition } from "../../devices/mqtt/tasmota.ts";
import type { Decoded, MqttDefinition } from "../../gateway/core/definition.ts";

const usual = tasmotaDefinition("%prefix%/%topic%");

const decodeBy = (definition: MqttDefinition, topic: string, payload: unknown): Decoded =>
  definition.decode(
    topic,
    Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)),
    () => undefined,
  );

function told(decoded: Decoded): readonly string[] {
  if (decoded.type !== "reports") return [decoded.type];
  return decoded.reports.map(({ address, kind, press }) => `${address} ${press === null ? kind : `${kind} ${press}`}`);
}

const zigbee = (device: object, topic = "tele/zb/SENSOR"): readonly string[] =>
  told(decodeBy(usual, topic, { ZbReceived: { "0x3476": { Device: "0x3476", ...device } } }));

describe("Tasmota", () => {
  it("is heard below whatever FullTopic it has", () => {
    const code = { RfReceived: { Data: "4AF10A", RfKey: "None" } };
    for (const [base, topic] of [
      ["%prefix%/%topic%", "tele/attic/RESULT"],
      ["tasmota/%topic%/%prefix%", "tasmota/attic/tele/RESULT"],
      ["tasmota", "tasmota/attic/tele/RESULT"],
      ["site/%prefix%/%topic%", "site/stat/attic/RESULT"],
    ] as const) {
      const definition = tasmotaDefinition(base);
      assert.deepEqual(told(decodeBy(definition, topic, code)), ["rf:4af10a other 4AF10A"], base);
      assert.equal(definition.interestIn(topic), "report");
    }
    assert.equal(decodeBy(usual, "cmnd/attic/RESULT", code).type, "rejected");
    assert.equal(decodeBy(tasmotaDefinition("tasmota"), "tele/attic/RESULT", code).type, "rejected");
  });

  it("has one address for a code, however it is printed", () => {
    const addresses = ["0b3c57", "0xB3C57", "0B3C57", 0xb3c57].map(
      (Data) => told(decodeBy(usual, "tele/attic/RESULT", { RfReceived: { Data } }))[0]!.split(" ", 1)[0],
    );
    assert.deepEqual([...new Set(addresses)], ["rf:b3c57"]);
    assert.equal(usual.normalizeAddress("RF:0x0B3C57"), "rf:b3c57");
    assert.equal(decodeBy(usual, "tele/attic/RESULT", { RfReceived: { Data: "" } }).type, "rejected");
  });

  it("reads Zigbee: the words of an alarm, commands, clicks; a lamp's state is none", () => {
    for (const [device, gives] of [
      [{ Panic: 1 }, ["zb/0x3476 emergency Panic"]],
      [{ PersonalAlarm: 1, ZoneStatusChange: 1 }, ["zb/0x3476 emergency PersonalAlarm"]],
      [{ "0501!02": "" }, ["zb/0x3476 emergency 0501!02"]],
      [{ "0501!04": "" }, ["zb/0x3476 emergency 0501!04"]],
      [{ "0501!00": "0000" }, ["zb/0x3476 other 0501!00"]],
      [{ "0500<00": "010000FF0000", ZoneStatusChange: 1 }, ["zb/0x3476 other alarm"]],
      [{ "0500!00": "0D0000FF0000" }, ["zb/0x3476 other alarm", "zb/0x3476 tamper", "zb/0x3476 low_battery"]],
      [{ "0500!00": "000000FF0000" }, ["zb/0x3476 other"]],
      [{ ZoneStatusChange: 1, Contact: 1 }, ["zb/0x3476 other Contact"]],
      [{ ZoneStatusChange: 0, Contact: 0 }, ["zb/0x3476 other"]],
      [{ Click: "double" }, ["zb/0x3476 other double"]],
      [{ Click: "release" }, ["zb/0x3476 other"]],
      [{ "0006!01": "", Power: 1, Endpoint: 1 }, ["zb/0x3476 other 0006!01"]],
      [{ "0006!FD": "00", Endpoint: 3 }, ["zb/0x3476 other 0006!FD@3"]],
      [{ "0004<00": "006400", Power: 1 }, ["zb/0x3476 other"]],
      [{ Power: true }, ["zb/0x3476 other"]],
    ] as const)
      assert.deepEqual(zigbee(device), gives, JSON.stringify(device));
  });

  it("knows a device by its name, of its own bridge, wherever options put the two", () => {
    const device = { "0006!01": "", Endpoint: 1 };
    const named = ["zb/hall other 0006!01"];
    assert.deepEqual(zigbee({ Name: "hall", ...device }), named);
    for (const [topic, payload] of [
      ["tele/zb/SENSOR", { ZbReceived: { hall: { Device: "0x3476", ...device } } }],
      ["tele/zb/3476/SENSOR", { ZbReceived: { hall: { Device: "0x3476", ...device } } }],
      ["tele/zb/ZbReceived", { hall: device }],
    ] as const)
      assert.deepEqual(told(decodeBy(usual, topic, payload)), named, topic);
    assert.deepEqual(told(decodeBy(usual, "tele/zb/SENSOR", { "0x3476": device })), ["zb/0x3476 other 0006!01"]);
    assert.deepEqual(told(decodeBy(usual, "tele/zb2/SENSOR", { "0x3476": device })), ["zb2/0x3476 other 0006!01"]);
    assert.equal(usual.normalizeAddress("zb/0x3476:0006!01@3"), "zb/0x3476:0006!01@3");
    assert.equal(usual.normalizeAddress("zb/a:b/c"), "zb/a:b/c");
  });

  it("tells of one receiver of several", () => {
    const state = (topic: string, payload: string): unknown => {
      const decoded = decodeBy(usual, topic, payload);
      return decoded.type === "bridge" && [decoded.state, decoded.part];
    };
    assert.deepEqual(state("tele/attic/LWT", "Offline"), ["offline", "attic"]);
    assert.deepEqual(state("tele/cellar/LWT", "Online"), ["online", "cellar"]);
    assert.deepEqual(state("tele/cellar/STATE", "{}"), ["online", "cellar"]);
    assert.deepEqual(state("tele/cellar/INFO3", "{}"), ["online", "cellar"]);
    assert.equal(decodeBy(usual, "tele/cellar/LWT", "…").type, "nothing");
  });

  it("takes no notice of what switches and sensors say", () => {
    assert.equal(decodeBy(usual, "tele/plug/SENSOR", { Time: "…", ENERGY: { Power: 4 } }).type, "nothing");
    assert.equal(decodeBy(usual, "stat/plug/RESULT", { POWER: "ON" }).type, "nothing");
    for (const topic of ["stat/plug/POWER", "stat/plug/STATUS8", "tele/plug/LOGGING"])
      assert.equal(usual.interestIn(topic), "none", topic);
  });
});

describe("433 MHz through OpenMQTTGateway", () => {
  const omg = openmqttgatewayDefinition("home");
  const at = (subject: string, payload: unknown): readonly string[] =>
    told(decodeBy(omg, `home/attic/${subject}`, payload));

  it("is the same code in every form that its versions have", () => {
    const same = ["433:1315156 other 1315156"];
    assert.deepEqual(at("433toMQTT", { value: 1315156, protocol: 1, length: 24, delay: 317 }), same);
    assert.deepEqual(at("433toMQTT/1315156", { value: "1315156", protocol: 1 }), same);
    assert.deepEqual(at("SRFBtoMQTT", { raw: "24", value: "1315156" }), same);
    assert.deepEqual(at("433toMQTT", "1315156"), same);
    assert.deepEqual(at("433toMQTT/protocol", "1"), ["nothing"]);
    assert.deepEqual(at("433toMQTT", { value: "a code" }), ["rejected"]);
    assert.deepEqual(at("433toMQTT", { mhz: 433.92 }), ["nothing"]);
  });

  it("is read through its other receivers", () => {
    assert.deepEqual(at("RF2toMQTT", { unit: 3, groupBit: 0, period: 255, address: "12345678", switchType: 1 }), [
      "kaku:12345678 other 3-1",
    ]);
    assert.deepEqual(at("RF2toMQTT", { unit: 3, groupBit: 1, address: 12345678, switchType: 0 }), [
      "kaku:12345678 other all-0",
    ]);
    const ev1527 = { message: { unitcode: 46021, state: "closed" }, protocol: "ev1527", repeats: 3, status: 2 };
    assert.deepEqual(at("PilighttoMQTT", ev1527), ["pilight-ev1527:46021 other 46021-closed"]);
    const kaku = { message: { id: 77, unit: 1, off: true }, protocol: "arctech_switch", value: "77" };
    assert.deepEqual(at("PilighttoMQTT", kaku), ["pilight-arctech_switch:77 other 1-off"]);
    const weather = { message: { id: 4, temperature: 18.1 }, protocol: "tfa", value: "4" };
    assert.deepEqual(at("PilighttoMQTT", weather), ["pilight-tfa:4 other"]);
    assert.deepEqual(at("PilighttoMQTT", { format: "RAW", rawlen: 106 }), ["nothing"]);
    assert.deepEqual(at("RTL_433toMQTT", { model: "status", protocol: "debug", rssi: -38 }), ["nothing"]);
  });

  it("takes no notice of what else stands below its base", () => {
    for (const topic of [
      "home/attic/commands/MQTTto433",
      "home/attic/version",
      "home/presence/x",
      "home/attic/RLStoMQTT",
    ])
      assert.equal(omg.interestIn(topic), "none", topic);
    for (const topic of ["home/attic/LWT", "home/attic/SYStoMQTT"])
      assert.equal(omg.interestIn(topic), "standing", topic);
  });
});
