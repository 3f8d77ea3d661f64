import assert from "node:assert/strict";
import { readSubmit } from "../../firmware-sim/gsm/pdu.ts";
import { errorOf } from "../../gateway/adapters/sms/at-errors.ts";
import { readPdu, submitPdus } from "../../gateway/adapters/sms/pdu.ts";
import { verdictOf } from "../../gateway/adapters/sms/report-status.ts";
import { internationalOf, isPersonal } from "../../gateway/adapters/sms/sms-numbers.ts";

/* Octets composed by hand from 3GPP TS 23.040, 9.2, and TS 23.038. */

describe("the octets of short messages", () => {
  it("are those of the standard, going out", () => {
    const to = "+8613800000001";
    const common = { to, reference: 0x1234, validitySec: 3_600 };
    // SMSC 00; first octet 31: submit, relative validity, report wanted; reference 00; 13 digits, 91; PID 00; DCS 08;
    // validity 0B: (11 + 1) × 5 min; 4 octets.
    assert.deepEqual(submitPdus({ ...common, text: "你好" }), [
      { hex: "0031000D91683108000000F100080B04" + "4F60597D", length: 19 },
    ]);
    // DCS 00; "hello" in seven bits is E8329BFD06.
    assert.deepEqual(submitPdus({ ...common, text: "hello" }), [
      { hex: "0031000D91683108000000F100000B05" + "E8329BFD06", length: 20 },
    ]);
    // A national short number: 81, no plus.
    assert.ok(submitPdus({ ...common, to: "10086", text: "hi" })[0]!.hex.startsWith("00310005810180F600"));
  });

  it("of a long text carry the concatenation header", () => {
    const parts = submitPdus({
      to: "+8613800000001",
      text: "好".repeat(67 + 4),
      reference: 0x1234,
      validitySec: 3_600,
    });
    assert.equal(parts.length, 2);
    // 71: header beside the rest; header 06 08 04, reference, parts, part.
    for (const [at, { hex }] of parts.entries()) {
      assert.ok(hex.startsWith("0071000D91683108000000F100080B"), hex);
      assert.equal(hex.slice(32, 32 + 14), `06080412340${parts.length}0${at + 1}`);
    }
  });

  it("fit one message with 70 characters, or 160 of seven bits, an extended one counting twice", () => {
    const count = (text: string): number =>
      submitPdus({ to: "+8613800000001", text, reference: 1, validitySec: 3_600 }).length;
    assert.deepEqual(["好".repeat(70), "好".repeat(71)].map(count), [1, 2]);
    assert.deepEqual(["a".repeat(160), "a".repeat(161)].map(count), [1, 2]);
    assert.deepEqual(["€".repeat(80), "€".repeat(81)].map(count), [1, 2]);
    assert.equal(count("`"), 1);
    assert.equal(readSubmit(...pair("§`")).alphabet, "ucs2");
  });

  it("are those of the standard, coming in", () => {
    // First octet 04; 13 digits 91; PID 00; DCS 08; stamp 2026-11-23 20:00:00 +8 h; 6 octets.
    const stamp = "62113202000023";
    assert.deepEqual(readPdu(`00040D91683108000000F10008${stamp}06` + "003100204F60"), {
      kind: "text",
      from: "+8613800000001",
      text: "1 你",
      stamp,
      joined: null,
    });
    // A part with a reference of eight bits (05 00 03), in seven bits behind one bit of filling: "hi" is D0 D2.
    const part = readPdu(`00440D91683108000000F10000${stamp}09` + "0500032A0201" + "D069");
    assert.deepEqual(part?.kind === "text" && [part.text, part.joined], ["hi", { reference: 42, parts: 2, part: 1 }]);
    // A report: first octet 06, reference 07, status 00.
    assert.deepEqual(readPdu(`0006070D91683108000000F1${stamp}${stamp}00`), {
      kind: "report",
      reference: 7,
      to: "+8613800000001",
      status: 0,
    });
  });

  it("of a status say delivered for one value only", () => {
    const fates = Array.from({ length: 256 }, (_, status) => verdictOf(status).fate);
    assert.deepEqual(
      fates.flatMap((fate, status) => (fate === "delivered" ? status : [])),
      [0],
    );
    assert.deepEqual(
      [0x01, 0x1f, 0x20, 0x3f, 0x40, 0x5f, 0x60, 0x7f, 0x80].map((status) => fates[status]),
      [...["unproved", "unproved", "waiting", "waiting", "failed", "failed", "given-up", "given-up", "unproved"]],
    );
  });
});

const pair = (text: string): [string, number] => {
  const { hex, length } = submitPdus({ to: "+8613800000001", text, reference: 1, validitySec: 3_600 })[0]!;
  return [hex, length];
};

describe("telephone numbers", () => {
  it("are brought to one form, or are none", () => {
    for (const [written, full] of [
      ["138 0000 0001", "+8613800000001"],
      ["+86 138-0000-0001", "+8613800000001"],
      ["0574-87654321", "+8657487654321"],
      ["00491701234567", "+491701234567"],
      ["8613800000001", "+8613800000001"],
      ["10086", "10086"],
      ["wang", null],
      ["", null],
    ] as const)
      assert.equal(internationalOf(written, "86"), full, written);
    assert.deepEqual(["+8613800000001", "10086", "CMCC"].map(isPersonal), [true, false, false]);
  });
});

describe("a modem's errors", () => {
  it("have a meaning, in numbers and in words, and no line that is none is one", () => {
    for (const [line, code, cause] of [
      ["+CMS ERROR: 1", "CMS 1", "number"],
      ["+CMS ERROR: 42", "CMS 42", "network"],
      ["+CMS ERROR: 50", "CMS 50", "modem"],
      ["+CMS ERROR: 304", "CMS 304", "message"],
      ["+CMS ERROR: 999", "CMS 999", "modem"],
      ["+CME ERROR: SIM not inserted", "CME 10", "modem"],
      ["+CME ERROR: incorrect password", "CME 16", "modem"],
      ["+CMS ERROR: something new", "CMS ?", "modem"],
      ["ERROR", "ERROR", "modem"],
      ["4", "ERROR", "modem"],
    ] as const) {
      const error = errorOf(line);
      assert.deepEqual([error?.code, error?.cause], [code, cause], line);
      assert.ok(error!.meaning.length > 3);
    }
    assert.equal(errorOf("OK"), null);
    assert.equal(errorOf("+CREG: 4"), null);
  });
});
