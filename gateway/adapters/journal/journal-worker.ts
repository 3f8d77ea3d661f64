import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import type Database from "better-sqlite3";
import { checkKey, createDatabase, damageOf, DATABASE_FILE, openDatabase } from "./database.ts";
import { makeBackup, opens } from "./backup-file.ts";
import { inspect, restore } from "./inspection.ts";
import { codeOf, JournalError, reasonOf } from "./journal-error.ts";
import { JournalStore } from "./journal-store.ts";
import { KEY_FILE, loadKey } from "./key-file.ts";
import { askMonth, askResponseTimes } from "./report-answers.ts";
import { takeLock, type ProcessLock } from "./process-lock.ts";
import { backupsOf, salvage } from "./salvage.ts";
import type { Call, Damaged, Opened, OpenOptions, Requests } from "./wire.ts";

/*
 * The writer's thread. Everything in it may block on the disk; the main thread never does. One message is one
 * request and is answered in order. A task of its own (a backup, an inspection) runs this file in another thread.
 */

let lock: ProcessLock | null = null;
let key: Buffer | null = null;
let database: Database.Database | null = null;
let openStore: JournalStore | null = null;
/** The damaged file that the open database takes the place of, and has not got everything from yet. */
let unfinished: string | null = null;

function store(): JournalStore {
  if (!openStore) throw new JournalError("journal-closed", "the journal is not open");
  return openStore;
}

function open(options: OpenOptions): Opened | Damaged {
  const { folder, over } = options;
  const file = join(folder, DATABASE_FILE);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    lock ??= takeLock(folder);
    const present = existsSync(file);
    const lost = !present && (existsSync(`${file}-wal`) || backupsOf(folder).length > 0);
    key = loadKey(folder, present || lost);
    if (lost && over === null) return { status: "damaged", why: `${file} is missing` };
    if (!present) createDatabase(file, key, over);
    return read(file, options, !present, key);
  } catch (error) {
    closeDatabase();
    const why = damageOf(error);
    if (why !== null) return { status: "damaged", why };
    if (error instanceof JournalError) throw error;
    throw new JournalError("journal-unusable", `${file} cannot be opened: ${reasonOf(error)}`, { cause: error });
  }
}

function read(file: string, options: OpenOptions, created: boolean, opened: Buffer): Opened {
  database = openDatabase(file, options.maxPages);
  checkKey(database, opened, file, join(options.folder, KEY_FILE));
  openStore = new JournalStore(database, opened);
  unfinished = openStore.unfinished;
  if (unfinished !== null && options.over === null)
    throw new JournalError("journal-damaged", "taking over from a damaged database was cut off");
  openStore.probe();
  const snapshot = openStore.newestSnapshot();
  const rows = openStore.tail(snapshot?.seq ?? 0);
  const { gatewayId, lastSeq, lastAt, boots, unreadable } = openStore;
  return { status: "open", gatewayId, created, snapshot, rows, lastSeq, lastAt, boots, unreadable, key: opened };
}

function closeDatabase(): void {
  openStore = null;
  database?.close();
  database = null;
}

function close(): null {
  try {
    openStore?.pruneBoots();
  } finally {
    closeDatabase();
    lock?.release();
    lock = null;
  }
  return null;
}

type Handlers = {
  [Type in keyof Requests]: (
    body: Requests[Type]["request"],
  ) => Requests[Type]["answer"] | Promise<Requests[Type]["answer"]>;
};

const HANDLERS: Handlers = {
  open,
  salvage: ({ folder, stamp, kinds }) => {
    if (!key) throw new JournalError("journal-closed", "the journal is not open");
    closeDatabase();
    return salvage({ folder, stamp, kinds, key, keyFile: join(folder, KEY_FILE), unfinished });
  },
  commit: (records) => {
    try {
      store().commit(records);
      return null;
    } catch (error) {
      const why = damageOf(error);
      if (why === null) throw error;
      throw new Error(`the database is damaged (${why}); restart the gateway: it then saves what can be read`);
    }
  },
  mark: (seqs) => (store().mark(seqs), null),
  read: ({ after, limit }) => store().read(after, limit),
  snapshot: ({ seq, state }) => (store().keepSnapshot(seq, state), null),
  erase: (person) => (store().erase(person), null),
  checkpoint: (mode) => store().checkpoint(mode),
  pages: (pages) => (store().limitPages(pages), null),
  stall: (flag) => (Atomics.wait(new Int32Array(flag), 0, 0), null),
  carried: () => (store().carried(), null),
  close,
  inspect,
  backup: makeBackup,
  opens,
  restore: ({ folder, file, stamp }) => restore(folder, file, stamp),
  responseTimes: ({ folder, query }) => askResponseTimes(folder, query),
  month: ({ folder, query }) => askMonth(folder, query),
};

function answer(call: Call): void {
  const { id } = call;
  const handle = HANDLERS[call.type] as (body: unknown) => unknown;
  try {
    const result = handle(call.body);
    if (!(result instanceof Promise)) return parentPort?.postMessage({ id, answer: result });
    result.then(
      (later: unknown) => parentPort?.postMessage({ id, answer: later }),
      (error: unknown) => fail(id, error),
    );
  } catch (error) {
    fail(id, error);
  }
}

function fail(id: number, error: unknown): void {
  parentPort?.postMessage({ id, error: { code: codeOf(error), message: reasonOf(error) } });
}

parentPort?.on("message", answer);
