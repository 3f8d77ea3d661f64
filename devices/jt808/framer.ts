import type { Framer } from "../../gateway/core/definition.ts";

/** Cuts frames of JT/T 808 out of a byte stream: `7e … 7e`, inside which 7e is `7d 02` and 7d is `7d 01`. */

const FLAG = 0x7e;
const ESCAPE = 0x7d;
const ESCAPED_FLAG = 0x02;
const ESCAPED_ESCAPE = 0x01;
/** A head, a body of 1,023 bytes at most, and room for what has to be escaped. */
const FRAME_MAX_BYTES = 1_500;

type Piece = ReturnType<Framer["push"]>[number];

const NOISE: Piece = { rejected: { code: "bad-type", message: "bytes before the first flag" } };
const OVERSIZED: Piece = {
  rejected: { code: "oversized", message: `more than ${FRAME_MAX_BYTES} bytes without a flag` },
};

/**
 * Gives what stands between two flags, as it stands on the wire. A flag may end one frame and begin the next; what is
 * too long is skipped up to the next flag. Keeps one frame.
 */
export function createJt808Framer(): Framer {
  const buffer = new Uint8Array(FRAME_MAX_BYTES);
  let length = 0;
  let state: "outside" | "skipping" | "inside" = "outside";

  const take = (byte: number): Piece | null => {
    if (byte === FLAG) {
      const frame = length > 0 ? buffer.slice(0, length) : null;
      length = 0;
      state = "inside";
      return frame && { frame };
    }
    if (state === "skipping") return null;
    if (state === "inside" && length < FRAME_MAX_BYTES) {
      buffer[length++] = byte;
      return null;
    }
    const why = state === "inside" ? OVERSIZED : NOISE;
    length = 0;
    state = "skipping";
    return why;
  };

  return {
    push(bytes) {
      const pieces: Piece[] = [];
      for (const byte of bytes) {
        const piece = take(byte);
        if (piece) pieces.push(piece);
      }
      return pieces;
    },
    reset() {
      length = 0;
      state = "outside";
    },
  };
}

/** Null: 7d is followed by neither 01 nor 02. */
export function unescaped(bytes: Uint8Array): Uint8Array | null {
  const plain = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    const next = bytes[at + 1];
    if (byte === ESCAPE && next !== ESCAPED_FLAG && next !== ESCAPED_ESCAPE) return null;
    plain[length++] = byte !== ESCAPE ? byte : next === ESCAPED_FLAG ? FLAG : ESCAPE;
    if (byte === ESCAPE) at++;
  }
  return plain.subarray(0, length);
}

/** The same bytes between flags, as they go over the wire. */
export function escaped(bytes: Uint8Array): Uint8Array {
  const inside = [...bytes].flatMap((byte) => {
    if (byte === FLAG) return [ESCAPE, ESCAPED_FLAG];
    return byte === ESCAPE ? [ESCAPE, ESCAPED_ESCAPE] : [byte];
  });
  return Uint8Array.of(FLAG, ...inside, FLAG);
}
