import { join } from "node:path";
import Database from "better-sqlite3";
import { codeOf, JournalError, reasonOf } from "./journal-error.ts";

const LOCK_FILE = "lock.db";

export interface ProcessLock {
  release(): void;
}

/**
 * Takes the data folder for this process. A lock of the operating system on an empty SQLite file: it ends with the
 * process, however that ends, so nothing stale can keep the gateway from starting. Throws `journal-locked`.
 */
export function takeLock(folder: string): ProcessLock {
  const file = join(folder, LOCK_FILE);
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { timeout: 0 });
    db.exec("BEGIN EXCLUSIVE");
    return releaseOf(db);
  } catch (error) {
    db?.close();
    if (!codeOf(error).startsWith("SQLITE_BUSY"))
      throw new JournalError(
        "journal-unusable",
        `${file} cannot be locked (${reasonOf(error)}): check the rights of the folder and the room on the disk`,
        { cause: error },
      );
    throw new JournalError(
      "journal-locked",
      `the data folder ${folder} is in use by another process: stop that gateway first, or use its command line`,
      { cause: error },
    );
  }
}

const releaseOf = (db: Database.Database): ProcessLock => ({ release: () => void db.close() });
