import assert from "node:assert/strict";
import { ev07bDefinition } from "../../devices/tcp/ev07b.ts";
import { crc16Xmodem } from "../../devices/parts/crc16-xmodem.ts";
import type { DecodedReport } from "../../gateway/core/report.ts";
import { EXAMPLES_AT } from "../support/examples.ts";

const IMEI = `1001${Buffer.from("862431050001234").toString("hex")}`;
const TIME = "65fa2469";

function frame(body: string): Uint8Array {
  const bytes = Buffer.from(body, "hex");
  const head = Buffer.from("ab10000000000100", "hex");
  head.writeUInt16LE(bytes.length, 2);
  head.writeUInt16LE(crc16Xmodem(bytes), 4);
  return Buffer.concat([head, bytes]);
}

function alarmed(bit: number, time = TIME): readonly DecodedReport[] {
  const bits = Buffer.alloc(4);
  bits.writeUInt32LE(2 ** bit);
  const body = `01${IMEI}0924${TIME}0000005a0902${bits.toString("hex")}${time}`;
  const pieces = ev07bDefinition.createSession().push(frame(body), EXAMPLES_AT);
  return pieces.flatMap(({ decoded }) => (decoded.type === "reports" ? decoded.reports : []));
}

describe("EV07B", () => {
  it("has a meaning for each alarm bit, or says that it has none", () => {
    const meanings = Array.from({ length: 32 }, (_, bit) => {
      const [report] = alarmed(bit);
      return report!.press ?? report!.unclear ?? (report!.kind === "other" ? "-" : report!.kind);
    });
    assert.deepEqual(meanings.slice(0, 20), [
      ...["low_battery", "-", "fall", "tilt", "-", "-", "-", "-", "-", "-", "-", "inactivity"],
      ...["sos", "button1", "button2", "-", "-", "alarm bit 17", "alarm bit 18", "alarm bit 19"],
    ]);
    assert.ok(meanings.slice(20).every((one) => one === "-" || one.startsWith("alarm bit")));
  });

  it("marks an alarm by its own time", () => {
    const marks = [alarmed(12), alarmed(12), alarmed(12, "66fa2469")].map(([report]) => report!.mark);
    assert.equal(marks[0], marks[1]);
    assert.notEqual(marks[0], marks[2]);
  });

  it("does not answer a device that never said who it is", () => {
    const [piece] = ev07bDefinition.createSession().push(frame(`010924${TIME}0000005a`), EXAMPLES_AT);
    assert.ok(piece!.decoded.type === "reports" && piece!.decoded.reports[0]!.address === "unnamed");
    assert.equal(piece!.reply, null);
  });

  it("refuses keys whose lengths do not fill the frame", () => {
    const [piece] = ev07bDefinition.createSession().push(frame(`01${IMEI}2024${TIME}0000005a`), EXAMPLES_AT);
    assert.equal(piece!.decoded.type, "rejected");
    assert.equal(piece!.reply, null);
  });
});
