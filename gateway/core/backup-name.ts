import type { EpochMs } from "./units.ts";

/** Why the gateway made a backup by itself: it was time, or people and devices were changed. */
export type BackupCause = "timed" | "import";

const NAME = /^okc-(import-)?(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d\.\d{3})Z\.db$/;

/** A backup's name says when it was made, in UTC: `okc-20261123T120000.000Z.db`, `okc-import-20261123T120000.000Z.db`. */
export function backupName(at: EpochMs, cause: BackupCause): string {
  const time = new Date(at).toISOString().replaceAll(/[-:]/g, "");
  return `okc-${cause === "import" ? "import-" : ""}${time}.db`;
}

/** What a name says; null for a file that the gateway did not name. */
export function readBackupName(name: string): { readonly at: EpochMs; readonly cause: BackupCause } | null {
  const [, mark, year, month, day, hour, minute, second] = NAME.exec(name) ?? [];
  if (year === undefined) return null;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return { at, cause: mark === undefined ? "timed" : "import" };
}
