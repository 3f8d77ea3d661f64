import type { EpochMs } from "../../core/units.ts";
import { decrypt } from "./dc09-cipher.ts";
import { crc16Arc, timeIn } from "./dc09-text.ts";

/** What a receiver said. Only an ACK that was framed and whose CRC is right is ever given as `ack`. */
export interface Reply {
  readonly type: "ack" | "nak" | "duh";
  /** Null where the reply names none. 0 is what a NAK carries at many receivers. */
  readonly sequence: number | null;
  /** Upper case; null where the reply names none. */
  readonly account: string | null;
  /** The receiver's clock, where the reply tells it. */
  readonly time?: EpochMs;
  /** It was encrypted, and our key opened it: whoever sent it has the key. */
  readonly isSecret: boolean;
}

const PREFIX = /[0-9A-Fa-f]{8}$/;

/**
 * Reads one reply, with or without its LF and CR; null for anything that is not one. Receivers differ: hex in either
 * case, `|` left out, bytes after the end, a NAK or DUH without framing; those are read. An ACK without framing or
 * with a wrong CRC is not. `key`: what the frame was encrypted with; null: it was not.
 */
export function parseReply(bytes: Uint8Array, key: Buffer | null): Reply | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const quote = text.indexOf('"');
  const prefix = quote < 0 ? null : PREFIX.exec(text.slice(0, quote));
  if (!prefix) return readUnframed(text);
  const body = checkedBody(text.slice(quote), prefix[0]);
  return body === null ? null : readBody(body, key);
}

/** The bytes that the CRC covers: as many as the length says, or all before CR where a receiver counts otherwise. */
function checkedBody(rest: string, prefix: string): string | null {
  const crc = Number.parseInt(prefix.slice(0, 4), 16);
  const declared = rest.slice(0, Number.parseInt(prefix.slice(4), 16));
  if (crc16Arc(declared) === crc) return declared;
  const end = rest.indexOf("\r");
  const whole = end < 0 ? rest : rest.slice(0, end);
  return crc16Arc(whole) === crc ? whole : null;
}

const BODY =
  /^"(\*?)(ACK|NAK|DUH)"(\d{4})?(?:R[0-9A-F]{1,6})?(?:L[0-9A-F]{1,6})?(?:#([0-9A-F]{1,16})|A[0-9A-F]{0,16})?(?![0-9A-F])/i;

function readBody(body: string, key: Buffer | null): Reply | null {
  const match = BODY.exec(body);
  if (!match) return null;
  const [, star, type, sequence, account] = match;
  const secret = star !== "" && key !== null ? secretTime(body, key) : null;
  const time = secret ?? timeIn(body);
  return {
    type: type!.toLowerCase() as Reply["type"],
    sequence: sequence === undefined ? null : Number(sequence),
    account: account?.toUpperCase() ?? null,
    ...(time === null ? {} : { time }),
    isSecret: secret !== null,
  };
}

/** The time in the encrypted part: under another key there is none. Where the padding ends and what follows it does not matter. */
function secretTime(body: string, key: Buffer): EpochMs | null {
  const hex = /\[([0-9A-Fa-f]+)/.exec(body);
  return hex ? timeIn(decrypt(hex[1]!, key)) : null;
}

const UNFRAMED = /^[\s\0]*("?)(NAK|DUH)\1/;

function readUnframed(text: string): Reply | null {
  const match = UNFRAMED.exec(text);
  if (!match) return null;
  const quoted = match[1] ? readBody(text.slice(text.indexOf('"')), null) : null;
  return quoted ?? { type: match[2]!.toLowerCase() as "nak" | "duh", sequence: null, account: null, isSecret: false };
}
