import assert from "node:assert/strict";
import { jt808Definition } from "../../devices/tcp/jt808.ts";
import type { TcpPiece } from "../../gateway/core/definition.ts";
import type { DecodedReport } from "../../gateway/core/report.ts";
import { EXAMPLES_AT } from "../support/examples.ts";

const PLACE = "0000000301cb37a0073f8d30001000000000261125133711";

/** What stands between the flags, with its XOR, not escaped. */
function inside(id: string, body: string, { parts = "", wrong = 0 } = {}): Uint8Array {
  const size = (body.length / 2) | (parts === "" ? 0 : 0x2000);
  const bytes = Buffer.from(`${id}${size.toString(16).padStart(4, "0")}0138123456780001${parts}${body}`, "hex");
  return Buffer.concat([bytes, Uint8Array.of(bytes.reduce((xor, byte) => xor ^ byte, wrong))]);
}

const flagged = (bytes: Uint8Array): Uint8Array => Uint8Array.of(0x7e, ...bytes, 0x7e);
const read = (bytes: Uint8Array): readonly TcpPiece[] => jt808Definition.createSession().push(bytes, EXAMPLES_AT);
const reports = (bytes: Uint8Array): readonly DecodedReport[] =>
  read(bytes).flatMap(({ decoded }) => (decoded.type === "reports" ? decoded.reports : []));

describe("JT/T 808", () => {
  it("hears a device that does not escape 7d, when check and length both fit", () => {
    const frame = flagged(inside("0200", `00000001${PLACE}01047d010000`));
    assert.equal(reports(frame)[0]!.press, "sos");
  });

  it("reads frames that share a flag", () => {
    const one = inside("0002", "");
    assert.deepEqual(
      reports(Uint8Array.of(0x7e, ...one, 0x7e, ...one, 0x7e)).map(({ kind }) => kind),
      ["heartbeat", "heartbeat"],
    );
  });

  it("does not answer what a wrong check may have turned over, and calls nobody by it", () => {
    const [piece] = read(flagged(inside("0200", `00000001${PLACE}`, { wrong: 1 })));
    assert.equal(piece!.reply, null);
    assert.ok(piece!.decoded.type === "reports");
    assert.deepEqual(
      piece!.decoded.reports.map(({ press, unclear }) => [press, unclear]),
      [[null, "sos with a wrong check"]],
    );
  });

  it("reads the first of several parts, and takes the rest for a sign of life", () => {
    const batch = `000101001c00000001${PLACE}`;
    assert.equal(reports(flagged(inside("0704", batch, { parts: "00020001" })))[0]!.press, "sos");
    const [rest, ...more] = reports(flagged(inside("0704", batch, { parts: "00020002" })));
    assert.deepEqual([rest!.kind, rest!.press, more.length], ["other", null, 0]);
  });

  it("tells every alarm of one report, calls first", () => {
    const kinds = reports(flagged(inside("0200", `00020081${PLACE}`))).map(({ kind }) => kind);
    assert.deepEqual(kinds, ["emergency", "low_battery", "tamper"]);
  });

  it("tells staff of an event that is in no document", () => {
    const [report] = reports(flagged(inside("0200", `00000000${PLACE}e8040d770000`)));
    assert.equal(report!.unclear, "event 0x0d77");
  });

  it("takes a number with and without its leading zeros for the same", () => {
    const { normalizeAddress } = jt808Definition;
    for (const typed of ["13812345678", "013812345678", "138 1234 5678", "00000000013812345678"])
      assert.equal(normalizeAddress(typed), "013812345678");
    assert.equal(normalizeAddress("866496077582164"), "00000866496077582164");
    for (const wrong of ["", "x", "123456789012345678901"]) assert.equal(normalizeAddress(wrong), null);
  });
});
