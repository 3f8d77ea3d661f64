import type { EpochMs } from "../../core/units.ts";

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

export const hex4 = (n: number): string => n.toString(16).toUpperCase().padStart(4, "0");
const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`);

/** `HH:MM:SS,MM-DD-YYYY` in UTC. */
export function timestampOf(at: EpochMs): string {
  const date = new Date(at);
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${time},${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}-${date.getUTCFullYear()}`;
}

const TIMESTAMP = /_(\d\d):(\d\d):(\d\d),(\d\d)-(\d\d)-(\d{4})/;

/** The first timestamp in a text, with its underscore; null: there is none, or it is no time. */
export function timeIn(text: string): EpochMs | null {
  const match = TIMESTAMP.exec(text);
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
