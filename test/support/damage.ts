import { closeSync, existsSync, openSync, readFileSync, statSync, truncateSync, writeSync } from "node:fs";

/** What goes wrong with the blocks of a card, done to a database file and its log while nobody has them open. */

export const PAGE_BYTES = 4_096;
const WAL_HEAD_BYTES = 32;
const FRAME_BYTES = 24 + PAGE_BYTES;

export function overwrite(file: string, at: number, bytes: Buffer): void {
  const handle = openSync(file, "r+");
  try {
    writeSync(handle, bytes, 0, bytes.length, at);
  } finally {
    closeSync(handle);
  }
}

export const pagesOf = (file: string): number => Math.floor(statSync(file).size / PAGE_BYTES);
export const framesOf = (file: string): number =>
  existsSync(`${file}-wal`)
    ? Math.max(0, Math.floor((statSync(`${file}-wal`).size - WAL_HEAD_BYTES) / FRAME_BYTES))
    : 0;

/** Page `index`, counted from 0, is filled with one byte. */
export const losePage = (file: string, index: number, byte = 0xa5): void =>
  overwrite(file, index * PAGE_BYTES, Buffer.alloc(PAGE_BYTES, byte));

export const loseFrame = (file: string, index: number): void =>
  overwrite(`${file}-wal`, WAL_HEAD_BYTES + index * FRAME_BYTES + 24, Buffer.alloc(PAGE_BYTES, 0xa5));

/** Turns the bits of one byte over. */
export function flip(file: string, at: number): void {
  overwrite(file, at, Buffer.from([readFileSync(file)[at]! ^ 0xff]));
}

export const cut = (file: string, bytes: number): void => truncateSync(file, bytes);

/** Where a text lies in a file, the last place of it. */
export function placeOf(file: string, text: string): number {
  const at = readFileSync(file).lastIndexOf(text);
  if (at < 0) throw new Error(`${text} is not in ${file}`);
  return at;
}
