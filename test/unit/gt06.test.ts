import assert from "node:assert/strict";
import { crc16X25 } from "../../devices/parts/crc16-x25.ts";
import { gt06Definition } from "../../devices/tcp/gt06.ts";
import type { DecodedReport, TcpPiece } from "../../gateway/core/definition.ts";
import { EXAMPLES_AT } from "../support/examples.ts";

const GPS = "1a0b190d2511cf033a1c200d0b9a30001400";
const CELL = "0901cc00287d001f71";

/** A frame as a device composes it; the CRC from the CRC catalogue's parameters, proved below. */
function frame(protocol: string, content: string, serial = "0001"): string {
  const length = (content.length / 2 + 5).toString(16).padStart(2, "0");
  const body = `${length}${protocol}${content}${serial}`;
  return `7878${body}${crc16X25(Buffer.from(body, "hex")).toString(16).padStart(4, "0")}0d0a`;
}

const LOGIN = frame("01", "0862431050001234");

function pieces(...frames: readonly string[]): readonly TcpPiece[] {
  const session = gt06Definition.createSession();
  session.push(Buffer.from(LOGIN, "hex"), EXAMPLES_AT);
  return frames.flatMap((hex) => session.push(Buffer.from(hex, "hex"), EXAMPLES_AT));
}

function reports(...frames: readonly string[]): readonly DecodedReport[] {
  return pieces(...frames).flatMap(({ decoded }) => (decoded.type === "reports" ? decoded.reports : []));
}

describe("GT06", () => {
  it("checks by the CRC of the catalogue", () => {
    assert.equal(crc16X25(Buffer.from("123456789")), 0x906e);
    assert.equal(frame("01", ""), "787805010001d9dc0d0a", "the answer to a login as Concox prints it");
  });

  it("marks an alarm by its time: sent again under another serial number it is the same, a second later the next", () => {
    const [first, again, next] = reports(
      frame("26", `${GPS}${CELL}2006040102`, "0002"),
      frame("26", `${GPS}${CELL}2006040102`, "0003"),
      frame("26", `1a0b190d2512${GPS.slice(12)}${CELL}2006040102`, "0004"),
    );
    assert.equal(again!.mark, first!.mark);
    assert.notEqual(next!.mark, first!.mark);
  });

  it("hears SOS wherever a frame says it, whatever the size of its cell", () => {
    const cells = {
      "16": [CELL, "0801cc00287d001f71", "0a81cc0000287d001f71", "00"],
      "26": [CELL, "0901cc00287d00001f71"],
    };
    for (const [protocol, forms] of Object.entries(cells))
      for (const cell of forms) {
        const [report] = reports(frame(protocol, `${GPS}${cell}0006040102`));
        assert.equal(report!.press, "sos", `${protocol} ${cell}`);
      }
    for (const [protocol, content] of [
      ["27", `${GPS}${CELL}0006040102ff`],
      ["a4", `${GPS}1001cc000000287d0000000000001f710006040102ff`],
      ["a5", "01cc000000287d0000000000001f710006040102"],
      ["19", "01cc00287d001f710006040102"],
      ["32", `${GPS}0a01cc0000287d00001f710006040102`],
      ["95", `1a0b190d2511033a1c200d0b9a301400010000`],
      ["a9", "1a0b190d251101cc00000101cc00287d3200010a0b0c0d0e0f2a0102"],
      ["a9", "1a0b190d251181cc00000101" + "00000287d" + "000000000001f7132" + "00000102"],
      ["13", "2006040002"],
      ["13", "0006040102"],
    ] as const)
      assert.equal(reports(frame(protocol, content))[0]!.kind, "emergency", `${protocol} ${content}`);
  });

  it("tells staff of an alarm frame whose form is not known", () => {
    for (const protocol of ["16", "26", "27", "19", "a4", "a5", "a9"])
      assert.match(reports(frame(protocol, "0102030405"))[0]!.unclear ?? "", /^alarm frame 0x/);
  });

  it("takes a fall for a fall, and low levels for a low battery", () => {
    assert.equal(reports(frame("26", `${GPS}${CELL}0006042302`))[0]!.kind, "fall");
    const lamps = ["00", "01", "02", "03", "06"].map((level) => reports(frame("13", `00${level}040002`))[0]!.batteryOk);
    assert.deepEqual(lamps, [undefined, false, false, true, true]);
  });

  it("does not read a voltage as a level or an alarm", () => {
    const [report, ...more] = reports(frame("13", "060b12010004"));
    assert.deepEqual(
      [report!.kind, report!.batteryPct, report!.batteryOk, more.length],
      ["heartbeat", null, undefined, 0],
    );
  });

  it("lets a device in whose firmware leaves CRC and serial number out, and gives it no false alarm", () => {
    const session = gt06Definition.createSession();
    const [login] = session.push(Buffer.from("78780d010862431050001234340d0a", "hex"), EXAMPLES_AT);
    assert.equal(Buffer.from(login!.reply!).toString("hex"), frame("01", ""));
  });

  it("refuses a login that names nobody", () => {
    const [piece] = gt06Definition
      .createSession()
      .push(Buffer.from(frame("01", "0a62431050001234"), "hex"), EXAMPLES_AT);
    assert.equal(piece!.decoded.type, "rejected");
    assert.equal(piece!.reply, null);
  });

  it("answers what a device waits for, and never what a server would say itself", () => {
    const [street] = pieces(frame("2a", `${GPS}0001`));
    assert.match(Buffer.from(street!.reply!).toString("latin1"), /NA&&NA&&0##/);
    for (const protocol of ["15", "21", "80", "81", "82", "94", "9b"])
      assert.equal(pieces(frame(protocol, "0401020304"))[0]!.reply, null, protocol);
    const [points] = pieces("78780069261125133711000000000d0a");
    assert.equal(Buffer.from(points!.reply!).toString("hex"), "787800692611251337110d0a");
  });
});
