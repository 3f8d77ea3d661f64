import assert from "node:assert/strict";
import fc from "fast-check";
import { enoceanDefinition } from "../../devices/serial/enocean.ts";
import { crc8 } from "../../devices/parts/crc8.ts";
import type { Decoded } from "../../gateway/core/definition.ts";

const examples = enoceanDefinition.facts.examples;
const hexOf = (name: string): string => examples.find((one) => one.name === name)!.hex;
const bytesOf = (...parts: readonly string[]): Uint8Array => Buffer.from(parts.join(""), "hex");
const PRESS = hexOf("a rocker is pressed");
const RELEASE = hexOf("its release names no key");

/** What a line of these chunks says: a frame as hex, a rejection as its code. */
function read(...chunks: readonly Uint8Array[]): readonly string[] {
  const framer = enoceanDefinition.createFramer();
  return chunks
    .flatMap((chunk) => framer.push(chunk))
    .map((piece) => ("frame" in piece ? Buffer.from(piece.frame).toString("hex") : piece.rejected.code));
}

const decode = (hex: string): Decoded => enoceanDefinition.decode(bytesOf(hex));

describe("A line of EnOcean packets", () => {
  it("reads the same however it is split, with noise and a broken packet in it", () => {
    const session = bytesOf("a55512", PRESS, PRESS.slice(0, 30), RELEASE, "5555", hexOf("the stick answers"));
    const whole = read(session);
    assert.deepEqual(whole, ["bad-type", PRESS, "bad-crc", RELEASE, "bad-type", hexOf("the stick answers")]);
    for (let at = 1; at < session.length; at++)
      assert.deepEqual(read(session.subarray(0, at), session.subarray(at)), whole, `split at ${at}`);
    assert.deepEqual(read(...[...session].map((byte) => Uint8Array.of(byte))), whole);
  });

  it("goes on at a 0x55 that was read already, after a wrong header", () => {
    assert.deepEqual(read(bytesOf("5500550007", PRESS)), ["bad-type", PRESS]);
    assert.deepEqual(read(bytesOf("55", PRESS)), ["bad-type", PRESS]);
  });

  it("goes on at a 0x55 inside a packet whose data CRC is wrong", () => {
    const header = bytesOf("00120001");
    const broken = bytesOf("55", "00120001", crc8(header).toString(16).padStart(2, "0"), "d2", PRESS.slice(0, 36));
    assert.deepEqual(read(broken, bytesOf(PRESS.slice(36))), ["bad-crc", PRESS]);
    const wrong = bytesOf(PRESS.slice(0, -2), "ff");
    assert.deepEqual(read(wrong, bytesOf(PRESS)), ["bad-crc", PRESS]);
  });

  it("does not wait for the end of a packet that noise announced, when a whole one comes", () => {
    const announced = bytesOf("01ff0001");
    const noise = bytesOf("55", "01ff0001", crc8(announced).toString(16).padStart(2, "0"), "00");
    assert.deepEqual(read(noise, bytesOf(PRESS)), ["bad-length", PRESS]);
  });

  it("keeps no more than one packet, whatever comes, and finds the next press", () => {
    const framer = enoceanDefinition.createFramer();
    const rejected = fc.sample(fc.uint8Array({ minLength: 500, maxLength: 500 }), { numRuns: 40, seed: 1 });
    for (const bytes of rejected) framer.push(bytes);
    framer.push(new Uint8Array(20_000).fill(0x55));
    const pieces = framer.push(bytesOf(PRESS));
    assert.ok(pieces.some((piece) => "frame" in piece && Buffer.from(piece.frame).toString("hex") === PRESS));
  });

  it("never throws, whatever comes in whatever pieces", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 8 }), (chunks) => {
        const framer = enoceanDefinition.createFramer();
        for (const chunk of chunks)
          for (const piece of framer.push(chunk)) if ("frame" in piece) enoceanDefinition.decode(piece.frame);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it("decodes a packet of any content", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(11), fc.nat(20), (body, type, optional) => {
        const data = Math.max(0, body.length - optional);
        const header = Uint8Array.of(0, data, body.length - data, type);
        const packet = Uint8Array.of(0x55, ...header, crc8(header), ...body, crc8(body));
        const decoded = enoceanDefinition.decode(packet);
        assert.ok(decoded.type !== "reports" || decoded.reports.every(({ kind }) => kind === "other"));
      }),
      { numRuns: 1_000, seed: 3 },
    );
  });
});

describe("An EnOcean telegram", () => {
  const keysOf = (data: string, status: string): readonly (string | null)[] => {
    const body = bytesOf("f6", data, "feedc0de", status, "01ffffffff3c00");
    const header = "55000707017a";
    const decoded = decode(header + Buffer.from(body).toString("hex") + crc8(body).toString(16).padStart(2, "0"));
    return decoded.type === "reports" ? decoded.reports.map(({ press }) => press) : [decoded.type];
  };

  it("names each key of a rocker, and two at once", () => {
    assert.deepEqual(
      ["10", "30", "50", "70", "90", "b0", "d0", "f0"].flatMap((data) => keysOf(data, "30")),
      ["AI", "AO", "BI", "BO", "CI", "CO", "DI", "DO"],
    );
    assert.deepEqual(keysOf("15", "30"), ["AI", "BI"]);
    assert.deepEqual(keysOf("37", "31"), ["AO", "BO"]);
  });

  it("of three keys and more is a press all the same, and of a window handle is none", () => {
    assert.deepEqual(keysOf("70", "20"), ["many"]);
    for (const handle of ["c0", "d0", "e0", "f0"]) assert.deepEqual(keysOf(handle, "20"), [null]);
  });

  it("is a press or a release by one bit, whatever the rest of it", () => {
    for (let data = 0; data < 0xc0; data++)
      for (const status of ["20", "30"])
        assert.equal(
          keysOf(data.toString(16).padStart(2, "0"), status)[0] !== null,
          (data & 0x10) !== 0,
          `${data} ${status}`,
        );
  });

  it("that is encrypted is unclear, for staff to look after", () => {
    const body = bytesOf("30", "0a1b2c3d", "feedc0de", "00", "01ffffffff3c00");
    const header = bytesOf("000a0701");
    const hex = Buffer.concat([
      bytesOf("55"),
      header,
      Uint8Array.of(crc8(header)),
      body,
      Uint8Array.of(crc8(body)),
    ]).toString("hex");
    const decoded = decode(hex);
    assert.ok(decoded.type === "reports" && decoded.reports[0]!.unclear === "an encrypted telegram");
  });

  it("keeps its address in one form, with and without a key", () => {
    const { normalizeAddress } = enoceanDefinition;
    assert.equal(normalizeAddress(" 0x0029A1B2 "), "0029a1b2");
    assert.equal(normalizeAddress("0029A1B2:BO"), "0029a1b2:bo");
    for (const wrong of ["29a1b2", "0029a1b2:", "0029a1b2:bo:x", "0029a1bz"])
      assert.equal(normalizeAddress(wrong), null);
  });
});
