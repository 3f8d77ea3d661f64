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

/** What to do with the text that is held: cut a frame, drop some of it, pass by what begins none, or wait for more. */
type Step =
  | { readonly cut: number }
  | { readonly drop: number; readonly code: "bad-length" | "oversized"; readonly message: string }
  | "pass"
  | "wait";

/** Cuts `$$…*hh` out of a byte stream. Holds one message at most; after a fault reading goes on at the next `$$`. */
export function createMeitrackFramer(): Framer {
  let held = "";
  let stray = 0;

  /** Passes by what begins no message. */
  const skip = (): void => {
    const at = held.indexOf("$$");
    const chars = at === -1 ? held.length - (held.endsWith("$") ? 1 : 0) : at;
    stray += held.slice(0, chars).replace(/[\r\n]/g, "").length;
    held = held.slice(chars);
  };

  /** Says once that there was such, when a message follows or too much of it came. */
  const settle = (isMessage: boolean): ReturnType<Framer["push"]> => {
    if (stray === 0 || (!isMessage && stray <= STRAY_MAX_BYTES)) return [];
    stray = 0;
    return [{ rejected: { code: "bad-type", message: "bytes that begin no message" } }];
  };

  return {
    push(bytes) {
      held += latin1(bytes);
      const pieces: ReturnType<Framer["push"]>[number][] = [];
      for (;;) {
        skip();
        const step = held.startsWith("$$") ? nextStep(held) : "wait";
        pieces.push(...settle(typeof step === "object"));
        if (step === "wait") return pieces;
        if (step === "pass") {
          stray += 1;
          held = held.slice(1);
        } else if ("cut" in step) {
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
  const beginning = held.slice(0, COMMAND_MAX_CHARS);
  const head = HEAD.exec(beginning);
  const command = COMMAND.exec(beginning)?.[1];
  if (head === null || command === undefined)
    return held.length < COMMAND_MAX_CHARS && !/[*\r\n]/.test(beginning) ? "wait" : "pass";
  if (BINARY.has(command)) return binaryStep(held, held.indexOf(",") + Number(head[1]));
  const longest = held.slice(0, MEITRACK_FRAME_MAX_BYTES);
  const end = CHECKSUM.exec(longest);
  const next = longest.slice(2).search(NEXT);
  if (next !== -1 && (end === null || next + 2 < end.index))
    return { drop: next + 2, code: "bad-length", message: "a message that another one cuts off" };
  if (end) return { cut: end.index + end[0].length };
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
