import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import type { Clock } from "../../ports/clock.ts";
import type {
  Append,
  Journal,
  JournalEvent,
  JournalHealth,
  JournalRecord,
  JournalStart,
  StoredEvent,
  TakeOver,
} from "../../ports/journal.ts";
import type { Log, Meter } from "../../ports/log.ts";
import type { DurationMs } from "../../core/units.ts";
import { IdleCheckpoint } from "./idle-checkpoint.ts";
import { JournalError, reasonOf } from "./journal-error.ts";
import { JournalWriter, Tasks } from "./journal-writer.ts";
import { OutputCommit } from "./output-commit.ts";
import { entryOfSpill, storedEventsFullOf } from "./record.ts";
import type { Entry } from "./record.ts";
import { createUpcast } from "./schema.ts";
import type { Upcast, Upcaster } from "./schema.ts";
import { SPILL_BYTES, SPILL_FILE, SpillFile } from "./spill-file.ts";
import { stampOf } from "./stamp.ts";
import { storedOf } from "./wire.ts";
import { isFoundOf, planOf, storedBefore, type IsStored } from "./taking-over.ts";
import type { Opened, TakenOver, WireRecord } from "./wire.ts";

/** Rows read between two commits. */
const READ_ROWS = 500;
/** A reader that is in the way of forgetting is waited for this long at a time. */
const TRUNCATE_RETRY_MS: DurationMs = 1_000;

export interface SqliteJournalOptions {
  /** The data folder: okc.db, spill.bin, key, lock.db, backups. Made when absent. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** A commit that takes longer than this holds nobody back. */
  readonly commitMaxMs: DurationMs;
  /** What of a damaged database goes into the new one. Absent: nothing. */
  readonly takeOver?: TakeOver;
  /** The file of the writer's thread; beside this one when absent. */
  readonly workerUrl?: URL;
  /** The size of the spill file. */
  readonly spillBytes?: number;
  /** Limits the database, as a full disk does. For tests. */
  readonly maxPages?: number;
  readonly upcasters?: readonly Upcaster[];
}

/** The journal in SQLite (WAL, synchronous FULL), written by a thread of its own. */
export class SqliteJournal implements Journal {
  readonly #options: SqliteJournalOptions;
  readonly #writer: JournalWriter;
  readonly #tasks: Tasks;
  readonly #spill: SpillFile;
  readonly #output: OutputCommit;
  readonly #upcast: Upcast;
  readonly #checkpoint: IdleCheckpoint;

