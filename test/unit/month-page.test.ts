import assert from "node:assert/strict";
import { monthPage } from "../../gateway/app/month-page.ts";
import { NO_TIMES, type Times } from "../../gateway/core/alarm.ts";
import { MonthTally, type MonthFigures } from "../../gateway/core/month-figures.ts";
import type { AlarmRecord, FaultRecord } from "../../gateway/core/report-fold.ts";
import { monthOf } from "../../gateway/core/site-time.ts";
import { hours, minutes, seconds } from "../../gateway/core/units.ts";
import type { MonthReport } from "../../gateway/ports/reports.ts";

const TIMEZONE = "Asia/Shanghai";
const OCTOBER = monthOf("2026-10", TIMEZONE);
const NOON = OCTOBER.from + hours(36);

function alarm(id: number, change: Partial<AlarmRecord> = {}, times: Partial<Times> = {}): AlarmRecord {
  return {
    id: `7gk2qx9d-${id}`,
    openedAt: NOON,
    kind: "emergency",
    proved: true,
    resident: "r-1",
    state: "closed",
    unanswered: false,
    outcome: "helped-on-site",
    times: { ...NO_TIMES, pressedAt: NOON, ...times },
    asked: [],
    ...change,
  };
}

function figuresOf(alarms: readonly AlarmRecord[], faults: readonly FaultRecord[] = []): MonthFigures {
  const now = OCTOBER.to + hours(1);
  const tally = new MonthTally({ ...OCTOBER, timezone: TIMEZONE, buildings: [["r-1", "<3号楼>"]], now });
  for (const one of alarms) tally.add(one);
  return tally.figures(faults, []);
}

function pageOf(figures: MonthFigures, change: Partial<MonthReport> = {}): string {
  const at = (moment: number): string => new Date(moment).toISOString();
  const about = { month: "2026-10", from: at(OCTOBER.from), to: at(OCTOBER.to), madeAt: at(OCTOBER.to) };
  return monthPage({ ...about, timezone: TIMEZONE, site: "月湖 & 社区", demo: false, whole: true, figures, ...change });
}

describe("The month's figures", () => {
  it("count who was never answered as not answered in time, and leave out whose press is not known", () => {
    const { help } = figuresOf([
      alarm(1, {}, { answeredAt: NOON + seconds(20) }),
      alarm(2, {}, { answeredAt: NOON + seconds(100) }),
      alarm(3),
      alarm(4, {}, { pressedAt: null, answeredAt: NOON + seconds(5) }),
      alarm(5, { kind: "service" }, { answeredAt: NOON + hours(5) }),
      alarm(6, { proved: false }, { answeredAt: NOON + hours(5) }),
    ]);
    assert.deepEqual(help, {
      group: "help",
      alarms: 4,
      pressUnknown: 1,
      notAnswered: 1,
      medianMs: 20_000,
      within60s: 0.3333,
      within180s: 0.6667,
    });
  });

  it("name the slowest first, ten of them, and say how many were not answered", () => {
    const all = Array.from({ length: 14 }, (_, index) => alarm(index, {}, { answeredAt: NOON + seconds(index) }));
    const { slowest, notAnswered } = figuresOf([...all, alarm(99)]);
    assert.deepEqual(
      slowest.map(({ answeredMs }) => answeredMs! / 1_000),
      [13, 12, 11, 10, 9, 8, 7, 6, 5, 4],
    );
    assert.deepEqual(
      notAnswered.map(({ id, answeredMs }) => [id, answeredMs]),
      [["7gk2qx9d-99", null]],
    );
  });

  it("put every answer into one bar and every call into its hour", () => {
    const answered = [0, 10, 10.001, 60, 61, 601].map((s, index) =>
      alarm(index, {}, { answeredAt: NOON + seconds(s) }),
    );
    const { bars, hours: byHour } = figuresOf(answered);
    assert.deepEqual(bars, [2, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1]);
    assert.deepEqual(byHour[12], { alarms: 6, medianMs: 10_001 });
    assert.deepEqual(byHour[3], { alarms: 0, medianMs: null });
  });

  it("count a fault's time within the month only, and one that lasts until its end", () => {
    const fault = (id: number, since: number, until: number | null): FaultRecord => ({
      id,
      key: `k${id}`,
      code: "path-down",
      since,
      until,
    });
    const { faults } = figuresOf(
      [],
      [
        fault(1, OCTOBER.from - hours(5), OCTOBER.from + minutes(10)),
        fault(2, OCTOBER.to - minutes(30), null),
        fault(3, NOON, NOON + minutes(1)),
      ],
    );
    assert.deepEqual(faults, [
      { code: "path-down", count: 3, totalMs: minutes(41), longestMs: minutes(30), lasting: 1 },
    ]);
  });
});

describe("The month's page", () => {
  it("says that nothing was measured where nothing was, and never zero for a time", () => {
    const page = pageOf(figuresOf([]), { demo: true, whole: false });
    assert.match(page, /未测得 <span lang="en">not measured/);
    assert.doesNotMatch(page, /\b0 ms|\b0\.0 s|0\.0 %|NaN|undefined|null/);
    assert.match(page, /本月尚未结束/);
    assert.match(page, /DEMO: everything here is simulated/);
  });

  it("is whole in itself: no scripts, nothing from elsewhere, and what people typed is text", () => {
    const page = pageOf(figuresOf([alarm(1, {}, { answeredAt: NOON + seconds(20) })]));
    assert.doesNotMatch(page, /<script|https?:|src=|style=|url\(|<3号楼>/);
    assert.match(page, /&lt;3号楼&gt;/);
    assert.match(page, /月湖 &amp; 社区 一键通月报/);
  });

  it("says of each yardstick whether it was met, not by colour alone", () => {
    const answered = alarm(1, {}, { answeredAt: NOON + seconds(90) });
    assert.match(pageOf(figuresOf([answered])), /✗ 未达标[^]*✓ 达标/);
  });
});
