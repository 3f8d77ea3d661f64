import type { Wording } from "./wording.ts";

/** Reports of response times. */
export const REPORTS: readonly Wording[] = [
  ["to: {} is not after {}; it is exclusive, so name the day after", "to：{} 不晚于 {}；结束日不含在内，请写次日"],
  ["month: {} has not begun", "month：{} 尚未开始"],
  ['month: "{}" is not a month; write 2026-10', "month：“{}”不是月份；请写成 2026-10"],
  [
    '{}: "{}" is not a date (2026-11-01) or a date with a time (2026-11-01T18:30) in the site\'s zone',
    "{}：“{}”不是站点时区的日期（2026-11-01）或日期加时间（2026-11-01T18:30）",
  ],
  ["{}: {} does not exist in {}: clocks were set forward over it", "{}：{} 在 {} 不存在：时钟当时拨快，跳过了它"],
  ["{} may not see figures by responder; allowed: {}", "{} 不可查看按响应人的数据；允许：{}"],
  ["report knows only response-times and month, not {}", "report 只有 response-times 和 month，没有 {}"],
  ["--by {} is none of {}", "--by {} 不属于 {}"],
  ["either --csv or --json", "--csv 与 --json 只能选一个"],
  ["{}: cannot be written ({})", "{}：无法写入（{}）"],
  ["{} reports are being made already; ask again in a minute", "已有 {} 份报表在制作；请一分钟后再试"],
  ["the gateway is being stopped", "网关正在停止"],
  ["the report was not made: {}. Alarms are not touched by it", "报表未能制作：{}。警情不受影响"],
  [
    "the report was not made: {}; run okc doctor. Alarms are not touched by it",
    "报表未能制作：{}；请运行 okc doctor。警情不受影响",
  ],
  ["{} cannot be read: {}", "{} 无法读取：{}"],
  ["the journal cannot be read: {}", "日志无法读取：{}"],
  [
    "less than {} MB are free in {}, which the journal may need: make room first",
    "{1} 所在磁盘空闲不足 {0} MB，日志可能需要这些空间：请先腾出空间",
  ],
];
