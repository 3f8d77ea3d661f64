import assert from "node:assert/strict";
import fc from "fast-check";
import { NO_TIMES, type Times } from "../../gateway/core/alarm.ts";
import type { AlarmRecord, Asked } from "../../gateway/core/report-fold.ts";
import {
  percentileOf,
  RESPONSE_COLUMNS,
  responseCsv,
  ResponseTally,
  shareWithin,
  type Grouping,
  type ResponseRow,
} from "../../gateway/core/response-report.ts";
import { INTERVALS } from "../../gateway/core/response-times.ts";

const OPENED = Date.parse("2026-11-03T10:00:00Z");

function alarm(change: Partial<AlarmRecord> = {}, times: Partial<Times> = {}): AlarmRecord {
  return {
    id: "7gk2qx9d-1",
    openedAt: OPENED,
    kind: "emergency",
    proved: true,
    resident: "r-1",
    state: "closed",
    unanswered: false,
    outcome: "helped-on-site",
    times: { ...NO_TIMES, pressedAt: OPENED, ...times },
    asked: [],
    ...change,
  };
}

function tally(by: Grouping | null, alarms: readonly AlarmRecord[]) {
  const buildings = [
    ["r-1", "3号楼"],
    ["r-2", "10号楼"],
    ["r-3", ""],
  ] as const;
  const counted = new ResponseTally({ by, timezone: "Asia/Shanghai", buildings });
  for (const one of alarms) counted.add(one);
  return counted.figures();
}

const rowOf = (rows: readonly ResponseRow[], interval: string, group = "all"): ResponseRow =>
  rows.find((row) => row.interval === interval && row.group === group)!;

describe("A report of response times", () => {
  it("takes percentiles by nearest rank, as a count by hand does", () => {
    const values = fc.array(fc.integer({ min: 0, max: 400_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.constantFrom(500, 900, 975, 990), (durations, permille) => {
        const sorted = [...durations].sort((a, b) => a - b);
        // The smallest value such that at least so many thousandths of all are at most it.
        const byHand = sorted.find(
          (value) => durations.filter((one) => one <= value).length * 1_000 >= permille * durations.length,
        );
        assert.equal(percentileOf(sorted, permille), byHand);
        const within = durations.filter((one) => one <= 60_000).length / durations.length;
        assert.equal(shareWithin(sorted, 60_000), Math.round(within * 10_000) / 10_000);
      }),
    );
  });

  it("is exact where a fraction of a binary computer would not be: 97.5 % of 40 is the 39th", () => {
    const sorted = Array.from({ length: 40 }, (_, index) => index + 1);
    assert.equal(percentileOf(sorted, 975), 39);
  });

  it("has nothing, and never zero, where nothing was measured", () => {
    const { rows, alarms } = tally(null, []);
    assert.equal(alarms, 0);
    assert.equal(rows.length, Object.keys(INTERVALS).length);
    const answered = rowOf(rows, "press-to-answered");
    assert.deepEqual([answered.n, answered.missing, answered.medianMs, answered.shareLe60s], [0, 0, null, null]);
    assert.equal(responseCsv([answered]).split("\r\n")[1], "press-to-answered,all,0,0,,,,,,");
  });

  it("counts alarms in which an interval was not measured beside those in which it was", () => {
    const { rows } = tally(null, [
      alarm({}, { answeredAt: OPENED + 60_000 }),
      alarm({}, { answeredAt: OPENED + 60_001 }),
      alarm({}, { pressedAt: null, answeredAt: OPENED + 5 }),
      alarm(),
    ]);
    const row = rowOf(rows, "press-to-answered");
    assert.deepEqual([row.n, row.missing, row.medianMs, row.shareLe60s, row.shareLe180s], [2, 2, 60_000, 0.5, 1]);
  });

  it("keeps presses that nothing proves out of every figure but their own", () => {
    const alarms = [alarm(), alarm({ proved: false }), alarm({ kind: "service" })];
    const all = tally(null, alarms);
    assert.deepEqual([all.alarms, all.unverified], [2, 1]);
    const groups = new Set(tally("kind", alarms).rows.map(({ group }) => group));
    assert.deepEqual([...groups], ["emergency", "service", "unverified"]);
  });

  it("groups by the hour of the site's clock and by the building of today's directory", () => {
    const alarms = [alarm(), alarm({ resident: "r-2" }), alarm({ resident: "r-3" }), alarm({ resident: null })];
    assert.equal(rowOf(tally("hour", alarms).rows, "press-to-heard", "18").missing, 4);
    const buildings = tally("building", alarms).rows.filter(({ interval }) => interval === "press-to-heard");
    const missing = Object.fromEntries(buildings.map((row) => [row.group, row.missing]));
    assert.deepEqual(missing, { "3号楼": 1, "10号楼": 1, "—": 2 });
  });

  it("gives each responder their own times", () => {
    const asked = (responder: string, change: Partial<Asked>): Asked => ({
      responder,
      notifiedAt: OPENED + 1_000,
      seenAt: null,
      acceptedAt: null,
      arrivedAt: null,
      ...change,
    });
    const both = [asked("v-1", { acceptedAt: OPENED + 9_000 }), asked("v-2", { acceptedAt: OPENED + 4_000 })];
    const { rows, alarms } = tally("responder", [alarm({ asked: both }, { acceptedAt: OPENED + 4_000 })]);
    assert.equal(alarms, 1);
    assert.equal(rowOf(rows, "press-to-accepted", "v-1").medianMs, 9_000);
    assert.equal(rowOf(rows, "press-to-accepted", "v-2").medianMs, 4_000);
    assert.deepEqual([rowOf(rows, "press-to-seen", "v-1").n, rowOf(rows, "press-to-seen", "v-1").medianMs], [0, null]);
  });

  it("is a table that a spreadsheet reads and does not run", () => {
    const row = { ...rowOf(tally(null, [alarm({}, { heardAt: OPENED + 20 })]).rows, "press-to-heard"), group: "=1+1" };
    assert.equal(
      responseCsv([row]),
      `${RESPONSE_COLUMNS.join(",")}\r\npress-to-heard,'=1+1,1,0,20,20,20,20,1.0000,1.0000\r\n`,
    );
    assert.equal(
      RESPONSE_COLUMNS.join(","),
      "interval,group,n,missing,medianMs,p90Ms,p975Ms,p99Ms,shareLe60s,shareLe180s",
    );
  });
});
