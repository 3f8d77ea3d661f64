import type { TcpPiece, TcpSession } from "../../gateway/core/definition.ts";
import type { EpochMs } from "../../gateway/core/units.ts";
import { rejected } from "./rejected.ts";
import type { Login, Read } from "./tcp-session.ts";
import { bytesOf, latin1 } from "./text.ts";

/** How messages of text stand in a stream. */
export interface TextForm {
  /** Where a message begins among bytes that belong to none. */
  readonly begins: RegExp;
  /** Where, inside a message that nothing closed, the next one begins. */
  readonly beginsNext: RegExp;
  /** The longest beginning that may be cut in two, in characters. */
  readonly beginningMax: number;
  /** Any of these closes a message. */
  readonly ends: RegExp;
  /** The longest message, in bytes. */
  readonly maxBytes: number;
  /** Whether a segment that ends here without a close holds the message as far as it matters. */
  isWhole(text: string): boolean;
  /** How long a message with bytes in it is by its own account; null: the close counts; absent: none has any. */
  lengthOf?(text: string): number | null;
}

/** What may stand between messages. */
const BETWEEN = /^[\s\0;]+/;
const NO_FRAME = new Uint8Array(0);

/**
 * A connection of messages of text that devices close, or forget to close: what is whole when a segment ends is read
 * then. If more of it follows, it is read again, and told again if that changes anything. Holds one message at most.
 */
export function createTextSession(
  form: TextForm,
  read: (text: string, login: Login, now: EpochMs) => Read,
): TcpSession {
  const login: Login = { address: null };
  let held = "";
  /** What was told of the held message before it was closed. */
  let told: string | null = null;
  let strayChars = 0;
  /** The rest of a message that was too long: its end was told already. */
  let isTail = false;

  const reject = (code: "oversized" | "bad-type", message: string): TcpPiece => ({
    frame: NO_FRAME,
    decoded: rejected(code, message),
    reply: null,
  });

  const tell = (text: string, now: EpochMs): readonly TcpPiece[] => {
    const { decoded, reply = null } = read(text, login, now);
    const outcome = JSON.stringify([decoded, reply && latin1(reply)]);
    if (outcome === told) return [];
    told = outcome;
    return [{ frame: bytesOf(text), decoded, reply }];
  };

  const close = (chars: number, now: EpochMs): readonly TcpPiece[] => {
    const pieces = tell(held.slice(0, chars), now);
    held = held.slice(chars);
    told = null;
    return pieces;
  };

  /** Drops what belongs to no message; says so once, when a message follows or too much of it came. */
  const skipStray = (): readonly TcpPiece[] => {
    held = held.replace(BETWEEN, "");
    const at = held.search(form.begins);
    const stray = at === -1 ? Math.max(0, held.length - form.beginningMax) : at;
    strayChars += stray;
    held = held.slice(stray);
    const tooMany = strayChars > form.maxBytes;
    if (strayChars === 0 || (at === -1 && !tooMany)) return [];
    strayChars = 0;
    if (isTail) return [];
    return tooMany
      ? [reject("oversized", `more than ${form.maxBytes} bytes without the beginning of a message`)]
      : [reject("bad-type", "bytes that begin no message before one that does")];
  };

  /** Where the held message ends; null: not yet. */
  const endOf = (): number | null => {
    const length = form.lengthOf?.(held) ?? null;
    if (length !== null) return held.length < length ? null : length;
    const longest = held.slice(0, form.maxBytes + 1);
    const beginning = form.begins.exec(longest)![0].length;
    const next = longest.slice(beginning).search(form.beginsNext);
    const end = longest.search(form.ends);
    if (end !== -1 && (next === -1 || end < beginning + next)) return end + 1;
    return next === -1 ? null : beginning + next;
  };

  const cut = (now: EpochMs): readonly TcpPiece[] => {
    const pieces: TcpPiece[] = [];
    for (;;) {
      if (held.search(form.begins) !== 0) {
        told = null;
        pieces.push(...skipStray());
        if (held.search(form.begins) !== 0) return pieces;
      }
      isTail = false;
      const end = endOf();
      if (end !== null && end <= form.maxBytes) pieces.push(...close(end, now));
      else if (held.length <= form.maxBytes) return pieces;
      else {
        held = held.slice(form.beginningMax);
        isTail = true;
        pieces.push(reject("oversized", `more than ${form.maxBytes} bytes without the end of the message`));
      }
    }
  };

  return {
    push(bytes, now) {
      const text = latin1(bytes);
      if (told !== null && text.search(form.begins) === 0) {
        held = "";
        told = null;
      }
      held += text;
      const pieces = [...cut(now)];
      if (held.search(form.begins) === 0 && form.isWhole(held)) pieces.push(...tell(held, now));
      return pieces;
    },
  };
}
