import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";

/*
 * SQLite reads its log up to the first frame that is not whole and takes the rest for the remains of a power cut. After
 * a bad block in the middle, commits that were on disk would vanish without a word. Form of the log:
 * https://www.sqlite.org/fileformat2.html, chapter 4.
 */

export const WAL_HEAD_BYTES = 32;
export const FRAME_HEAD_BYTES = 24;
/** Read at once. */
const CHUNK_FRAMES = 256;

/**
 * Why commits in the log of `file` would be passed over, or null when it is whole. A last transaction that is torn is
 * what a power cut leaves: it was never acknowledged.
 */
export function lossInLog(file: string): string | null {
  if (!existsSync(`${file}-wal`)) return null;
  const handle = openSync(`${file}-wal`, "r");
  try {
    return lossIn(handle);
  } finally {
    closeSync(handle);
  }
}

function lossIn(handle: number): string | null {
  const { size } = fstatSync(handle);
  const head = Buffer.alloc(WAL_HEAD_BYTES);
  if (size <= WAL_HEAD_BYTES || readSync(handle, head, 0, WAL_HEAD_BYTES, 0) < WAL_HEAD_BYTES) return null;
  const isBigEndian = (head.readUInt32BE(0) & 1) === 1;
  const said = sumAt(head, 24);
  const isWhole = (head.readUInt32BE(0) & ~1) === 0x377f0682 && same(sumOf(head, 0, 24, [0, 0], isBigEndian), said);
  const pageBytes = isWhole ? head.readUInt32BE(8) : 4_096;
  const frames = new Frames(handle, Math.floor((size - WAL_HEAD_BYTES) / (FRAME_HEAD_BYTES + pageBytes)), pageBytes);
  if (!isWhole) return frames.count > 0 ? "the head of its log is not what was written" : null;
  let before = said;
  let isBroken = false;
  let commits = 0;
  let consistent = false;
  for (const frame of frames.all()) {
    if (!frame.subarray(8, 16).equals(head.subarray(16, 24))) {
      isBroken = true;
      before = sumAt(frame, 16);
      continue;
    }
    const isRight = same(
      sumOf(frame, FRAME_HEAD_BYTES, frame.length, sumOf(frame, 0, 8, before, isBigEndian), isBigEndian),
      sumAt(frame, 16),
    );
    isBroken ||= !isRight;
    if (isBroken && frame.readUInt32BE(4) !== 0) {
      commits++;
      consistent ||= isRight;
    }
    before = sumAt(frame, 16);
  }
  return commits >= 2 && consistent ? `its log is damaged before the last ${commits} commits` : null;
}

class Frames {
  readonly #handle: number;
  readonly #frameBytes: number;
  readonly count: number;

  constructor(handle: number, count: number, pageBytes: number) {
    this.#handle = handle;
    this.count = count;
    this.#frameBytes = FRAME_HEAD_BYTES + pageBytes;
  }

  *all(): Iterable<Buffer> {
    const chunk = Buffer.alloc(CHUNK_FRAMES * this.#frameBytes);
    for (let first = 0; first < this.count; first += CHUNK_FRAMES) {
      const frames = Math.min(CHUNK_FRAMES, this.count - first);
      const at = WAL_HEAD_BYTES + first * this.#frameBytes;
      readSync(this.#handle, chunk, 0, frames * this.#frameBytes, at);
      for (let index = 0; index < frames; index++)
        yield chunk.subarray(index * this.#frameBytes, (index + 1) * this.#frameBytes);
    }
  }
}

type Sum = readonly [number, number];

const same = (a: Sum, b: Sum): boolean => a[0] === b[0] && a[1] === b[1];
const sumAt = (bytes: Buffer, at: number): Sum => [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];

/** The checksum of the log over pairs of words, going on from `before`. */
function sumOf(bytes: Buffer, from: number, to: number, before: Sum, isBigEndian: boolean): Sum {
  let [a, b] = before;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = from; at < to; at += 8) {
    a = (a + view.getUint32(at, !isBigEndian) + b) >>> 0;
    b = (b + view.getUint32(at + 4, !isBigEndian) + a) >>> 0;
  }
  return [a, b];
}
