import type Database from "better-sqlite3";
import { hashOf, type Link } from "./chain.ts";
import { metaOf } from "./database.ts";
import { JournalError } from "./journal-error.ts";
import { JOURNAL_ITSELF, PersonKeys } from "./person-keys.ts";
import { seal, unseal } from "./sealing.ts";
import type { PersonKey, WireRecord, WireRow } from "./wire.ts";

const SNAPSHOTS_KEPT = 2;
/** Runs of the gateway whose last record number is kept; a spill file is folded in at the next start. */
const BOOTS_KEPT = 100;

type EntryRow = [number, number, string, number, string, number, string, string | null, Buffer | null, Buffer];
type TailRow = [number, number, number, string, number, string, string | null, Buffer | null];
type HashedRow = [...TailRow, Buffer];

/** What the sealed fields of an entry are bound to. */
export const sealBinding = (person: string, kind: string): string => `${person}\u0000${kind}`;
/** What a sealed snapshot is bound to. */
export const snapshotBinding = (seq: number): string => `snapshot ${seq}`;

/** The database of a journal, used from one thread; everything here is synchronous. */
export class JournalStore {
  readonly #db: Database.Database;
  readonly #keys: PersonKeys;
  readonly #boots = new Map<string, number>();
  readonly #insertEntry: Database.Statement<EntryRow>;
  readonly #noteBoot: Database.Statement<[string, number, number, number]>;
  readonly #begin: Database.Statement<[]>;
  readonly #commit: Database.Statement<[]>;
  #lastSeq: number;
  #head: Buffer;
  unreadable = 0;

  constructor(db: Database.Database, key: Uint8Array) {
    this.#db = db;
    this.#keys = new PersonKeys(db, key);
    this.#insertEntry = db.prepare("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.#noteBoot = db.prepare(
      "INSERT INTO boot (id, last_record, seq, at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET last_record = excluded.last_record, seq = excluded.seq, at = excluded.at",
    );
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#commit = db.prepare("COMMIT");
    const last = db.prepare<[], [number, Buffer]>("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1").raw().get();
    this.#lastSeq = last?.[0] ?? 0;
    this.#head = last?.[1] ?? Buffer.from(metaOf(db, "genesis"), "hex");
    const boots = db.prepare<[], [string, number]>("SELECT id, last_record FROM boot ORDER BY number DESC").raw();
    for (const [id, record] of boots.all()) if (this.#boots.size < BOOTS_KEPT) this.#boots.set(id, record);
  }

