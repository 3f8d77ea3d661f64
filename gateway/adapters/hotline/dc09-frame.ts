import type { EpochMs } from "../../core/units.ts";

/** One Contact ID event as ANSI/SIA DC-09 carries it in the token ADM-CID. */
export interface AlarmFrame {
  /** 1–9999; the reply echoes it. */
  readonly sequence: number;
  /** 3–16 hex digits. */
  readonly account: string;
  /** Contact ID event code, three digits: `101`. */
  readonly event: string;
  readonly qualifier: 1 | 3 | 6;
  /** One to three digits. */
  readonly zone: string;
  /** The moment written into the frame, in UTC to the second. */
  readonly at: EpochMs;
  /** Receiver number, hex; `0` when left out, and always sent, for receivers mishandle a frame without R. */
  readonly receiver?: string;
  /** Line (account prefix), hex; `0` when left out. */
  readonly line?: string;
}

/** What a receiver said. Only an ACK that was framed and whose CRC is right is ever given as `ack`. */
export interface Reply {
  readonly type: "ack" | "nak" | "duh";
  /** Null where the reply names none. 0 is what a NAK carries at many receivers. */
  readonly sequence: number | null;
  /** Upper case; null where the reply names none. */
  readonly account: string | null;
  /** The receiver's clock, where the reply tells it. */
  readonly time?: EpochMs;
}

export const SEQUENCE_MAX = 9_999;

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});

/** CRC-16/ARC over the low bytes of `text`: 0x8005 reflected, init 0, no xorout; "123456789" gives 0xBB3D. */
export function crc16Arc(text: string): number {
  let crc = 0;
  for (let index = 0; index < text.length; index++) {
    crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ text.charCodeAt(index)) & 0xff]!;
  }
  return crc;
}

const ACCOUNT = /^[0-9A-Fa-f]{3,16}$/;
const EVENT = /^[0-9A-Fa-f]{3}$/;
const ZONE = /^[0-9]{1,3}$/;

/** Says in one line why the fields cannot stand in a frame; null when they can. */
export function fieldFault(fields: Pick<AlarmFrame, "account" | "event" | "zone">): string | null {
  if (!ACCOUNT.test(fields.account)) return `account "${fields.account}" is not 3 to 16 hex digits`;
  if (!EVENT.test(fields.event)) return `event "${fields.event}" is not a Contact ID code of three digits`;
  if (!ZONE.test(fields.zone)) return `zone "${fields.zone}" is not one to three digits`;
  return null;
}

/** The frame's bytes, LF to CR. The fields are taken as `fieldFault` allows them. */
export function buildFrame(frame: AlarmFrame): Buffer {
  const account = frame.account.toUpperCase();
  const event = `${frame.qualifier}${frame.event.toUpperCase()} 00 ${frame.zone.padStart(3, "0")}`;
  const sequence = String(frame.sequence).padStart(4, "0");
  const origin = `R${frame.receiver ?? "0"}L${frame.line ?? "0"}#${account}`;
  return wrap(`"ADM-CID"${sequence}${origin}[#${account}|${event}]_${timestampOf(frame.at)}`);
}

function wrap(body: string): Buffer {
  return Buffer.from(`\n${hex4(crc16Arc(body))}${hex4(body.length)}${body}\r`, "latin1");
}

const hex4 = (n: number): string => n.toString(16).toUpperCase().padStart(4, "0");
const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`);

/** `HH:MM:SS,MM-DD-YYYY` in UTC. */
function timestampOf(at: EpochMs): string {
  const date = new Date(at);
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${time},${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}-${date.getUTCFullYear()}`;
}

const TIMESTAMP = /_(\d\d):(\d\d):(\d\d),(\d\d)-(\d\d)-(\d{4})/;

function timeIn(body: string): EpochMs | null {
  const match = TIMESTAMP.exec(body);
  if (!match) return null;
  const [hour, minute, second, month, day, year] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  return timestampOf(at) === match[0].slice(1) ? at : null;
}

const PREFIX = /[0-9A-Fa-f]{8}$/;

/**
 * Reads one reply, with or without its LF and CR; null for anything that is not one. Receivers differ: hex in either
 * case, `|` left out, bytes after the end, a NAK or DUH without framing; those are read. An ACK without framing or
 * with a wrong CRC is not.
 */
export function parseReply(bytes: Uint8Array): Reply | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const quote = text.indexOf('"');
  const prefix = quote < 0 ? null : PREFIX.exec(text.slice(0, quote));
  if (!prefix) return readUnframed(text);
  const body = checkedBody(text.slice(quote), prefix[0]);
  return body === null ? null : readBody(body);
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
  /^"\*?(ACK|NAK|DUH)"(\d{4})?(?:R[0-9A-F]{1,6})?(?:L[0-9A-F]{1,6})?(?:#([0-9A-F]{1,16})|A[0-9A-F]{0,16})?(?![0-9A-F])/i;

function readBody(body: string): Reply | null {
  const match = BODY.exec(body);
  if (!match) return null;
  const time = timeIn(body);
  return {
    type: match[1]!.toLowerCase() as Reply["type"],
    sequence: match[2] === undefined ? null : Number(match[2]),
    account: match[3]?.toUpperCase() ?? null,
    ...(time === null ? {} : { time }),
  };
}

const UNFRAMED = /^[\s\0]*("?)(NAK|DUH)\1/;

function readUnframed(text: string): Reply | null {
  const match = UNFRAMED.exec(text);
  if (!match) return null;
  const quoted = match[1] ? readBody(text.slice(text.indexOf('"'))) : null;
  return quoted ?? { type: match[2]!.toLowerCase() as "nak" | "duh", sequence: null, account: null };
}
