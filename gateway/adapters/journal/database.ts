import { randomBytes } from "node:crypto";
import { chmodSync, closeSync, openSync, readdirSync, readSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname } from "node:path";
import Database from "better-sqlite3";
import { codeOf, JournalError, reasonOf } from "./journal-error.ts";
import { syncFolder } from "./key-file.ts";
import { KEY_BYTES, seal, unseal } from "./sealing.ts";
import { lossInLog } from "./wal-check.ts";
import type { TakenOver } from "./wire.ts";

export const DATABASE_FILE = "okc.db";
const MIGRATIONS = new URL("./migrations/", import.meta.url);
/** A backstop: the checkpoint is normally made while nothing happens. 16384 pages are 64 MiB. */
const CHECKPOINT_PAGES = 16_384;
const WAL_KEPT_BYTES = 32 * 1024 * 1024;
/** How long a statement waits for a reader on a connection of its own. */
const BUSY_MS = 200;
const HEADER = Buffer.from("SQLite format 3\0", "latin1");
const KEY_CHECK = "one-key-call";

/** Damage as SQLite or the disk says it: no other error moves a database aside. */
const DAMAGE_CODE = /^(EIO$|SQLITE_(CORRUPT|NOTADB|IOERR_(READ|SHORT_READ|CORRUPTFS|DATA)))/;

/** Why the file is damaged, or null when the error means something else (a lock, a full disk, missing rights). */
export function damageOf(error: unknown): string | null {
  if (error instanceof JournalError) return error.code === "journal-damaged" ? error.message : null;
  if (DAMAGE_CODE.test(codeOf(error))) return reasonOf(error);
  // An entry or a table of the schema that should be there is not.
  return /^no such (table|column)|malformed/.test(reasonOf(error)) ? reasonOf(error) : null;
}

/** Opens an existing journal for writing and brings it to the present form. */
export function openDatabase(file: string, maxPages: number | null): Database.Database {
  checkHeader(file);
  const loss = lossInLog(file);
  if (loss !== null) throw new JournalError("journal-damaged", loss);
  const db = new Database(file, { fileMustExist: true, timeout: BUSY_MS });
  try {
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.pragma("secure_delete = ON");
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    db.pragma(`journal_size_limit = ${WAL_KEPT_BYTES}`);
    // Creation is atomic (see below), so a file without our first migration was a journal once and is none now.
    if (versionOf(db) === 0) throw new JournalError("journal-damaged", "the file holds no journal");
    migrate(db, file);
    if (maxPages !== null) db.pragma(`max_page_count = ${maxPages}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens a database for reading, as it is; null when an older release wrote it. */
export function openReadOnly(file: string): Database.Database | null {
  checkHeader(file);
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
  if (versionOf(db) === migrationNames().length) return db;
  db.close();
  return null;
}

/** Before SQLite sees the file: it would delete the log beside a file that is none of its own. */
function checkHeader(file: string): void {
  const header = Buffer.alloc(HEADER.length);
  const handle = openSync(file, "r");
  try {
    readSync(handle, header, 0, header.length, 0);
  } finally {
    closeSync(handle);
  }
  if (!header.equals(HEADER)) throw new JournalError("journal-damaged", "the file is not a database");
}

/**
 * Makes a journal beside its final name and renames it: a crash in between leaves no half-made database. In place of
 * a damaged one it is not whole until `carried`: a crash before that lets the next start do it again.
 */
export function createDatabase(file: string, key: Uint8Array, over: TakenOver | null = null): void {
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  const db = new Database(draft);
  try {
    db.pragma("journal_mode = MEMORY");
    migrate(db, file);
    const meta = db.prepare("INSERT INTO meta (name, value) VALUES (?, ?)");
    meta.run("gateway_id", makeGatewayId());
    meta.run("genesis", randomBytes(KEY_BYTES).toString("hex"));
    meta.run("key_check", seal(key, KEY_CHECK, "key_check").toString("hex"));
    const insert = db.prepare("INSERT INTO person_key (person, wrapped) VALUES (?, ?)");
    for (const [person, wrapped] of over?.personKeys ?? []) insert.run(person, wrapped);
    if (over !== null) meta.run("carry_over", basename(over.movedTo));
  } finally {
    db.close();
  }
  chmodSync(draft, 0o600);
  renameSync(draft, file);
  syncFolder(dirname(file));
}

/** Eight characters a-z2-7 at random. */
export function makeGatewayId(): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  return [...randomBytes(8)].map((byte) => alphabet[byte % alphabet.length]).join("");
}

/** Throws `key-wrong` when the database was not sealed under this key. */
export function checkKey(db: Database.Database, key: Uint8Array, file: string, keyFile: string): void {
  const check = unseal(key, Buffer.from(metaOf(db, "key_check"), "hex"), "key_check");
  if (check?.toString("utf8") === KEY_CHECK) return;
  throw new JournalError(
    "key-wrong",
    `the key file ${keyFile} is not the one that ${file} was sealed under: put the saved key file there (mode 0600)`,
  );
}

export function metaOf(db: Database.Database, name: string): string {
  const row = db.prepare("SELECT value FROM meta WHERE name = ?").pluck().get(name);
  if (typeof row !== "string") throw new JournalError("journal-damaged", `the file says no ${name}`);
  return row;
}

const versionOf = (db: Database.Database): number => Number(db.pragma("user_version", { simple: true }));

const migrationNames = (): string[] =>
  readdirSync(MIGRATIONS)
    .filter((name) => /^\d{3}-[a-z0-9-]+\.sql$/.test(name))
    .sort();

/** Runs the migrations that the file has not seen, each whole or not at all. */
function migrate(db: Database.Database, file: string): void {
  const steps = migrationNames();
  const present = versionOf(db);
  if (present > steps.length) {
    throw new JournalError(
      "journal-newer",
      `${file} has form ${present} and this release knows ${steps.length}: start the newer release, or restore a backup`,
    );
  }
  for (const name of steps.slice(present)) {
    const sql = readFileSync(new URL(name, MIGRATIONS), "utf8");
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${Number(name.slice(0, 3))}`);
    })();
  }
}
