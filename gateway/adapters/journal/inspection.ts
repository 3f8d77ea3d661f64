import { copyFileSync, mkdirSync, renameSync } from "node:fs";
import { join, resolve } from "node:path";
import Database from "better-sqlite3";
import { hashOf } from "./chain.ts";
import { checkKey, DATABASE_FILE, makeGatewayId, metaOf, openDatabase } from "./database.ts";
import { JournalError, reasonOf } from "./journal-error.ts";
import { JournalStore, linkOf, ROW_COLUMNS } from "./journal-store.ts";
import { KEY_FILE, loadKey, syncFile, syncFolder } from "./key-file.ts";
import { takeLock } from "./process-lock.ts";
import { moveAside, removeDatabase } from "./salvage.ts";
import type { Inspection, Restored } from "./wire.ts";

type HashedRow = [...Parameters<typeof linkOf>[0], Buffer];

/** Recomputes the hash chain and SQLite's quick_check, on a connection of its own that only reads. */
export function inspect(file: string): Inspection {
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    // One read transaction: the gateway goes on writing meanwhile.
    db.exec("BEGIN");
    return inspectOpen(db);
  } catch (error) {
    return { ok: false, why: reasonOf(error) };
  } finally {
    db?.close();
  }
}

/** The same on a connection that is open. */
export function inspectOpen(db: Database.Database): Inspection {
  const quick = db.pragma("quick_check(1)", { simple: true });
  if (quick !== "ok") return { ok: false, why: `quick_check: ${String(quick)}` };
  let events = 0;
  let head: Uint8Array = Buffer.from(metaOf(db, "genesis"), "hex");
  const rows = db.prepare<[], HashedRow>(`SELECT ${ROW_COLUMNS}, hash FROM entry ORDER BY seq`).raw();
  for (const row of rows.iterate() as IterableIterator<HashedRow>) {
    const [seq, at, notLogged, kind, v, body, person, sealed, hash] = row;
    if (seq !== events + 1) return { ok: false, why: `entry ${events + 1} is missing` };
    head = hashOf(head, linkOf([seq, at, notLogged, kind, v, body, person, sealed]));
    if (!hash.equals(head)) return { ok: false, why: `entry ${seq} is not what was written: its hash differs` };
    events = seq;
  }
  const noted = db.prepare<[], number | null>("SELECT max(seq) FROM boot").pluck().get() ?? 0;
  if (noted > events)
    return { ok: false, why: `the newest entries are missing: ${noted} were written, ${events} are there` };
  return { ok: true, events };
}

/** Puts a backup in the place of the database; see `restoreBackup`. */
export function restore(folder: string, file: string, stamp: string): Restored {
  // On a new machine there is no folder yet; what is missing then is the key, and that is said.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = takeLock(folder);
  const draft = join(folder, `${DATABASE_FILE}.restoring`);
  try {
    removeDatabase(draft);
    const key = loadKey(folder, true);
    const keyFile = resolve(folder, KEY_FILE);
    const lastSeq = prepareRestored(draft, file, key, keyFile);
    syncFile(draft);
    const previous = moveAside(folder, `before-restore-${stamp}`);
    renameSync(draft, join(folder, DATABASE_FILE));
    syncFolder(folder);
    return { lastSeq, previous };
  } finally {
    removeDatabase(draft);
    lock.release();
  }
}

function prepareRestored(draft: string, file: string, key: Uint8Array, keyFile: string): number {
  try {
    copyFileSync(file, draft);
    const db = openDatabase(draft, null);
    try {
      const found = inspectOpen(db);
      if (!found.ok) throw new JournalError("backup-unreadable", `the backup ${file} cannot be used: ${found.why}`);
      checkKey(db, key, file, keyFile);
      new JournalStore(db, key).renewGatewayId(makeGatewayId());
      db.pragma("journal_mode = DELETE");
      return found.events;
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof JournalError && error.code !== "journal-damaged") throw error;
    throw new JournalError("backup-unreadable", `the backup ${file} cannot be used: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
