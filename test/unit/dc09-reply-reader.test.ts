import assert from "node:assert/strict";
import fc from "fast-check";
import { REPLY_BYTES_MAX, ReplyReader } from "../../gateway/adapters/hotline/reply-reader.ts";

const texts = (replies: readonly Buffer[]): string[] => replies.map((reply) => reply.toString("latin1"));

describe("the reader of replies", () => {
  it("gives the same replies however the bytes are cut", () => {
    const stream = Buffer.from('\nDBE70014"ACK"0001R0L0#1234[]\r\n\r\nAB3F0014"DUH"0001R0L0#1234[]\r', "latin1");
    const whole = texts(new ReplyReader().push(stream));
    assert.equal(whole.length, 3);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: stream.length })), (cuts) => {
        const reader = new ReplyReader();
        const places = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const parts = places.slice(1).flatMap((end, index) => reader.push(stream.subarray(places[index], end)));
        assert.deepEqual(texts(parts), whole);
      }),
    );
  });

  it("does not wait for the end of a NAK that has none", () => {
    assert.deepEqual(texts(new ReplyReader().push(Buffer.from("NAK"))), ["NAK"]);
  });

  it("gives what is left when no end comes", () => {
    const reader = new ReplyReader();
    assert.deepEqual(reader.push(Buffer.from('"NAK"0000R0L0A0[]')), []);
    assert.equal(reader.flush()?.toString(), '"NAK"0000R0L0A0[]');
    assert.equal(reader.flush(), null);
  });

  it("throws away what grows past its bound", () => {
    const reader = new ReplyReader();
    const [thrown] = reader.push(Buffer.alloc(REPLY_BYTES_MAX + 500, "x"));
    assert.equal(thrown?.length, REPLY_BYTES_MAX);
    assert.deepEqual(texts(reader.push(Buffer.from("rest\r"))), ["rest\r"]);
  });
});
