import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { zigbee2mqttDefinition } from "../../devices/mqtt/zigbee2mqtt.ts";
import type { Decoded } from "../../gateway/core/definition.ts";

interface Vectors {
  reports: {
    name: string;
    path: string;
    payload: string;
    reports: [string, string, string | null, number | null][];
    released?: string[];
  }[];
  others: { path: string; payload: string; decoded: Partial<Decoded> }[];
}

const vectors = JSON.parse(readFileSync(new URL("../vectors/zigbee2mqtt.json", import.meta.url), "utf8")) as Vectors;
const definition = zigbee2mqttDefinition("zigbee2mqtt");
const decode = (topic: string, payload: string): Decoded => definition.decode(topic, new TextEncoder().encode(payload));

describe("Zigbee2MQTT", () => {
  for (const { name, path, payload, reports, released = [] } of vectors.reports)
    it(`reads ${name}`, () => {
      const decoded = decode(`zigbee2mqtt/${path}`, payload);
      assert.ok(decoded.type === "reports", JSON.stringify(decoded));
      assert.deepEqual(
        decoded.reports.map(({ kind, address, press, batteryPct }) => [kind, address, press, batteryPct]),
        reports,
      );
      assert.deepEqual(
        decoded.reports.flatMap((report) => report.released ?? []),
        released,
      );
      for (const { counter, proof, repeatMs, press } of decoded.reports)
        assert.deepEqual([counter, proof, repeatMs !== undefined], [null, "bridge", press !== null]);
    });

  for (const { path, payload, decoded } of vectors.others)
    it(`takes as ${decoded.type}: ${path} ${payload}`, () => {
      const got = decode(`zigbee2mqtt/${path}`, payload);
      assert.deepEqual({ ...got, ...decoded }, got);
      if (got.type === "rejected") assert.ok(got.message.length > 0 && !got.message.includes("\n"));
    });

  it("never raises by a message elsewhere, discovery for one", () => {
    for (const topic of ["homeassistant/sensor/x/config", "zigbee2mqtt2/sos_1", "zigbee2mqtt", "okc/p-17/up"]) {
      const decoded = decode(topic, '{"action":"emergency"}');
      assert.equal(decoded.type === "rejected" && decoded.code, "bad-topic", topic);
    }
  });

  it("stands below any base topic", () => {
    const other = zigbee2mqttDefinition("home/zigbee/2");
    assert.deepEqual(other.reportFilters, ["home/zigbee/2/#"]);
    assert.equal(other.addressOf("home/zigbee/2/flat/sos/action"), "flat/sos");
    assert.equal(other.addressOf("home/zigbee/2/bridge/state"), null);
  });

  it("knows what a broker may have kept, and what nobody reads", () => {
    const interests = ["bridge/state", "bridge/devices", "bridge/event", "bridge/info", "sos_1", "sos_1/set"];
    assert.deepEqual(
      interests.map((path) => definition.interestIn(`zigbee2mqtt/${path}`)),
      ["standing", "standing", "report", "none", "report", "none"],
    );
  });

  it("brings an address to one form", () => {
    assert.equal(definition.normalizeAddress("0x00158D0001A2B3C4"), "0x00158d0001a2b3c4");
    assert.equal(definition.normalizeAddress(" flat 12/sos "), "flat 12/sos");
    for (const wrong of ["", "a+b", "a/#", "/a", "a/", "bridge", "bridge/state", "x".repeat(129), "a\nb"])
      assert.equal(definition.normalizeAddress(wrong), null, wrong);
  });

  it("never throws, and never makes a press of what names none", () => {
    const property = fc.property(fc.string(), fc.uint8Array({ maxLength: 400 }), fc.json(), (path, bytes, json) => {
      for (const payload of [bytes, new TextEncoder().encode(json)]) {
        const decoded = definition.decode(`zigbee2mqtt/${path}`, payload);
        if (decoded.type !== "reports") continue;
        for (const { kind, press } of decoded.reports) assert.ok(press !== null || kind !== "emergency");
      }
    });
    fc.assert(property, { numRuns: 300 });
  });
});
