import { writeFileSync } from "node:fs";
import { durationText, shareText } from "../core/durations.ts";
import { GatewayError } from "../core/errors.ts";
import { GROUPINGS, responseCsv, type ResponseRow } from "../core/response-report.ts";
import { INTERVAL_WORDS } from "../core/response-times.ts";
import type { ReportProgress, ResponseReport } from "../ports/reports.ts";
import { takeOption, takeWords, type Typed } from "./arguments.ts";
import { connect } from "./connect.ts";
import { refusalOf, type GatewayClient } from "./gateway-client.ts";
import { print, printJson, table } from "./print.ts";
import { wrongUse } from "./usage.ts";

/** `okc report response-times` and `okc report month`. */
export function report(typed: Typed): Promise<number> {
  const [what] = takeWords(typed, 1, 1, "from", "to", "by", "csv", "month", "out");
  if (what === "response-times") return responseTimes(typed);
  if (what === "month") return month(typed);
  throw wrongUse(`report knows only response-times and month, not ${what}`, "report");
}

async function responseTimes(typed: Typed): Promise<number> {
  takeWords(typed, 1, 1, "from", "to", "by", "csv");
  const { by, csv, json } = typed.options;
  if (by !== undefined && !(GROUPINGS as readonly unknown[]).includes(by))
    throw wrongUse(`--by ${String(by)} is none of ${GROUPINGS.join(", ")}`, "report");
  if (csv === true && json === true) throw wrongUse("either --csv or --json", "report");
  const query = new URLSearchParams({ from: takeOption(typed, "from"), to: takeOption(typed, "to") });
  if (typeof by === "string") query.set("by", by);
  const found = (await askReport(typed, `/api/reports/response-times?${query}`)) as ResponseReport;
  if (json === true) printJson(found);
  else if (csv === true) process.stdout.write(responseCsv(found.rows));
  else printTable(found);
  return 0;
}

async function month(typed: Typed): Promise<number> {
  takeWords(typed, 1, 1, "month", "out");
  const { month: which, out, json } = typed.options;
  const query = new URLSearchParams({ format: json === true ? "json" : "html" });
  if (typeof which === "string") query.set("month", which);
  const found = await askReport(typed, `/api/reports/month?${query}`);
  const text = typeof found === "string" ? found : `${JSON.stringify(found, null, 2)}\n`;
  if (typeof out !== "string") {
    process.stdout.write(text);
    return 0;
  }
  try {
    writeFileSync(out, text);
  } catch (error) {
    throw new GatewayError("bad-input", `${out}: cannot be written (${(error as Error).message})`, { cause: error });
  }
  print(`${out}: ${Buffer.byteLength(text)} bytes; open it in a browser and print it / 用浏览器打开并打印`);
  return 0;
}

/** Asks until the figures are there: over a long journal the first report takes its time, and says how far it is. */
async function askReport(typed: Typed, path: string): Promise<unknown> {
  const client = await connect(typed, "open");
  try {
    return await untilReady(client, path);
  } finally {
    await client.close();
  }
}

async function untilReady(client: GatewayClient, path: string): Promise<unknown> {
  for (;;) {
    const answer = await client.call({ method: "GET", path });
    if (answer.status !== 202) {
      if (answer.status >= 300) throw refusalOf(answer);
      return answer.body;
    }
    const { read, of } = (answer.body as ReportProgress).pending;
    process.stderr.write(`okc: reading the journal, ${read} of ${of} entries / 正在读取日志\n`);
  }
}

function printTable({ from, to, timezone, alarms, unverified, rows }: ResponseReport): void {
  const headers = ["INTERVAL", "间隔", "GROUP", "N", "MISSING", "MEDIAN", "P90", "P97.5", "P99", "≤60s", "≤180s"];
  print(table(headers, rows.map(cells)));
  print(
    `${alarms} alarms opened from ${from} to before ${to} (${timezone}), and ${unverified} presses that nothing proves; empty: not measured / 空白：未测得`,
  );
}

function cells(row: ResponseRow): readonly string[] {
  const { interval, group, n, missing, medianMs, p90Ms, p975Ms, p99Ms, shareLe60s, shareLe180s } = row;
  const durations = [medianMs, p90Ms, p975Ms, p99Ms].map((value) => (value === null ? "" : durationText(value)));
  const shares = [shareLe60s, shareLe180s].map((value) => (value === null ? "" : shareText(value)));
  return [interval, INTERVAL_WORDS[interval], group, String(n), String(missing), ...durations, ...shares];
}
