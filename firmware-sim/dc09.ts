/** The receiver's side of ANSI/SIA DC-09, plain: reading frames and writing replies. */

export interface Dc09Frame {
  /** `ADM-CID`, `SIA-DCS`, `NULL`. */
  readonly id: string;
  readonly sequence: string;
  /** Receiver and line numbers as they stood in the frame: `R0L0`. */
  readonly route: string;
  readonly account: string;
  /** What stands between the brackets, without them. */
  readonly data: string;
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

/** Reads what stood between LF and CR. Checksum and length cover the part from the first quote. */
export function readDc09(raw: string): Dc09Read {
  const outer = /^([0-9A-Fa-f]{4})0([0-9A-Fa-f]{3})(".*)$/s.exec(raw);
  if (!outer) return { rejected: "no checksum and length in front of a quoted id", raw };
  const body = outer[3]!;
  if (body.length !== parseInt(outer[2]!, 16))
    return { rejected: `its length says ${parseInt(outer[2]!, 16)}, it has ${body.length}`, raw };
  const crc = hex4(crc16Arc(body));
  if (crc !== outer[1]!.toUpperCase()) return { rejected: `its checksum says ${outer[1]!}, it gives ${crc}`, raw };
  const inner = /^"([^"]+)"(\d{4})((?:R[0-9A-Fa-f]{1,6})?L[0-9A-Fa-f]{1,6})#([0-9A-Fa-f]{3,16})\[(.*)$/s.exec(body);
  if (!inner) return { rejected: "no id, sequence, line, account and data in it", raw };
  const end = /^([^\]]*)\](?:\[[^\]]*\])*(?:_(\d\d):(\d\d):(\d\d),(\d\d)-(\d\d)-(\d{4}))?$/.exec(inner[5]!);
  if (!end) return { rejected: "its data or its time is malformed", raw };
  return {
    id: inner[1]!,
    sequence: inner[2]!,
    route: inner[3]!,
    account: inner[4]!,
    data: end[1]!,
    sentAt: end[2] === undefined ? null : timeOf(end.slice(2).map(Number)),
    raw,
  };
}

function timeOf([hour, minute, second, month, day, year]: readonly number[]): number {
  return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
}

/** Reads Contact ID data, `#acct|QEEE GG ZZZ`; null when it is none or names another account than the frame. */
export function readContactId(frame: Dc09Frame): ContactId | null {
  const match = /^#([0-9A-Fa-f]{3,16})\|([136])([0-9A-F]{3}) ([0-9A-F]{2}) ([0-9A-F]{3})$/.exec(frame.data);
  if (!match || match[1] !== frame.account) return null;
  return { qualifier: Number(match[2]), event: match[3]!, group: match[4]!, zone: match[5]! };
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

/** An `ACK` or `DUH` to a frame. */
export const replyTo = (frame: Dc09Frame, id: "ACK" | "DUH"): string =>
  frameOf(`"${id}"${frame.sequence}${frame.route}#${frame.account}[]`);

/** A `NAK`: the clocks differ; it carries the receiver's. */
export const nakAt = (clockAt: number): string => frameOf(`"NAK"0000R0L0A0[]${stampOf(clockAt)}`);
