import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { mqttDefinition } from "../../devices/mqtt/okc.ts";
import type { Say } from "../../gateway/core/kinds.ts";

interface Vectors {
  reports: { name: string; topic: string; payload: string; report: { kind: string } }[];
  answers: { say: Say; topic: string; payload: string }[];
  rejected: { code: string; topic: string; payload: string }[];
}

const vectors = JSON.parse(readFileSync(new URL("../vectors/okc-mqtt.json", import.meta.url), "utf8")) as Vectors;

describe("our pendants on MQTT", () => {
  for (const { name, topic, payload, report } of vectors.reports)
    it(`reads: ${name}`, () =>
      assert.deepEqual(decode(topic, payload), {
        type: "reports",
        reports: [
          { ageAtLeast: false, proof: "valid", press: report.kind === "heartbeat" ? null : report.kind, ...report },
        ],
      }));

  for (const { code, topic, payload } of vectors.rejected)
    it(`rejects as ${code}: ${topic} ${payload}`, () => {
      const decoded = decode(topic, payload);
      assert.equal(decoded.type === "rejected" && decoded.code, code);
      assert.ok(decoded.type === "rejected" && decoded.message.length > 0 && !decoded.message.includes("\n"));
    });

  for (const { say, topic, payload } of vectors.answers)
    it(`says ${say}`, () =>
      assert.deepEqual(mqttDefinition.encodeSay({ address: "p-17", counter: 17, say }), { topic, payload }));

  it("names the wrong value and what may stand there", () => {
    const decoded = decode("okc/p-17/up", '{"v":1,"kind":"sos","ctr":1}');
    assert.ok(decoded.type === "rejected");
    assert.equal(
      decoded.message,
      '"kind" is "sos", it must be one of emergency, service, cancel, test, heartbeat, fall, tip-over',
    );
  });

  it("tells bytes that are not UTF-8 from bad JSON", () => {
    const decoded = mqttDefinition.decode("okc/p-17/up", Uint8Array.of(0x7b, 0xff, 0x7d));
    assert.equal(decoded.type === "rejected" && decoded.code, "bad-utf8");
  });

  it("refuses a payload beyond its bound unread", () => {
    const decoded = decode("okc/p-17/up", " ".repeat(1_025));
    assert.equal(decoded.type === "rejected" && decoded.code, "oversized");
  });

  it("takes an endless age as the least it can be", () => {
    const decoded = decode("okc/p-17/up", '{"v":1,"kind":"test","ctr":1,"ageMs":1e300}');
    assert.ok(decoded.type === "reports");
    const [report] = decoded.reports;
    assert.deepEqual([report!.ageMs, report!.ageAtLeast], [0xffffffff, true]);
  });

  it("never throws, whatever is published", () => {
    const property = fc.property(fc.string(), fc.uint8Array({ maxLength: 1_100 }), fc.json(), (topic, bytes, json) => {
      for (const payload of [bytes, new TextEncoder().encode(json)])
        for (const where of [topic, "okc/p-17/up"])
          assert.ok(["reports", "rejected"].includes(mqttDefinition.decode(where, payload).type));
    });
    fc.assert(property, { numRuns: 200 });
  });

  it("gives a device its own two topics and nothing else", () => {
    assert.deepEqual(mqttDefinition.topicsOf("p-17"), { publish: ["okc/p-17/up"], subscribe: ["okc/p-17/down"] });
    for (const wrong of ["+", "#", "a/b", "", "x".repeat(65), "p 17", "p-17\n"])
      assert.equal(mqttDefinition.normalizeAddress(wrong), null, wrong);
  });
});

function decode(topic: string, payload: string): ReturnType<typeof mqttDefinition.decode> {
  return mqttDefinition.decode(topic, new TextEncoder().encode(payload));
}
