import { durationText, shareText } from "../core/durations.ts";
import { ANSWER_BARS_MS, type AnswerFigures, type NamedAlarm } from "../core/month-figures.ts";
import { INTERVAL_WORDS } from "../core/response-times.ts";
import { siteTimeText } from "../core/site-time.ts";
import { seconds, type DurationMs, type EpochMs } from "../core/units.ts";
import type { MonthReport } from "../ports/reports.ts";
import { standingBars } from "./month-charts.ts";
import { both, escaped, NOT_MEASURED, note, section, tableOf, type Column, type Markup } from "./month-markup.ts";
import { KIND_WORDS, wordOf, type Word } from "../core/words.ts";

/* The sections of the month's page on how fast people answered. */

/** What a call for help is measured against: TSA / TEC Quality key indicators. */
const YARDSTICKS = [
  { share: 0.975, words: ["60 秒内由人接警", "answered by a person within 60 s"], figure: "within60s" },
  { share: 0.99, words: ["180 秒内由人接警", "answered by a person within 180 s"], figure: "within180s" },
] as const;

export function yardsticks({ figures: { help } }: MonthReport): Markup {
  const known = help.alarms - help.pressUnknown;
  const rows = YARDSTICKS.map(({ share, words, figure }) => {
    const measured = help[figure];
    const verdict: Word =
      measured === null ? NOT_MEASURED : measured >= share ? ["✓ 达标", "met"] : ["✗ 未达标", "not met"];
    return [
      both(words),
      `≥ ${shareText(share)}`,
      shareOr(measured),
      String(known),
      `<span class="verdict">${both(verdict)}</span>`,
    ];
  });
  return section(
    ["接警时间与目标", "answers against the yardsticks"],
    tableOf(
      [
        { head: ["指标", "measure"] },
        { head: ["目标", "target"], number: true },
        { head: ["本月", "this month"], number: true },
        { head: ["警情数", "calls"], number: true },
        { head: ["结论", "verdict"] },
      ],
      rows,
    ),
    note(
      [
        `求助警情（不含服务请求）。没有接警记录的 ${help.notAnswered} 起按未及时接警计；按下时刻不明的 ${help.pressUnknown} 起不计入。`,
        `Calls for help. ${help.notAnswered} without a recorded answer count as not in time; ${help.pressUnknown} whose press is not known are left out.`,
      ],
      ["目标依据：TSA / TEC Quality 关键指标。", "Yardsticks: TSA / TEC Quality key indicators."],
    ),
  );
}

export function answers({ figures: { bars, help } }: MonthReport): Markup {
  const title: Word = ["从按下到有人接警", "from press to answer"];
  if (help.medianMs === null) return section(title, blank());
  const labels = ANSWER_BARS_MS.map((limitMs) => `≤${limitMs / 1_000}s`);
  const drawn = bars.map((count, index) => ({
    label: labels[index] ?? `>${ANSWER_BARS_MS.at(-1)! / 1_000}s`,
    count,
    late: (ANSWER_BARS_MS[index] ?? Infinity) > seconds(60),
  }));
  const limit = { at: ANSWER_BARS_MS.indexOf(seconds(60)) + 1, text: "60 s" };
  return section(
    title,
    standingBars(title.join(" "), drawn, limit),
    note([`中位数 ${durationText(help.medianMs)}`, `median ${durationText(help.medianMs)}`]),
  );
}

export function hours({ figures: { hours: all, help } }: MonthReport): Markup {
  const title: Word = ["按钟点", "by hour of the day"];
  if (help.alarms === 0) return section(title, noCalls());
  const bars = all.map(({ alarms, medianMs }, hour) => ({
    label: String(hour),
    count: alarms,
    below: medianMs === null ? "" : shortText(medianMs),
  }));
  return section(
    title,
    standingBars(title.join(" "), bars, null),
    note([
      "柱：求助警情数；最下行：接警时间中位数，空白为未测得",
      "bars: calls for help; last line: median time to answer, blank where not measured",
    ]),
  );
}

const ANSWER_COLUMNS: readonly Column[] = [
  { head: ["警情", "alarms"], number: true },
  { head: ["中位数", "median"], number: true },
  { head: ["≤60 s", ""], number: true },
  { head: ["≤180 s", ""], number: true },
  { head: ["无接警记录", "no answer recorded"], number: true },
  { head: ["按下时刻不明", "press not known"], number: true },
];

