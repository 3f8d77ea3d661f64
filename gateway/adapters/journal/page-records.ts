/*
 * Reads records straight from the pages of an SQLite file, for when SQLite itself will not: a page whose parents are
 * gone is still read, and one bad cell costs that cell. Form: https://www.sqlite.org/fileformat2.html, chapter 1.6
 * (b-tree pages) and 2.1 (records).
 */

export type Value = null | number | string | Buffer;

/** A cell of a table (with its row id) or of an index or a table without row ids (`rowid` null). */
export interface PageRecord {
  readonly rowid: number | null;
  readonly values: readonly Value[];
}

/** Gives page `number`, or null when it cannot be read. */
export type PageReader = (number: number) => Buffer | null;

const TABLE_LEAF = 0x0d;
const INDEX_LEAF = 0x0a;
const INDEX_INTERIOR = 0x02;
const TABLE_INTERIOR = 0x05;
const FILE_HEADER_BYTES = 100;
const LEAF_HEADER_BYTES = 8;
const INTERIOR_HEADER_BYTES = 12;
/** A record larger than this is not one of ours; a damaged length must not ask for gigabytes. */
const PAYLOAD_MAX_BYTES = 256 * 1024 * 1024;
const COLUMNS_MAX = 64;

/** All records of a page that can be read; null when the page as a whole is not what its first byte says. */
export function recordsOf(page: Buffer, number: number, read: PageReader): PageRecord[] | null {
  const start = number === 1 ? FILE_HEADER_BYTES : 0;
  const type = page[start];
  if (type === TABLE_INTERIOR) return [];
  if (type !== TABLE_LEAF && type !== INDEX_LEAF && type !== INDEX_INTERIOR) return null;
  const cells = page.readUInt16BE(start + 3);
  const first = start + (type === INDEX_INTERIOR ? INTERIOR_HEADER_BYTES : LEAF_HEADER_BYTES);
  if (first + 2 * cells > page.length) return null;
  const records: PageRecord[] = [];
  let isWhole = true;
  for (let index = 0; index < cells; index++) {
    const at = page.readUInt16BE(first + 2 * index);
    const record = cellAt(page, type === INDEX_INTERIOR ? at + 4 : at, type === TABLE_LEAF, read);
    if (record) records.push(record);
    else isWhole = false;
  }
  // What else lies in a page with a bad cell or pointer is looked for byte by byte.
  return isWhole ? records : null;
}

/** Every place in a page where a table's cell may begin. For pages whose head or pointers are gone. */
export function* cellsAnywhere(page: Buffer, read: PageReader): Iterable<PageRecord> {
  for (let at = 0; at < page.length - 4; at++) {
    const record = cellAt(page, at, true, read);
    if (record) yield record;
  }
}

function cellAt(page: Buffer, at: number, isTable: boolean, read: PageReader): PageRecord | null {
  const size = varintAt(page, at);
  if (!size || size.value < 2 || size.value > PAYLOAD_MAX_BYTES) return null;
  const rowid = isTable ? varintAt(page, size.next) : { value: 0, next: size.next };
  if (!rowid) return null;
  // The first bytes tell whether it can be a record at all, before anything long is read.
  if (!isTypes(page, rowid.next, size.value)) return null;
  const payload = payloadAt(page, rowid.next, size.value, isTable, read);
  const values = payload && valuesOf(payload);
  return values ? { rowid: isTable ? rowid.value : null, values } : null;
}

function isTypes(page: Buffer, at: number, size: number): boolean {
  const header = varintAt(page, at);
  if (!header || header.value < 2 || header.value > size || header.value > COLUMNS_MAX * 9) return false;
  const end = at + header.value;
  if (end > page.length) return false;
  let sum = header.value;
  for (let place = header.next; place < end;) {
    const type = varintAt(page, place);
    if (!type) return false;
    sum += sizeOf(type.value);
    place = type.next;
  }
  return sum === size;
}

/** The bytes of a record; what has no room in the page lies in a chain of overflow pages. */
function payloadAt(page: Buffer, at: number, size: number, isTable: boolean, read: PageReader): Buffer | null {
  const usable = page.length;
  const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (size <= most) return at + size <= page.length ? page.subarray(at, at + size) : null;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((size - least) % (usable - 4));
  const local = fitting <= most ? fitting : least;
  if (at + local + 4 > page.length) return null;
  const parts = [page.subarray(at, at + local)];
  let left = size - local;
  for (let next = page.readUInt32BE(at + local); left > 0;) {
    const overflow = next === 0 ? null : read(next);
    if (!overflow) return null;
    const taken = Math.min(left, overflow.length - 4);
    parts.push(overflow.subarray(4, 4 + taken));
    left -= taken;
    next = overflow.readUInt32BE(0);
  }
  return Buffer.concat(parts);
}

function valuesOf(payload: Buffer): Value[] | null {
  const header = varintAt(payload, 0)!;
  const values: Value[] = [];
  let at = header.value;
  for (let place = header.next; place < header.value;) {
    const type = varintAt(payload, place)!;
    const value = valueAt(payload, at, type.value);
    if (value === undefined) return null;
    values.push(value);
    at += sizeOf(type.value);
    place = type.next;
  }
  return values;
}

const NUMBER_BYTES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0];
const sizeOf = (type: number): number => (type < 12 ? NUMBER_BYTES[type]! : (type - 12 - (type % 2)) / 2);

function valueAt(bytes: Buffer, at: number, type: number): Value | undefined {
  if (type === 0) return null;
  if (type <= 5) return bytes.readIntBE(at, NUMBER_BYTES[type]!);
  if (type === 6) return Number(bytes.readBigInt64BE(at));
  if (type === 7) return bytes.readDoubleBE(at);
  if (type === 8 || type === 9) return type - 8;
  if (type < 12) return undefined;
  const part = bytes.subarray(at, at + sizeOf(type));
  // Copied: a part of a page would keep the whole page in memory.
  return type % 2 === 0 ? Buffer.from(part) : part.toString("utf8");
}

/** One to nine bytes, seven bits each, the ninth whole. Null beyond the end, or beyond what a number can hold. */
function varintAt(bytes: Buffer, at: number): { readonly value: number; readonly next: number } | null {
  let value = 0;
  for (let n = 0; n < 9; n++) {
    const byte = bytes[at + n];
    if (byte === undefined) return null;
    if (n === 8) return null;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return value <= Number.MAX_SAFE_INTEGER ? { value, next: at + n + 1 } : null;
  }
  return null;
}
