import type { TcpDefinition } from "../../gateway/core/definition.ts";
import type { DecodedReport, Position } from "../../gateway/core/report.ts";
import type { EpochMs } from "../../gateway/core/units.ts";
import { readPosition } from "../gt06/content.ts";
import { IMEI_FORM, normalizeImei } from "../parts/imei.ts";
import { rejected } from "../parts/rejected.ts";
import { createTcpSession, saidBy, type Login, type Read } from "../parts/tcp-session.ts";
import { ALARM_REPEAT_MS, alarmReport, type Cause } from "../parts/tracker-report.ts";
import { utcParts } from "../parts/utc-bytes.ts";
import { TOPIN_EXAMPLES } from "../topin/examples.ts";
import { createTopinFramer, HEAD_BYTES } from "../topin/framer.ts";

/** Topin (ZhongXun): messages as those of GT06, without serial number and without CRC. Bridge `topin`. */

export const topinDefinition = {
  transport: "tcp",
  bridge: "topin",
  facts: {
    title: "Topin (ZhongXun)",
    devices: "small 2G and 4G trackers, pendants and children's watches: ZX303, ZX612, ZX908, T8S9, G365",
    sources: ["ZhongXun Topin Locator Communication Protocol", "traccar: messages of its tests"],
    presses: "type 0x99 is an emergency",
    cancel: null,
    dedup: { key: "IMEI: its alarm has neither time nor number", windowMs: ALARM_REPEAT_MS },
    battery: "per cent, in type 0x13",
    signal: null,
    integrity: null,
    downlink: null,
    examples: TOPIN_EXAMPLES,
  },
  supervision: { heartbeatEveryMs: 10 * 60_000, silentAfterMs: 60 * 60_000 },
  addressForm: IMEI_FORM,
  normalizeAddress: normalizeImei,
  raw: "hex",
  createSession: () => createTcpSession(createTopinFramer(), read),
} satisfies TcpDefinition;

const TYPE = { login: 0x01, place: 0x08, keptPlace: 0x09, gps: 0x10, keptGps: 0x11, status: 0x13, time: 0x30 } as const;
const IMEI = /^[0-9]{15}$/;
const PERCENT_FULL = 100;
const TIME_BYTES = 6;
/** Access points and cells: the device wants its own time back. */
const WIFI: ReadonlySet<number> = new Set([0x17, 0x18, 0x19, 0x1a, 0x1b, 0x69]);

const CAUSES: ReadonlyMap<number, Cause> = new Map<number, Cause>([[0x99, "sos"]]);
/** Codes from here on are alarms; these of them are settings, charging and vibration. */
const ALARMS_FROM = 0x90;
const ALARMS_TO = 0x9f;
const HARMLESS: ReadonlySet<number> = new Set([0x92, 0x93, 0x94, 0x97, 0x98]);
/** A bit of the alarm byte behind a position. */
const LOW_POWER = 0x10;

function read(frame: Uint8Array, login: Login, now: EpochMs): Read {
  const type = frame[3]!;
  const content = frame.subarray(HEAD_BYTES, -2);
  if (type === TYPE.login) return readLogin(content, login, now);
  const reports = reportsOf(type, content, login);
  const reply = login.address === null ? null : answerTo(frame, content, now);
  return { decoded: { type: "reports", reports }, ...(reply && { reply }) };
}

/** The answer proper, then the time, which it wants next. */
function readLogin(content: Uint8Array, login: Login, now: EpochMs): Read {
  const imei = Buffer.from(content.subarray(0, 8)).toString("hex").slice(1);
  if (!IMEI.test(imei)) return { decoded: rejected("bad-field", "a login whose IMEI is not 15 digits") };
  login.address = imei;
  return {
    decoded: { type: "reports", reports: [{ ...saidBy(login), kind: "other", press: null }] },
    reply: Uint8Array.of(...message(1, TYPE.login, []), ...timeMessage(now)),
  };
}

function reportsOf(type: number, content: Uint8Array, login: Login): readonly DecodedReport[] {
  const said = saidBy(login);
  switch (type) {
    case TYPE.status: {
      const battery = content[0] ?? 0;
      return [{ ...said, kind: "heartbeat", press: null, batteryPct: battery <= PERCENT_FULL ? battery : null }];
    }
    case TYPE.place:
    case TYPE.keptPlace: {
      const position = placeIn(content, type === TYPE.place);
      return [{ ...said, kind: "heartbeat", press: null, ...(position && { position }) }];
    }
    case TYPE.gps:
    case TYPE.keptGps: {
      const position = readPosition(content, 7, 16);
      const cause = ((content[20] ?? 0) & LOW_POWER) !== 0 ? "low-battery" : "none";
      return [alarmReport({ ...said, ...(position && { position }) }, cause, undefined)];
    }
    default:
      return [alarmReport(said, causeOf(type), undefined)];
  }
}

function causeOf(type: number): Cause {
  const isAlarm = type >= ALARMS_FROM && type <= ALARMS_TO && !HARMLESS.has(type);
  return CAUSES.get(type) ?? (isAlarm ? { unclear: `alarm 0x${type.toString(16)}` } : "none");
}

/** Degrees, then millionths in 20 bits below a sign. Null: a heartbeat without a position. */
function placeIn(content: Uint8Array, isFix: boolean): Position | null {
  if (content.length < TIME_BYTES + 8) return null;
  const coordinateAt = (at: number): number => {
    const view = new DataView(content.buffer, content.byteOffset + at, 4);
    const size = view.getUint8(0) + (view.getUint32(0) & 0x0fffff) / 1_000_000;
    return (view.getUint8(1) & 0xf0) !== 0 ? -size : size;
  };
  const lat = coordinateAt(TIME_BYTES);
  const lon = coordinateAt(TIME_BYTES + 4);
  return Math.abs(lat) > 90 || Math.abs(lon) > 180 || (lat === 0 && lon === 0) ? null : { lat, lon, isFix };
}

/** Null: it waits for nothing. */
function answerTo(frame: Uint8Array, content: Uint8Array, now: EpochMs): Uint8Array | null {
  const type = frame[3]!;
  const time = content.subarray(0, TIME_BYTES);
  if (type === TYPE.time) return timeMessage(now);
  if (type === TYPE.status) return frame;
  if (type === TYPE.gps || type === TYPE.keptGps) return message(1 + TIME_BYTES, type, time);
  return WIFI.has(type) ? message(0, type, time) : null;
}

function timeMessage(now: EpochMs): Uint8Array {
  const [year = 0, ...rest] = utcParts(now);
  return message(7, TYPE.time, [year >> 8, year & 0xff, ...rest]);
}

const message = (length: number, type: number, content: Iterable<number>): Uint8Array =>
  Uint8Array.of(0x78, 0x78, length, type, ...content, 0x0d, 0x0a);
