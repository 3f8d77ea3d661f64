import assert from "node:assert/strict";
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { readReport, type ReadingBounds } from "../../gateway/adapters/journal/report-reading.ts";
import type { DomainEvent } from "../../gateway/core/events.ts";
import { ReportFold, UNREPORTED, type AlarmRecord } from "../../gateway/core/report-fold.ts";
import type { JournalEvent, StoredEvent } from "../../gateway/ports/journal.ts";
import { JournalReports } from "../../gateway/adapters/journal/journal-reports.ts";
import { CHEN, CoreHome } from "../support/core-home.ts";
import { SqliteFolder } from "../support/sqlite-folder.ts";

const LINES = readFileSync(new URL("../vectors/journal-v1.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");
const OLD = LINES.map((line) => (JSON.parse(line) as StoredEvent).event);
/** Small enough that a question ends in the middle. */
const PIECEMEAL: ReadingBounds = { sliceEntries: 40, catchUpMaxMs: 0 };

/** What the fold of all events says, without any file. */
function folded(events: readonly JournalEvent[]): AlarmRecord[] {
  const fold = new ReportFold();
  const last = new Map<string, AlarmRecord>();
  events.forEach((event, index) => {
    if (!UNREPORTED.includes(event.kind as DomainEvent["kind"])) fold.apply(index + 1, event as unknown as DomainEvent);
    for (const alarm of fold.take().alarms) last.set(alarm.id, alarm);
  });
  return [...last.values()].sort(byId);
}

const byId = (a: AlarmRecord, b: AlarmRecord): number => (a.id < b.id ? -1 : 1);

describe("Reports of a journal on disk", function () {
  this.timeout(20_000);
  let site: SqliteFolder;

  beforeEach(async () => (site = await SqliteFolder.make()));
  afterEach(() => site.remove());

  async function write(events: readonly JournalEvent[]): Promise<void> {
    const journal = site.journal();
    await journal.open();
    const appended = events.map((event) => journal.append({ at: site.clock.now(), events: [event], urgent: true }));
    await Promise.all(appended.map(({ durable }) => durable));
    await journal.close();
  }

  async function alarms(bounds?: ReadingBounds): Promise<{ records: AlarmRecord[]; questions: number }> {
    for (let questions = 1; ; questions++) {
      const answer = await readReport(site.folder, (file) => [...file.alarms(0, Infinity, true)].sort(byId), bounds);
      if (!("pending" in answer)) return { records: answer, questions };
      assert.ok(answer.pending.read < answer.pending.of);
    }
  }

  it("are the fold of its events, also of a journal that an older release wrote", async () => {
    await write(OLD);
    const { records, questions } = await alarms();
    assert.equal(questions, 1);
    assert.ok(records.length > 10);
    assert.deepEqual(records, folded(OLD));
  });

  it("come to the same in many pieces, each ended in the middle", async () => {
    await write(OLD);
    const { records, questions } = await alarms(PIECEMEAL);
    assert.equal(questions, Math.ceil(OLD.length / PIECEMEAL.sliceEntries));
    assert.deepEqual(records, folded(OLD));
  });

  it("grow with the journal", async () => {
    const half = Math.floor(OLD.length / 2);
    await write(OLD.slice(0, half));
    assert.deepEqual((await alarms()).records, folded(OLD.slice(0, half)));
    await write(OLD.slice(half));
    assert.deepEqual((await alarms()).records, folded(OLD));
  });

  it("are made anew when another journal of the same gateway lies there", async () => {
    await write(OLD.slice(0, 300));
    copyFileSync(site.file("okc.db"), site.file("kept.db"));
    await write(OLD.slice(300));
    assert.deepEqual((await alarms()).records, folded(OLD));
    for (const ending of ["", "-wal", "-shm"]) rmSync(site.file("okc.db") + ending, { force: true });
    copyFileSync(site.file("kept.db"), site.file("okc.db"));
    assert.deepEqual((await alarms()).records, folded(OLD.slice(0, 300)));
    await write(OLD.slice(300));
    assert.deepEqual((await alarms()).records, folded(OLD));
  });

  it("hold no name of anybody", async () => {
    const home = new CoreHome();
    const events: DomainEvent[] = [...home.events];
    home.watch = (_, decision) => events.push(...decision.events);
    home.press();
    home.act("take", { by: CHEN });
    home.act("arrive", { by: CHEN });
    home.act("note", { by: CHEN, text: "摔倒在卫生间" });
    home.resolve();
    await write(events as unknown as JournalEvent[]);
    assert.equal((await alarms()).records[0]!.state, "resolved");
    const file = readFileSync(site.file("reports.db"), "utf8");
    for (const word of [CHEN.name, "王芳", "摔倒"]) assert.ok(!file.includes(word), word);
  });

  it("say what is wrong with a journal that is not there, and the next is made all the same", async () => {
    const reports = new JournalReports(site.folder);
    const query = { from: 0, to: 1e15, by: null, timezone: "Asia/Shanghai", buildings: [] };
    await assert.rejects(reports.responseTimes(query), /the report was not made: .*okc\.db cannot be read/);
    await write(OLD);
    const figures = await reports.responseTimes(query);
    assert.ok("rows" in figures && figures.alarms > 10);
    await reports.stop();
    await assert.rejects(reports.responseTimes(query), /is being stopped/);
  });

  it("are refused when too many are being made", async () => {
    await write(OLD.slice(0, 50));
    const reports = new JournalReports(site.folder);
    const query = { from: 0, to: 1e15, by: null, timezone: "Asia/Shanghai", buildings: [] };
    const asked = Array.from({ length: 6 }, () => reports.responseTimes(query));
    const settled = await Promise.allSettled(asked);
    assert.deepEqual(
      settled.map(({ status }) => status),
      [...Array<string>(4).fill("fulfilled"), "rejected", "rejected"],
    );
    await reports.stop();
  });
});
