import type { Framer } from "../../gateway/core/definition.ts";

const END = 0xc0;
const ESC = 0xdb;
const ESC_END = 0xdc;
const ESC_ESC = 0xdd;

/** Longer frames are no frames of ours: one `oversized` rejection, then everything up to the next END is skipped. */
export const MAX_FRAME_BYTES = 64;

type Piece = ReturnType<Framer["push"]>[number];

/** `frame`: collecting; `escape`: the byte after ESC is due; `skip`: waiting for the next END. */
type Mode = "frame" | "escape" | "skip";

/**
 * Cuts SLIP frames (RFC 1055) out of a byte stream. An END before a frame is accepted, nothing between two ENDs is
 * no frame. The buffer never holds more than `MAX_FRAME_BYTES`; after a fault reading goes on at the next END.
 */
export function createSlipFramer(): Framer {
  const buffer = new Uint8Array(MAX_FRAME_BYTES);
  let length = 0;
  let mode: Mode = "frame";

  const reject = (code: "oversized" | "bad-escape", message: string): Piece => {
    mode = "skip";
    length = 0;
    return { rejected: { code, message } };
  };

  const collect = (byte: number): Piece | null => {
    if (length === MAX_FRAME_BYTES) return reject("oversized", `more than ${MAX_FRAME_BYTES} bytes without an END`);
    buffer[length++] = byte;
    mode = "frame";
    return null;
  };

  const end = (): Piece | null => {
    const cutOff = mode === "escape";
    const frame = mode === "frame" && length > 0 ? buffer.slice(0, length) : null;
    mode = "frame";
    length = 0;
    if (cutOff) return { rejected: { code: "bad-escape", message: "an END right after an escape" } };
    return frame ? { frame } : null;
  };

  const escaped = (byte: number): Piece | null => {
    if (byte === ESC_END) return collect(END);
    if (byte === ESC_ESC) return collect(ESC);
    return reject(
      "bad-escape",
      `byte 0x${byte.toString(16).padStart(2, "0")} after an escape, only 0xdc or 0xdd may be`,
    );
  };

  const take = (byte: number): Piece | null => {
    if (byte === END) return end();
    if (mode === "skip") return null;
    if (mode === "escape") return escaped(byte);
    if (byte !== ESC) return collect(byte);
    mode = "escape";
    return null;
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
      mode = "frame";
      length = 0;
    },
  };
}

/** Wraps one frame for the wire: END, the escaped bytes, END. */
export function slipEncode(frame: Uint8Array): Uint8Array {
  const wire = [END];
  for (const byte of frame) {
    if (byte === END) wire.push(ESC, ESC_END);
    else if (byte === ESC) wire.push(ESC, ESC_ESC);
    else wire.push(byte);
  }
  wire.push(END);
  return Uint8Array.from(wire);
}
