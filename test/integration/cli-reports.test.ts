import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AlarmView } from "../../gateway/core/alarm-view.ts";
import { RESPONSE_COLUMNS, type ResponseRow } from "../../gateway/core/response-report.ts";
import { INTERVALS } from "../../gateway/core/response-times.ts";
import type { MonthReport, ResponseReport } from "../../gateway/ports/reports.ts";
import { okc, type Said } from "../support/okc-command.ts";
import { RealSite } from "../support/real-site.ts";

const WIDE = ["--from", "2020-01-01", "--to", "2100-01-01"] as const;

describe("okc report", function () {
  this.timeout(60_000);
  let site: RealSite;
  let alarm: AlarmView;
  const tokens = new Map<string, string>();

  before(async () => {
    site = await RealSite.make();
    await site.importPeople();
    await site.start();
    for (const role of ["supervisor", "viewer"]) {
      const { token } = await site.json<{ token: string }>("token", "create", "--role", role, "--as", role);
      tokens.set(role, token);
    }
    alarm = await answeredAlarm();
  });
  after(() => site.dispose());

  const ended = async (...words: string[]): Promise<Said> => {
    const said = await site.okc(...words);
    assert.equal(said.code, 0, said.stderr);
    return said;
  };

  /** A press that is heard, shown at the hotline, taken, answered on site and resolved. */
  async function answeredAlarm(): Promise<AlarmView> {
    const pendant = await site.mqttPendant("p-17");
    await pendant.heard(pendant.press().counter);
    await site.expectHotline("1234/003 101");
    const [open] = await site.untilAlarms(
      "all receipts",
      ([one]) =>
        one?.times.hotlineReceivedAt != null && one.times.heardAt !== null && one.times.firstNotifiedAt !== null,
    );
    await site.phones.answer("v-1", "accept");
    await ended("take", open!.id, "--as", "王芳");
    await ended("resolve", open!.id, "--outcome", "helped-on-site", "--as", "王芳");
    return (await site.alarms("resolved")).find(({ id }) => id === open!.id)!;
  }

  const responseTimes = (...more: string[]): Promise<ResponseReport> =>
    site.json<ResponseReport>("report", "response-times", ...WIDE, ...more);
  const rowOf = ({ rows }: ResponseReport, interval: string): ResponseRow =>
    rows.find((row) => row.interval === interval)!;

  it("gives the times of a real press as the alarm has them", async () => {
    const report = await responseTimes();
    assert.deepEqual([report.alarms, report.unverified, report.by, report.timezone], [1, 0, null, "Asia/Shanghai"]);
    const measured = (name: keyof AlarmView["times"]): number => Date.parse(alarm.times[name]!);
    for (const [interval, [from, to]] of Object.entries(INTERVALS)) {
      const row = rowOf(report, interval);
      if (alarm.times[to] === null) {
        assert.deepEqual([row.n, row.missing, row.medianMs, row.shareLe60s], [0, 1, null, null], interval);
        continue;
      }
      // What is shown is cut to milliseconds.
      assert.deepEqual([row.n, row.missing], [1, 0], interval);
      assert.ok(Math.abs(row.medianMs! - (measured(to) - measured(from))) <= 1, interval);
    }
    assert.equal(rowOf(report, "press-to-arrived").n, 0);
    assert.ok(rowOf(report, "press-to-answered").n === 1);
  });

  it("is CSV with a fixed header, a table, or JSON", async () => {
    const csv = (await ended("report", "response-times", ...WIDE, "--by", "kind", "--csv")).stdout;
    const [header, ...lines] = csv.trimEnd().split("\r\n");
    assert.equal(header, RESPONSE_COLUMNS.join(","));
    assert.equal(lines.length, Object.keys(INTERVALS).length);
    assert.match(lines[0]!, /^press-to-heard,emergency,1,0,\d+,\d+,\d+,\d+,1\.0000,1\.0000$/);
    assert.equal(
      lines.find((line) => line.startsWith("press-to-arrived")),
      "press-to-arrived,emergency,0,1,,,,,,",
    );
    const { stdout } = await ended("report", "response-times", ...WIDE);
    assert.match(stdout, /^press-to-answered +按下→有人接警 +all +1 +0 +\d.* (ms|s) /m);
    assert.match(stdout, /^1 alarms opened from 2019-12-31T16:00:00.000Z to before 2099-12-31T16:00:00.000Z/m);
  });

  it("groups by building, hour and responder", async () => {
    const groups = async (by: string): Promise<string[]> => [
      ...new Set((await responseTimes("--by", by)).rows.map(({ group }) => group)),
    ];
    assert.deepEqual(await groups("building"), ["2号楼"]);
    const hour = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Shanghai", hour: "2-digit", hourCycle: "h23" });
    assert.deepEqual(await groups("hour"), [hour.format(Date.parse(alarm.openedAt))]);
    assert.deepEqual(await groups("responder"), ["志愿者1 (v-1)"]);
  });

  it("counts only alarms of the time asked for, and --to is not part of it", async () => {
    const openedAt = alarm.openedAt;
    const after = new Date(Date.parse(openedAt) + 1_000).toISOString().slice(0, 19) + "Z";
    const second = openedAt.slice(0, 19) + "Z";
    const count = async (from: string, to: string) =>
      (await site.json<ResponseReport>("report", "response-times", "--from", from, "--to", to)).alarms;
    assert.equal(await count(second, after), 1);
    assert.equal(await count("2020-01-01", second), 0);
    assert.equal(await count(after, "2100-01-01"), 0);
  });

  it("is a page for the printer, whole in itself and without names", async () => {
    const month = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai", year: "numeric", month: "2-digit" });
    const this_ = month.format(Date.now());
    const file = join(site.folder, "month.html");
    const { stdout } = await ended("report", "month", "--month", this_, "--out", file);
    assert.match(stdout, /month\.html: \d+ bytes/);
    const page = readFileSync(file, "utf8");
    assert.match(page, /<html lang="zh-CN">/);
    assert.ok(page.includes(alarm.id) && page.includes("<svg") && page.includes("本月尚未结束"));
    assert.doesNotMatch(page, /<script|https?:\/\/|张阿姨|志愿者1|王芳|138000/);
    const report = await site.json<MonthReport>("report", "month", "--month", this_);
    assert.deepEqual([report.figures.alarms, report.figures.help.within60s], [1, 1]);
    assert.deepEqual(report.figures.asked, { people: 1, asked: 1, delivered: 1, seen: 0, accepted: 1, arrived: 0 });
  });

  it("of the last month is the default, and says that nothing was measured where nothing was", async () => {
    const { stdout } = await ended("report", "month");
    assert.match(stdout, /未测得/);
    assert.doesNotMatch(stdout, /NaN|undefined|null/);
  });

  it("answers over the network by role; figures of single people are for supervisors", async () => {
    const elsewhere = (role: string, ...more: string[]): Promise<Said> =>
      okc(["report", "response-times", ...WIDE, ...more, "--url", site.url, "--token", tokens.get(role)!]);
    assert.match((await elsewhere("viewer", "--csv")).stdout, /^interval,group,n,missing/);
    const refused = await elsewhere("viewer", "--by", "responder");
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /^okc: viewer may not see figures by responder; allowed: administrator, supervisor\n$/,
    );
    assert.match((await elsewhere("supervisor", "--by", "responder")).stdout, /志愿者1 \(v-1\)/);
    const get = (path: string) =>
      fetch(`${site.url}${path}`, { headers: { authorization: `Bearer ${tokens.get("viewer")!}` } });
    const page = await get("/api/reports/month");
    assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
    assert.match(page.headers.get("content-security-policy")!, /^default-src 'none'; style-src 'sha256-[^']+';/);
    const csv = await get("/api/reports/response-times?from=2020-01-01&to=2100-01-01&format=csv");
    assert.equal(csv.headers.get("content-type"), "text/csv; charset=utf-8");
    const wrong = await get("/api/reports/response-times?from=yesterday&to=2100-01-01");
    assert.deepEqual(
      [wrong.status, ((await wrong.json()) as { error: { code: string } }).error.code],
      [400, "bad-input"],
    );
    assert.equal((await fetch(`${site.url}/api/reports/month`)).status, 401);
  });

  it("refuses what is written wrongly, with one clear line", async () => {
    for (const [words, message] of [
      [["report"], /^okc: report: something is missing/],
      [["report", "year"], /^okc: report knows only response-times and month, not year/],
      [["report", "response-times", "--from", "2026-01-01"], /^okc: report needs --to/],
      [
        ["report", "response-times", ...WIDE, "--by", "age"],
        /^okc: --by age is none of kind, building, hour, responder/,
      ],
      [["report", "response-times", "--from", "2026-02-01", "--to", "2026-02-01"], /^okc: to: 2026-02-01 is not after/],
      [
        ["report", "response-times", "--from", "1.2.2026", "--to", "2026-02-01"],
        /^okc: from: "1.2.2026" is not a date/,
      ],
      [["report", "month", "--month", "October"], /^okc: month: "October" is not a month; write 2026-10/],
      [["report", "month", "--month", "2099-01"], /^okc: month: 2099-01 has not begun/],
      [["report", "month", "--by", "kind"], /^okc: report knows no --by/],
    ] as const) {
      const said = await site.okc(...words);
      assert.equal(said.code, 2, words.join(" "));
      assert.match(said.stderr, message);
      assert.equal(said.stdout, "");
    }
  });

  it("knows what came since the last report", async () => {
    assert.equal((await responseTimes()).alarms, 1);
    await ended("close", alarm.id, "--as", "王芳");
    await answeredAlarm();
    assert.equal((await responseTimes()).alarms, 2);
  });

  it("is the same while the gateway is stopped, and after its file was lost, spoilt or cut off", async () => {
    const before = await responseTimes("--by", "building");
    await site.stop();
    const file = join(site.data, "reports.db");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const again = async (why: string): Promise<void> =>
      assert.deepEqual((await responseTimes("--by", "building")).rows, before.rows, why);
    await again("stopped");
    for (const ending of ["", "-wal", "-shm"]) rmSync(file + ending, { force: true });
    await again("lost");
    writeFileSync(file, "no database at all, but longer than the header of one");
    await again("spoilt");
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, 4096 + 100));
    await again("cut off");
    writeFileSync(file, Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0xa5)]));
    await again("overwritten");
    assert.ok(existsSync(file));
  });

  it("is made anew for a journal that was restored", async () => {
    const backup = join(site.folder, "backup.db");
    await ended("backup", backup);
    await ended("restore", backup);
    await site.start();
    assert.equal((await responseTimes()).alarms, 2);
    await answeredAlarm();
    assert.equal((await responseTimes()).alarms, 3);
  });
});
