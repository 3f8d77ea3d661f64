import type { Clock, Timer } from "../../ports/clock.ts";
import type { Append, JournalHealth, JournalRecord, StoredEvent } from "../../ports/journal.ts";
import type { Log, Meter } from "../../ports/log.ts";
import type { DurationMs } from "../../core/units.ts";
import { CommitNotices } from "./commit-notices.ts";
import { HealthBoard } from "./health-board.ts";
import { reasonOf, WriterGone } from "./journal-error.ts";
import { answerProbes, appendOf, createSettling, entryOf, spillTextOf, wireOf } from "./record.ts";
import type { Entry, Settling } from "./record.ts";
import type { BatchWriter, Spill } from "./record-ends.ts";

/** A record that is not urgent waits this long for company. */
const COMPANY_MS: DurationMs = 20;
/** A failed commit is tried again this often. */
const RETRY_MS: DurationMs = 1_000;
/** One transaction takes at most this many records; the next ones follow in the next. */
const BATCH_RECORDS_MAX = 4_096;
/** What waits for the disk. Past either bound a new record is not kept: it is released, and never becomes durable. */
const WAITING_RECORDS_MAX = 20_000;
const WAITING_CHARACTERS_MAX = 64 * 1024 * 1024;

export interface OutputCommitOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly commitMaxMs: DurationMs;
  readonly writer: BatchWriter;
  readonly spill: Spill;
  /** A name for this run of the gateway that no other run has. */
  readonly boot: string;
}

/**
 * Group commit and output commit: while the writer commits one batch, the next collects. A batch whose oldest record
 * has waited for `commitMaxMs`, or that fails, is released and goes to the spill, and so does all that follows until
 * the writer takes records again.
 */
export class OutputCommit {
  readonly #options: OutputCommitOptions;
  /** In order; the first `#inFlight` are with the writer. */
  readonly #waiting: Entry[] = [];
  #inFlight = 0;
  #characters = 0;
  #lastSeq = 0;
  #lastNumber = 0;
  #flushQueued = false;
  #company: Timer | null = null;
  #retry: Timer | null = null;
  /** Counts from the oldest record that the writer has not got yet; moves on to `#watch` with its batch. */
  #collectWatch: Timer | null = null;
  #watch: Timer | null = null;
  /** While set, records are released and spilled as they come. */
  #trouble: "slow" | "failing" | null = null;
  /** From the first trouble until the journal was well again. */
  #unwell = false;
  #stopped = false;
  readonly #notices = new CommitNotices();
  readonly #health = new HealthBoard();
  #drained: Settling<void> | null = null;

