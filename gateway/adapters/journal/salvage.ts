import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { hashOf } from "./chain.ts";
import { checkKey, DATABASE_FILE, openDatabase, openReadOnly } from "./database.ts";
import { readDamaged, type Findings, type FoundRow } from "./damaged-file.ts";
import { syncFolder } from "./key-file.ts";
import { JournalStore, sealBinding, snapshotBinding } from "./journal-store.ts";
import { JOURNAL_ITSELF, openWrapped } from "./person-keys.ts";
import { unseal } from "./sealing.ts";
import type { Gap } from "../../ports/journal.ts";
import type { FoundWireRow, PersonKey, Salvage, WireRow } from "./wire.ts";

/** Where backups are looked for, in the data folder. */
export const BACKUP_FOLDER = "backups";
const SIDECARS = ["", "-wal", "-shm", "-journal"];
/** The alarm path waits for the reading of a damaged file: what was not reached by then is said to be unread. */
const READ_MAX_MS = 3_000;

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

export interface SalvageOptions {
  readonly folder: string;
  readonly stamp: string;
  /** The kinds of events that are wanted of all history. */
  readonly kinds: readonly string[];
  readonly key: Uint8Array;
  readonly keyFile: string;
  /** The name of the file that an earlier salvage was cut off from; null: none was. */
  readonly unfinished: string | null;
}

