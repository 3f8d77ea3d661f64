import { OutputCommit } from "../../gateway/adapters/journal/output-commit.ts";
import { createSettling, entryOfSpill, storedEventsFullOf } from "../../gateway/adapters/journal/record.ts";
import type { Entry, Settling } from "../../gateway/adapters/journal/record.ts";
import { createUpcast } from "../../gateway/adapters/journal/schema.ts";
import type { Upcaster } from "../../gateway/adapters/journal/schema.ts";
import { storedOf } from "../../gateway/adapters/journal/wire.ts";
import type { WireRecord, WireRow } from "../../gateway/adapters/journal/wire.ts";
import type { Clock } from "../../gateway/ports/clock.ts";
import type {
  Append,
  Journal,
  JournalHealth,
  JournalRecord,
  JournalStart,
  StoredEvent,
} from "../../gateway/ports/journal.ts";
import type { Log, Meter } from "../../gateway/ports/log.ts";
import type { DurationMs } from "../../gateway/core/units.ts";

export const SILENT_LOG: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
export const SILENT_METER: Meter = { count: () => undefined, gauge: () => undefined, observe: () => undefined };

/** What outlives a `MemoryJournal`: hand it to the next one to see a restart. */
export class MemoryDisk {
  gatewayId = "memory22";
  opened = 0;
  /** The time of the newest record, one without events too. */
  lastAt: number | null = null;
  rows: WireRow[] = [];
  spill: string[] = [];
  snapshots: { seq: number; state: string }[] = [];
  readonly boots = new Map<string, number>();
  readonly backups = new Map<string, { readonly lastSeq: number; readonly text: string }>();

  store(records: readonly WireRecord[]): void {
    for (const [boot, n, at, v, notLogged, firstSeq, ...events] of records) {
      if (n <= (this.boots.get(boot) ?? 0)) continue;
      if (firstSeq !== this.rows.length + 1) throw new Error(`entry ${firstSeq} after ${this.rows.length}`);
      for (const [kind, body, person, personal] of events)
        this.rows.push([this.rows.length + 1, at, notLogged, kind, v, body, person, personal]);
      this.boots.set(boot, n);
      this.lastAt = at;
    }
  }

  mark(seqs: readonly number[]): void {
    for (const seq of seqs) this.rows[seq - 1]![2] = 1;
  }

  erase(person: string): void {
    for (const row of this.rows) if (row[6] === person) row[7] = null;
    this.snapshots = [];
  }
}

export interface MemoryJournalOptions {
  readonly clock: Clock;
  readonly commitMaxMs?: DurationMs;
  readonly disk?: MemoryDisk;
  readonly log?: Log;
  readonly meter?: Meter;
  readonly upcasters?: readonly Upcaster[];
}

/**
 * The journal without a disk, for simulations: the gateway's own rules of output commit over an array. Nothing but
 * microtasks and the given clock, so a run with the same inputs is the same run.
 */
export class MemoryJournal implements Journal {
  readonly disk: MemoryDisk;
  readonly #options: MemoryJournalOptions;
  readonly #output: OutputCommit;
  /** While stalled: what commits and reads wait for, as they wait for a writer's thread. */
  #gate: Settling<void> | null = null;
  #failing: "no" | "journal" | "both" = "no";
  #dead = false;

  constructor(options: MemoryJournalOptions) {
    this.#options = options;
    this.disk = options.disk ?? new MemoryDisk();
    this.#output = new OutputCommit({
      clock: options.clock,
      log: options.log ?? SILENT_LOG,
      meter: options.meter ?? SILENT_METER,
      commitMaxMs: options.commitMaxMs ?? 2_000,
      boot: `boot-${++this.disk.opened}`,
      writer: { commit: (records) => this.#commit(records), mark: (seqs) => this.#mark(seqs) },
      spill: { add: (text) => this.#addSpill(text), clear: () => this.#clearSpill() },
    });
  }

