import { chineseLinesOf } from "../core/chinese.ts";

/** The longest mark is `warning`. */
const MARK_CHARS = 8;

/** Wide characters take two columns on a terminal. */
const widthOf = (text: string): number => {
  let width = 0;
  for (const char of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/u.test(char) ? 2 : 1;
  return width;
};

const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - widthOf(text)));

/** What the columns of tables are called in Chinese. */
export const COLUMNS: Readonly<Record<string, string>> = {
  id: "编号",
  p: "级",
  kind: "类型",
  state: "状态",
  who: "何人",
  where: "何处",
  owner: "接警人",
  coming: "赶来",
  hotline: "热线",
  opened: "时间",
  flags: "标记",
  name: "姓名",
  building: "楼栋",
  unit: "单元",
  room: "房间",
  account: "账号",
  zone: "防区",
  priority: "优先级",
  resident: "居民",
  means: "用途",
  label: "标签",
  location: "位置",
  seenAt: "最近信号",
  lastProofAt: "最近证实",
  why: "说明",
  batteryPct: "电量",
  signal: "信号（最差）",
  testDueAt: "测试期限",
  replacedBy: "替换为",
  place: "位置",
  press: "按键",
  strength: "强度",
  copies: "次数",
  receivers: "接收器",
  verdict: "结论",
  level: "级别",
  todo: "处理办法",
  role: "角色",
  contacts: "联系方式",
  key: "故障",
  code: "代码",
  detail: "说明",
  since: "起始",
  rota: "值班表",
  from: "自",
  to: "至",
  onDuty: "值班",
  standBy: "备勤",
  instead: "代替",
  by: "操作人",
  count: "次数",
};

/** Rows under their headers, Chinese and English, in columns. */
export function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const chinese = headers.map((header) => COLUMNS[header] ?? COLUMNS[header.toLowerCase()] ?? "");
  const widths = headers.map((_, column) =>
    Math.max(...[chinese, headers, ...rows].map((row) => widthOf(row[column] ?? ""))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => pad(cell, widths[column]!))
      .join("  ")
      .trimEnd();
  return [chinese, headers, ...rows].map(line).join("\n");
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Lines with the same mark before each, so that a search for it finds both languages. */
export function printMarked(mark: string, ...lines: readonly string[]): void {
  for (const line of lines) print(`${mark.padEnd(MARK_CHARS)} ${line}`);
}

export function printJson(data: unknown): void {
  print(JSON.stringify(data, null, 2));
}

/** What is wrong, Chinese first, in plain lines on standard error. */
export function complain(message: string): void {
  const chinese = chineseLinesOf(message);
  if (chinese !== null) process.stderr.write(`okc：${chinese}\n`);
  process.stderr.write(`okc: ${message}\n`);
}