  constructor(options: OutputCommitOptions) {
    this.#options = options;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Goes on after what the journal holds. */
  start(lastSeq: number): void {
    this.#lastSeq = lastSeq;
    this.#notices.moveTo(lastSeq);
  }

  onCommitted(listener: (events: readonly StoredEvent[]) => void): void {
    this.#notices.listen(listener);
  }

  onHealth(listener: (health: JournalHealth) => void): void {
    this.#health.listen(listener);
  }

  append(record: JournalRecord): Append {
    if (this.#stopped || this.#full()) return this.#refuse();
    const entry = entryOf(record, this.#options.boot, ++this.#lastNumber, this.#lastSeq + 1);
    this.#push(entry);
    if (this.#trouble) this.#letGo(entry);
    else this.#schedule(record.urgent);
    return appendOf(entry);
  }

  /** Takes records that an earlier run left in the spill file; they are committed before all others. */
  fold(entries: readonly Entry[]): void {
    for (const entry of entries) {
      entry.durable.resolve("spill");
      entry.released.resolve({ logged: false });
      this.#push(entry);
    }
    if (entries.length > 0) this.#unwell = true;
    this.#flush();
  }

  /** Resolves when everything up to `seq` is in the journal; what waits for company goes at once. */
  committed(seq: number): Promise<void> {
    this.#flush();
    return this.#notices.reached(seq);
  }

  /** Commits what waits and resolves when each record is in the journal, in the spill, or refused by both. */
  drain(): Promise<void> {
    this.#drained ??= createSettling<void>();
    this.#retry?.cancel();
    this.#retry = null;
    this.#flush();
    this.#checkDrained();
    return this.#drained.promise;
  }

  /** True when nothing waits for the journal. */
  get idle(): boolean {
    return this.#waiting.length === 0;
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of [this.#company, this.#retry, this.#watch, this.#collectWatch]) timer?.cancel();
  }

  #full(): boolean {
    return this.#waiting.length >= WAITING_RECORDS_MAX || this.#characters >= WAITING_CHARACTERS_MAX;
  }

  #refuse(): Append {
    this.#options.meter.count("okc_journal_refused_total");
    return { durable: new Promise(() => undefined), released: Promise.resolve({ logged: false }) };
  }

  #push(entry: Entry): void {
    this.#lastSeq += entry.texts.length;
    this.#characters += entry.size;
    this.#waiting.push(entry);
  }

  #schedule(urgent: boolean): void {
    const { clock, commitMaxMs } = this.#options;
    this.#collectWatch ??= clock.after(commitMaxMs, () => this.#overdue());
    if (this.#inFlight > 0 || this.#flushQueued) return;
    if (!urgent) {
      this.#company ??= clock.after(COMPANY_MS, () => this.#flush());
      return;
    }
    // Reports cut from the same bytes are appended one after the other: they share this commit.
    this.#flushQueued = true;
    queueMicrotask(() => {
      this.#flushQueued = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#inFlight > 0 || this.#retry || this.#waiting.length === 0 || this.#stopped) return;
    const { clock, commitMaxMs, writer } = this.#options;
    this.#company?.cancel();
    this.#company = null;
    const batch =
      this.#waiting.length <= BATCH_RECORDS_MAX ? [...this.#waiting] : this.#waiting.slice(0, BATCH_RECORDS_MAX);
    this.#inFlight = batch.length;
    this.#watch = this.#collectWatch ?? clock.after(commitMaxMs, () => this.#overdue());
    this.#collectWatch = null;
    if (batch.length < this.#waiting.length) this.#collectWatch = clock.after(commitMaxMs, () => this.#overdue());
    for (const entry of batch) entry.sentEarly = entry.early;
    const startedAt = clock.now();
    writer.commit(batch.map(wireOf)).then(
      () => this.#done(batch, startedAt),
      (error: unknown) => this.#failed(error),
    );
  }

  #done(batch: readonly Entry[], startedAt: number): void {
    const { clock, meter, writer } = this.#options;
    for (const entry of batch) {
      entry.durable.resolve("journal");
      entry.released.resolve({ logged: true });
    }
    meter.observe("okc_journal_commit_seconds", Math.max(0, clock.now() - startedAt) / 1_000);
    meter.count("okc_journal_records_total", {}, batch.length);
    const late = batch.filter((entry) => entry.early && !entry.sentEarly);
    if (late.length === 0) return this.#finish(batch);
    const seqs = late.flatMap((entry) => entry.texts.map((_, index) => entry.seq + index));
    writer.mark(seqs).then(
      () => this.#finish(batch),
      (error: unknown) => {
        this.#options.log.warn("journal: some entries could not be marked notLogged", { why: reasonOf(error) });
        this.#finish(batch);
      },
    );
  }

  #finish(batch: readonly Entry[]): void {
    this.#watch?.cancel();
    // A batch that came through only after it was overdue does not show that the disk is well again.
    if (this.#watch) this.#trouble = null;
    this.#watch = null;
    this.#inFlight = 0;
    this.#waiting.splice(0, batch.length);
    for (const entry of batch) this.#characters -= entry.size;
    const last = batch[batch.length - 1];
    if (last) this.#notices.moveTo(last.seq + last.texts.length - 1);
    if (this.#waiting.length > 0) this.#flush();
    this.#recover();
    this.#notices.tell(batch);
    this.#checkDrained();
  }

  #failed(error: unknown): void {
    this.#watch?.cancel();
    this.#watch = null;
    this.#inFlight = 0;
    this.#options.meter.count("okc_journal_commit_failures_total");
    if (!(error instanceof WriterGone)) answerProbes(this.#waiting);
    this.#degrade("failing", reasonOf(error));
    if (!this.#stopped && !this.#drained) {
      this.#retry = this.#options.clock.after(RETRY_MS, () => {
        this.#retry = null;
        this.#flush();
      });
    }
    this.#checkDrained();
  }

  #overdue(): void {
    // The writer has nothing yet: it cannot be late.
    if (this.#inFlight === 0) {
      this.#collectWatch = null;
      return this.#flush();
    }
    this.#watch?.cancel();
    this.#watch = null;
    this.#degrade("slow", `no commit within ${this.#options.commitMaxMs} ms`);
  }

  /** Life goes before the log: everything that waits may act now, and is kept in the spill. */
  #degrade(state: "slow" | "failing", why: string): void {
    this.#trouble = state;
    this.#unwell = true;
    this.#collectWatch?.cancel();
    this.#collectWatch = null;
    this.#company?.cancel();
    this.#company = null;
    for (const entry of this.#waiting) if (entry.spill === "none") this.#letGo(entry);
    if (!this.#health.show({ state, why, waiting: this.#waiting.length })) return;
    this.#options.log.error(
      `journal: ${state} (${why}): alarms go out before they are on disk; check the disk and the room on it`,
    );
  }

  #letGo(entry: Entry): void {
    if (entry.probe) return;
    const { meter, spill } = this.#options;
    if (!entry.early) {
      entry.early = true;
      entry.released.resolve({ logged: false });
      meter.count("okc_journal_not_logged_total");
    }
    meter.gauge("okc_journal_waiting", this.#waiting.length);
    entry.spill = "writing";
    void spill.add(spillTextOf(entry)).then((kept) => {
      entry.spill = kept ? "kept" : "refused";
      meter.count(kept ? "okc_journal_spilled_total" : "okc_journal_spill_refused_total");
      if (kept) entry.durable.resolve("spill");
      this.#checkDrained();
    });
  }

  /** Once all that was spilled is in the journal the spill is emptied and the journal is well. */
  #recover(): void {
    if (!this.#unwell || this.#waiting.some((entry) => entry.spill !== "none")) return;
    this.#unwell = false;
    void this.#options.spill.clear();
    this.#options.meter.gauge("okc_journal_waiting", 0);
    this.#trouble = null;
    if (this.#health.show({ state: "ok" })) this.#options.log.info("journal: all records are on disk again");
  }

  #checkDrained(): void {
    const safe = (entry: Entry): boolean => entry.probe || entry.spill === "kept" || entry.spill === "refused";
    const tried = this.#inFlight === 0 || this.#trouble !== null;
    if (tried && this.#waiting.every(safe)) this.#drained?.resolve();
  }
}
