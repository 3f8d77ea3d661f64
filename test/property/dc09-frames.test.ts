import assert from "node:assert/strict";
import fc from "fast-check";
import { readContactId, readDc09, readSia, replyTo, type Dc09Frame, type ReplyForm } from "../../firmware-sim/dc09.ts";
import { frameData } from "../../gateway/adapters/hotline/dc09-data.ts";
import { buildFrame } from "../../gateway/adapters/hotline/dc09-frame.ts";
import { parseReply } from "../../gateway/adapters/hotline/dc09-reply.ts";
import { receiverOf, detailsOf } from "../support/peers/hotline-rig.ts";

/** The gateway's codec and the simulated receiver's meet here and nowhere else. */
const key = fc.option(
  fc.constantFrom(16, 24, 32).chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
);
const hex = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789ABCDEF"), minLength: min, maxLength: max });
const sequence = fc.integer({ min: 0, max: 9_999 });
const at = fc.integer({ min: 0, max: Date.UTC(2099, 11, 31) / 1_000 }).map((seconds) => seconds * 1_000);
const account = hex(3, 16);

const EVENTS = ["101", "654", "621", "301", "302", "384", "381", "380", "383", "355"] as const;

const message = fc.record({
  account,
  event: fc.constantFrom(...EVENTS),
  qualifier: fc.constantFrom(1 as const, 6 as const),
  zone: fc.integer({ min: 0, max: 999 }).map(String),
  position: fc.option(
    fc.record({
      lat: fc.double({ min: -90, max: 90, noNaN: true }),
      lon: fc.double({ min: -180, max: 180, noNaN: true }),
    }),
  ),
  mac: fc.option(hex(12, 12)),
});

const bytesOf = (text: string): Buffer => Buffer.from(text, "latin1");

const readWhole = (bytes: Buffer, secret: Buffer | null): Dc09Frame => {
  const text = bytes.toString("latin1");
  assert.match(text, /^\n[^\n\r]*\r$/);
  const frame = readDc09(text.slice(1, -1), secret);
  assert.ok(!("rejected" in frame), JSON.stringify(frame));
  return frame;
};

describe("a frame of the gateway, as the simulated receiver reads it", () => {
  for (const format of ["adm-cid", "sia-dcs"] as const) {
    it(`says the same in ${format}, under any key and under none`, () => {
      fc.assert(
        fc.property(message, key, sequence, at, hex(1, 6), hex(1, 6), (said, secret, number, time, r, l) => {
          const extended = { position: true, link: false, mac: said.mac };
          const details = detailsOf({ position: said.position });
          const content = frameData({ ...said, alarm: "a1", details }, receiverOf({ format, extended }));
          const token = format === "adm-cid" ? "ADM-CID" : "SIA-DCS";
          const bytesKey = secret && Buffer.from(secret);
          const parts = { token, sequence: number, at: time, receiverNumber: r, lineNumber: l, key: bytesKey } as const;
          const frame = readWhole(buildFrame({ ...parts, ...content }), bytesKey);
          assert.deepEqual(
            [frame.id, frame.encrypted, Number(frame.sequence), frame.route, frame.account, frame.sentAt],
            [token, secret !== null, number, `R${r}L${l}`, said.account, time],
          );
          const read = format === "adm-cid" ? readContactId(frame) : readSia(frame);
          assert.equal(read?.zone, said.zone.padStart(3, "0"));
          if (read && "event" in read) assert.deepEqual([read.event, read.qualifier], [said.event, said.qualifier]);
          const parts2 = frame.extended;
          assert.equal(parts2.length, (said.position ? 2 : 0) + (said.mac === null ? 0 : 1));
          if (said.position) near(parts2, said.position);
        }),
        { numRuns: 500 },
      );
    });
  }

  it("is refused when one character of it is another", () => {
    fc.assert(
      fc.property(message, key, fc.nat(), fc.integer({ min: 1, max: 255 }), (said, secret, where, by) => {
        const content = frameData({ ...said, alarm: "a1", details: null }, receiverOf());
        const bytesKey = secret && Buffer.from(secret);
        const parts = { token: "ADM-CID", sequence: 7, at: 0, receiverNumber: "0", lineNumber: "0" } as const;
        const bytes = buildFrame({ ...parts, ...content, key: bytesKey });
        bytes[9 + (where % (bytes.length - 10))]! ^= by;
        assert.ok("rejected" in readDc09(bytes.toString("latin1").slice(1, -1), bytesKey));
      }),
    );
  });

  it("cannot be read with another key", () => {
    fc.assert(
      fc.property(message, fc.uint8Array({ minLength: 16, maxLength: 16 }), (said, secret) => {
        const content = frameData({ ...said, alarm: "a1", details: null }, receiverOf());
        const own = Buffer.from(secret);
        const other = Buffer.from(secret.map((byte) => byte ^ 0xff));
        const parts = { token: "ADM-CID", sequence: 7, at: 0, receiverNumber: "0", lineNumber: "0" } as const;
        const text = buildFrame({ ...parts, ...content, key: own })
          .toString("latin1")
          .slice(1, -1);
        const read = readDc09(text, other);
        assert.ok("rejected" in read || readContactId(read) === null);
      }),
    );
  });
});