  get gatewayId(): string {
    return metaOf(this.#db, "gateway_id");
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** The hash of the last entry. */
  get head(): Uint8Array {
    return this.#head;
  }

  hashAt(seq: number): Uint8Array | null {
    return this.#db.prepare<[number], Buffer>("SELECT hash FROM entry WHERE seq = ?").pluck().get(seq) ?? null;
  }

  get lastAt(): number | null {
    const run = this.#db.prepare<[], number>("SELECT at FROM boot ORDER BY number DESC LIMIT 1").pluck().get() ?? 0;
    // A run of a release that noted no time.
    if (run > 0) return run;
    return this.#db.prepare<[], number>("SELECT at FROM entry ORDER BY seq DESC LIMIT 1").pluck().get() ?? null;
  }

  get boots(): readonly (readonly [string, number])[] {
    return [...this.#boots];
  }

  get personKeys(): readonly PersonKey[] {
    return this.#db.prepare<[], [string, Buffer]>("SELECT person, wrapped FROM person_key").raw().all();
  }

  /** Stores the records in one transaction. Those stored before (by boot and number) are passed over. */
  commit(records: readonly WireRecord[]): void {
    const { lastSeq, head } = { lastSeq: this.#lastSeq, head: this.#head };
    const boots = new Map<string, number>();
    const times = new Map(records.map(([boot, , at]) => [boot, at]));
    try {
      this.#transaction(() => {
        for (const record of records) this.#store(record, boots);
        for (const [boot, n] of boots) this.#noteBoot.run(boot, n, this.#lastSeq, times.get(boot)!);
      });
    } catch (error) {
      this.#lastSeq = lastSeq;
      this.#head = head;
      throw error;
    }
    for (const [boot, n] of boots) this.#boots.set(boot, n);
  }

  #store(record: WireRecord, boots: Map<string, number>): void {
    const [boot, n, at, v, notLogged, firstSeq, ...events] = record;
    if (n <= (boots.get(boot) ?? this.#boots.get(boot) ?? 0)) return;
    if (firstSeq !== this.#lastSeq + 1)
      throw new Error(`record ${boot}-${n} says entry ${firstSeq}, the journal is at ${this.#lastSeq}`);
    for (const [kind, body, person, personal] of events) {
      const seq = this.#lastSeq + 1;
      const sealed =
        person !== null && personal !== null
          ? seal(this.#keys.obtain(person), personal, sealBinding(person, kind))
          : null;
      const hash = hashOf(this.#head, { seq, at, notLogged: notLogged !== 0, kind, v, body, person, sealed });
      this.#insertEntry.run(seq, at, `${boot}-${n}`, notLogged, kind, v, body, person, sealed, hash);
      this.#lastSeq = seq;
      this.#head = hash;
    }
    boots.set(boot, n);
  }

  /** Marks newest entries as released before they were on disk; hashes again from the first of them on. */
  mark(seqs: readonly number[]): void {
    const first = Math.min(...seqs);
    const marked = new Set(seqs);
    const select = this.#db
      .prepare<[number], TailRow>(`SELECT ${ROW_COLUMNS} FROM entry WHERE seq >= ? ORDER BY seq`)
      .raw();
    const update = this.#db.prepare("UPDATE entry SET not_logged = ?, hash = ? WHERE seq = ?");
    let head = this.#hashBefore(first);
    this.#transaction(() => {
      for (const row of select.all(first)) {
        const link = linkOf(row);
        const notLogged = link.notLogged || marked.has(link.seq);
        head = hashOf(head, { ...link, notLogged });
        update.run(notLogged ? 1 : 0, head, link.seq);
      }
    });
    this.#head = head;
  }

  #hashBefore(seq: number): Buffer {
    const hash = this.#db
      .prepare<[number], Buffer>("SELECT hash FROM entry WHERE seq = ?")
      .pluck()
      .get(seq - 1);
    return hash ?? Buffer.from(metaOf(this.#db, "genesis"), "hex");
  }

  /** Entries after `after`, oldest first. Throws `journal-damaged` when one is missing or is not what was written. */
  tail(after: number): WireRow[] {
    const rows: WireRow[] = [];
    const select = this.#db.prepare<[number], HashedRow>(
      `SELECT ${ROW_COLUMNS}, hash FROM entry WHERE seq > ? ORDER BY seq`,
    );
    let head: Uint8Array | null = null;
    for (const row of select.raw().iterate(after) as IterableIterator<HashedRow>) {
      const [seq, at, notLogged, kind, v, body, person, sealed, hash] = row;
      if (seq !== after + rows.length + 1)
        throw new JournalError("journal-damaged", `entry ${after + rows.length + 1} is missing`);
      const entry: TailRow = [seq, at, notLogged, kind, v, body, person, sealed];
      head ??= this.#hashBefore(seq);
      if (!hash.equals(hashOf(head, linkOf(entry))))
        throw new JournalError("journal-damaged", `entry ${seq} is not what was written: its hash differs`);
      head = hash;
      rows.push([seq, at, notLogged, kind, v, body, person, this.#open(entry)]);
    }
    return rows;
  }

  /** All entries of these kinds, oldest first, with personal data. */
  ofKinds(kinds: readonly string[]): WireRow[] {
    const select = this.#db.prepare<unknown[], TailRow>(
      `SELECT ${ROW_COLUMNS} FROM entry WHERE kind IN (${kinds.map(() => "?").join()}) ORDER BY seq`,
    );
    return select
      .raw()
      .all(...kinds)
      .map((row) => [row[0], row[1], row[2], row[3], row[4], row[5], row[6], this.#open(row)]);
  }

  /**
   * Writes into every table that a commit touches, and takes it back: damage there shows now, while it can be mended,
   * and not at the first press. Nothing goes to the disk.
   */
  probe(): void {
    const nothing = Buffer.alloc(0);
    this.#begin.run();
    try {
      this.#insertEntry.run(this.#lastSeq + 1, 0, "", 0, "", 0, "", null, null, nothing);
      this.#noteBoot.run("", 0, 0, 0);
      this.#db.prepare("INSERT INTO person_key (person, wrapped) VALUES (char(1), ?)").run(nothing);
    } finally {
      if (this.#db.inTransaction) this.#db.exec("ROLLBACK");
    }
  }

  /** Entries after `after`, oldest first, at most `limit`, without personal data. */
  read(after: number, limit: number): WireRow[] {
    const select = this.#db
      .prepare<[number, number], TailRow>(`SELECT ${ROW_COLUMNS} FROM entry WHERE seq > ? ORDER BY seq LIMIT ?`)
      .raw();
    return select.all(after, limit).map((row) => [row[0], row[1], row[2], row[3], row[4], row[5], null, null]);
  }

  #open(row: TailRow): string | null {
    const [, , , kind, , , person, sealed] = row;
    if (person === null || sealed === null) return null;
    const key = this.#keys.find(person);
    const open = key ? unseal(key, sealed, sealBinding(person, kind)) : null;
    if (open === null && this.#keys.has(person)) this.unreadable++;
    return open?.toString("utf8") ?? null;
  }

  /** Keeps the newest snapshots. A second one at the same entry replaces the first. */
  keepSnapshot(seq: number, state: string): void {
    this.#transaction(() => {
      const sealed = seal(this.#keys.obtain(JOURNAL_ITSELF), state, snapshotBinding(seq));
      this.#db.prepare("INSERT OR REPLACE INTO snapshot (seq, state) VALUES (?, ?)").run(seq, sealed);
      this.#db
        .prepare("DELETE FROM snapshot WHERE seq NOT IN (SELECT seq FROM snapshot ORDER BY seq DESC LIMIT ?)")
        .run(SNAPSHOTS_KEPT);
    });
  }

  /** The newest snapshot that opens; null when none does: everything is folded then. */
  newestSnapshot(): { seq: number; state: string } | null {
    const key = this.#keys.find(JOURNAL_ITSELF);
    if (!key) return null;
    const select = this.#db
      .prepare<[number], [number, Buffer]>("SELECT seq, state FROM snapshot WHERE seq <= ? ORDER BY seq DESC")
      .raw();
    for (const [seq, sealed] of select.all(this.#lastSeq)) {
      const state = unseal(key, sealed, snapshotBinding(seq));
      if (state) return { seq, state: state.toString("utf8") };
    }
    return null;
  }

  /** Forgets a person's key, and the snapshots with theirs: they hold what was personal. */
  erase(person: string): void {
    this.#transaction(() => {
      this.#db.prepare("DELETE FROM person_key WHERE person IN (?, ?)").run(person, JOURNAL_ITSELF);
      this.#db.prepare("DELETE FROM snapshot").run();
    });
    this.#keys.forget(person, JOURNAL_ITSELF);
  }

  /** Moves the log into the database. False when a reader kept some of it. */
  checkpoint(mode: "PASSIVE" | "TRUNCATE"): boolean {
    const [result] = this.#db.pragma(`wal_checkpoint(${mode})`) as { busy: number }[];
    return result?.busy === 0;
  }

  limitPages(pages: number): void {
    this.#db.pragma(`max_page_count = ${pages}`);
  }

  /** Drops the notes of runs so old that no spill file of theirs is left. */
  pruneBoots(): void {
    this.#db.prepare("DELETE FROM boot WHERE number <= (SELECT max(number) FROM boot) - ?").run(BOOTS_KEPT);
  }

  /** The name of the damaged file that this database takes the place of, until what was found in it is here; then null. */
  get unfinished(): string | null {
    return this.#db.prepare<[], string>("SELECT value FROM meta WHERE name = 'carry_over'").pluck().get() ?? null;
  }

  carried(): void {
    this.#db.prepare("DELETE FROM meta WHERE name = 'carry_over'").run();
  }

  /** A new gateway id, so that ids made after the moment of a restored backup are never made twice. */
  renewGatewayId(id: string): void {
    this.#db.prepare("UPDATE meta SET value = ? WHERE name = 'gateway_id'").run(id);
  }

  close(): void {
    this.#db.close();
  }

  #transaction(work: () => void): void {
    this.#begin.run();
    try {
      work();
      this.#commit.run();
      this.#keys.settle(true);
    } catch (error) {
      this.#keys.settle(false);
      if (this.#db.inTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }
}

export const ROW_COLUMNS = "seq, at, not_logged, kind, v, body, person, sealed";

/** The hashed fields of a row of `ROW_COLUMNS`. */
export function linkOf(row: TailRow): Link {
  const [seq, at, notLogged, kind, v, body, person, sealed] = row;
  return { seq, at, notLogged: notLogged !== 0, kind, v, body, person, sealed };
}
