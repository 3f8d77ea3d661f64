import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { buildFrame, crc16Arc, fieldFault, parseReply } from "../../gateway/adapters/hotline/dc09-frame.ts";
import type { AlarmFrame } from "../../gateway/adapters/hotline/dc09-frame.ts";

interface FrameVectors {
  readonly crc16Arc: readonly (readonly [string, string])[];
  readonly checked: readonly string[];
  readonly built: readonly { fields: Omit<AlarmFrame, "at">; at: string; frame: string }[];
}

interface ReplyVector {
  readonly story: string;
  readonly bytes: string;
  readonly reply: { type: string; sequence: number | null; account: string | null; time?: string } | null;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8"));
const frames = read("dc09-frames") as FrameVectors;
const replies = read("dc09-replies") as ReplyVector[];

const hex4 = (n: number): string => n.toString(16).toUpperCase().padStart(4, "0");

describe("a DC-09 frame", () => {
  it("has the CRC of the published check value", () => {
    for (const [text, crc] of frames.crc16Arc) assert.equal(hex4(crc16Arc(text)), crc);
  });

  for (const frame of frames.checked) {
    it(`has the CRC and length of ${frame.slice(8, 40)}`, () => {
      const body = frame.slice(8);
      assert.equal(hex4(crc16Arc(body)) + hex4(body.length), frame.slice(0, 8));
    });
  }

  for (const { fields, at, frame } of frames.built) {
    it(`is built as ${frame}`, () => {
      assert.equal(buildFrame({ ...fields, at: Date.parse(at) }).toString("latin1"), `\n${frame}\r`);
    });
  }

  it("carries a receiver and a line where they are given", () => {
    const fields = { sequence: 9999, account: "abc123", event: "406", qualifier: 1, zone: "42", at: 0 } as const;
    const text = buildFrame({ ...fields, receiver: "F3", line: "77" }).toString("latin1");
    assert.match(text, /"ADM-CID"9999RF3L77#ABC123\[#ABC123\|1406 00 042\]_00:00:00,01-01-1970\r$/);
  });

  it("says what cannot stand in it", () => {
    assert.equal(fieldFault({ account: "1234", event: "101", zone: "007" }), null);
    assert.match(fieldFault({ account: "12", event: "101", zone: "007" })!, /account "12" is not 3 to 16 hex digits/);
    assert.match(fieldFault({ account: "1234", event: "1O1", zone: "007" })!, /event "1O1"/);
    assert.match(fieldFault({ account: "1234", event: "101", zone: "1000" })!, /zone "1000"/);
  });
});

describe("a receiver's reply", () => {
  for (const { story, bytes, reply } of replies) {
    it(`is read: ${story}`, () => {
      const expected = reply && { ...reply, ...(reply.time ? { time: Date.parse(reply.time) } : {}) };
      assert.deepEqual(parseReply(Buffer.from(bytes, "latin1")), expected);
    });
  }

  it("is no acknowledgement when any one bit of it is turned", () => {
    const good = Buffer.from('\nDBE70014"ACK"0001R0L0#1234[]\r', "latin1");
    for (let bit = 9 * 8; bit < (good.length - 1) * 8; bit++) {
      const bad = Buffer.from(good);
      bad[bit >> 3]! ^= 1 << (bit & 7);
      assert.notEqual(parseReply(bad)?.type, "ack", bad.toString("latin1"));
    }
  });

  it("is never an acknowledgement when it is noise, and never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        assert.notEqual(parseReply(bytes)?.type, "ack");
      }),
    );
  });
});
