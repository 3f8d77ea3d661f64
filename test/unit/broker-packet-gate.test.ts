import assert from "node:assert/strict";
import fc from "fast-check";
import { PacketGate } from "../../gateway/adapters/broker/packet-gate.ts";

const BOUNDS = { connectBytesMax: 100, packetBytesMax: 1_000 };

/** A packet of MQTT 3.1.1 with a body of zeros; the length as 2.2.3 has it. */
function packetOf(length: number): number[] {
  const bytes = [0x30];
  for (let left = length; ; left >>= 7) {
    bytes.push(left > 127 ? (left & 0x7f) | 0x80 : left);
    if (left <= 127) break;
  }
  return [...bytes, ...new Array<number>(length).fill(0)];
}

describe("The gate in front of the packet parser", () => {
  it("passes packets within the bounds, however the stream is cut", () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 6 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), lengths, fc.integer({ min: 1, max: 300 }), (first, more, cut) => {
        const stream = Uint8Array.from([first, ...more].flatMap(packetOf));
        const gate = new PacketGate(BOUNDS);
        for (let at = 0; at < stream.length; at += cut) assert.equal(gate.pass(stream.subarray(at, at + cut)), null);
      }),
    );
  });

  it("stops at the length of a packet that is too large, before its body", () => {
    const gate = new PacketGate(BOUNDS);
    assert.equal(gate.pass(Uint8Array.from(packetOf(100))), null);
    assert.equal(gate.pass(Uint8Array.from(packetOf(1_000))), null);
    assert.equal(gate.pass(Uint8Array.from(packetOf(1_001).slice(0, 3))), 1_001);
  });

  it("allows less before the client has proved who it is", () => {
    assert.equal(new PacketGate(BOUNDS).pass(Uint8Array.from(packetOf(101).slice(0, 2))), 101);
  });

  it("stops at a length of more than four bytes", () => {
    const gate = new PacketGate(BOUNDS);
    assert.notEqual(gate.pass(Uint8Array.of(0x30, 0x80, 0x80, 0x80, 0x80)), null);
  });
});
