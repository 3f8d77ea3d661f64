import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqliteJournal } from "../../gateway/adapters/journal/sqlite-journal.ts";
import type { SqliteJournalOptions } from "../../gateway/adapters/journal/sqlite-journal.ts";
import type { Journal, JournalHealth } from "../../gateway/ports/journal.ts";
import { SILENT_LOG, SILENT_METER } from "./memory-journal.ts";
import { TestClock } from "./test-clock.ts";

/** A data folder of its own, the journals opened in it, and one clock for them all. */
export class SqliteFolder {
  readonly clock = new TestClock();
  readonly folder: string;
  readonly #journals: SqliteJournal[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<SqliteFolder> {
    return new SqliteFolder(await mkdtemp(join(tmpdir(), "okc-journal-")));
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  journal(options: Partial<SqliteJournalOptions> = {}): SqliteJournal {
    const { folder, clock } = this;
    const journal = new SqliteJournal({
      folder,
      clock,
      log: SILENT_LOG,
      meter: SILENT_METER,
      commitMaxMs: 2_000,
      spillBytes: 256 * 1024,
      ...options,
    });
    this.#journals.push(journal);
    return journal;
  }

  async remove(): Promise<void> {
    for (const journal of this.#journals) await journal.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Resolves when the journal says this of itself. */
export function healthOf(journal: Journal, state: JournalHealth["state"]): Promise<JournalHealth> {
  return new Promise((resolve) => {
    journal.onHealth((health) => {
      if (health.state === state) resolve(health);
    });
  });
}
