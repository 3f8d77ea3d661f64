import type { Position } from "../../gateway/core/report.ts";

/** What stands where in a frame of GT06, by protocol number and size: cells of 4G networks need more room. */

export const PROTOCOL = {
  login: 0x01,
  status: 0x13,
  text: 0x15,
  textInfo: 0x21,
  addressRequest: 0x2a,
  guard: 0x33,
  modular: 0x70,
  timeRequest: 0x8a,
  wifiAlarm: 0xa9,
  addressAnswer: 0x97,
  event: 0x95,
} as const;

/** Terminal information, voltage level, GSM level, alarm, language: where they stand in the content. */
export interface StatusAt {
  readonly status: number;
  readonly voltage: number | null;
  readonly alarm: number | null;
  /** A number of the fence behind it; the high nibble of the language then belongs to the alarm. */
  readonly hasFence: boolean;
}

const GPS_BYTES = 18;
const DEGREE = 1_800_000;
/** Bits of course and status. */
const FIX = 0x1000;
const WEST = 0x0800;
const NORTH = 0x0400;
/** Bit 15 of the country code: the network code has two bytes. */
const LONG_NETWORK = 0x80;

/** Frames that begin with date, time and position. Others hold cells and access points only, or none of them. */
const WITH_POSITION: ReadonlySet<number> = new Set([
  0x10, 0x11, 0x12, 0x16, 0x1a, 0x1e, 0x22, 0x26, 0x27, 0x2d, 0x31, 0x32, 0x37, 0x38, 0x39, 0xa0, 0xa2, 0xa4,
]);

/** How many bytes may follow the cell of an alarm frame; the first that fits counts. */
const BEHIND_CELL: ReadonlyMap<number, readonly number[]> = new Map([
  [0x16, [5, 13]],
  [0x26, [5, 13]],
  [0x27, [6]],
  [0x32, [5, 7]],
  [0xa3, [5, 6]],
  [0xa4, [6]],
]);

const five = (status: number, hasFence = false): StatusAt => ({
  status,
  voltage: status + 1,
  alarm: status + 3,
  hasFence,
});

/** Null: it has none. Undefined: it is an alarm frame of a form that is not known. */
export function statusIn(protocol: number, content: Uint8Array): StatusAt | null | undefined {
  const size = content.length;
  const cellCode = (at: number): number => ((content[at] ?? 0) & LONG_NETWORK ? 1 : 0);
  switch (protocol) {
    case PROTOCOL.status:
      // Longer ones are of meters in vehicles: other fields follow the first byte.
      return size === 5 ? five(0) : { status: 0, voltage: null, alarm: null, hasFence: false };
    case 0x12:
      if (size === 38) return { status: 26, voltage: null, alarm: 30, hasFence: false };
      return size === 31 ? { status: 26, voltage: null, alarm: null, hasFence: false } : null;
    case 0x19:
      if (size > 14) return null;
      return size === 13 + cellCode(0) ? five(8 + cellCode(0)) : undefined;
    case 0x36:
      return size < 40 ? five(0) : null;
    case 0x39:
      return statusBehindLongCell(content);
    case 0xa2:
      return size === 58 + cellCode(GPS_BYTES) ? statusOfA2(GPS_BYTES + 15 + cellCode(GPS_BYTES)) : null;
    case 0xa5:
      return size === 20 + cellCode(0) ? five(15 + cellCode(0)) : undefined;
    case 0x16:
      if (size === 31) return { status: 26, voltage: null, alarm: null, hasFence: false };
      return behindCell(protocol, content);
    case 0xa3:
      return size < 30 ? null : behindCell(protocol, content);
    default:
      return BEHIND_CELL.has(protocol) ? behindCell(protocol, content) : null;
  }
}

const statusOfA2 = (indicatorAt: number): StatusAt => ({
  status: indicatorAt + 1,
  voltage: indicatorAt + 4,
  alarm: indicatorAt + 6,
  hasFence: false,
});

/** The length of the cell counts itself with some makers and not with others; 0 is an empty one, of any size. */
function behindCell(protocol: number, content: Uint8Array): StatusAt | undefined {
  const sizes = BEHIND_CELL.get(protocol)!;
  const cell = content[GPS_BYTES];
  if (cell === undefined) return undefined;
  const hasFence = sizes[0] === 6;
  if (cell === 0 && content.length >= GPS_BYTES + 1 + sizes[0]!) return five(content.length - sizes[0]!, hasFence);
  for (const size of sizes)
    for (const counted of [0, 1])
      if (GPS_BYTES + counted + cell + size === content.length) return five(content.length - size, size === 6);
  return undefined;
}

/** Frame 0x39: the kind of network says how large its cell is. */
function statusBehindLongCell(content: Uint8Array): StatusAt | undefined {
  const kind = content[GPS_BYTES] ?? 0;
  const code = (content[GPS_BYTES + 1] ?? 0) & LONG_NETWORK ? 2 : 1;
  const at = GPS_BYTES + 1 + 2 + code + (kind >= 3 ? 4 + 8 + 2 : 2 + 3 + 1);
  return content.length >= at + 5 ? five(at, true) : undefined;
}

/** Where it was. Some models put an IMEI or an access point first: what begins with no date has no position. */
export function positionIn(protocol: number, content: Uint8Array): Position | null {
  if (!WITH_POSITION.has(protocol) || content.length < GPS_BYTES || !isDate(content)) return null;
  return protocol === 0xa2 && content.length > 59 ? null : readPosition(content, 7, 16);
}

function isDate([, month = 0, day = 0, hour = 0, minute = 0, second = 0]: Uint8Array): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 60;
}

/** Latitude and longitude at `at`, course and status at `flagsAt`. Null: there is none. */
export function readPosition(content: Uint8Array, at: number, flagsAt: number): Position | null {
  if (content.length < flagsAt + 2) return null;
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const flags = view.getUint16(flagsAt);
  const lat = view.getUint32(at) / DEGREE;
  const lon = view.getUint32(at + 4) / DEGREE;
  if (lat > 90 || lon > 180 || (lat === 0 && lon === 0)) return null;
  return { lat: flags & NORTH ? lat : -lat, lon: flags & WEST ? -lon : lon, isFix: (flags & FIX) !== 0 };
}

/** Date and time as they stand in the frame: the same of an alarm that is sent again. */
export const timeIn = (protocol: number, content: Uint8Array): string | undefined =>
  (WITH_POSITION.has(protocol) || protocol === PROTOCOL.event || protocol === PROTOCOL.wifiAlarm) && content.length >= 6
    ? Buffer.from(content.subarray(0, 6)).toString("hex")
    : undefined;

/**
 * Frame 0xa9 of Jimi: time, network, cells with their strength, access points, alarm, language. Null: it is cut off.
 */
export function wifiAlarmAt(content: Uint8Array): number | null {
  const codeBytes = (content[6] ?? 0) & LONG_NETWORK ? 2 : 1;
  const kindAt = 6 + 2 + codeBytes;
  const cellBytes = (content[kindAt] ?? 0) > 0 ? 4 + 8 + 1 : 2 + 3 + 1;
  const pointsAt = kindAt + 2 + cellBytes * (content[kindAt + 1] ?? 0) + 1;
  const alarmAt = pointsAt + 1 + 7 * (content[pointsAt] ?? 0);
  return content.length >= alarmAt + 2 ? alarmAt : null;
}
