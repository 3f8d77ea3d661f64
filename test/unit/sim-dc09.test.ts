import assert from "node:assert/strict";
import { crc16Arc, frameOf, nakAt, readContactId, readDc09, replyTo } from "../../firmware-sim/dc09.ts";
import type { Dc09Frame } from "../../firmware-sim/dc09.ts";

const PRESS = 'DF43003D"ADM-CID"0001R0L0#1234[#1234|1101 00 007]_12:00:00,11-23-2026';

const read = (raw: string): Dc09Frame => {
  const frame = readDc09(raw);
  assert.ok(!("rejected" in frame), JSON.stringify(frame));
  return frame;
};

describe("the simulated receiver's own DC-09", () => {
  it("computes CRC-16/ARC with its check value", () => {
    assert.equal(crc16Arc("123456789"), 0xbb3d);
  });

  it("reads a press with account, zone, sequence and time", () => {
    const frame = read(PRESS);
    assert.deepEqual([frame.id, frame.sequence, frame.account], ["ADM-CID", "0001", "1234"]);
    assert.equal(frame.sentAt, Date.UTC(2026, 10, 23, 12));
    assert.deepEqual(readContactId(frame), { qualifier: 1, event: "101", group: "00", zone: "007" });
  });

  it("reads the golden frames of other makers", () => {
    const golden = [
      '9EC40027"ADM-CID"0001L0#1002[#1002|1602 00 001]',
      'F4D20029"SIA-DCS"0001RF3L77#1234[#1234|NRR|Atest]',
      'EA740027"NULL"0000L0#1409[]_20:38:07,08-27-2026',
      'B035003D"ADM-CID"0002R0L0#1234[#1234|3101 00 007]_12:00:00,11-23-2026',
      'D67F0029"NULL"0000R0L0#1234[]_12:00:00,11-23-2026',
    ];
    assert.deepEqual(
      golden.map((raw) => read(raw).id),
      ["ADM-CID", "SIA-DCS", "NULL", "ADM-CID", "NULL"],
    );
  });

  it("writes the golden replies", () => {
    assert.equal(replyTo(read(PRESS), "ACK"), '\nDBE70014"ACK"0001R0L0#1234[]\r');
    assert.equal(replyTo(read(PRESS), "DUH"), '\nAB3F0014"DUH"0001R0L0#1234[]\r');
    assert.equal(nakAt(Date.UTC(2025, 8, 24, 16, 20, 1)), '\nE4410025"NAK"0000R0L0A0[]_16:20:01,09-24-2025\r');
  });

  it("says what is wrong with a frame", () => {
    const why = (raw: string): string => {
      const frame = readDc09(raw);
      return "rejected" in frame ? frame.rejected : "read";
    };
    assert.match(why(PRESS.replace("007", "008")), /checksum says DF43/);
    assert.match(why(PRESS.replace("003D", "003E")), /length says 62, it has 61/);
    assert.match(why("hello"), /no checksum/);
    assert.match(why(frameOf('"ADM-CID"1L0#1234[]').slice(1, -1)), /no id, sequence/);
  });

  it("takes no Contact ID for another account than the frame's", () => {
    const raw = frameOf('"ADM-CID"0001R0L0#1234[#9999|1101 00 007]').slice(1, -1);
    assert.equal(readContactId(read(raw)), null);
  });
});
