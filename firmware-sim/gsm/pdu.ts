import { pack, septetsOf, textOfSeptets, unpack } from "./septets.ts";

/* The simulated network's own reading and writing of PDUs (3GPP TS 23.040, 9.2). */

/** A part of a longer message: 9.2.3.24.1 and 9.2.3.24.8. */
export interface Joined {
  readonly reference: number;
  readonly parts: number;
  /** From 1. */
  readonly part: number;
}

/** SMS-SUBMIT, 9.2.2.2. */
export interface Submit {
  /** With + where the type of number is international. */
  readonly to: string;
  readonly reportWanted: boolean;
  /** The octet of TP-VP; null: none. */
  readonly validity: number | null;
  readonly alphabet: "gsm7" | "ucs2";
  readonly joined: Joined | null;
  readonly text: string;
}

class Octets {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(count: number): Buffer {
    if (this.left < count) throw new Error(`the PDU ends ${count - this.left} octets early`);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  one(): number {
    return this.take(1)[0]!;
  }
}

/**
 * Reads what `AT+CMGS=<length>` was followed by: the service centre's address, then the TPDU of `length` octets.
 * @throws {Error} saying what is wrong with it.
 */
export function readSubmit(hex: string, length: number): Submit {
  if (!/^(?:[0-9A-F]{2})+$/i.test(hex)) throw new Error("the PDU is not hexadecimal");
  const octets = new Octets(Buffer.from(hex, "hex"));
  octets.take(octets.one());
  if (octets.left !== length) throw new Error(`the TPDU has ${octets.left} octets, not ${length}`);
  const first = octets.one();
  if ((first & 3) !== 1) throw new Error("the TPDU is no SMS-SUBMIT");
  octets.one();
  const digits = octets.one();
  const to = numberOf(octets.one(), digits, octets.take(Math.ceil(digits / 2)));
  octets.one();
  const coding = octets.one();
  if (coding !== 0 && coding !== 8) throw new Error(`coding scheme ${coding} is not understood`);
  const form = (first >> 3) & 3;
  if (form === 1 || form === 3) throw new Error("only a relative validity period is understood");
  const validity = form === 2 ? octets.one() : null;
  const { text, joined } = userData(octets, coding === 8, (first & 0x40) !== 0);
  const alphabet = coding === 8 ? "ucs2" : "gsm7";
  return { to, reportWanted: (first & 0x20) !== 0, validity, alphabet, joined, text };
}

function userData(octets: Octets, isUcs2: boolean, hasHeader: boolean): { text: string; joined: Joined | null } {
  const length = octets.one();
  const data = octets.take(isUcs2 ? length : Math.ceil((length * 7) / 8));
  if (octets.left > 0) throw new Error(`${octets.left} octets stand behind the user data`);
  if (data.length > 140) throw new Error("the user data has more than 140 octets");
  const header = hasHeader ? data[0]! + 1 : 0;
  const joined = hasHeader ? joinedOf(data.subarray(1, header)) : null;
  if (isUcs2) return { text: textOfUcs2(data.subarray(header)), joined };
  const headerSeptets = Math.ceil((header * 8) / 7);
  const septets = unpack(data, length - headerSeptets, headerSeptets * 7);
  return { text: textOfSeptets(septets), joined };
}

function joinedOf(header: Buffer): Joined | null {
  for (let at = 0; at + 1 < header.length; at += 2 + header[at + 1]!) {
    const value = header.subarray(at + 2, at + 2 + header[at + 1]!);
    if (header[at] === 0 && value.length === 3) return { reference: value[0]!, parts: value[1]!, part: value[2]! };
    if (header[at] === 8 && value.length === 4)
      return { reference: value.readUInt16BE(), parts: value[2]!, part: value[3]! };
  }
  return null;
}

const textOfUcs2 = (octets: Buffer): string => Buffer.from(octets).swap16().toString("utf16le");
const ucs2Of = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

/** Semi-octets, the low one first; F fills up. */
const swapped = (digits: string): Buffer =>
  Buffer.from((digits.length % 2 ? `${digits}F` : digits).replace(/(.)(.)/g, "$2$1"), "hex");

function numberOf(type: number, digits: number, octets: Buffer): string {
  const number = octets
    .toString("hex")
    .replace(/(.)(.)/g, "$2$1")
    .slice(0, digits);
  if (!/^\d+$/.test(number)) throw new Error("the number has something that is no digit");
  return (type & 0x70) === 0x10 ? `+${number}` : number;
}

function addressOctets(address: string): Buffer {
  if (/^\+?\d+$/.test(address)) {
    const digits = address.replace("+", "");
    return Buffer.concat([Buffer.from([digits.length, address.startsWith("+") ? 0x91 : 0x81]), swapped(digits)]);
  }
  const name = pack(septetsOf(address) ?? []);
  return Buffer.concat([Buffer.from([Math.ceil((address.length * 7) / 4), 0xd0]), name]);
}

const two = (n: number): string => String(n).padStart(2, "0");

/** Seven semi-octet pairs, 9.2.3.11, in China's time. */
function stampOctets(at: Date): Buffer {
  const local = new Date(at.getTime() + 8 * 3_600_000);
  const year = local.getUTCFullYear() % 100;
  const parts = [year, local.getUTCMonth() + 1, local.getUTCDate(), local.getUTCHours(), local.getUTCMinutes()];
  return swapped([...parts, local.getUTCSeconds(), 32].map(two).join(""));
}

const PARTS_MAX = 255;

/** SMS-DELIVER (9.2.2.1) for a text that a phone sent, one PDU a part. `wide` writes references of sixteen bits. */
export function deliverPdus(from: string, text: string, at: Date, reference: number, wide = false): string[] {
  const septets = septetsOf(text);
  const whole = septets ? septets.length <= 160 : text.length <= 70;
  const pieces = whole ? [text] : cut(text, septets !== null, wide ? 1 : 0);
  if (pieces.length > PARTS_MAX) throw new Error("the text is too long");
  return pieces.map((piece, index) => {
    const header = whole ? Buffer.alloc(0) : headerOf(reference, pieces.length, index + 1, wide);
    const [length, data] = dataOf(piece, septets !== null, header);
    const head = Buffer.concat([
      Buffer.from([0, whole ? 0x04 : 0x44]),
      addressOctets(from),
      Buffer.from([0, septets ? 0 : 8]),
      stampOctets(at),
      Buffer.from([length]),
    ]);
    return Buffer.concat([head, data]).toString("hex").toUpperCase();
  });
}

function cut(text: string, isSeptets: boolean, less: number): string[] {
  const size = isSeptets ? 153 - less : 67 - less;
  const pieces: string[] = [];
  let piece = "";
  for (const character of text) {
    const longer = piece + character;
    if ((isSeptets ? septetsOf(longer)!.length : longer.length) > size) {
      pieces.push(piece);
      piece = character;
    } else piece = longer;
  }
  return [...pieces, piece];
}

const headerOf = (reference: number, parts: number, part: number, wide: boolean): Buffer =>
  wide
    ? Buffer.from([6, 8, 4, (reference >> 8) & 0xff, reference & 0xff, parts, part])
    : Buffer.from([5, 0, 3, reference & 0xff, parts, part]);

function dataOf(text: string, isSeptets: boolean, header: Buffer): [number, Buffer] {
  if (!isSeptets) return [header.length + text.length * 2, Buffer.concat([header, ucs2Of(text)])];
  const septets = septetsOf(text)!;
  const headerSeptets = Math.ceil((header.length * 8) / 7);
  const packed = pack(septets, headerSeptets * 7);
  header.copy(packed);
  return [headerSeptets + septets.length, packed];
}

/** SMS-STATUS-REPORT (9.2.2.3) about the message with this reference. */
export function reportPdu(reference: number, to: string, sent: Date, at: Date, status: number): string {
  const head = Buffer.concat([Buffer.from([0, 0x06, reference]), addressOctets(to)]);
  const tail = Buffer.concat([stampOctets(sent), stampOctets(at), Buffer.from([status])]);
  return Buffer.concat([head, tail]).toString("hex").toUpperCase();
}