  constructor(options: SqliteJournalOptions) {
    this.#options = options;
    this.#writer = new JournalWriter(options.workerUrl);
    this.#tasks = new Tasks(options.workerUrl);
    this.#spill = new SpillFile(resolve(options.folder, SPILL_FILE), options.spillBytes ?? SPILL_BYTES);
    this.#upcast = createUpcast(options.upcasters);
    this.#checkpoint = new IdleCheckpoint(options.clock, () => this.#writer.request("checkpoint", "PASSIVE"));
    this.#output = new OutputCommit({
      clock: options.clock,
      log: options.log,
      meter: options.meter,
      commitMaxMs: options.commitMaxMs,
      spill: this.#spill,
      boot: randomBytes(6).toString("hex"),
      writer: {
        commit: (records) => this.#commit(records),
        mark: (seqs) => this.#writer.request("mark", seqs),
      },
    });
  }

  /** Rejects with a `JournalError`: key-missing, key-wrong, journal-locked, journal-newer, journal-unusable. */
  async open(): Promise<JournalStart> {
    this.#writer.start();
    try {
      const opened = await this.#openDatabase(null);
      if (typeof opened === "string") return await this.#startAgain(opened);
      const events = this.#eventsOf(opened);
      if (typeof events === "string") return await this.#startAgain(events);
      return await this.#begin(opened, events, null, []);
    } catch (error) {
      await this.#writer.stop();
      throw error;
    }
  }

  append(record: JournalRecord): Append {
    return this.#output.append(record);
  }

  onCommitted(listener: (events: readonly StoredEvent[]) => void): void {
    this.#output.onCommitted(listener);
  }

  onHealth(listener: (health: JournalHealth) => void): void {
    this.#output.onHealth(listener);
  }

  async readAfter(after: number, limit: number): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    while (events.length < limit) {
      const wanted = Math.min(READ_ROWS, limit - events.length);
      const last = events[events.length - 1]?.seq ?? after;
      const rows = await this.#writer.request("read", { after: last, limit: wanted });
      for (const row of rows) events.push(storedOf(row, this.#upcast));
      if (rows.length < wanted) break;
    }
    return events;
  }

  async snapshot(state: string): Promise<void> {
    const seq = this.#output.lastSeq;
    await this.#output.committed(seq);
    await this.#writer.request("snapshot", { seq, state });
  }

  /** Rejects with `backup-exists`, `backup-unreadable`, or what the disk says. The key file is not in the copy. */
  backup(file: string, slowly = false): ReturnType<Journal["backup"]> {
    return this.#tasks.run("backup", { folder: resolve(this.#options.folder), file, slowly });
  }

  opens(file: string): Promise<boolean> {
    return this.#tasks.run("opens", file);
  }

  /** Backups made before still hold the key of the person. Takes away the snapshots: the caller makes a new one. */
  async erase(person: string): Promise<void> {
    await this.#output.committed(this.#output.lastSeq);
    await this.#writer.request("erase", person);
    while (!(await this.#writer.request("checkpoint", "TRUNCATE")))
      await new Promise<void>((again) => void this.#options.clock.after(TRUNCATE_RETRY_MS, again));
  }

  verify(): ReturnType<Journal["verify"]> {
    return this.#tasks.run("inspect", resolve(this.#options.folder, "okc.db"));
  }

  async close(): Promise<void> {
    await this.#tasks.stop();
    await this.#output.drain();
    this.#checkpoint.stop();
    if (this.#writer.running) await this.#closeDatabase();
    this.#output.stop();
    await this.#writer.stop();
    await this.#spill.close();
  }

  /** Fault injection for tests: the writer's thread stands still, as on a dying disk, until the result is called. */
  blockWriter(): () => void {
    const flag = new SharedArrayBuffer(4);
    const cells = new Int32Array(flag);
    this.#writer.request("stall", flag).catch(() => undefined);
    return () => {
      Atomics.store(cells, 0, 1);
      Atomics.notify(cells, 0);
    };
  }

  /** Fault injection for tests: the database may grow to this many pages of 4 KiB, as if the disk ended there. */
  async limitPages(pages: number): Promise<void> {
    await this.#writer.request("pages", pages);
  }

  /** Gives why, when the database is damaged. */
  async #openDatabase(over: TakenOver | null): Promise<Opened | string> {
    const { folder, maxPages = null } = this.#options;
    const opened = await this.#writer.request("open", { folder, maxPages, over });
    return opened.status === "damaged" ? opened.why : opened;
  }

  #eventsOf(opened: Opened): StoredEvent[] | string {
    try {
      return opened.rows.map((row) => storedOf(row, this.#upcast));
    } catch (error) {
      return `an entry cannot be read: ${reasonOf(error)}`;
    }
  }

  /** Moves the damaged database aside and goes on with what can be read of it and of the newest backup. */
  async #startAgain(why: string): Promise<JournalStart> {
    const { folder, clock, log, meter, takeOver } = this.#options;
    const stamp = stampOf(clock.wall());
    const salvage = await this.#writer.request("salvage", { folder, stamp, kinds: takeOver?.kinds ?? [] });
    const { movedTo, backup, gap } = salvage;
    const opened = await this.#openDatabase(salvage);
    if (typeof opened === "string") throw new JournalError("journal-unusable", `${folder}: ${opened}`);
    meter.count("okc_journal_damaged_total");
    log.error(
      `journal: the database is damaged (${why}); it was moved to ${movedTo}; ` +
        `${backup === null ? "no backup could be read" : `the newest backup is ${backup}`}; ` +
        `${gap === null ? "no later row is missing" : "some rows cannot be read"}`,
    );
    const { gatewayId } = opened;
    const carried = planOf(salvage, { gatewayId, at: clock.now(), takeOver, upcast: this.#upcast, log });
    const start = await this.#begin(opened, [], { movedTo, backup, why, gap }, carried, isFoundOf(salvage));
    // Left undone when the disk takes nothing: the next start takes over again.
    if (this.#output.idle) await this.#writer.request("carried", null);
    return start;
  }

  /** Takes up work on an open database: writes what was carried over, folds in the spill, says what there is. */
  async #begin(
    opened: Opened,
    stored: readonly StoredEvent[],
    damaged: JournalStart["damaged"],
    carried: readonly JournalEvent[],
    isStored: IsStored = storedBefore(opened.boots),
  ): Promise<JournalStart> {
    const { log, clock } = this.#options;
    if (opened.unreadable > 0)
      log.error(`journal: ${opened.unreadable} entries of people cannot be opened: restore a backup`);
    this.#output.start(opened.lastSeq);
    const events = [...stored];
    if (carried.length > 0) {
      const at = clock.now();
      const first = this.#output.lastSeq + 1;
      this.#output.append({ at, events: carried, urgent: true });
      carried.forEach((event, index) => events.push({ seq: first + index, at, notLogged: false, event }));
    }
    const folded = this.#foldSpill(await this.#spill.open(opened.key), isStored);
    if (this.#spill.trouble) log.warn(`journal: no spill file: ${this.#spill.trouble}; make room on the disk`);
    for (const entry of folded) events.push(...storedEventsFullOf(entry, this.#upcast));
    await this.#firstAttempt();
    const { gatewayId, created, snapshot } = opened;
    const lastAt = folded[folded.length - 1]?.at ?? opened.lastAt ?? events[events.length - 1]?.at ?? null;
    return { gatewayId, created, snapshot, events, lastAt, spilled: folded.length, damaged };
  }

  #foldSpill(texts: readonly string[], isStored: IsStored): Entry[] {
    const entries: Entry[] = [];
    let seq = this.#output.lastSeq + 1;
    for (const text of texts) {
      const entry = entryOfSpill(text, seq);
      if (!entry || isStored(entry.boot, entry.n)) continue;
      entries.push(entry);
      seq += entry.texts.length;
    }
    if (entries.length > 0) this.#options.log.warn(`journal: ${entries.length} records are folded in from the spill`);
    else if (texts.length > 0) void this.#spill.clear();
    this.#output.fold(entries);
    return entries;
  }

  /** Until what was taken over is on disk, or it shows that the disk takes nothing: the gateway starts all the same. */
  async #firstAttempt(): Promise<void> {
    if (this.#output.idle) return;
    await new Promise<void>((tried) => {
      this.#output.onHealth(() => tried());
      void this.#output.committed(this.#output.lastSeq).then(tried);
    });
  }

  async #commit(records: readonly WireRecord[]): Promise<void> {
    // The thread ended by a fault of its own: a new one goes on where the file stands.
    if (!this.#writer.running) {
      this.#writer.start();
      const opened = await this.#openDatabase(null);
      if (typeof opened === "string") throw new Error(opened);
    }
    this.#checkpoint.began();
    await this.#writer.request("commit", records);
  }

  /** A writer that stands still is left behind: what it holds is in the spill. */
  async #closeDatabase(): Promise<void> {
    const { clock, commitMaxMs } = this.#options;
    await new Promise<void>((closed) => {
      const timer = clock.after(commitMaxMs, closed);
      const done = (): void => {
        timer.cancel();
        closed();
      };
      this.#writer.request("close", null).then(done, done);
    });
  }
}
