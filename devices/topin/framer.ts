import type { Framer } from "../../gateway/core/definition.ts";

/**
 * Cuts messages of Topin out of a byte stream: `78 78 | length | type | content | 0d 0a`. The length cannot be relied
 * upon (1 of whatever has no content, the number of access points, or anything), so the type says how much there is.
 */

const MESSAGE_MAX_BYTES = 1_024;
const START = 0x78;
const CR = 0x0d;
const LF = 0x0a;
export const HEAD_BYTES = 4;
const STOP_BYTES = 2;

type Piece = ReturnType<Framer["push"]>[number];

const NOISE: Piece = { rejected: { code: "bad-type", message: "bytes that begin no message" } };
const MALFORMED: Piece = { rejected: { code: "bad-length", message: "a message longer than any of its type" } };
const OVERSIZED: Piece = {
  rejected: { code: "oversized", message: `more than ${MESSAGE_MAX_BYTES} bytes without an end` },
};

/** Date and time, access points of 7 bytes, a count, two codes of the network and that many cells, perhaps an alarm. */
const WIFI: ReadonlySet<number> = new Set([0x17, 0x18, 0x19, 0x1a, 0x1b, 0x69]);
const TIME_BYTES = 6;
const POINT_BYTES = 7;
const NETWORK_BYTES = 3;
/** 2G cells, and those of a 4G network. */
const CELL_BYTES = 5;
const LONG_CELL_BYTES = 9;
const LONG_CELLS: ReadonlySet<number> = new Set([0x18, 0x19, 0x1a, 0x1b]);

/** The least and the most content of a type; others have 64 bytes at most. */
const SIZES: ReadonlyMap<number, readonly [least: number, most: number]> = new Map([
  [0x01, [9, 12]],
  [0x10, [18, 24]],
  [0x11, [18, 24]],
  [0x13, [4, 16]],
]);
const OTHERS: readonly [number, number] = [0, 64];
/** A heartbeat with a position. */
const PLACED: readonly [number, number] = [25, 40];

/** Null: not known yet. */
function sizesOf(buffer: Uint8Array, length: number): readonly [number, number] | null {
  const type = buffer[3]!;
  if (type === 0x08 || type === 0x09) return buffer[2]! <= 1 ? OTHERS : PLACED;
  if (!WIFI.has(type)) return SIZES.get(type) ?? OTHERS;
  const cellsAt = TIME_BYTES + POINT_BYTES * buffer[2]!;
  if (length <= HEAD_BYTES + cellsAt) return null;
  const cellBytes = LONG_CELLS.has(type) ? LONG_CELL_BYTES : CELL_BYTES;
  const least = cellsAt + 1 + NETWORK_BYTES + cellBytes * buffer[HEAD_BYTES + cellsAt]!;
  return [least, least + 2];
}

/** Noise is one rejection a stretch. Keeps one message at most. */
export function createTopinFramer(): Framer {
  const buffer = new Uint8Array(MESSAGE_MAX_BYTES);
  let length = 0;
  let isNoise = false;

  const skip = (pieces: Piece[], why: Piece): void => {
    if (!isNoise || why !== NOISE) pieces.push(why);
    isNoise = true;
    const next = buffer.subarray(0, length).indexOf(START, 1);
    buffer.copyWithin(0, next < 0 ? length : next, length);
    length = next < 0 ? 0 : length - next;
  };
  /** Where the message at the front ends; 0: not yet, or it has no end. */
  const endFor = ([least]: readonly [number, number]): number => {
    for (let end = HEAD_BYTES + least + STOP_BYTES; end <= length; end++)
      if (buffer[end - 2] === CR && buffer[end - 1] === LF) return end;
    return 0;
  };
  const settle = (pieces: Piece[]): void => {
    while (length > 0) {
      if (buffer[0] !== START || (length > 1 && buffer[1] !== START)) {
        skip(pieces, NOISE);
        continue;
      }
      const sizes = length < HEAD_BYTES ? null : sizesOf(buffer, length);
      const end = sizes === null ? 0 : endFor(sizes);
      if (sizes === null && length < MESSAGE_MAX_BYTES) return;
      if (sizes !== null && end > HEAD_BYTES + sizes[1] + STOP_BYTES) skip(pieces, MALFORMED);
      else if (end !== 0) {
        pieces.push({ frame: buffer.slice(0, end) });
        isNoise = false;
        buffer.copyWithin(0, end, length);
        length -= end;
      } else if (length === MESSAGE_MAX_BYTES) skip(pieces, OVERSIZED);
      else return;
    }
  };

  return {
    push(bytes) {
      const pieces: Piece[] = [];
      for (const byte of bytes) {
        buffer[length++] = byte;
        if (byte === LF || length <= HEAD_BYTES || length === MESSAGE_MAX_BYTES) settle(pieces);
      }
      return pieces;
    },
    reset() {
      length = 0;
      isNoise = false;
    },
  };
}