/** Moves a damaged database aside, and reads what is left in it and in the newest backup. Never throws for damage. */
export function salvage({ folder, stamp, kinds, key, keyFile, unfinished }: SalvageOptions): Salvage {
  const movedTo = moveAside(folder, `damaged-${stamp}`) ?? join(folder, DATABASE_FILE);
  const earlier = unfinished === null ? null : join(folder, unfinished);
  const source = earlier !== null && existsSync(earlier) ? earlier : movedTo;
  for (const backup of backupsOf(folder)) {
    const found = withBackup(folder, backup, key, keyFile, (db) => {
      const store = new JournalStore(db, key);
      const known = { store, lastSeq: store.lastSeq, lastAt: store.lastAt };
      return { movedTo: source, backup, ...gather(source, kinds, key, known) };
    });
    if (found) return found;
  }
  return { movedTo: source, backup: null, ...gather(source, kinds, key, null) };
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

/** Reads a backup as it is, or a copy of an older one, which is brought to the present form first. */
function withBackup<Read>(
  folder: string,
  backup: string,
  key: Uint8Array,
  keyFile: string,
  read: (db: Database.Database) => Read,
): Read | null {
  const copy = join(folder, `${DATABASE_FILE}.salvage`);
  let db: Database.Database | null = null;
  try {
    db = openReadOnly(backup);
    if (!db) {
      removeDatabase(copy);
      copyFileSync(backup, copy);
      db = openDatabase(copy, null);
    }
    checkKey(db, key, backup, keyFile);
    return read(db);
  } catch {
    // What matters is that some backup can be read; the caller says which one it was, or that none was.
    return null;
  } finally {
    db?.close();
    removeDatabase(copy);
  }
}

export function removeDatabase(file: string): void {
  for (const ending of SIDECARS) rmSync(file + ending, { force: true });
}

interface Backup {
  readonly store: JournalStore;
  readonly lastSeq: number;
  readonly lastAt: number | null;
}

type Gathered = Omit<Salvage, "movedTo" | "backup">;

/** Puts together what a backup and the pages of the damaged file say. */
function gather(file: string, kinds: readonly string[], key: Uint8Array, backup: Backup | null): Gathered {
  const found = readDamaged(file, kinds, READ_MAX_MS, (so) => backup !== null && isComplete(so, backup));
  // Only a backup of this very journal is what the rows of the file go on from.
  const base = backup && isSameJournal(found, backup) ? backup : null;
  const personKeys = new Map<string, Uint8Array>(backup?.store.personKeys ?? []);
  for (const [person, wrapped] of found.keys) {
    const opening = wrapped.find((one) => openWrapped(key, person, one) !== null);
    if (opening) personKeys.set(person, opening);
  }
  const keyOf = (person: string): Buffer | null => {
    const wrapped = personKeys.get(person);
    return wrapped ? openWrapped(key, person, wrapped) : null;
  };
  const rows = proven(found, base?.lastSeq ?? 0, base?.store.head ?? null).map((row) => opened(row, keyOf));
  const own = newestSnapshot(found, base?.lastSeq ?? 0, keyOf(JOURNAL_ITSELF));
  const snapshot = own ?? base?.store.newestSnapshot() ?? null;
  const after = snapshot?.seq ?? 0;
  const wanted = new Set(kinds);
  const known = base && !own ? base.store.tail(after).map((row): FoundWireRow => [...row, ""]) : [];
  return {
    directory: [
      ...(backup?.store.ofKinds(kinds) ?? []),
      ...rows.filter(([, , , kind]) => wanted.has(kind)).map((row) => row.slice(0, 8) as unknown as WireRow),
    ],
    snapshot,
    rows: [...known, ...rows.filter(([seq]) => seq > after)],
    gap: gapOf(found, rows, Math.max(after, base?.lastSeq ?? 0), base?.lastAt ?? backup?.lastAt ?? null),
    personKeys: [...personKeys] as PersonKey[],
    boots: [
      ...(base?.store.boots ?? []),
      ...found.boots.filter(({ seq }) => seq <= after).map(({ id, last }) => [id, last] as const),
    ],
  };
}

/** Everything after the backup was found, up to the last entry that is known to have been written. */
function isComplete(found: Findings, backup: Backup): boolean {
  const written = writtenOf(found);
  if (written === null || !isSameJournal(found, backup)) return false;
  for (let seq = backup.lastSeq + 1; seq <= written; seq++) if (!found.rows.has(seq)) return false;
  return true;
}

/** The last entry that was written, by the note in the same transaction; null where that note was not found. */
function writtenOf({ boots, lastSeq }: Findings): number | null {
  if (boots.length === 0) return null;
  const noted = Math.max(...boots.map(({ seq }) => seq));
  // An older version of that note says less than the entries themselves.
  return noted >= lastSeq ? noted : null;
}

/** The hash of an entry tells: it covers all that was before. */
function isSameJournal(found: Findings, { store, lastSeq }: Backup): boolean {
  if (lastSeq === 0) return false;
  for (const row of found.rows.get(lastSeq + 1) ?? []) if (hashOf(store.head, row).equals(row.hash)) return true;
  for (const [seq, rows] of found.rows) {
    if (seq > lastSeq) continue;
    const hash = store.hashAt(seq);
    return hash !== null && rows.some((row) => row.hash.equals(hash));
  }
  return false;
}

/** Rows after `after`, in order. One that follows on another and whose hash does not is not what was written. */
function proven({ rows }: Findings, after: number, head: Uint8Array | null): FoundRow[] {
  const seqs = [...rows.keys()].filter((seq) => seq > after).sort((a, b) => a - b);
  const kept: FoundRow[] = [];
  let last: { readonly seq: number; readonly hash: Uint8Array } | null = head && { seq: after, hash: head };
  for (const seq of seqs) {
    const found = rows.get(seq)!;
    const before: Uint8Array | null = last?.seq === seq - 1 ? last.hash : null;
    const row: FoundRow | undefined = before ? found.find((one) => hashOf(before, one).equals(one.hash)) : found[0];
    if (!row) continue;
    kept.push(row);
    last = row;
  }
  return kept;
}

function opened(row: FoundRow, keyOf: (person: string) => Buffer | null): FoundWireRow {
  const { seq, at, notLogged, kind, v, body, person, sealed, record } = row;
  const key = person === null || sealed === null ? null : keyOf(person);
  const personal = key && unseal(key, sealed!, sealBinding(person!, kind));
  return [seq, at, notLogged ? 1 : 0, kind, v, body, person, personal?.toString("utf8") ?? null, record];
}

function newestSnapshot({ snapshots }: Findings, after: number, key: Buffer | null): Salvage["snapshot"] {
  if (!key) return null;
  for (const seq of [...snapshots.keys()].sort((a, b) => b - a)) {
    if (seq <= after) return null;
    for (const sealed of snapshots.get(seq)!) {
      const state = unseal(key, sealed, snapshotBinding(seq));
      if (state) return { seq, state: state.toString("utf8") };
    }
  }
  return null;
}

/** What lies between `after` and the end and was not read; null when nothing is missing. */
function gapOf(found: Findings, rows: readonly FoundWireRow[], after: number, baseAt: number | null): Gap | null {
  const present = rows.filter(([seq]) => seq > after);
  const written = writtenOf(found);
  const last = Math.max(written ?? 0, found.lastSeq, after);
  const missing = last - after - present.length;
  if (missing === 0 && written !== null) return null;
  const before = rows.findLast(([seq]) => seq <= after)?.[1] ?? baseAt;
  let [from, to, seq] = [before, null as number | null, after];
  let isFirst = true;
  for (const [next, at] of present) {
    if (next !== seq + 1) {
      to = at;
      isFirst = false;
    }
    if (isFirst) from = at;
    seq = next;
  }
  const isOpen = written === null || seq < last;
  return { rows: written === null ? null : missing, from, to: isOpen ? null : to, skippedBytes: found.skippedBytes };
}
