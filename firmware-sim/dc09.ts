/** The receiver's side of ANSI/SIA DC-09: reading frames and writing replies. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

export interface Dc09Frame {
  /** `ADM-CID`, `SIA-DCS`, `NULL`. */
  readonly id: string;
  readonly encrypted: boolean;
  readonly sequence: string;
  /** Receiver and line numbers as they stood in the frame: `R0L0`. */
  readonly route: string;
  readonly account: string;
  /** What stands between the brackets, without them. */
  readonly data: string;
  /** Extended data, without their brackets: `X121E32.456`. */
  readonly extended: readonly string[];
  /** The frame's own time, ms since 1970 UTC; null when it carries none. */
  readonly sentAt: number | null;
  readonly raw: string;
}

export type Dc09Read = Dc09Frame | { readonly rejected: string; readonly raw: string };

export interface ContactId {
  readonly qualifier: number;
  readonly event: string;
  readonly group: string;
  readonly zone: string;
}

/** An event of SIA DC-03: `NRI0/QA007`. */
export interface SiaEvent {
  readonly code: string;
  readonly area: string;
  readonly zone: string;
}

/** CRC-16/ARC: polynomial 0x8005 reflected, initial value 0; "123456789" gives BB3D. */
export function crc16Arc(text: string): number {
  let crc = 0;
  for (const byte of Buffer.from(text, "latin1")) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}

const hex4 = (n: number): string => n.toString(16).toUpperCase().padStart(4, "0");

/** Reads what stood between LF and CR. Checksum and length cover the part from the first quote. `key` opens what is encrypted. */
export function readDc09(raw: string, key: Buffer | null = null): Dc09Read {
  const outer = /^([0-9A-Fa-f]{4})0([0-9A-Fa-f]{3})(".*)$/s.exec(raw);
  if (!outer) return { rejected: "no checksum and length in front of a quoted id", raw };
  const body = outer[3]!;
  if (body.length !== parseInt(outer[2]!, 16))
    return { rejected: `its length says ${parseInt(outer[2]!, 16)}, it has ${body.length}`, raw };
  const crc = hex4(crc16Arc(body));
  if (crc !== outer[1]!.toUpperCase()) return { rejected: `its checksum says ${outer[1]!}, it gives ${crc}`, raw };
  const inner = /^"(\*?)([^"]+)"(\d{4})((?:R[0-9A-Fa-f]{1,6})?L[0-9A-Fa-f]{1,6})#([0-9A-Fa-f]{3,16})\[(.*)$/s.exec(
    body,
  );
  if (!inner) return { rejected: "no id, sequence, line, account and data in it", raw };
  const [, star, id, sequence, route, account, rest] = inner as unknown as string[];
  const content = star === "" ? rest! : openContent(rest!, key);
  if (content === null) return { rejected: "it is encrypted, and not with the key that is known here", raw };
  const end = /^([^\]]*)\]((?:\[[^\]]*\])*)(?:_(\d\d):(\d\d):(\d\d),(\d\d)-(\d\d)-(\d{4}))?$/.exec(content);
  if (!end) return { rejected: "its data or its time is malformed", raw };
  return {
    id: id!,
    encrypted: star !== "",
    sequence: sequence!,
    route: route!,
    account: account!,
    data: end[1]!,
    extended: [...end[2]!.matchAll(/\[([^\]]*)\]/g)].map(([, part]) => part!),
    sentAt: end[3] === undefined ? null : timeOf(end.slice(3).map(Number)),
    raw,
  };
}

function timeOf([hour, minute, second, month, day, year]: readonly number[]): number {
  return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
}

/** Decrypts, and takes the padding away: it ends at the first `|`. Null: it is no whole number of blocks, or has none. */
function openContent(hex: string, key: Buffer | null): string | null {
  if (key === null || !/^(?:[0-9A-Fa-f]{32})+$/.test(hex)) return null;
  const cipher = createDecipheriv(`aes-${8 * key.length}-cbc`, key, Buffer.alloc(16));
  cipher.setAutoPadding(false);
  const text = cipher.update(hex, "hex", "latin1") + cipher.final("latin1");
  const bar = text.indexOf("|");
  return bar < 1 || bar > 16 ? null : text.slice(bar + 1);
}

