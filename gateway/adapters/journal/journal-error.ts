/**
 * `key-missing`, `key-wrong`: the key file is not there, or is not the one the database was sealed under.
 * `journal-locked`: another process has the data folder open. `journal-newer`: a later release wrote the database.
 * `journal-unusable`: the database cannot be opened for another reason than damage (rights, a full disk).
 * `journal-closed`: used before `open` or after `close`. `backup-exists`, `backup-unreadable`: see the message.
 * `report-no-room`: reports.db would take room that the journal may need.
 */
export type JournalErrorCode =
  | "key-missing"
  | "key-wrong"
  | "journal-locked"
  | "journal-newer"
  | "journal-damaged"
  | "journal-unusable"
  | "journal-closed"
  | "backup-exists"
  | "backup-unreadable"
  | "report-no-room";

/** A failure of the journal's files; the message says what, where and what to do, in one line. */
export class JournalError extends Error {
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "JournalError";
    this.code = code;
  }
}

/** The writer's thread is not there to answer: it ended by itself, or could not be started. */
export class WriterGone extends Error {
  override readonly name = "WriterGone";
}

/** The text of whatever was thrown, for a line in the log. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** SQLite's or Node's code of whatever was thrown, or an empty string. */
export function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}
