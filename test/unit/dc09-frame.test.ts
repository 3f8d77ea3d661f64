import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { decrypt, encrypt, paddingFor } from "../../gateway/adapters/hotline/dc09-cipher.ts";
import { faultOf, frameData } from "../../gateway/adapters/hotline/dc09-data.ts";
import { buildFrame, FRAME_BYTES_MAX, type Frame } from "../../gateway/adapters/hotline/dc09-frame.ts";
import { crc16Arc } from "../../gateway/adapters/hotline/dc09-text.ts";
import { detailsOf, receiverOf } from "../support/peers/hotline-rig.ts";

interface FrameVectors {
  readonly crc16Arc: readonly (readonly [string, string])[];
  readonly checked: readonly string[];
  readonly built: readonly {
    fields: { sequence: number; account: string; event: string; qualifier: 1 | 3 | 6; zone: string };
    at: string;
    frame: string;
  }[];
  readonly encrypted: readonly { story: string; key: string; plain: string; frame: string }[];
}

const vectors = JSON.parse(
  readFileSync(new URL("../vectors/dc09-frames.json", import.meta.url), "utf8"),
) as FrameVectors;

const hex4 = (n: number): string => n.toString(16).toUpperCase().padStart(4, "0");

const NULL_FRAME: Frame = {
  token: "NULL",
  sequence: 0,
  account: "1234",
  data: "",
  extended: "",
  at: Date.parse("2026-11-23T12:00:00Z"),
  receiverNumber: "0",
  lineNumber: "0",
  key: null,
};

const textOf = (frame: Partial<Frame>): string => buildFrame({ ...NULL_FRAME, ...frame }).toString("latin1");

