import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { rflinkDefinition } from "../../devices/serial/rflink.ts";
import type { Decoded } from "../../gateway/core/definition.ts";

interface Vectors {
  reports: { name: string; line: string; reports: [string, string, string | null][] }[];
  others: { line: string; type: Decoded["type"] }[];
}

const vectors = JSON.parse(readFileSync(new URL("../vectors/rflink.json", import.meta.url), "utf8")) as Vectors;

const bytesOf = (text: string): Uint8Array => Buffer.from(text, "latin1");
const decode = (line: string): Decoded => rflinkDefinition.decode(bytesOf(line));
const linesOf = (...chunks: Uint8Array[]): string[] => {
  const framer = rflinkDefinition.createFramer();
  return chunks
    .flatMap((chunk) => framer.push(chunk))
    .map((piece) => ("frame" in piece ? Buffer.from(piece.frame).toString("latin1") : piece.rejected.code));
};

describe("RFLink", () => {
  for (const { name, line, reports } of vectors.reports)
    it(`reads ${name}`, () => {
      const decoded = decode(line);
      assert.ok(decoded.type === "reports", JSON.stringify(decoded));
      assert.deepEqual(
        decoded.reports.map(({ kind, address, press }) => [kind, address, press]),
        reports,
      );
      for (const { counter, proof, repeatMs, press } of decoded.reports)
        assert.deepEqual([counter, proof, repeatMs !== undefined], [null, "none", press !== null]);
    });

  for (const { line, type } of vectors.others)
    it(`takes as ${type}: ${line}`, () => {
      const decoded = decode(line);
      assert.equal(decoded.type, type, JSON.stringify(decoded));
      if (decoded.type === "rejected") assert.ok(decoded.message.length > 0 && !decoded.message.includes("\n"));
    });

  it("tells a start of the bridge from its answer", () => {
    const states = [vectors.others[0]!.line, vectors.others[1]!.line].map(decode);
    assert.deepEqual(
      states.map((one) => one.type === "bridge" && one.state),
      ["online", "restarted"],
    );
  });

  it("tells a battery's lamp", () => {
    const lamp = (battery: string): unknown => {
      const decoded = decode(`20;01;X10Secure;ID=33ad;SWITCH=00;CMD=ON;${battery}`);
      return decoded.type === "reports" && decoded.reports[0]!.batteryOk;
    };
    assert.deepEqual(["BAT=OK;", "BAT=LOW;", ""].map(lamp), [true, false, undefined]);
  });

  it("brings an address to one form, whatever people type", () => {
    for (const typed of ["EV1527:0a1b2c:01", "ev1527:A1B2C:1", " EV1527:000a1b2c:0001 "])
      assert.equal(rflinkDefinition.normalizeAddress(typed), "ev1527:a1b2c:1", typed);
    assert.equal(rflinkDefinition.normalizeAddress("NewKaku:00CAC1:3:ALLON"), "newkaku:cac1:3:allon");
    assert.equal(rflinkDefinition.normalizeAddress("SelectPlus:01bb"), "selectplus:1bb");
    for (const wrong of [
      "",
      "EV1527",
      "EV1527:",
      ":0a:1",
      "EV1527:0a1b2c:01:ON:x",
      "EV1527:0 a:1",
      "EV=1:0a:1",
      "a:b;c:1",
    ])
      assert.equal(rflinkDefinition.normalizeAddress(wrong), null, wrong);
  });

  it("cuts lines at CRLF, CR or LF, wherever the bytes are split", () => {
    const wire = bytesOf("20;01;PONG;\r\n\r\n20;02;OK;\n20;03;OK;\r");
    const whole = ["20;01;PONG;", "20;02;OK;", "20;03;OK;"];
    for (let cut = 0; cut <= wire.length; cut++)
      assert.deepEqual(linesOf(wire.subarray(0, cut), wire.subarray(cut)), whole, `cut at ${cut}`);
  });

  it("refuses a line without an end once, and reads the next", () => {
    const wire = bytesOf(`${"x".repeat(5_000)}\r\n20;01;PONG;\r\n`);
    assert.deepEqual(linesOf(wire), ["oversized", "20;01;PONG;"]);
  });

  it("forgets half a line when the port is opened anew", () => {
    const framer = rflinkDefinition.createFramer();
    framer.push(bytesOf("20;07;EV1527;ID=0a"));
    framer.reset();
    const [piece] = framer.push(bytesOf("20;01;PONG;\r\n"));
    assert.ok(piece && "frame" in piece && Buffer.from(piece.frame).toString("latin1") === "20;01;PONG;");
  });

  it("hears the press after any noise, and never throws", () => {
    const press = vectors.reports[0]!.line;
    const property = fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (noise) => {
      const lines = linesOf(...noise, bytesOf(`\r\n${press}\r\n`));
      for (const line of lines) decode(line);
      assert.equal(lines.at(-1), press);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("has no way to tell the wearer anything", () => assert.ok(!("encodeSay" in rflinkDefinition)));
});