  async open(): Promise<JournalStart> {
    const { disk } = this;
    const upcast = createUpcast(this.#options.upcasters);
    const snapshot = disk.snapshots[disk.snapshots.length - 1] ?? null;
    const created = disk.rows.length === 0 && disk.opened === 1;
    const events = disk.rows.slice(snapshot?.seq ?? 0).map((row) => storedOf(row, upcast));
    const lastAt = disk.lastAt;
    this.#output.start(disk.rows.length);
    const folded = this.#spilled();
    for (const entry of folded) events.push(...storedEventsFullOf(entry, upcast));
    this.#output.fold(folded);
    if (folded.length > 0 && this.#failing === "no") await this.#output.committed(this.#output.lastSeq);
    return {
      gatewayId: disk.gatewayId,
      created,
      snapshot,
      events,
      lastAt: folded[folded.length - 1]?.at ?? lastAt,
      spilled: folded.length,
      damaged: null,
    };
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
    await this.#passGate();
    const upcast = createUpcast(this.#options.upcasters);
    const rows = this.disk.rows.slice(after, after + limit);
    return rows.map(([seq, at, notLogged, kind, v, body]) =>
      storedOf([seq, at, notLogged, kind, v, body, null, null], upcast),
    );
  }

  async snapshot(state: string): Promise<void> {
    const seq = this.#output.lastSeq;
    await this.#output.committed(seq);
    this.disk.snapshots = [...this.disk.snapshots.filter((kept) => kept.seq !== seq).slice(-1), { seq, state }];
  }

  async backup(file: string): Promise<{ readonly bytes: number; readonly lastSeq: number }> {
    await this.#passGate();
    if (this.disk.backups.has(file)) throw new Error(`${file} is there already: choose another name`);
    const text = JSON.stringify(this.disk.rows);
    this.disk.backups.set(file, { lastSeq: this.disk.rows.length, text });
    return { bytes: text.length, lastSeq: this.disk.rows.length };
  }

  opens(file: string): Promise<boolean> {
    return Promise.resolve(this.disk.backups.has(file));
  }

  async erase(person: string): Promise<void> {
    await this.#output.committed(this.#output.lastSeq);
    this.disk.erase(person);
  }

  verify(): ReturnType<Journal["verify"]> {
    const wrong = this.disk.rows.findIndex((row, index) => row[0] !== index + 1);
    if (wrong >= 0) return Promise.resolve({ ok: false, why: `entry ${wrong + 1} is missing` });
    return Promise.resolve({ ok: true, events: this.disk.rows.length });
  }

  async close(): Promise<void> {
    await this.#output.drain();
    this.kill();
  }

  /** The writer stands still until `resume`. */
  stall(): void {
    this.#gate ??= createSettling<void>();
  }

  /** Commits fail until `resume`; with `both` the spill refuses as well. */
  fail(what: "journal" | "both" = "journal"): void {
    this.#failing = what;
  }

  resume(): void {
    this.#failing = "no";
    this.#gate?.resolve();
    this.#gate = null;
  }

  /** The process is gone: nothing reaches the disk any more. */
  kill(): void {
    this.#dead = true;
    this.#output.stop();
  }

  #spilled(): Entry[] {
    const entries: Entry[] = [];
    let seq = this.disk.rows.length + 1;
    for (const text of this.disk.spill) {
      const entry = entryOfSpill(text, seq);
      if (!entry || entry.n <= (this.disk.boots.get(entry.boot) ?? 0)) continue;
      entries.push(entry);
      seq += entry.texts.length;
    }
    if (entries.length === 0) this.disk.spill = [];
    return entries;
  }

  async #passGate(): Promise<void> {
    while (this.#gate) await this.#gate.promise;
    if (this.#dead) await new Promise(() => undefined);
  }

  async #commit(records: readonly WireRecord[]): Promise<void> {
    await this.#passGate();
    if (this.#failing !== "no") throw new Error("database or disk is full");
    this.disk.store(records);
  }

  async #mark(seqs: readonly number[]): Promise<void> {
    await this.#passGate();
    this.disk.mark(seqs);
  }

  #addSpill(text: string): Promise<boolean> {
    if (this.#dead || this.#failing === "both") return Promise.resolve(false);
    this.disk.spill.push(text);
    return Promise.resolve(true);
  }

  #clearSpill(): Promise<boolean> {
    if (!this.#dead) this.disk.spill = [];
    return Promise.resolve(true);
  }
}
