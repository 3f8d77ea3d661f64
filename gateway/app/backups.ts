import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { backupName, readBackupName, type BackupCause } from "../core/backup-name.ts";
import { GatewayError } from "../core/errors.ts";
import { hours, minutes, type EpochMs } from "../core/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Journal } from "../ports/journal.ts";
import type { Finding } from "../ports/desk.ts";
import type { Log, Meter } from "../ports/log.ts";
import type { Watch } from "../ports/watch.ts";

/** By itself this long after the newest one that opens. */
export const BACKUP_EVERY_MS = hours(6);
/** A site without any gets its first one this soon after the start. */
const FIRST_AFTER_MS = minutes(30);
/** One that is due waits while an alarm is alerting, looking again this often … */
const BUSY_LOOK_MS = minutes(1);
/** … and no longer than this. */
const BUSY_MAX_MS = hours(1);
/** One that failed is tried again after this long. */
const RETRY_MS = minutes(30);
/** Beyond these the oldest go. A day of imports pushes out none that was made in time. */
const KEPT: Readonly<Record<BackupCause, number>> = { timed: 14, import: 3 };
/** Room that is left for the journal when a backup is made. */
const RESERVE_BYTES = 64 * 1024 * 1024;

export interface BackupsParts {
  readonly journal: Pick<Journal, "backup" | "opens">;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Where they lie. */
  readonly folder: string;
  readonly faults: {
    raiseFault(key: string, code: string, detail: string): void;
    clearFault(key: string, detail: string): void;
  };
  /** Whether an alarm is alerting: a backup can wait a little. */
  readonly isBusy: () => boolean;
  /** Free bytes where the backups lie; null: not readable. */
  readonly freeBytes: () => number | null;
  /** How large a backup will be, at most. */
  readonly journalBytes: () => number;
}

export interface Made {
  readonly file: string;
  readonly bytes: number;
  readonly lastSeq: number;
}

/** Backups: every six hours by itself, after each change of people and devices, and when somebody asks. One at a time. */
export class Backups implements Watch {
  readonly #parts: BackupsParts;
  #timer: Timer | null = null;
  #stopped = false;
  #lastAt: EpochMs = 0;
  #work: Promise<unknown> = Promise.resolve();
  #planned: Promise<void> = Promise.resolve();

  constructor(parts: BackupsParts) {
    this.#parts = parts;
  }

  /** Looks for the newest one that opens, and plans the next from there. */
  start(): void {
    this.#planned = this.#planFirst();
  }

  /** One that is under way is cut off with the journal's threads; its draft goes at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#planned;
  }

  /** Resolves when what was begun so far is done. */
  async settled(): Promise<void> {
    await this.#planned;
    await this.#work;
  }

  findings(): readonly Finding[] {
    const [newest] = this.#own();
    if (newest)
      return [{ id: "backup", level: "ok", message: `the newest backup is ${basename(newest.file)}`, todo: "" }];
    return [{ id: "backup", level: "warning", message: "there is no backup", todo: "run `okc backup`" }];
  }

