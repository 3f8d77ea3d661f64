import type { Framer } from "../../gateway/core/definition.ts";
import { latin1 } from "../parts/text.ts";

/** The longest messages list cells of the network. */
export const H02_TEXT_MAX_BYTES = 1_024;
/** Binary messages by the length of the id and by what is added behind the status. */
const SHORT = 32;
const WITH_IMEI = 42;
const LONG = 45;

const STAR = 0x2a;
const HASH = 0x23;
const DOLLAR = 0x24;
const LETTER_X = 0x58;
const CR = 0x0d;
const LF = 0x0a;

const isMarker = (byte: number): boolean => byte === STAR || byte === DOLLAR || byte === LETTER_X;

/** Where the time stands: behind an id of five bytes, or behind an IMEI of eight. */
export type TimeAt = 6 | 9;

type Piece = ReturnType<Framer["push"]>[number];

/** What to do with the bytes that are held: cut a frame, drop some, or wait for more. */
type Step =
  | { readonly cut: number; readonly mayGoOn?: boolean }
  | { readonly drop: number; readonly oversized?: boolean }
  | "wait";

/**
 * Cuts `*…#` and binary frames out of a byte stream. A binary frame has no end and says no length: what follows it
 * tells, and the digits of its time tell it from other bytes. Holds one message at most.
 */
export function createH02Framer(): Framer {
  let held: Uint8Array = new Uint8Array(0);
  let stray = 0;
  /** So many bytes may follow that belong to a frame which seemed to end before them. */
  let grace = 0;

  const settle = (): Piece | null => {
    const isWorthTelling = stray > 0;
    stray = 0;
    return isWorthTelling
      ? { rejected: { code: "bad-type", message: "bytes that begin no message before one that does" } }
      : null;
  };

  const drop = (bytes: number, oversized: boolean): Piece | null => {
    for (const byte of held.subarray(0, bytes)) {
      if (byte === CR || byte === LF) continue;
      if (grace > 0) grace -= 1;
      else stray += 1;
    }
    held = held.subarray(bytes);
    if (oversized) {
      // What follows is the rest of the same message, and told.
      stray = 0;
      grace = Number.POSITIVE_INFINITY;
    }
    if (!oversized && stray <= H02_TEXT_MAX_BYTES) return null;
    stray = 0;
    return { rejected: { code: "oversized", message: `more than ${H02_TEXT_MAX_BYTES} bytes without a message` } };
  };

  return {
    push(bytes) {
      held = Buffer.concat([held, bytes]);
      const pieces: (Piece | null)[] = [];
      for (;;) {
        const step = nextStep(held);
        if (step === "wait") break;
        if ("drop" in step) pieces.push(drop(step.drop, step.oversized === true));
        else {
          pieces.push(settle(), { frame: held.slice(0, step.cut) });
          grace = step.mayGoOn ? LONG - SHORT : 0;
          held = held.subarray(step.cut);
        }
      }
      return pieces.filter((piece) => piece !== null);
    },
    reset() {
      held = new Uint8Array(0);
      stray = 0;
      grace = 0;
    },
  };
}

function nextStep(held: Uint8Array): Step {
  if (held.length === 0) return "wait";
  if (!isMarker(held[0]!)) {
    const at = held.findIndex(isMarker);
    return { drop: at === -1 ? held.length : at };
  }
  return held[0] === STAR ? textStep(held) : binaryStep(held);
}

function textStep(held: Uint8Array): Step {
  const longest = held.subarray(0, H02_TEXT_MAX_BYTES);
  const end = longest.indexOf(HASH);
  const text = latin1(end === -1 ? longest : longest.subarray(0, end));
  if (!/^\*(?:[0-9A-Z]{0,2}$|[0-9A-Z]{2},)/i.test(text)) return { drop: 1 };
  const next = text.slice(1).search(/\*[0-9A-Z]{2},/i);
  if (next !== -1) return { drop: next + 1 };
  if (end !== -1) return { cut: end + 1 };
  return held.length > H02_TEXT_MAX_BYTES ? { drop: 1, oversized: true } : "wait";
}

function binaryStep(held: Uint8Array): Step {
  if (held.length < SHORT) return mayBeTimed(held) ? "wait" : { drop: 1 };
  const at = timeAt(held);
  if (at === null) return { drop: 1 };
  if (at === 9) return held.length < WITH_IMEI ? "wait" : { cut: WITH_IMEI };
  const next = held[SHORT];
  if (next === undefined) return { cut: SHORT, mayGoOn: true };
  if (isMarker(next) || next === CR || next === LF) return { cut: SHORT, mayGoOn: true };
  return held.length < LONG ? "wait" : { cut: LONG };
}

const isDecimal = (byte: number): boolean => byte >> 4 <= 9 && (byte & 0x0f) <= 9;

/** The id, the time and the date are decimal digits, two a byte. */
const mayBeTimed = (held: Uint8Array): boolean => held.subarray(1, 12).every(isDecimal);

/** Where a binary frame has its time; null: it has none, and is no such frame. */
export function timeAt(frame: Uint8Array): TimeAt | null {
  if (!mayBeTimed(frame)) return null;
  return ([6, 9] as const).find((at) => isTime(frame.subarray(at, at + 6))) ?? null;
}

/** Hour, minute, second, day, month, year. */
function isTime(bytes: Uint8Array): boolean {
  if (bytes.length < 6 || !bytes.every(isDecimal)) return false;
  const [hour = 0, minute = 0, second = 0, day = 0, month = 0] = [...bytes].map((b) => (b >> 4) * 10 + (b & 0x0f));
  return hour < 24 && minute < 60 && second < 60 && day >= 1 && day <= 31 && month >= 1 && month <= 12;
}
