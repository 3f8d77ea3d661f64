import type { Clock } from "../../ports/clock.ts";
import { Tasks } from "./journal-writer.ts";
import { stampOf } from "./stamp.ts";
import type { Restored } from "./wire.ts";

/**
 * Puts a backup in the place of the database of a stopped gateway. The database that is there is kept beside it under
 * `okc.db.before-restore-<UTC time>`. The restored one gets a new gateway id, so that no id is given out twice.
 * Rejects with a `JournalError`: journal-locked (the gateway runs), key-missing, key-wrong, backup-unreadable,
 * journal-newer; nothing has been changed then.
 */
export function restoreBackup(folder: string, file: string, clock: Clock, workerUrl?: URL): Promise<Restored> {
  return new Tasks(workerUrl).run("restore", { folder, file, stamp: stampOf(clock.wall()) });
}
