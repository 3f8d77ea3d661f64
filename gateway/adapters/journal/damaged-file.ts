import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { cellsAnywhere, recordsOf, type PageReader, type PageRecord } from "./page-records.ts";
import { FRAME_HEAD_BYTES, WAL_HEAD_BYTES } from "./wal-check.ts";

/** The form our databases have; another page size in a readable head is believed. */
const PAGE_BYTES = 4_096;
/** Read at once, from the end towards the beginning: what is newest lies at the end. */
const CHUNK_PAGES = 256;
/** Tables that stay small lie in the first pages. */
const HEAD_PAGES = 64;
/** Rows kept in memory; beyond it, older ones only of the kinds that are wanted of all history. */
const ROWS_MAX = 200_000;
const SNAPSHOTS_MAX = 4;

/** An entry as it was found; nothing proves it yet. */
export interface FoundRow {
  readonly seq: number;
  readonly at: number;
  readonly record: string;
  readonly notLogged: boolean;
  readonly kind: string;
  readonly v: number;
  readonly body: string;
  readonly person: string | null;
  readonly sealed: Buffer | null;
  readonly hash: Buffer;
}

/** What a damaged database still holds. One entry may be found more than once: pages are kept in the log as well. */
export class Findings {
  readonly rows = new Map<number, FoundRow[]>();
  readonly keys = new Map<string, Buffer[]>();
  readonly snapshots = new Map<number, Buffer[]>();
  readonly boots: { readonly id: string; readonly last: number; readonly seq: number }[] = [];
  lastSeq = 0;
  /** Bytes that the time did not suffice for. */
  skippedBytes = 0;
  readonly #kinds: ReadonlySet<string>;

  constructor(kinds: readonly string[]) {
    this.#kinds = new Set(kinds);
  }

  take({ rowid, values }: PageRecord): void {
    if (rowid === null) return this.#takeKey(values);
    if (values.length === 10) return this.#takeRow(rowid, values);
    if (values[0] !== null) return;
    if (values.length === 2 && Buffer.isBuffer(values[1])) return this.#takeSnapshot(rowid, values[1]);
    const [, id, last, seq] = values;
    // A row of a release before the second migration has a column less.
    if (
      (values.length === 4 || values.length === 5) &&
      typeof id === "string" &&
      typeof last === "number" &&
      typeof seq === "number"
    )
      this.boots.push({ id, last, seq });
  }

  #takeRow(seq: number, values: PageRecord["values"]): void {
    const [none, at, record, notLogged, kind, v, body, person, sealed, hash] = values;
    if (none !== null || typeof at !== "number" || typeof v !== "number" || typeof notLogged !== "number") return;
    if (typeof record !== "string" || typeof kind !== "string" || typeof body !== "string") return;
    if (!Buffer.isBuffer(hash) || hash.length !== 32 || seq < 1 || !isObject(body)) return;
    if (person !== null && typeof person !== "string") return;
    if (sealed !== null && !Buffer.isBuffer(sealed)) return;
    const known = this.rows.get(seq);
    if (known?.some((row) => row.hash.equals(hash) && row.body === body)) return;
    if (this.rows.size >= ROWS_MAX && !this.#kinds.has(kind)) return;
    const row = { seq, at, record, notLogged: notLogged !== 0, kind, v, body, person, sealed, hash };
    this.rows.set(seq, [...(known ?? []), row]);
    if (seq > this.lastSeq) this.lastSeq = seq;
  }

  #takeKey([person, wrapped, ...more]: PageRecord["values"]): void {
    if (typeof person !== "string" || !Buffer.isBuffer(wrapped) || more.length > 0) return;
    this.keys.set(person, [...(this.keys.get(person) ?? []), wrapped]);
  }

  #takeSnapshot(seq: number, sealed: Buffer): void {
    const known = this.snapshots.get(seq) ?? [];
    if (known.some((one) => one.equals(sealed))) return;
    this.snapshots.set(seq, [...known, sealed]);
    if (this.snapshots.size > SNAPSHOTS_MAX) this.snapshots.delete(Math.min(...this.snapshots.keys()));
  }
}

function isObject(body: string): boolean {
  try {
    return typeof JSON.parse(body) === "object";
  } catch {
    return false;
  }
}

/**
 * Reads every page of a database and of its log, newest first, without SQLite. Ends when `isEnough` says so or after
 * `maxMs`: the alarm path waits for it. What cannot be read is passed over; never throws for damage.
 */