export function groups({ figures: { kinds, buildings } }: MonthReport): Markup {
  const rows = (all: readonly AnswerFigures[], name: (group: string) => Markup): Markup[][] =>
    all.map((one) => [name(one.group), ...answerCells(one)]);
  return [
    section(
      ["按类别", "by kind"],
      kinds.length === 0
        ? noAlarms()
        : tableOf(
            [{ head: ["类别", "kind"] }, ...ANSWER_COLUMNS],
            rows(kinds, (kind) => both(wordOf(KIND_WORDS, kind))),
          ),
    ),
    section(
      ["求助警情，按楼栋", "calls for help, by building"],
      buildings.length === 0
        ? noCalls()
        : tableOf([{ head: ["楼栋", "building"] }, ...ANSWER_COLUMNS], rows(buildings, escaped)),
    ),
  ].join("");
}

const answerCells = (one: AnswerFigures): Markup[] => [
  String(one.alarms),
  durationOr(one.medianMs),
  shareOr(one.within60s),
  shareOr(one.within180s),
  String(one.notAnswered),
  String(one.pressUnknown),
];

export function intervals({ figures: { intervals: rows } }: MonthReport): Markup {
  return section(
    ["各段用时，全部警情", "all intervals, all alarms"],
    tableOf(
      [
        { head: ["间隔", "interval"] },
        { head: ["测得", "measured"], number: true },
        { head: ["未测得", "missing"], number: true },
        { head: ["中位数", "median"], number: true },
        { head: ["P90", ""], number: true },
        { head: ["P97.5", ""], number: true },
        { head: ["P99", ""], number: true },
      ],
      rows.map(({ interval, n, missing, medianMs, p90Ms, p975Ms, p99Ms }) => [
        both([INTERVAL_WORDS[interval], interval]),
        String(n),
        String(missing),
        ...[medianMs, p90Ms, p975Ms, p99Ms].map(durationOr),
      ]),
    ),
  );
}

export function named({ timezone, figures: { slowest, notAnswered, help } }: MonthReport): Markup {
  const columns: readonly Column[] = [
    { head: ["编号", "id"] },
    { head: ["类别", "kind"] },
    { head: ["时间", "opened"] },
    { head: ["接警用时", "time to answer"], number: true },
  ];
  const rows = (all: readonly NamedAlarm[]): Markup[][] =>
    all.map(({ id, kind, openedAt, answeredMs }) => [
      escaped(id),
      both(wordOf(KIND_WORDS, kind)),
      escaped(timeText(Date.parse(openedAt), timezone)),
      durationOr(answeredMs),
    ]);
  const none = `<p>${both(["无", "none"])}</p>`;
  const more = help.notAnswered - notAnswered.length;
  return [
    section(
      ["接警最慢的求助警情", "slowest answers"],
      slowest.length === 0 ? blank() : tableOf(columns, rows(slowest)),
    ),
    section(
      [`没有接警记录的求助警情：${help.notAnswered}`, "no answer recorded"],
      notAnswered.length === 0 ? none : tableOf(columns, rows(notAnswered)),
      more > 0 ? note([`另有 ${more} 起`, `and ${more} more`]) : "",
    ),
  ].join("");
}

const noCalls = (): Markup => `<p>${both(["本月没有求助警情", "no calls for help this month"])}</p>`;
const noAlarms = (): Markup => `<p>${both(["本月没有警情", "no alarms this month"])}</p>`;
const blank = (): Markup => `<p class="blank">${both(NOT_MEASURED)}</p>`;
const durationOr = (duration: DurationMs | null): Markup =>
  duration === null ? `<span class="blank">${NOT_MEASURED[0]}</span>` : durationText(duration);
const shareOr = (share: number | null): Markup =>
  share === null ? `<span class="blank">${NOT_MEASURED[0]}</span>` : shareText(share);
const timeText = (at: EpochMs, timezone: string): string => siteTimeText(at, timezone).slice(0, 16);

/** For a place of 30 pixels: `12s`, `4min`, `2h`. */
function shortText(duration: DurationMs): string {
  if (duration < 60_000) return `${Math.round(duration / 1_000)}s`;
  return duration < 3_600_000 ? `${Math.round(duration / 60_000)}min` : `${Math.round(duration / 3_600_000)}h`;
}