describe("a DC-09 frame", () => {
  it("has the CRC of the published check value", () => {
    for (const [text, crc] of vectors.crc16Arc) assert.equal(hex4(crc16Arc(text)), crc);
  });

  for (const frame of vectors.checked) {
    it(`has the CRC and length of ${frame.slice(8, 40)}`, () => {
      const body = frame.slice(8);
      assert.equal(hex4(crc16Arc(body)) + hex4(body.length), frame.slice(0, 8));
    });
  }

  for (const { fields, at, frame } of vectors.built) {
    it(`is built as ${frame}`, () => {
      const said = frameData({ alarm: "a1", details: null, ...fields }, receiverOf());
      const text = textOf({ token: "ADM-CID", sequence: fields.sequence, at: Date.parse(at), ...said });
      assert.equal(text, `\n${frame}\r`);
    });
  }

  it("that asks whether the receiver lives is the golden NULL", () => {
    assert.equal(textOf({}), '\nD67F0029"NULL"0000R0L0#1234[]_12:00:00,11-23-2026\r');
  });

  it("carries a receiver and a line where they are given", () => {
    assert.match(textOf({ receiverNumber: "F3", lineNumber: "77", account: "abc123" }), /"NULL"0000RF3L77#ABC123\[\]_/);
  });

  it("says what cannot stand in it", () => {
    assert.equal(faultOf({ account: "1234", event: "101", zone: "007" }), null);
    assert.equal(faultOf({ account: null, event: "101", zone: null }), null);
    assert.match(faultOf({ account: "12", event: "101", zone: "007" })!, /account "12" is not 3 to 16 hex digits/);
    assert.match(faultOf({ account: "1234", event: "1O1", zone: "007" })!, /event "1O1"/);
    assert.match(faultOf({ account: "1234", event: "101", zone: "1000" })!, /zone "1000"/);
  });
});

describe("an encrypted DC-09 frame", () => {
  for (const { story, key, plain, frame } of vectors.encrypted) {
    it(`has the digits of ${story}`, () => {
      const [, hex] = /\[(.*)$/.exec(frame) as unknown as [string, string];
      assert.equal(encrypt(plain, Buffer.from(key, "hex")), hex);
      assert.equal(decrypt(hex, Buffer.from(key, "hex")), plain);
      const body = frame.slice(8);
      assert.equal(hex4(crc16Arc(body)) + hex4(body.length), frame.slice(0, 8));
    });
  }

  for (const bytes of [16, 24, 32]) {
    it(`holds padding, bar, data and time under a key of ${bytes} bytes, and its length and CRC cover the digits`, () => {
      const key = Buffer.alloc(bytes, 0x5a);
      const text = textOf({ token: "ADM-CID", sequence: 7, data: "#1234|1101 00 007", key });
      const [, crc, length, body, hex] = /^\n(.{4})0(.{3})("\*ADM-CID"0007R0L0#1234\[([0-9A-F]+))\r$/.exec(text)!;
      assert.deepEqual([crc, Number.parseInt(length!, 16)], [hex4(crc16Arc(body!)), body!.length]);
      assert.match(decrypt(hex!, key), /^[^[\]|]{9}\|#1234\|1101 00 007\]_12:00:00,11-23-2026$/);
    });
  }

  it("is padded to whole blocks, sixteen characters more where it had them already, and never the same twice", () => {
    assert.deepEqual(
      [0, 1, 15, 16, 17].map((length) => paddingFor("x".repeat(length)).length),
      [16, 15, 1, 16, 15],
    );
    const pads = Array.from({ length: 500 }, () => paddingFor(""));
    assert.equal(new Set(pads).size, 500);
    assert.ok(pads.every((pad) => /^[\x21-\x7e]{16}$/.test(pad) && !/[[\]|]/.test(pad)));
  });
});

describe("the data of a DC-09 frame", () => {
  const said = { alarm: "a1", event: "101", qualifier: 1, account: "1234", zone: "7", details: null } as const;
  const dataOf = (...args: Parameters<typeof frameData>): string => {
    const { data, extended } = frameData(...args);
    return data + extended;
  };

  it("is Contact ID: new, still present, restored", () => {
    const data = ([1, 6, 3] as const).map((qualifier) => dataOf({ ...said, qualifier }, receiverOf()));
    assert.deepEqual(data, ["#1234|1101 00 007", "#1234|6101 00 007", "#1234|3101 00 007"]);
  });

  it("is SIA: new, told anew, restored", () => {
    const sia = receiverOf({ format: "sia-dcs" });
    const data = ([1, 6, 3] as const).map((qualifier) => dataOf({ ...said, qualifier }, sia));
    assert.deepEqual(data, ["#1234|Nri0/QA007", "#1234|Nri0/QA007", "#1234|Nri0/QH007"]);
  });

  it("has the receiver's own codes, for one kind of alarm where two share a code", () => {
    const fall = { ...said, details: detailsOf({ kind: "fall" }) };
    const cid = receiverOf({ events: { fall: "112", inactivity: "102" } });
    assert.deepEqual([dataOf(fall, cid), dataOf(said, cid)], ["#1234|1112 00 007", "#1234|1101 00 007"]);
    const quiet = { ...said, event: "654", details: detailsOf({ kind: "inactivity" }) };
    assert.equal(dataOf(quiet, cid), "#1234|1102 00 007");
    const sia = receiverOf({ format: "sia-dcs", events: { inactivity: "UA/UH", cancel: "CA" } });
    assert.equal(dataOf({ ...quiet, qualifier: 3 }, sia), "#1234|Nri0/UH007");
    assert.equal(dataOf({ ...said, event: "406" }, sia), "#1234|Nri0/CA007");
  });

  it("goes under the receiver's account and zone 000 where it belongs to nobody", () => {
    assert.equal(dataOf({ ...said, account: null }, receiverOf({ account: "aaa1" })), "#AAA1|1101 00 000");
  });

  it("is followed by position, link and MAC address, only where the receiver takes them", () => {
    const link = "https://okc.example/#alarm=7gk2qx9d-17";
    const told = { ...said, details: detailsOf({ position: { lat: 29.8687, lon: 121.54412 }, link }) };
    const mac = "001A2B3C4D5E";
    assert.equal(dataOf(told, receiverOf()), "#1234|1101 00 007");
    assert.equal(
      dataOf(told, receiverOf({ extended: { position: true, link: true, mac } })),
      `#1234|1101 00 007[X121E32.647][Y29N52.122][V${link}][M${mac}]`,
    );
  });

  it("has degrees of all hemispheres, and no sixty minutes", () => {
    const receiver = receiverOf({ extended: { position: true, link: false, mac: null } });
    const at = (lat: number, lon: number): string =>
      frameData({ ...said, details: detailsOf({ position: { lat, lon } }) }, receiver).extended;
    assert.equal(at(-33.86785, -151.20732), "[X151W12.439][Y33S52.071]");
    assert.equal(at(0, 0), "[X000E00.000][Y00N00.000]");
    assert.equal(at(29.99999999, 180), "[X180E00.000][Y30N00.000]");
  });

  it("leaves a link out that is too long for it, or would end it", () => {
    const receiver = receiverOf({ extended: { position: false, link: true, mac: null } });
    for (const link of [
      `https://okc.example/${"x".repeat(250)}`,
      "https://okc.example/]",
      "https://okc.example/|",
      "https://月湖/",
    ])
      assert.equal(frameData({ ...said, details: detailsOf({ link }) }, receiver).extended, "");
  });

  it("at its longest, with the largest key, is still a frame", () => {
    const extended = { position: true, link: true, mac: "001A2B3C4D5E" };
    const link = `https://okc.example/${"x".repeat(230)}`;
    const details = detailsOf({ link, position: { lat: -33.86785, lon: -151.20732 } });
    const long = frameData({ ...said, account: "F".repeat(16), details }, receiverOf({ extended }));
    const text = textOf({ token: "ADM-CID", sequence: 9_999, ...long, key: Buffer.alloc(32, 1) });
    assert.ok(link.length === 250 && text.length <= FRAME_BYTES_MAX, `${text.length} bytes`);
  });
});
