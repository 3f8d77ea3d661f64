import { chmodSync, existsSync, linkSync, mkdirSync, readlinkSync, rmSync, statSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import Database from "better-sqlite3";
import { DATABASE_FILE, openReadOnly } from "./database.ts";
import { inspectOpen } from "./inspection.ts";
import { codeOf, JournalError } from "./journal-error.ts";
import { syncFile, syncFolder } from "./key-file.ts";
import { BACKUP_FOLDER } from "./salvage.ts";
import type { Requests } from "./wire.ts";

/** Pages copied at once: 1 MiB. */
const STEP_PAGES = 256;
/** A slow copy goes to the disk every so many steps, so that no flood of writes is in the way of a commit. */
const SYNC_STEPS = 4;
/** … and rests for this part of the time that it works. */
const REST = 1;
const REST_MAX_MS = 1_000;

/**
 * Copies the database by a connection of its own, which only reads: the writer goes on meanwhile. The copy is of one
 * moment, stands alone, and has been opened and checked as a whole before it gets its name.
 */
export async function makeBackup({ folder, file, slowly }: Requests["backup"]["request"]) {
  if (existsSync(file)) throw new JournalError("backup-exists", `${file} is there already: choose another name`);
  // Another folder that is not there may be a disk that is not mounted: that one is not made.
  if (dirname(resolve(file)) === join(folder, BACKUP_FOLDER)) mkdirSync(dirname(file), { recursive: true });
  if (slowly) yieldToOthers();
  const draft = `${file}.part`;
  try {
    rmSync(draft, { force: true });
    await copy(join(folder, DATABASE_FILE), draft, slowly);
    return finish(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

async function copy(from: string, draft: string, slowly: boolean): Promise<void> {
  const db = new Database(from, { readonly: true, fileMustExist: true });
  try {
    // One moment for the whole copy: without it, each commit meanwhile would begin it anew.
    db.exec("BEGIN");
    db.prepare("SELECT count(*) FROM meta").get();
    const pace = slowly ? new Pace(draft) : null;
    await db.backup(draft, { progress: () => (pace?.rest(), STEP_PAGES) });
  } finally {
    db.close();
  }
}

/** Half the disk and half a processor at most are taken for a copy that nobody waits for. */
class Pace {
  readonly #draft: string;
  #began = performance.now();
  #steps = 0;

  constructor(draft: string) {
    this.#draft = draft;
  }

  rest(): void {
    if (++this.#steps % SYNC_STEPS === 0 && existsSync(this.#draft)) syncFile(this.#draft);
    const worked = performance.now() - this.#began;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.min(worked * REST, REST_MAX_MS));
    this.#began = performance.now();
  }
}

/** Turns a raw copy into a file that stands alone, checks it by opening it, and gives it its name. */
function finish(draft: string, file: string): { bytes: number; lastSeq: number } {
  const db = new Database(draft, { fileMustExist: true });
  let lastSeq: number;
  try {
    db.pragma("journal_mode = DELETE");
    const found = inspectOpen(db);
    if (!found.ok) throw new JournalError("backup-unreadable", `the copy ${draft} cannot be read: ${found.why}`);
    lastSeq = found.events;
  } finally {
    db.close();
  }
  chmodSync(draft, 0o600);
  syncFile(draft);
  try {
    // A link, unlike a rename, never takes the place of a file that is there.
    linkSync(draft, file);
  } catch (error) {
    if (codeOf(error) === "EEXIST")
      throw new JournalError("backup-exists", `${file} is there already: choose another name`);
    throw error;
  }
  syncFolder(dirname(file));
  return { bytes: statSync(file).size, lastSeq };
}

/** Whether a file can be opened and holds a journal's entries. */
export function opens(file: string): boolean {
  try {
    const db = openReadOnly(file);
    if (!db) return true;
    try {
      return db.prepare("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1").raw().get() !== undefined;
    } finally {
      db.close();
    }
  } catch {
    return false;
  }
}

/** On Linux a thread has a priority of its own: what nobody waits for gives way to the alarm path. */
function yieldToOthers(): void {
  try {
    setPriority(Number(basename(readlinkSync("/proc/thread-self"))), constants.priority.PRIORITY_LOW);
  } catch {
    // Another system: it then runs like everything else.
  }
}
