import type { Framer } from "../../gateway/core/definition.ts";

/**
 * Cuts frames of GT06 out of a byte stream: `78 78 | length | …` or `79 79 | length, 2 bytes | …`, each with `0d 0a`
 * at its end. The length counts from the protocol number to the CRC.
 */

/** Frames with a picture or a clip are longer; no alarm is. */
const FRAME_MAX_BYTES = 2_048;
const SHORT = 0x78;
const LONG = 0x79;
const CR = 0x0d;
const LF = 0x0a;
const SHORTEST_BYTES = 6;
const LOGIN = 0x01;
/** A login without serial number and CRC, of firmware that leaves both out and counts them all the same. */
const BARE_LOGIN_BYTES = 15;

type Piece = ReturnType<Framer["push"]>[number];

const NOISE: Piece = { rejected: { code: "bad-type", message: "bytes that begin no frame" } };
const OVERSIZED: Piece = {
  rejected: { code: "oversized", message: `a frame of more than ${FRAME_MAX_BYTES} bytes` },
};

/**
 * Where the length is wrong (firmware that counts otherwise, or counts access points in its place) the frame ends at
 * the next `0d 0a`. A login without serial number and CRC ends the same, though shorter than it says: its device waits for
 * the answer. Noise is one rejection a stretch. Keeps at most one frame.
 */
export function createGt06Framer(): Framer {
  const buffer = new Uint8Array(FRAME_MAX_BYTES);
  let length = 0;
  let isNoise = false;

  const drop = (bytes: number): void => {
    buffer.copyWithin(0, bytes, length);
    length -= bytes;
  };
  const skip = (pieces: Piece[], why: Piece): void => {
    if (!isNoise) pieces.push(why);
    isNoise = true;
    let at = 1;
    while (at < length && buffer[at] !== SHORT && buffer[at] !== LONG) at++;
    drop(at);
  };
  const give = (pieces: Piece[], end: number): void => {
    pieces.push({ frame: buffer.slice(0, end) });
    isNoise = false;
    drop(end);
  };

  /** How long the frame at the front says it is; null: more bytes are needed to know. */
  const promised = (): number | null => {
    if (buffer[0] === SHORT) return length < 3 ? null : 2 + 1 + buffer[2]! + 2;
    return length < 4 ? null : 2 + 2 + buffer[2]! * 256 + buffer[3]! + 2;
  };
  const endsAt = (end: number): boolean =>
    end >= SHORTEST_BYTES && end <= length && buffer[end - 2] === CR && buffer[end - 1] === LF;

  /** The end of the frame at the front; null: it has none yet. */
  const endIn = (bytes: number): number | null => {
    if (length >= bytes && endsAt(bytes)) return bytes;
    if (length < bytes) {
      const isBareLogin = length === BARE_LOGIN_BYTES && buffer[0] === SHORT && buffer[3] === LOGIN;
      return isBareLogin && endsAt(length) ? length : null;
    }
    for (let end = SHORTEST_BYTES; end <= length; end++) if (endsAt(end)) return end;
    return null;
  };

  const settle = (pieces: Piece[]): void => {
    while (length > 0) {
      const [first, second] = buffer;
      if (first !== SHORT && first !== LONG) skip(pieces, NOISE);
      else if (length === 1) return;
      else if (second !== first) skip(pieces, NOISE);
      else {
        const bytes = promised();
        if (bytes === null) return;
        const end = bytes > FRAME_MAX_BYTES ? null : endIn(bytes);
        if (end !== null) give(pieces, end);
        else if (bytes > FRAME_MAX_BYTES || length === FRAME_MAX_BYTES) skip(pieces, OVERSIZED);
        else return;
      }
    }
  };

  return {
    push(bytes) {
      const pieces: Piece[] = [];
      for (const byte of bytes) {
        buffer[length++] = byte;
        // A frame can end at its last byte only; noise is dropped as it comes.
        if (byte === LF || length <= 4 || length === FRAME_MAX_BYTES) settle(pieces);
      }
      return pieces;
    },
    reset() {
      length = 0;
      isNoise = false;
    },
  };
}
