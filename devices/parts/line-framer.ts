import type { Framer } from "../../gateway/core/definition.ts";

const CR = 0x0d;
const LF = 0x0a;

type Piece = ReturnType<Framer["push"]>[number];

/**
 * Cuts lines out of a byte stream: CRLF, or either of them alone. Empty lines are none. The buffer never holds more
 * than `maxBytes`; a longer line is one `oversized` rejection, and reading goes on after its end.
 */
export function createLineFramer(maxBytes: number): Framer {
  const buffer = new Uint8Array(maxBytes);
  let length = 0;
  let skipping = false;

  const take = (byte: number): Piece | null => {
    if (byte === CR || byte === LF) {
      const frame = length > 0 ? buffer.slice(0, length) : null;
      length = 0;
      skipping = false;
      return frame && { frame };
    }
    if (skipping) return null;
    if (length < maxBytes) {
      buffer[length++] = byte;
      return null;
    }
    skipping = true;
    length = 0;
    return { rejected: { code: "oversized", message: `more than ${maxBytes} bytes without a line end` } };
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
      skipping = false;
    },
  };
}