/** Reads Contact ID data, `#acct|QEEE GG ZZZ`; null when it is none or names another account than the frame. */
export function readContactId(frame: Dc09Frame): ContactId | null {
  const match = /^#([0-9A-Fa-f]{3,16})\|([136])([0-9A-F]{3}) ([0-9A-F]{2}) ([0-9A-F]{3})$/.exec(frame.data);
  if (!match || match[1] !== frame.account) return null;
  return { qualifier: Number(match[2]), event: match[3]!, group: match[4]!, zone: match[5]! };
}

/** Reads SIA data, `#acct|Nri0/QA007`; null when it is none or names another account than the frame. */
export function readSia(frame: Dc09Frame): SiaEvent | null {
  const match = /^#([0-9A-Fa-f]{3,16})\|N(?:ri(\d{1,2})\/)?([A-Z]{2})(\d{1,4})$/.exec(frame.data);
  if (!match || match[1] !== frame.account) return null;
  return { code: match[3]!, area: match[2] ?? "0", zone: match[4]! };
}

/** The time in a frame's form: `_12:00:00,11-23-2026`, UTC. */
export function stampOf(at: number): string {
  const iso = new Date(at).toISOString();
  return `_${iso.slice(11, 19)},${iso.slice(5, 7)}-${iso.slice(8, 10)}-${iso.slice(0, 4)}`;
}

/** LF, checksum, length, body, CR. */
export const frameOf = (body: string): string => {
  const length = body.length.toString(16).toUpperCase().padStart(3, "0");
  return `\n${hex4(crc16Arc(body))}0${length}${body}\r`;
};

/** How a receiver's replies may differ from what the standard says. */
export interface ReplyForm {
  /** Encrypts the answer to an encrypted frame. */
  readonly key?: Buffer | null;
  /** The receiver's clock, in an encrypted answer. */
  readonly at?: number;
  /** Hex digits in lower case. */
  readonly lowerHex?: boolean;
  /** No `|` behind the padding. */
  readonly noBar?: boolean;
  /** Bytes behind the end: of the text, where it is encrypted; of the frame, where it is not. */
  readonly trailing?: boolean;
}

/** An `ACK` or `DUH` to a frame, encrypted where the frame was. */
export function replyTo(frame: Dc09Frame, id: "ACK" | "DUH", form: ReplyForm = {}): string {
  const { key = null, at = 0 } = form;
  const origin = `${frame.sequence}${frame.route}#${frame.account}[`;
  const isSecret = frame.encrypted && key !== null;
  const body = isSecret
    ? `"*${id}"${origin}${sealContent(at, key, form)}`
    : `"${id}"${origin}${form.noBar === true ? "" : "]"}`;
  const text = frameOf(body);
  const cased = form.lowerHex === true ? lowerHex(text) : text;
  return form.trailing === true && !isSecret ? cased.replace("\r", "\0\0\r") : cased;
}

/** Checksum and length; the encrypted part's digits are covered by the checksum and are written small before it is made. */
const lowerHex = (text: string): string => text.replace(/^\n[0-9A-F]{8}/, (prefix) => prefix.toLowerCase());

function sealContent(at: number, key: Buffer, { noBar, trailing, lowerHex: lower }: ReplyForm): string {
  const bar = noBar === true ? "" : "|";
  const content = `${bar}]${stampOf(at)}`;
  const after = trailing === true ? "\0".repeat(16) : "";
  const padLength = 16 - (content.length % 16);
  const pad = [...randomBytes(padLength)].map((byte) => String.fromCharCode(0x41 + (byte % 26))).join("");
  const cipher = createCipheriv(`aes-${8 * key.length}-cbc`, key, Buffer.alloc(16));
  cipher.setAutoPadding(false);
  const hex = cipher.update(`${pad}${content}${after}`, "latin1", "hex") + cipher.final("hex");
  return lower === true ? hex : hex.toUpperCase();
}

/** A `NAK`: the clocks differ; it carries the receiver's. */
export const nakAt = (clockAt: number): string => frameOf(`"NAK"0000R0L0A0[]${stampOf(clockAt)}`);
