import { statfsSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import Database from "better-sqlite3";
import type { DomainEvent } from "../../core/events.ts";
import { UNREPORTED } from "../../core/report-fold.ts";
import type { DurationMs } from "../../core/units.ts";
import type { ReportProgress } from "../../ports/reports.ts";
import { damageOf, DATABASE_FILE, metaOf } from "./database.ts";
import { JournalError, reasonOf } from "./journal-error.ts";
import { REPORT_FILE, ReportFile, type Cursor } from "./report-file.ts";
import { removeDatabase } from "./salvage.ts";
import { createUpcast } from "./schema.ts";
import { eventOf } from "./wire.ts";

/** How much is read at once. */
export interface ReadingBounds {
  /** Entries in one go: the reader's transaction ends after some tens of milliseconds, so that checkpoints come through. */
  readonly sliceEntries: number;
  /** So long one question brings the file up to date; whoever asks again goes on from there. */
  readonly catchUpMaxMs: DurationMs;
}

const BOUNDS: ReadingBounds = { sliceEntries: 4_000, catchUpMaxMs: 10_000 };
/** The file must not take the room that the journal needs. */
const FREE_BYTES_MIN = 200 * 1024 * 1024;

type EntryRow = [seq: number, v: number, kind: string, body: string];

/** The journal as reports read it: a connection that only reads, and never for long. */
class JournalReader {
  readonly #db: Database.Database;

  constructor(file: string) {
    this.#db = new Database(file, { readonly: true, fileMustExist: true });
  }

  close(): void {
    this.#db.close();
  }

  get gatewayId(): string {
    return metaOf(this.#db, "gateway_id");
  }

  get lastSeq(): number {
    return this.#db.prepare<[], number>("SELECT max(seq) FROM entry").pluck().get() ?? 0;
  }

  recordOf(seq: number): string | null {
    return this.#db.prepare<[number], string>("SELECT record FROM entry WHERE seq = ?").pluck().get(seq) ?? null;
  }

  /** Entries after `after` up to `to` that reports are about. */
  read(after: number, to: number): readonly EntryRow[] {
    const kinds = UNREPORTED.map((kind) => `'${kind}'`).join(", ");
    return this.#db
      .prepare<[number, number], EntryRow>(
        `SELECT seq, v, kind, body FROM entry WHERE seq > ? AND seq <= ? AND kind NOT IN (${kinds}) ORDER BY seq`,
      )
      .raw()
      .all(after, to);
  }
}

/**
 * Brings reports.db up to the journal's last entry, within `bounds`, and asks it. A damaged file is made
 * anew, once. Throws `JournalError`: journal-damaged where the journal cannot be read, report-no-room.
 */
export async function readReport<Answer>(
  folder: string,
  ask: (file: ReportFile) => Answer,
  bounds = BOUNDS,
): Promise<Answer | ReportProgress> {
  const reader = openJournal(join(folder, DATABASE_FILE));
  try {
    return await readFrom(folder, reader, ask, bounds);
  } catch (error) {
    if (error instanceof JournalError || !(error instanceof SyntaxError || damageOf(error) !== null)) throw error;
    removeDatabase(join(folder, REPORT_FILE));
    return await readFrom(folder, reader, ask, bounds);
  } finally {
    reader.close();
  }
}

function openJournal(file: string): JournalReader {
  try {
    return new JournalReader(file);
  } catch (error) {
    throw new JournalError("journal-unusable", `${file} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

async function readFrom<Answer>(
  folder: string,
  reader: JournalReader,
  ask: (file: ReportFile) => Answer,
  bounds: ReadingBounds,
) {
  const path = join(folder, REPORT_FILE);
  let file = ReportFile.open(path, reader.gatewayId);
  try {
    if (!isOfJournal(file.cursor, reader)) {
      file.close();
      removeDatabase(path);
      file = ReportFile.open(path, reader.gatewayId);
    }
    const progress = await catchUp(folder, file, reader, bounds);
    return progress ?? ask(file);
  } finally {
    file.close();
  }
}

/** A journal that was put back by hand keeps its gateway's id, but not the same record at the same place. */
const isOfJournal = (cursor: Cursor | null, reader: JournalReader): boolean =>
  cursor === null || reader.recordOf(cursor.seq) === cursor.record;

/** Null: all is read. */
async function catchUp(
  folder: string,
  file: ReportFile,
  reader: JournalReader,
  { sliceEntries, catchUpMaxMs }: ReadingBounds,
): Promise<ReportProgress | null> {
  const end = performance.now() + catchUpMaxMs;
  const upcast = createUpcast();
  const last = reading(() => reader.lastSeq);
  const fold = file.fold();
  for (let seq = file.cursor?.seq ?? 0; seq < last;) {
    refuseWithoutRoom(folder);
    const to = Math.min(seq + sliceEntries, last);
    const { events, record } = reading(() => ({
      events: reader
        .read(seq, to)
        .map(([at, v, kind, body]) => ({ at, event: upcast(v, eventOf([kind, body, null, null])) })),
      record: reader.recordOf(to),
    }));
    if (record === null) throw new JournalError("journal-damaged", `entry ${to} is missing`);
    for (const { at, event } of events) fold.apply(at, event as unknown as DomainEvent);
    file.keep(fold.take(), { seq: to, record });
    seq = to;
    // The thread is asked to end between two slices.
    await nextTurn();
    if (seq < last && performance.now() >= end) return { pending: { read: seq, of: last } };
  }
  return null;
}

/** Damage found here is the journal's, not that of the file that is derived from it. */
function reading<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new JournalError("journal-damaged", `the journal cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

function refuseWithoutRoom(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= FREE_BYTES_MIN) return;
  throw new JournalError(
    "report-no-room",
    `less than ${FREE_BYTES_MIN / 1024 / 1024} MB are free in ${folder}, which the journal may need: make room first`,
  );
}
