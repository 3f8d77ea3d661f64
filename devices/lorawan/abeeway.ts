import { percentIn } from "../parts/percent.ts";
import { int32At, positionIn, type Reading } from "./reading.ts";

/**
 * Abeeway trackers (micro, compact, badge, industrial), "Asset Tracker" 2 and 3, as its published codecs have them.
 * While SOS is on, every frame says so in a bit; the beginning and the end are told once more by a frame of their own.
 */

/** Two firmwares of Asset Tracker 2: on the first the battery is a voltage, on the second per cent. */
export const ABEEWAY_PORTS: readonly number[] = [17, 18];
const PORT_WITH_PERCENT = 18;

/** In SOS mode a tracker sends its place every two minutes, unless it is set otherwise. */
const SOS_LEVEL_MS = 10 * 60_000;

const FRAME_PENDING = 0;
const POSITION = 3;
const HEARTBEAT = 5;
const SHUTDOWN = 9;
const EVENT = 10;
const SMS = 13;
const EXTENDED_POSITION = 14;
/** Configuration, activity, scans, proximity, debugging, energy. */
const OTHERS: readonly number[] = [4, 7, 11, 12, 15];
const TYPES: ReadonlySet<number> = new Set([POSITION, HEARTBEAT, SHUTDOWN, EVENT, EXTENDED_POSITION, ...OTHERS]);
const MODE_MAX = 5;
const HEADER_BYTES = 5;

const SOS_START = 7;
const SHUTDOWN_LOW_BATTERY = 1;

/** The beginning of SOS counts, however lately a frame said that it was on. */
const beginSos = (said: Said): readonly Reading[] => [
  { ...said, kind: "other", press: null, released: ["sos"] },
  { ...said, kind: "emergency", press: "sos", levelMs: SOS_LEVEL_MS },
];

type Said = Pick<Reading, "batteryPct"> & Partial<Pick<Reading, "position">>;

/** Asset Tracker 2. Null: another port, or no frame of it. */
export function readAbeeway2(fPort: number, bytes: Uint8Array, strict: boolean): readonly Reading[] | null {
  if (!ABEEWAY_PORTS.includes(fPort)) return null;
  const [type, status, battery] = bytes as unknown as [number, number, number];
  // Their second byte is a token, and no status.
  if (type === FRAME_PENDING || type === SMS) return strict ? null : [{ kind: "other", press: null, batteryPct: null }];
  if (bytes.length < HEADER_BYTES || !TYPES.has(type) || status >> 5 > MODE_MAX) return null;
  const position = positionOf(type, bytes);
  const said: Said = {
    batteryPct: fPort === PORT_WITH_PERCENT && battery > 0 ? percentIn(battery) : null,
    ...(position && { position }),
  };
  if (type === EVENT && bytes[5] === SOS_START) return beginSos(said);
  if (((status >> 4) & 1) === 1) return [{ ...said, kind: "emergency", press: "sos", levelMs: SOS_LEVEL_MS }];
  const isFlat = type === SHUTDOWN && bytes[5] === SHUTDOWN_LOW_BATTERY;
  const kind = isFlat ? "low_battery" : type === HEARTBEAT ? "heartbeat" : "other";
  return [{ ...said, kind, press: null, released: ["sos"] }];
}

/** A place by satellites: 24 bits of each degree, or all 32. */
function positionOf(type: number, bytes: Uint8Array): Reading["position"] {
  if ((bytes[4]! & 0x0f) !== 0) return undefined;
  if (type === EXTENDED_POSITION && bytes.length >= 16)
    return positionIn(int32At(bytes, 8) / 1e7, int32At(bytes, 12) / 1e7);
  if (type !== POSITION || bytes.length < 12) return undefined;
  return positionIn((int32At(bytes, 6) & ~0xff) / 1e7, (int32At(bytes, 9) & ~0xff) / 1e7);
}

const NOTIFICATION = 1;
const TYPE_3_MAX = 5;
const HEADER_3_BYTES = 4;
const CHARGING = 0;
const LOW_BATTERY = 0x01;
const TAMPER = 0x03;
const HEARTBEAT_3 = 0x04;
const SOS_ON = 0x10;

/** Asset Tracker 3, whose port depends on its settings. Null: no frame of it. */
export function readAbeeway3(_fPort: number, bytes: Uint8Array): readonly Reading[] | null {
  const [head, power] = bytes as unknown as [number, number];
  const type = (head >> 3) & 0x07;
  if (bytes.length < HEADER_3_BYTES || type < NOTIFICATION || type > TYPE_3_MAX) return null;
  const level = power & 0x7f;
  const said: Said = { batteryPct: level === CHARGING ? null : percentIn(level) };
  // A frame that was kept has two more bytes of time, one of several a number.
  const at = HEADER_3_BYTES + 2 * (power >> 7) + (head >> 7);
  const what = type === NOTIFICATION && at < bytes.length ? bytes[at]! : null;
  if (what === SOS_ON) return beginSos(said);
  if (((head >> 6) & 1) === 1) return [{ ...said, kind: "emergency", press: "sos", levelMs: SOS_LEVEL_MS }];
  const isOpen = what === TAMPER && ((bytes[at + 1] ?? 0) & 1) === 1;
  const kind = isOpen ? "tamper" : what === LOW_BATTERY ? "low_battery" : what === HEARTBEAT_3 ? "heartbeat" : "other";
  return [{ ...said, kind, press: null, released: ["sos"] }];
}
