import type { Framer } from "../../gateway/core/definition.ts";

const OPEN = 0x5b;
const CLOSE = 0x5d;
const CR = 0x0d;
const LF = 0x0a;

/** The length has four hexadecimal digits; a voice message or a picture may come near. */
export const WATCH_FRAME_MAX_BYTES = 65_600;
/** Where most messages fit; a longer one makes the buffer grow. */
const USUAL_BYTES = 512;
/** A message inside of what was taken for one: what came before its bracket was garbage, or cut off. */
const INNER = /\[[0-9A-Z]{2}\*[^*[\]]{1,20}\*(?:[^*[\]]{1,20}\*)?[0-9a-f]{4}\*[^[]*$/i;

type Piece = ReturnType<Framer["push"]>[number];

const CUT_OFF: Piece = { rejected: { code: "bad-length", message: "a message that another one cuts off" } };
const STRAY: Piece = { rejected: { code: "bad-type", message: "bytes outside of brackets" } };

/**
 * Cuts `[…]` out of a byte stream, brackets included; brackets in a message are escaped. The buffer never holds more
 * than `WATCH_FRAME_MAX_BYTES`; a longer message is one `oversized` rejection, and reading goes on at the next `[`
 * behind its end.
 */
export function createBracketFramer(): Framer {
  let buffer = new Uint8Array(USUAL_BYTES);
  let length = 0;
  let mode: "outside" | "inside" | "skip" = "outside";
  let isStray = false;

  const grow = (): void => {
    const larger = new Uint8Array(Math.min(buffer.length * 4, WATCH_FRAME_MAX_BYTES));
    larger.set(buffer);
    buffer = larger;
  };

  const begin = (): readonly Piece[] => {
    const pieces = isStray ? [STRAY] : [];
    isStray = false;
    mode = "inside";
    buffer[0] = OPEN;
    length = 1;
    return pieces;
  };

  const end = (): readonly Piece[] => {
    mode = "outside";
    const frame = buffer.slice(0, length);
    if (buffer.length > USUAL_BYTES) buffer = new Uint8Array(USUAL_BYTES);
    const inner = frame.lastIndexOf(OPEN) > 0 ? innerOf(frame) : null;
    return inner ? [CUT_OFF, { frame: inner }] : [{ frame }];
  };

  const take = (byte: number): readonly Piece[] => {
    if (mode === "outside" && byte !== OPEN) {
      isStray ||= byte !== CR && byte !== LF && byte !== 0;
      return [];
    }
    if (mode === "outside") return begin();
    if (mode === "skip") {
      if (byte === CLOSE) mode = "outside";
      return [];
    }
    if (length === WATCH_FRAME_MAX_BYTES) {
      mode = byte === CLOSE ? "outside" : "skip";
      return [{ rejected: { code: "oversized", message: `more than ${WATCH_FRAME_MAX_BYTES} bytes without a ]` } }];
    }
    if (length === buffer.length) grow();
    buffer[length++] = byte;
    return byte === CLOSE ? end() : [];
  };

  return {
    push(bytes) {
      const pieces: Piece[] = [];
      for (const byte of bytes) pieces.push(...take(byte));
      return pieces;
    },
    reset() {
      mode = "outside";
      isStray = false;
    },
  };
}

function innerOf(frame: Uint8Array): Uint8Array | null {
  const text = Buffer.from(frame.buffer, frame.byteOffset, frame.length).toString("latin1");
  const at = text.slice(1).search(INNER);
  return at === -1 ? null : frame.slice(at + 1);
}
