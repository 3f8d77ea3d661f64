import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { JournalError } from "./journal-error.ts";
import { deriveKey, KEY_BYTES } from "./sealing.ts";

export const KEY_FILE = "key";

/**
 * The key file of a data folder: 32 random bytes as hex, mode 0600. Made when neither it nor a database is there.
 * Throws `key-missing` when a database is there without it, `key-wrong` when it holds something else.
 */
export function loadKey(folder: string, databasePresent: boolean): Buffer {
  const file = join(folder, KEY_FILE);
  if (!existsSync(file)) {
    if (databasePresent) {
      throw new JournalError(
        "key-missing",
        `the key file ${file} is missing, and the database beside it cannot be read without it: put the saved key file there (mode 0600)`,
      );
    }
    return createKey(file);
  }
  const text = readFileSync(file, "utf8").trim();
  if (!/^[0-9a-f]{64}$/i.test(text)) {
    throw new JournalError(
      "key-wrong",
      `the key file ${file} does not hold 64 hex digits: put the saved key file there`,
    );
  }
  return Buffer.from(text, "hex");
}

/** How many characters of a mark tell one key from another. */
const MARK_CHARS = 16;

/** Tells a key file from another one without telling the key; null for a file that holds none. */
export function keyMarkOf(file: string): string | null {
  if (!existsSync(file)) return null;
  const text = readFileSync(file, "utf8").trim();
  return /^[0-9a-f]{64}$/i.test(text)
    ? deriveKey(Buffer.from(text, "hex"), "key mark").toString("hex").slice(0, MARK_CHARS)
    : null;
}

function createKey(file: string): Buffer {
  const key = randomBytes(KEY_BYTES);
  const handle = openSync(file, "wx", 0o600);
  try {
    writeSync(handle, key.toString("hex") + "\n");
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  syncFolder(dirname(file));
  return key;
}

/** Makes new and renamed names in a folder survive a power cut. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Waits until what was written to a file is on disk. */
export function syncFile(file: string): void {
  const handle = openSync(file, "r+");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