export function readDamaged(
  file: string,
  kinds: readonly string[],
  maxMs: number,
  isEnough: (found: Findings) => boolean,
): Findings {
  const found = new Findings(kinds);
  const end = performance.now() + maxMs;
  const log = existsSync(`${file}-wal`) ? openSync(`${file}-wal`, "r") : null;
  const base = existsSync(file) ? openSync(file, "r") : null;
  try {
    const pages = new DamagedPages(base, log);
    for (const [page, number] of pages.newestFirst()) {
      takePage(found, page, number, pages.read);
      if (!pages.atChunk) continue;
      if (isEnough(found)) break;
      if (performance.now() < end) continue;
      found.skippedBytes = pages.leftBytes;
      break;
    }
    return found;
  } finally {
    for (const handle of [log, base]) if (handle !== null) closeSync(handle);
  }
}

function takePage(found: Findings, page: Buffer, number: number, read: PageReader): void {
  const records = recordsOf(page, number, read);
  for (const record of records ?? []) found.take(record);
  // Nothing but zeros is no page of anything.
  if (records === null && page.some((byte) => byte !== 0))
    for (const record of cellsAnywhere(page, read)) found.take(record);
}

/** The pages of a database file and its log. */
class DamagedPages {
  readonly #base: number | null;
  readonly #log: number | null;
  readonly #pageBytes: number;
  readonly #baseBytes: number;
  readonly #logBytes: number;
  /** Where the newest version of a page lies in the log. */
  readonly #frames = new Map<number, number>();
  /** True after the last page of a chunk: a good moment to look at the time. */
  atChunk = false;
  leftBytes = 0;

  constructor(base: number | null, log: number | null) {
    this.#base = base;
    this.#log = log;
    this.#baseBytes = base === null ? 0 : fstatSync(base).size;
    this.#logBytes = log === null ? 0 : fstatSync(log).size;
    this.#pageBytes = this.#readPageBytes();
  }

  #readPageBytes(): number {
    const said = this.#base === null ? 0 : (readAt(this.#base, 16, 2)?.readUInt16BE(0) ?? 0);
    return said >= 512 && (said & (said - 1)) === 0 ? said : PAGE_BYTES;
  }

  /** The newest version of a page, for what is continued on it. */
  readonly read: PageReader = (number) => {
    const inLog = this.#frames.get(number);
    if (inLog !== undefined && this.#log !== null) return readAt(this.#log, inLog, this.#pageBytes);
    return this.#base === null ? null : readAt(this.#base, (number - 1) * this.#pageBytes, this.#pageBytes);
  };

  /** Each page with its number: the log from its end, the first pages of the file, then the file from its end. */
  *newestFirst(): Iterable<[Buffer, number]> {
    this.leftBytes = this.#logBytes + this.#baseBytes;
    yield* this.#logPages();
    const pages = Math.ceil(this.#baseBytes / this.#pageBytes);
    const head = Math.min(HEAD_PAGES, pages);
    yield* this.#chunk(0, head);
    for (let to = pages; to > head; to -= CHUNK_PAGES) yield* this.#chunk(Math.max(head, to - CHUNK_PAGES), to);
  }

  *#logPages(): Iterable<[Buffer, number]> {
    if (this.#log === null) return;
    const frameBytes = FRAME_HEAD_BYTES + this.#pageBytes;
    const salts = readAt(this.#log, 16, 8);
    const places: [number, number][] = [];
    for (let at = WAL_HEAD_BYTES; at + frameBytes <= this.#logBytes; at += frameBytes) {
      const head = readAt(this.#log, at, FRAME_HEAD_BYTES);
      if (!head) continue;
      const number = head.readUInt32BE(0);
      places.push([at + FRAME_HEAD_BYTES, number]);
      // Frames of an earlier round of the log follow those of this one.
      if (salts?.equals(head.subarray(8, 16)) === true) this.#frames.set(number, at + FRAME_HEAD_BYTES);
    }
    for (const [index, [at, number]] of places.reverse().entries()) {
      const page = readAt(this.#log, at, this.#pageBytes);
      this.leftBytes -= frameBytes;
      this.atChunk = index % CHUNK_PAGES === CHUNK_PAGES - 1;
      if (page) yield [page, number];
    }
  }

  *#chunk(from: number, to: number): Iterable<[Buffer, number]> {
    const { leftBytes } = this;
    for (let index = to - 1; index >= from; index--) {
      const page = readAt(this.#base!, index * this.#pageBytes, this.#pageBytes);
      this.leftBytes = leftBytes - (to - index) * this.#pageBytes;
      this.atChunk = index === from;
      if (page) yield [page, index + 1];
    }
  }
}

/** A part that the disk does not give, or that is cut off, is null; what is cut in a page is zeros. */
function readAt(handle: number, at: number, bytes: number): Buffer | null {
  const buffer = Buffer.alloc(bytes);
  try {
    return readSync(handle, buffer, 0, bytes, at) > 0 ? buffer : null;
  } catch {
    return null;
  }
}
