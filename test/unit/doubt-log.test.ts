import assert from "node:assert/strict";
import { DOUBT_EVERY_MS, DoubtLog } from "../../gateway/app/doubt-log.ts";
import type { Report } from "../../gateway/core/report.ts";
import { RecordingLog } from "../support/recording-sink.ts";
import { NOON } from "../support/test-clock.ts";

const report = (fields: Partial<Report>): Report => ({
  bridge: "okc",
  address: "0000beef",
  line: "serial:/dev/ttyUSB0",
  transport: "serial",
  kind: "emergency",
  counter: 1,
  ageMs: 0,
  press: "emergency",
  ageAtLeast: false,
  batteryPct: null,
  proof: "valid",
  receivedAt: NOON,
  raw: "",
  ...fields,
});

describe("The log of doubtful reports", () => {
  let log: RecordingLog;
  let doubts: DoubtLog;
  beforeEach(() => {
    log = new RecordingLog();
    doubts = new DoubtLog(log);
  });
  const lines = (): string[] => log.lines.map(({ message }) => message);

  it("says what, where and what to do, each in its own words", () => {
    doubts.note(report({ proof: "no-key" }), "unknown-device");
    doubts.note(report({ address: "0000cafe", proof: "wrong-tag" }), "unverified");
    doubts.note(report({ address: "0000f00d" }), "unverified");
    doubts.note(report({ address: "0000d00f", proof: "no-key" }), "ignored");
    assert.equal(new Set(lines().map((line) => line.slice(line.indexOf(": ", 10)))).size, 4);
    for (const line of lines()) assert.match(line, /^okc:0000[0-9a-f]{4} on serial:\/dev\/ttyUSB0: .*(import|enrol)/);
  });

  it("says nothing of what counts", () => {
    doubts.note(report({}), "counted");
    doubts.note(report({}), "counted-before");
    assert.deepEqual(lines(), []);
  });

  it("says it once a minute for each device, whatever another one does", () => {
    for (let ms = 0; ms < DOUBT_EVERY_MS; ms += 1_000)
      doubts.note(report({ proof: "wrong-tag", receivedAt: NOON + ms }), "unverified");
    doubts.note(report({ address: "0000cafe", proof: "wrong-tag" }), "unverified");
    assert.equal(lines().length, 2);
    doubts.note(report({ proof: "wrong-tag", receivedAt: NOON + DOUBT_EVERY_MS }), "unverified");
    assert.equal(lines().length, 3);
  });
});
