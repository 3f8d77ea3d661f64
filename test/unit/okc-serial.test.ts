import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { aesCmac } from "../../devices/parts/cmac.ts";
import { crc16Xmodem } from "../../devices/parts/crc16-xmodem.ts";
import { okcDefinition } from "../../devices/serial/okc.ts";
import { createSlipFramer, MAX_FRAME_BYTES, slipEncode } from "../../devices/parts/slip.ts";
import type { Decoded, DecodedReport, KeyOf } from "../../gateway/core/definition.ts";
import type { Say } from "../../gateway/core/kinds.ts";
import { EVERYTHING } from "../support/spoken.ts";

interface Order {
  address: string;
  counter: number;
  say: Say;
}
interface Vectors {
  keys: Record<string, string>;
  reports: { name: string; wire: string; frame: string; report: Omit<DecodedReport, "press"> }[];
  answers: { name: string; wire: string; order: Order }[];
  echoes: { name: string; wire: string; order: Order }[];
  rejected: { name: string; wire: string; code: string }[];
}

const vectors = readVectors<Vectors>("okc-serial.json");
const cmacVectors = readVectors<{ key: string; examples: { message: string; tag: string }[] }>("okc-cmac.json");
const keyOf: KeyOf = (address) => (vectors.keys[address] === undefined ? undefined : bytesOf(vectors.keys[address]));
const golden = vectors.reports[0]!;

describe("our pendant protocol on a serial line", () => {
  it("reads the golden press byte for byte", () => {
    assert.equal(golden.wire, "c001010000beef0000000a015a0000f624a9fe54216ca29787c0");
    assert.deepEqual(listen(golden.wire), [readsAs(golden.report)]);
  });

  for (const { name, wire, report } of vectors.reports)
    it(`reads: ${name}`, () => assert.deepEqual(listen(wire), [readsAs(report)]));

  for (const { name, wire, frame } of vectors.reports)
    it(`unwraps to the listed bytes: ${name}`, () => {
      const pieces = createSlipFramer().push(bytesOf(wire));
      assert.deepEqual(
        pieces.map((piece) => ("frame" in piece ? hexOf(piece.frame) : piece.rejected)),
        [frame],
      );
    });

  for (const { name, wire, order } of vectors.answers)
    it(`says: ${name}`, () => assert.equal(hexOf(okcDefinition.encodeSay(order, keyOf(order.address)!)), wire));

  for (const { name, wire, order } of vectors.echoes)
    it(`reads: ${name}`, () => assert.deepEqual(listen(wire), [{ type: "echo", ...order }]));

  for (const { name, wire, code } of vectors.rejected)
    it(`rejects once, then hears the next press: ${name}`, () => {
      const heard = listen(wire + golden.wire);
      assert.deepEqual(
        heard.map((decoded) => (decoded.type === "rejected" ? decoded.code : decoded.type)),
        [code, "reports"],
      );
    });

  it("calls a device that is enrolled without a key unproved, not forged", () => {
    const [heard] = listen(golden.wire, () => null);
    assert.equal(heard?.type === "reports" && heard.reports[0]!.proof, "no-key");
  });

  it("finds any changed bit of a frame, whichever it is", () => {
    const frame = bytesOf(golden.frame);
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const changed = Uint8Array.from(frame);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(okcDefinition.decode(changed, keyOf).type, "rejected", `bit ${bit}`);
    }
  });

  it("takes addresses in either case and refuses what is none", () => {
    assert.equal(okcDefinition.normalizeAddress("0000BEEF"), "0000beef");
    for (const wrong of ["beef", "0000beeg", "0x0000beef", "0000beef\n", ""])
      assert.equal(okcDefinition.normalizeAddress(wrong), null, wrong);
  });
});

describe("the SLIP framer", () => {
  it("gives every frame back, however the stream is cut", () => {
    const frames = fc.array(fc.uint8Array({ minLength: 1, maxLength: MAX_FRAME_BYTES }), { maxLength: 5 });
    const property = fc.property(frames, fc.integer({ min: 1, max: 40 }), (sent, pieceBytes) => {
      const wire = Uint8Array.from(sent.flatMap((frame) => [...slipEncode(frame)]));
      const framer = createSlipFramer();
      const got: string[] = [];
      for (let at = 0; at < wire.length; at += pieceBytes)
        for (const piece of framer.push(wire.subarray(at, at + pieceBytes)))
          got.push("frame" in piece ? hexOf(piece.frame) : piece.rejected.code);
      assert.deepEqual(got, sent.map(hexOf));
    });
    fc.assert(property, { numRuns: 200 });
  });

  it("survives any noise within its bounds and hears the press after it", () => {
    const property = fc.property(fc.uint8Array({ maxLength: 600 }), (noise) => {
      const framer = createSlipFramer();
      for (const piece of framer.push(noise)) assert.ok("rejected" in piece || piece.frame.length <= MAX_FRAME_BYTES);
      const after = framer.push(bytesOf(golden.wire));
      const last = after.at(-1);
      assert.ok(last && "frame" in last && hexOf(last.frame) === golden.frame);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("forgets a half-read frame after a re-open", () => {
    const framer = createSlipFramer();
    framer.push(bytesOf(golden.wire).subarray(0, 12));
    framer.reset();
    assert.equal(framer.push(bytesOf(golden.wire)).length, 1);
  });

  it("reports an endless stream without END once", () => {
    const framer = createSlipFramer();
    const pieces = [...framer.push(new Uint8Array(5_000).fill(0x55)), ...framer.push(new Uint8Array(5_000).fill(0x55))];
    assert.deepEqual(
      pieces.map((piece) => ("rejected" in piece ? piece.rejected.code : "frame")),
      ["oversized"],
    );
  });
});

describe("the codecs below", () => {
  for (const { message, tag } of cmacVectors.examples)
    it(`AES-CMAC of RFC 4493 over ${message.length / 2} bytes`, () =>
      assert.equal(hexOf(aesCmac(bytesOf(cmacVectors.key), bytesOf(message))), tag));

  it("CRC-16/XMODEM gives its check value", () =>
    assert.equal(crc16Xmodem(new TextEncoder().encode("123456789")), 0x31c3));

  it("no two protocols share a bridge name", () => {
    const bridges = EVERYTHING.map(({ bridge }) => bridge);
    assert.deepEqual(bridges, [...new Set(bridges)]);
    assert.ok(bridges.includes("okc") && bridges.includes("mqtt"));
  });
});

const readsAs = (report: Omit<DecodedReport, "press">): Decoded => {
  const press = { heartbeat: null, other: "kind 9" }[report.kind as string];
  return { type: "reports", reports: [{ press: press === undefined ? report.kind : press, ...report }] };
};

function listen(wire: string, keys: KeyOf = keyOf): Decoded[] {
  return createSlipFramer()
    .push(bytesOf(wire))
    .map((piece) =>
      "frame" in piece ? okcDefinition.decode(piece.frame, keys) : { type: "rejected", ...piece.rejected },
    );
}

function readVectors<Shape>(file: string): Shape {
  return JSON.parse(readFileSync(new URL(`../vectors/${file}`, import.meta.url), "utf8")) as Shape;
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
