import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkKey, DATABASE_FILE, openDatabase } from "./database.ts";
import { syncFolder } from "./key-file.ts";
import { JournalStore } from "./journal-store.ts";
import type { PersonKey, Salvage, WireRow } from "./wire.ts";

/** Where backups are looked for, in the data folder. */
export const BACKUP_FOLDER = "backups";
const SIDECARS = ["", "-wal", "-shm", "-journal"];

/** Renames a database with what SQLite keeps beside it, so that the copy can still be opened as a whole. */
export function moveAside(folder: string, mark: string): string | null {
  const from = join(folder, DATABASE_FILE);
  if (!SIDECARS.some((ending) => existsSync(from + ending))) return null;
  let to = `${from}.${mark}`;
  for (let n = 2; SIDECARS.some((ending) => existsSync(to + ending)); n++) to = `${from}.${mark}-${n}`;
  for (const ending of SIDECARS) if (existsSync(from + ending)) renameSync(from + ending, to + ending);
  syncFolder(folder);
  return to;
}

/** Moves a damaged database aside and reads the newest backup that can be read. Never throws for a bad backup. */
export function salvage(folder: string, stamp: string, key: Uint8Array, keyFile: string): Salvage {
  const movedTo = moveAside(folder, `damaged-${stamp}`) ?? join(folder, DATABASE_FILE);
  for (const backup of backupsOf(folder)) {
    const read = readBackup(folder, backup, key, keyFile);
    if (read) return { movedTo, backup, ...read };
  }
  return { movedTo, backup: null, rows: [], personKeys: [] };
}

/** The backups of a data folder, newest first. */
export function backupsOf(folder: string): string[] {
  const backups = join(folder, BACKUP_FOLDER);
  if (!existsSync(backups)) return [];
  return readdirSync(backups)
    .filter((name) => name.endsWith(".db"))
    .map((name) => join(backups, name))
    .sort((a, b) => madeAt(b) - madeAt(a));
}

/** By its name where that is a time, as the gateway writes them: a folder that was copied has new file times. */
function madeAt(file: string): number {
  const [, date, hour, minute, second] = /-(\d{8})T(\d\d)(\d\d)(\d\d\.\d{3})Z\.db$/.exec(file) ?? [];
  if (date === undefined) return statSync(file).mtimeMs;
  const day = date.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
  return Date.parse(`${day}T${hour}:${minute}:${second}Z`);
}

/** Reads a copy of the backup, so that an older one can be migrated and the backup itself stays as it is. */
function readBackup(
  folder: string,
  backup: string,
  key: Uint8Array,
  keyFile: string,
): { rows: readonly WireRow[]; personKeys: readonly PersonKey[] } | null {
  const copy = join(folder, `${DATABASE_FILE}.salvage`);
  try {
    removeDatabase(copy);
    copyFileSync(backup, copy);
    const db = openDatabase(copy, null);
    try {
      checkKey(db, key, backup, keyFile);
      const store = new JournalStore(db, key);
      return { rows: store.tail(0), personKeys: store.personKeys };
    } finally {
      db.close();
    }
  } catch {
    // What matters is that some backup can be read; the caller says which one it was, or that none was.
    return null;
  } finally {
    removeDatabase(copy);
  }
}

export function removeDatabase(file: string): void {
  for (const ending of SIDECARS) rmSync(file + ending, { force: true });
}
