import { durationText } from "../core/durations.ts";
import { siteTimeText } from "../core/site-time.ts";
import type { MonthReport } from "../ports/reports.ts";
import { answers, groups, hours, intervals, named, yardsticks } from "./month-answers.ts";
import { lyingBars } from "./month-charts.ts";
import { both, escaped, note, section, STYLE, tableOf, type Column, type Markup } from "./month-markup.ts";
import { FAULT_WORDS, OUTCOME_WORDS, wordOf, type Word } from "../core/words.ts";

/** The month for the meeting at its end: one page of HTML without scripts, names or addresses. */
export function monthPage(report: MonthReport): string {
  const title = `${report.site} 一键通月报 ${report.month}`;
  return `<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>${STYLE}</style></head>
<body>
${[heading, overview, yardsticks, answers, hours, groups, intervals, named, asked, ends, faults, footnotes].map((part) => part(report)).join("\n")}
</body>
</html>
`;
}

function heading({ site, month, demo, whole, madeAt, timezone }: MonthReport): Markup {
  const [year, number] = month.split("-");
  const made = `${siteTimeText(Date.parse(madeAt), timezone)} (${timezone})`;
  const warnings: Word[] = [];
  if (demo) warnings.push(["演示：全部数据为模拟", "DEMO: everything here is simulated"]);
  if (!whole) warnings.push(["本月尚未结束", "the month is not over yet"]);
  return `<header><h1>${escaped(site)} 一键通月报</h1>
<p>${escaped(`${year} 年 ${Number(number)} 月`)} <span lang="en">One-Key Call, monthly report ${escaped(month)}</span></p>
<p class="note">${both(["制表", "made"])} ${escaped(made)}</p>
${warnings.map((words) => `<p class="demo">${both(words)}</p>`).join("")}</header>`;
}

function overview({ figures }: MonthReport): Markup {
  const { alarms, help, unresolved, unverified, listEnded } = figures;
  const tiles: readonly (readonly [number, Word])[] = [
    [help.alarms, ["求助警情", "calls for help"]],
    [alarms - help.alarms, ["服务请求", "service requests"]],
    [unresolved, ["至今未处置完毕", "not resolved so far"]],
    [unverified, ["未经验证的按键", "presses that nothing proves"]],
  ];
  const drawn = tiles.map(([count, words]) => `<div class="tile"><b>${count}</b>${both(words)}</div>`).join("");
  const ended: Word = [
    `名单已全部通知一轮、仍无人接警的警情：${listEnded}`,
    `alarms whose list was gone through once before anybody took them: ${listEnded}`,
  ];
  return `<div class="tiles">${drawn}</div>${note(ended)}`;
}

function asked({ figures }: MonthReport): Markup {
  const { people, asked: count, delivered, seen, accepted, arrived } = figures.asked;
  const title: Word = ["志愿者、家属与社区人员", "volunteers, family and staff"];
  if (count === 0) return section(title, `<p>${both(["本月没有派单", "nobody was asked this month"])}</p>`);
  const bars = [
    { label: "派单 asked", count },
    { label: "送达 delivered", count: delivered },
    { label: "看到 seen", count: seen },
    { label: "答应前往 accepted", count: accepted },
    { label: "到场 arrived", count: arrived },
  ];
  return section(
    title,
    lyingBars(title.join(" "), bars),
    note([
      `共向 ${people} 人派单；按人次合计，不列姓名；送达只计能证明的方式`,
      `${people} people were asked; summed over all of them, without names; delivered only where a way can prove it`,
    ]),
  );
}

function ends({ figures: { outcomes } }: MonthReport): Markup {
  const rows = outcomes.map(({ outcome, count }) => [both(wordOf(OUTCOME_WORDS, outcome)), String(count)]);
  const columns: readonly Column[] = [{ head: ["结果", "outcome"] }, { head: ["警情", "alarms"], number: true }];
  return section(
    ["处置结果", "outcomes"],
    rows.length === 0 ? `<p>${both(["无", "none"])}</p>` : tableOf(columns, rows),
  );
}

function faults({ figures: { faults: all, tests } }: MonthReport): Markup {
  const columns: readonly Column[] = [
    { head: ["故障", "fault"] },
    { head: ["次数", "count"], number: true },
    { head: ["本月合计", "in the month"], number: true },
    { head: ["最长", "longest"], number: true },
    { head: ["仍在", "still there"], number: true },
  ];
  const rows = all.map(({ code, count, totalMs, longestMs, lasting }) => [
    both(wordOf(FAULT_WORDS, code)),
    String(count),
    durationText(totalMs),
    durationText(longestMs),
    String(lasting),
  ]);
  const failed = tests.devicesFailed.join(", ");
  return [
    section(
      ["技术故障", "technical faults"],
      rows.length === 0 ? `<p>${both(["无", "none"])}</p>` : tableOf(columns, rows),
    ),
    section(
      ["按键测试", "test presses"],
      tests.passed + tests.failed === 0
        ? `<p>${both(["本月没有做过测试", "no tests were made this month"])}</p>`
        : `<p>${both([`通过 ${tests.passed} 次，未通过 ${tests.failed} 次`, `${tests.passed} passed, ${tests.failed} failed`])}</p>`,
      failed === "" ? "" : `<p>${both(["未通过的设备", "devices that failed"])}: ${escaped(failed)}</p>`,
    ),
  ].join("");
}

function footnotes({ from, to }: MonthReport): Markup {
  return section(
    ["怎样测得", "how this is measured"],
    note(
      [
        "按下时刻由设备自报的时长推算；设备不报时长时以收到时刻为准；时长超出其字段或未经验证时，按下时刻不明。",
        "The press is the device's age before its receipt; the receipt, where a protocol has no age; not known, where the age is too large for its field or nothing proves it.",
      ],
      ["百分位数按最近秩法；未测得的不作零计。", "Percentiles by nearest rank; what was not measured is never zero."],
      [
        "警情归入其建立的时刻；楼栋以现在的名册为准。",
        "An alarm belongs to the moment it was opened; buildings are those of today's directory.",
      ],
      [`${from} – ${to}（不含末刻）`, "UTC, end exclusive"],
    ),
  );
}
