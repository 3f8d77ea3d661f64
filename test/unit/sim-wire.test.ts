import assert from "node:assert/strict";
import { SlipReader, slipEncode } from "../../firmware-sim/slip.ts";
import {
  aesCmac,
  crc16Xmodem,
  decodePacket,
  encodeAnswer,
  encodeEcho,
  encodeReport,
  sayOf,
  tagIsRight,
} from "../../firmware-sim/wire.ts";

const KEY = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");
const GOLDEN = "c001010000beef0000000a015a0000f624a9fe54216ca29787c0";
const press = { id: 0xbeef, counter: 10, kind: "emergency", batteryPct: 90, ageMs: 0 } as const;

describe("the simulated pendant's own encoder", () => {
  it("gives the golden frame", () => {
    assert.equal(slipEncode(encodeReport(press, KEY)).toString("hex"), GOLDEN);
  });

  it("computes CMAC as RFC 4493 has it, for messages of 0, 16 and 40 bytes", () => {
    const key = Buffer.from("2b7e151628aed2a6abf7158809cf4f3c", "hex");
    const message = Buffer.from(
      "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411",
      "hex",
    );
    assert.equal(aesCmac(key, Buffer.alloc(0)).toString("hex"), "bb1d6929e95937287fa37d129b756746");
    assert.equal(aesCmac(key, message.subarray(0, 16)).toString("hex"), "070a16b46b4d4144f79bdd9dd04a287c");
    assert.equal(aesCmac(key, message).toString("hex"), "dfa66747de9ae63030ca32611497c827");
  });

  it("computes CRC-16/XMODEM with its check value", () => {
    assert.equal(crc16Xmodem(Buffer.from("123456789")), 0x31c3);
  });

  it("writes the age in tenths of a second, and 65535 when the field is full", () => {
    const ageOf = (ageMs: number): number => decodePacket(encodeReport({ ...press, ageMs }, KEY))!.age;
    assert.deepEqual([1_250, 6_553_400, 6_553_500, 99_999_999].map(ageOf), [12, 65_534, 65_535, 65_535]);
  });

  it("answers carry a tag that only the right key gives, echoes carry none", () => {
    const answer = decodePacket(encodeAnswer({ id: 0xbeef, counter: 10, say: "coming" }, KEY))!;
    assert.equal(sayOf(answer), "coming");
    assert.equal(tagIsRight(answer, KEY), true);
    assert.equal(tagIsRight(answer, Buffer.alloc(16)), false);
    const echo = encodeEcho(answer);
    assert.equal(echo.subarray(1, 12).toString("hex"), "02" + "0000beef" + "0000000a" + "03" + "00");
    assert.equal(echo.subarray(14, 22).toString("hex"), "0000000000000000");
  });

  it("a flipped bit anywhere is found", () => {
    const packet = encodeReport(press, KEY);
    for (let bit = 0; bit < packet.length * 8; bit++) {
      const damaged = Buffer.from(packet);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(decodePacket(damaged), null, `bit ${bit}`);
    }
  });

  it("takes packets with END and ESC in them out of a stream of single bytes, after noise", () => {
    const packet = Buffer.from([0xc0, 1, 0xdb, 2, 0xdc, 0xdd]);
    const stream = Buffer.concat([Buffer.alloc(1_000, 7), slipEncode(packet), slipEncode(packet)]);
    const reader = new SlipReader();
    const got = [...stream].flatMap((byte) => reader.push(Uint8Array.of(byte)));
    assert.deepEqual(got.slice(1), [packet, packet]);
  });
});