/** Degrees and minutes to three places: less than two metres away. */
function near([x, y]: readonly string[], { lat, lon }: { readonly lat: number; readonly lon: number }): void {
  const degrees = (text: string): number => {
    const [, whole, side, minutes] = /^[XY](\d{2,3})([NSEW])(\d\d\.\d{3})$/.exec(text)!;
    return (Number(whole) + Number(minutes) / 60) * (side === "S" || side === "W" ? -1 : 1);
  };
  assert.ok(Math.abs(degrees(x!) - lon) < 0.00001, `${x} is not ${lon}`);
  assert.ok(Math.abs(degrees(y!) - lat) < 0.00001, `${y} is not ${lat}`);
}

const form: fc.Arbitrary<ReplyForm> = fc.record({
  at,
  lowerHex: fc.boolean(),
  noBar: fc.boolean(),
  trailing: fc.boolean(),
});

describe("a reply of the simulated receiver, as the gateway reads it", () => {
  const frameFor = (number: number, who: string, encrypted: boolean): Dc09Frame => ({
    id: "ADM-CID",
    encrypted,
    sequence: String(number).padStart(4, "0"),
    route: "R0L0",
    account: who,
    data: "",
    extended: [],
    sentAt: null,
    raw: "",
  });

  it("is the same, in any form that receivers have, under any key and under none", () => {
    fc.assert(
      fc.property(sequence, account, key, form, fc.constantFrom("ACK", "DUH"), (number, who, secret, as, id) => {
        const bytesKey = secret && Buffer.from(secret);
        const text = replyTo(frameFor(number, who, secret !== null), id as "ACK" | "DUH", { ...as, key: bytesKey });
        const reply = parseReply(bytesOf(text), bytesKey);
        assert.deepEqual(
          [reply?.type, reply?.sequence, reply?.account, reply?.isSecret],
          [id.toLowerCase(), number, who, secret !== null],
        );
        if (secret !== null) assert.equal(reply!.time, as.at);
      }),
      { numRuns: 500 },
    );
  });

  it("that was encrypted with another key proves nothing", () => {
    fc.assert(
      fc.property(
        sequence,
        account,
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        form,
        (number, who, secret, as) => {
          const other = Buffer.from(secret.map((byte) => byte ^ 0x5a));
          const text = replyTo(frameFor(number, who, true), "ACK", { ...as, key: other });
          assert.notEqual(parseReply(bytesOf(text), Buffer.from(secret))?.isSecret, true);
        },
      ),
    );
  });

  it("is no acknowledgement when one character of it is another", () => {
    fc.assert(
      fc.property(account, key, fc.nat(), fc.integer({ min: 1, max: 255 }), (who, secret, where, by) => {
        const bytesKey = secret && Buffer.from(secret);
        const bytes = bytesOf(replyTo(frameFor(7, who, secret !== null), "ACK", { key: bytesKey }));
        bytes[9 + (where % (bytes.length - 10))]! ^= by;
        assert.notEqual(parseReply(bytes, bytesKey)?.type, "ack");
      }),
    );
  });
});