  async #planFirst(): Promise<void> {
    const { clock, meter } = this.#parts;
    this.#forgetDrafts();
    const newest = await this.#newestThatOpens();
    if (newest !== null) meter.gauge("okc_backup_time_seconds", newest / 1_000);
    const now = clock.now();
    // A file of the future is of a clock that was wrong.
    this.#plan(newest === null ? now + FIRST_AFTER_MS : Math.min(newest, now) + BACKUP_EVERY_MS);
  }

  /** Into `file`, or named by the time into the folder of backups. Throws GatewayError. */
  async make(file: string | null, cause: BackupCause = "timed", slowly = false): Promise<Made> {
    const turn = this.#work.then(() => this.#make(file, cause, slowly));
    this.#work = turn.catch(() => undefined);
    return turn;
  }

  /** One that the gateway makes by itself. A failure is a row for a technician until the next good one. */
  async makeByItself(cause: BackupCause): Promise<boolean> {
    const { faults, log } = this.#parts;
    try {
      await this.make(null, cause, cause === "timed");
      return true;
    } catch (error) {
      if (this.#stopped) return false;
      const why = `no backup could be made: ${(error as Error).message}; see to it, then run okc backup`;
      log.error(why);
      faults.raiseFault("backup", "backup-failed", why);
      return false;
    }
  }

  async #make(file: string | null, cause: BackupCause, slowly: boolean): Promise<Made> {
    const { journal, clock, folder, meter, faults } = this.#parts;
    // Two in one millisecond must not meet.
    this.#lastAt = Math.max(clock.wall(), this.#lastAt + 1);
    const target = file ?? join(folder, backupName(this.#lastAt, cause));
    const startedAt = clock.now();
    try {
      if (file === null) this.#makeRoom();
      const made = { file: target, ...(await journal.backup(target, slowly)) };
      meter.count("okc_backups_total", { result: "made" });
      meter.observe("okc_backup_seconds", Math.max(0, clock.now() - startedAt) / 1_000);
      meter.gauge("okc_backup_bytes", made.bytes);
      if (file !== null) return made;
      meter.gauge("okc_backup_time_seconds", this.#lastAt / 1_000);
      faults.clearFault("backup", "a backup was made");
      this.#forgetOld();
      return made;
    } catch (error) {
      meter.count("okc_backups_total", { result: "failed" });
      throw refusalOf(target, error);
    }
  }

  #plan(at: EpochMs): void {
    if (this.#stopped) return;
    const { clock } = this.#parts;
    this.#timer = clock.after(Math.max(0, at - clock.now()), () => void this.#due(at));
  }

  async #due(dueAt: EpochMs): Promise<void> {
    const { clock, isBusy } = this.#parts;
    if (isBusy() && clock.now() < dueAt + BUSY_MAX_MS) {
      this.#timer = clock.after(BUSY_LOOK_MS, () => void this.#due(dueAt));
      return;
    }
    const made = await this.makeByItself("timed");
    this.#plan(clock.now() + (made ? BACKUP_EVERY_MS : RETRY_MS));
  }

  /** Those that the gateway named, newest first. */
  #own(): { readonly file: string; readonly at: EpochMs; readonly cause: BackupCause }[] {
    const { folder } = this.#parts;
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .flatMap((name) => {
        const read = readBackupName(name);
        return read ? [{ file: join(folder, name), ...read }] : [];
      })
      .sort((a, b) => b.at - a.at);
  }

  /** One that was made in time counts first: those after imports are few, and go soon. */
  async #newestThatOpens(): Promise<EpochMs | null> {
    const own = this.#own();
    const inTurn = [...own.filter(({ cause }) => cause === "timed"), ...own.filter(({ cause }) => cause === "import")];
    for (const { file, at } of inTurn) if (await this.#opens(file)) return at;
    return null;
  }

  async #opens(file: string): Promise<boolean> {
    try {
      return await this.#parts.journal.opens(file);
    } catch {
      return false;
    }
  }

  /** Fewer are kept where the disk is nearly full, rather than none made. */
  #makeRoom(): void {
    const { folder, freeBytes, journalBytes, log } = this.#parts;
    mkdirSync(folder, { recursive: true });
    const wanted = journalBytes() + RESERVE_BYTES;
    for (const { file } of this.#own().slice(1).reverse()) {
      const free = freeBytes();
      if (free === null || free >= wanted) return;
      log.warn(`${file} was deleted to make room for a newer backup; make room on the disk`);
      rmSync(file, { force: true });
    }
  }

  #forgetOld(): void {
    const own = this.#own();
    for (const cause of ["timed", "import"] as const)
      for (const { file } of own.filter((one) => one.cause === cause).slice(KEPT[cause])) rmSync(file, { force: true });
  }

  /** What a backup that was cut off left behind. */
  #forgetDrafts(): void {
    const { folder } = this.#parts;
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder))
      if (/\.db\.part(-wal|-shm|-journal)?$/.test(name)) rmSync(join(folder, name), { force: true });
  }
}

/** Bytes of a file; 0 where there is none. */
export const bytesOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

/** What is wrong with the place is for whoever chose it; the rest is the disk's or the journal's own fault. */
function refusalOf(file: string, error: unknown): unknown {
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (code.startsWith("backup-")) return error;
  const folder = dirname(file);
  const isPlace = !existsSync(folder) || /EACCES|EPERM|EROFS|EISDIR|CANTOPEN|unable to open/.test(`${code} ${message}`);
  return isPlace
    ? new GatewayError("bad-input", `${file} cannot be written; name a folder that is there and may be written`, {
        cause: error,
      })
    : new GatewayError("broken", `no backup was made in ${file} (${message}); nothing else was changed`, {
        cause: error,
      });
}
