import { join } from "node:path";
import Database from "better-sqlite3";
import { codeOf, JournalError } from "./journal-error.ts";

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
  const db = new Database(file, { timeout: 0 });
  try {
    db.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    if (!codeOf(error).startsWith("SQLITE_BUSY")) throw error;
    throw new JournalError(
      "journal-locked",
      `the data folder ${folder} is in use by another process: stop that gateway first, or use its command line`,
      { cause: error },
    );
  }
  return { release: () => void db.close() };
}
