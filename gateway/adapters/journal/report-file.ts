import { chmodSync } from "node:fs";
import Database from "better-sqlite3";
import { NO_TIMES, type Times } from "../../core/alarm.ts";
import {
  ReportFold,
  type AlarmRecord,
  type Asked,
  type FaultRecord,
  type FoldChanges,
  type Followed,
  type TestRecord,
} from "../../core/report-fold.ts";
import type { EpochMs } from "../../core/units.ts";
import { removeDatabase } from "./salvage.ts";

export const REPORT_FILE = "reports.db";
/** Raised whenever the fold or the tables change: the file is then made anew from the journal. */
const FORM = 1;
const BUSY_MS = 1_000;

/** How far the journal was read: the entry's number and its record's name, which no other journal has there. */
export interface Cursor {
  readonly seq: number;
  readonly record: string;
}

const TIME_NAMES = Object.keys(NO_TIMES) as (keyof Times)[];
const ALARM_COLUMNS: readonly string[] = [
  ...["id", "openedAt", "kind", "proved", "resident", "state", "unanswered", "outcome", "asked"],
  ...TIME_NAMES,
];

const TABLES = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE alarm (
  id TEXT NOT NULL UNIQUE, openedAt REAL NOT NULL, kind TEXT NOT NULL, proved INTEGER NOT NULL, resident TEXT,
  state TEXT NOT NULL, unanswered INTEGER NOT NULL, outcome TEXT, asked TEXT NOT NULL,
  ${TIME_NAMES.map((name) => `${name} REAL`).join(", ")}
) STRICT;
CREATE INDEX alarm_openedAt ON alarm (openedAt);
CREATE TABLE fault (id INTEGER PRIMARY KEY, key TEXT NOT NULL, code TEXT NOT NULL, since REAL NOT NULL, until REAL) STRICT;
CREATE TABLE test (id TEXT PRIMARY KEY, device TEXT NOT NULL, startedAt REAL NOT NULL, passed INTEGER) STRICT, WITHOUT ROWID;
CREATE INDEX test_startedAt ON test (startedAt);
CREATE TABLE followed (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

type AlarmRow = [
  id: string,
  openedAt: number,
  kind: string,
  proved: number,
  resident: string | null,
  state: string,
  unanswered: number,
  outcome: string | null,
  asked: string,
  ...times: (number | null)[],
];
const marks = (count: number): string => Array.from({ length: count }, () => "?").join(", ");

/**
 * What reports are asked of: a file derived from the journal. It can be thrown away at any moment; it holds ids and
 * times, no names. Used from one thread.
 */
export class ReportFile {
  readonly #db: Database.Database;

  private constructor(db: Database.Database) {
    this.#db = db;
  }

  /** Opens the file, or makes it anew where it is absent, of another form, of another journal or not readable. */
  static open(file: string, gatewayId: string): ReportFile {
    const opened = openAs(file, gatewayId);
    if (opened) return new ReportFile(opened);
    removeDatabase(file);
    const db = new Database(file, { timeout: BUSY_MS });
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = NORMAL");
    db.transaction(() => {
      db.exec(TABLES);
      db.prepare("INSERT INTO meta VALUES ('form', ?), ('gatewayId', ?)").run(String(FORM), gatewayId);
    })();
    chmodSync(file, 0o600);
    return new ReportFile(db);
  }

  close(): void {
    this.#db.close();
  }

  get cursor(): Cursor | null {
    const text = this.#db.prepare("SELECT value FROM meta WHERE name = 'cursor'").pluck().get();
    return typeof text === "string" ? (JSON.parse(text) as Cursor) : null;
  }

  /** Goes on from what may still change. */
  fold(): ReportFold {
    const bodies = this.#db.prepare<[], string>("SELECT body FROM followed ORDER BY id").pluck().all();
    const followed = bodies.map((body) => JSON.parse(body) as Followed);
    return new ReportFold(followed, this.#faults("until IS NULL"), this.#tests("passed IS NULL"));
  }

  /** Keeps what a stretch of the journal changed, whole or not at all. */
  keep({ alarms, followed, faults, tests }: FoldChanges, cursor: Cursor): void {
    const put = (table: string, columns: number) =>
      this.#db.prepare<unknown[]>(`INSERT OR REPLACE INTO ${table} VALUES (${marks(columns)})`);
    // An alarm keeps its place in the file, among those of its time.
    const putAlarm = this.#db.prepare<unknown[]>(
      `INSERT INTO alarm (${ALARM_COLUMNS.join(", ")}) VALUES (${marks(ALARM_COLUMNS.length)})
       ON CONFLICT (id) DO UPDATE SET ${ALARM_COLUMNS.map((name) => `${name} = excluded.${name}`).join(", ")}`,
    );
    const putFollowed = put("followed", 2);
    const dropFollowed = this.#db.prepare("DELETE FROM followed WHERE id = ?");
    const putFault = put("fault", 5);
    const putTest = put("test", 4);
    this.#db.transaction(() => {
      for (const { times, asked, ...alarm } of alarms) {
        const { id, openedAt, kind, proved, resident, state, unanswered, outcome } = alarm;
        const facts = [id, openedAt, kind, Number(proved), resident, state, Number(unanswered), outcome];
        putAlarm.run(...facts, JSON.stringify(asked), ...TIME_NAMES.map((name) => times[name]));
      }
      for (const [id, one] of followed)
        if (one) putFollowed.run(id, JSON.stringify(one));
        else dropFollowed.run(id);
      for (const { id, key, code, since, until } of faults) putFault.run(id, key, code, since, until);
      for (const { id, device, startedAt, passed } of tests)
        putTest.run(id, device, startedAt, passed === null ? null : Number(passed));
      put("meta", 2).run("cursor", JSON.stringify(cursor));
    })();
  }

  /** Alarms opened in this time, oldest first; with `asked` also who was asked. */
  *alarms(from: EpochMs, to: EpochMs, asked: boolean): Iterable<AlarmRecord> {
    const where = "openedAt >= ? AND openedAt < ? ORDER BY openedAt";
    const select = this.#db
      .prepare<[number, number], AlarmRow>(`SELECT ${ALARM_COLUMNS.join(", ")} FROM alarm WHERE ${where}`)
      .raw();
    for (const row of select.iterate(from, to) as IterableIterator<AlarmRow>) yield alarmOf(row, asked);
  }

  /** Faults that were there in this time. */
  faults(from: EpochMs, to: EpochMs): readonly FaultRecord[] {
    return this.#faults("since < ? AND (until IS NULL OR until > ?)", to, from);
  }

  tests(from: EpochMs, to: EpochMs): readonly TestRecord[] {
    return this.#tests("startedAt >= ? AND startedAt < ?", from, to);
  }

  #faults(where: string, ...values: readonly number[]): readonly FaultRecord[] {
    return this.#db.prepare<unknown[], FaultRecord>(`SELECT * FROM fault WHERE ${where}`).all(...values);
  }

  #tests(where: string, ...values: readonly number[]): readonly TestRecord[] {
    const rows = this.#db
      .prepare<unknown[], Omit<TestRecord, "passed"> & { passed: number | null }>(`SELECT * FROM test WHERE ${where}`)
      .all(...values);
    return rows.map(({ passed, ...test }) => ({ ...test, passed: passed === null ? null : passed !== 0 }));
  }
}

function alarmOf(row: AlarmRow, withAsked: boolean): AlarmRecord {
  const [id, openedAt, kind, proved, resident, state, unanswered, outcome, asked, ...rest] = row;
  const times = {} as Record<keyof Times, number | null>;
  for (let index = 0; index < TIME_NAMES.length; index++) times[TIME_NAMES[index]!] = rest[index] ?? null;
  const facts = { id, openedAt, kind, proved: proved !== 0, resident, state, unanswered: unanswered !== 0, outcome };
  return { ...facts, times, asked: withAsked ? (JSON.parse(asked) as Asked[]) : [] };
}

/** The file where it is whole, of this form and of this gateway's journal; else null. */
function openAs(file: string, gatewayId: string): Database.Database | null {
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { fileMustExist: true, timeout: BUSY_MS });
    const meta = new Map(db.prepare<[], [string, string]>("SELECT name, value FROM meta").raw().all());
    if (meta.get("form") === String(FORM) && meta.get("gatewayId") === gatewayId) return db;
  } catch {
    // Whatever is wrong with it, it is made anew: nothing in it is kept nowhere else.
  }
  db?.close();
  return null;
}
