import type { Framer } from "../../gateway/core/definition.ts";
import { latin1 } from "../parts/text.ts";

/** A packet of a photograph or of stored records is the longest; real ones have up to 1.5 KB. */
export const MEITRACK_FRAME_MAX_BYTES = 4_096;
/** Bytes that belong to no message are dropped; so many of them are told. */
const STRAY_MAX_BYTES = 4_096;

const HEAD = /^\$\$[\x21-\x7e](\d{1,5}),/;
const HEAD_MAX_CHARS = "$$A99999,".length;
const COMMAND = /^[^,]*,\d{1,17},([0-9A-Z]{3})[,*]/;
const COMMAND_MAX_CHARS = HEAD_MAX_CHARS + "353456700000017,CCE,".length + 2;
/** These hold bytes of any value: their length counts. The others end at their checksum. */
const BINARY = new Set(["CCC", "CCE", "D00"]);
const CHECKSUM = /\*[0-9A-F]{2}/i;
const CHECKSUM_CHARS = "*hh\r\n".length;
const NEXT = /\$\$[\x21-\x7e]\d{1,5},\d{10,17},/;

type Code = "bad-type" | "bad-length" | "oversized";

/** What to do with the text that is held: cut a frame, drop some of it, or wait for more. */
type Step =
  { readonly cut: number } | { readonly drop: number; readonly code: Code; readonly message: string } | "wait";

/** Cuts `$$…*hh` out of a byte stream. Holds one message at most; after a fault reading goes on at the next `$$`. */
export function createMeitrackFramer(): Framer {
  let held = "";
  let stray = 0;

  const skip = (): ReturnType<Framer["push"]> => {
    const at = held.indexOf("$$");
    const chars = at === -1 ? held.length - (held.endsWith("$") ? 1 : 0) : at;
    stray += held.slice(0, chars).replace(/[\r\n]/g, "").length;
    held = held.slice(chars);
    if (stray === 0 || (at === -1 && stray <= STRAY_MAX_BYTES)) return [];
    stray = 0;
    return [{ rejected: { code: "bad-type", message: "bytes that begin no message" } }];
  };

  return {
    push(bytes) {
      held += latin1(bytes);
      const pieces: ReturnType<Framer["push"]>[number][] = [];
      for (;;) {
        pieces.push(...skip());
        const step = held.startsWith("$$") ? nextStep(held) : "wait";
        if (step === "wait") return pieces;
        if ("cut" in step) {
          pieces.push({ frame: Buffer.from(held.slice(0, step.cut), "latin1") });
          held = held.slice(step.cut);
        } else {
          pieces.push({ rejected: { code: step.code, message: step.message } });
          held = held.slice(step.drop);
        }
      }
    },
    reset() {
      held = "";
      stray = 0;
    },
  };
}

function nextStep(held: string): Step {
  const head = HEAD.exec(held);
  const command = COMMAND.exec(held)?.[1];
  if (head === null || command === undefined)
    return held.length < COMMAND_MAX_CHARS && !/[*\r\n]/.test(held)
      ? "wait"
      : { drop: 1, code: "bad-type", message: "a message without length, number and command" };
  if (BINARY.has(command)) return binaryStep(held, held.indexOf(",") + Number(head[1]));
  const end = CHECKSUM.exec(held);
  const next = held.slice(2).search(NEXT);
  if (next !== -1 && (end === null || next + 2 < end.index))
    return { drop: next + 2, code: "bad-length", message: "a message that another one cuts off" };
  if (end && end.index < MEITRACK_FRAME_MAX_BYTES) return { cut: end.index + end[0].length };
  if (held.length <= MEITRACK_FRAME_MAX_BYTES) return "wait";
  return { drop: 2, code: "oversized", message: `more than ${MEITRACK_FRAME_MAX_BYTES} bytes without a checksum` };
}

function binaryStep(held: string, length: number): Step {
  if (length > MEITRACK_FRAME_MAX_BYTES)
    return {
      drop: 2,
      code: "oversized",
      message: `a message that says it has more than ${MEITRACK_FRAME_MAX_BYTES} bytes`,
    };
  if (held.length < length) return "wait";
  if (!/^\*[0-9A-F]{2}\r\n$/i.test(held.slice(length - CHECKSUM_CHARS, length)))
    return { drop: 2, code: "bad-length", message: "a message that does not end where it says" };
  return { cut: length };
}
