import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { parseReply } from "../../gateway/adapters/hotline/dc09-reply.ts";
import { crc16Arc } from "../../gateway/adapters/hotline/dc09-text.ts";

interface ReplyVector {
  readonly story: string;
  readonly key?: string;
  readonly bytes: string;
  readonly reply: { type: string; sequence: number | null; account: string | null; time?: string } | null;
}

const replies = JSON.parse(
  readFileSync(new URL("../vectors/dc09-replies.json", import.meta.url), "utf8"),
) as ReplyVector[];

const KEY = Buffer.alloc(16, "A");
const bytesOf = (text: string): Buffer => Buffer.from(text, "latin1");
const SECRET = bytesOf(replies.find(({ story }) => story.startsWith("an encrypted ACK as the standard"))!.bytes);

describe("a receiver's reply", () => {
  for (const { story, key, bytes, reply } of replies) {
    it(`is read: ${story}`, () => {
      const expected = reply && { ...reply, ...(reply.time ? { time: Date.parse(reply.time) } : {}) };
      assert.deepEqual(parseReply(bytesOf(bytes), key === undefined ? null : Buffer.from(key, "hex")), expected);
    });
  }

  it("is no acknowledgement when any one bit of it is turned", () => {
    for (const good of [bytesOf('\nDBE70014"ACK"0001R0L0#1234[]\r'), SECRET]) {
      for (let bit = 9 * 8; bit < (good.length - 1) * 8; bit++) {
        const bad = Buffer.from(good);
        bad[bit >> 3]! ^= 1 << (bit & 7);
        assert.notEqual(parseReply(bad, KEY)?.type, "ack", bad.toString("latin1"));
      }
    }
  });

  it("is never an acknowledgement when it is noise, and never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(null, KEY), (bytes, key) => {
        assert.notEqual(parseReply(bytes, key)?.type, "ack");
      }),
    );
  });

  it("never throws when parts of it are noise, and is not taken for encrypted without the key", () => {
    const part = fc.constantFrom(
      '"',
      "*",
      "ACK",
      "NAK",
      "0001",
      "R0L0",
      "#1234",
      "[",
      "]",
      "|",
      "\r",
      "\n",
      "_12:00:00,11-23-2026",
    );
    const noise = fc.string({ unit: "binary", maxLength: 8 });
    const digits = fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEF"), maxLength: 100 });
    fc.assert(
      fc.property(fc.array(fc.oneof(part, noise, digits), { maxLength: 20 }), (parts) => {
        const body = `"${parts.join("")}`;
        const hex = (n: number): string => n.toString(16).padStart(4, "0");
        const framed = bytesOf(`\n${hex(crc16Arc(body))}${hex(body.length)}${body}\r`);
        assert.notEqual(parseReply(framed, KEY)?.isSecret, true);
      }),
      { numRuns: 2_000 },
    );
  });
});
