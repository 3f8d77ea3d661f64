import type { Decoded, TcpDefinition } from "../../gateway/core/definition.ts";
import type { DecodedReport } from "../../gateway/core/report.ts";
import type { EpochMs } from "../../gateway/core/units.ts";
import { JT808_EXAMPLES } from "../jt808/examples.ts";
import { createJt808Framer, escaped, unescaped } from "../jt808/framer.ts";
import { locationReports, percentIn } from "../jt808/location.ts";
import { rejected } from "../parts/rejected.ts";
import { said } from "../parts/said.ts";
import { createTcpSession, type Login, type Read } from "../parts/tcp-session.ts";
import { ALARM_REPEAT_MS } from "../parts/tracker-report.ts";
import { utcParts } from "../parts/utc-bytes.ts";

/** JT/T 808, the Chinese standard of terminals in vehicles, which badges and pendants speak too. Bridge `jt808`. */

export const jt808Definition = {
  transport: "tcp",
  bridge: "jt808",
  facts: {
    title: "JT/T 808 (2011, 2013, 2019)",
    devices: "4G badges, pendants and trackers of the Chinese market, terminals in vehicles",
    sources: ["JT/T 808-2011", "JT/T 808-2013", "JT/T 808-2019", "traccar: messages of its tests"],
    presses: "alarm bit 0 is an emergency, and event 0x0c01 of item 0xe8 (Jimi)",
    cancel: null,
    dedup: { key: "terminal number; of an event its time too", windowMs: ALARM_REPEAT_MS },
    battery: "per cent, in items of some makers",
    signal: null,
    integrity: "one byte of XOR: 1 in 256 of noise that has the form passes; nothing proves the sender",
    downlink: null,
    examples: JT808_EXAMPLES,
  },
  supervision: { heartbeatEveryMs: 5 * 60_000, silentAfterMs: 30 * 60_000 },
  addressForm: "the terminal's number, up to 20 digits of 0-9 and a-f, as 013812345678",
  normalizeAddress,
  raw: "hex",
  createSession: () => createTcpSession(createJt808Framer(), read),
} satisfies TcpDefinition;

const MESSAGE = {
  confirmation: 0x0001,
  heartbeat: 0x0002,
  register: 0x0100,
  login: 0x0102,
  time: 0x0109,
  location: 0x0200,
  batchOfMaker: 0x0210,
  heartbeatOfMaker: 0x0506,
  batch: 0x0704,
} as const;
const ANSWER = { general: 0x8001, register: 0x8100, time: 0x8109 } as const;
/** Answers of a terminal: they wait for nothing. */
const UNANSWERED: ReadonlySet<number> = new Set([MESSAGE.confirmation, 0x0104, 0x0201, 0x0701, 0x1300]);

const NUMBER_DIGITS = 12;
const LONG_NUMBER_DIGITS = 20;
/** Bits of the second word. */
const BODY_BYTES = 0x03ff;
const IN_PARTS = 0x2000;
const WITH_VERSION = 0x4000;
const BATTERY_AND_TIME_BYTES = 7;
/** A batch holds no more; what is beyond is not read. */
const LOCATIONS_MAX = 64;

interface Message {
  readonly id: number;
  /** Version byte of 2019, and the number, as they stand in the head. */
  readonly head: Uint8Array;
  readonly hasVersion: boolean;
  readonly number: string;
  readonly serial: Uint8Array;
  readonly body: Uint8Array;
  readonly hasRightLength: boolean;
  /** Its XOR is right. */
  readonly isProved: boolean;
  /** A message in several parts; only the first begins as its body does. */
  readonly isRest: boolean;
}

/** Leading zeros fill the number up: 12 digits before 2019, 20 since then. */
function normalizeAddress(address: string): string | null {
  const digits = address
    .trim()
    .replaceAll(/[ -]/g, "")
    .toLowerCase()
    .replace(/^0+(?=.)/, "");
  if (!/^[0-9a-f]{1,20}$/.test(digits)) return null;
  return digits.padStart(digits.length > NUMBER_DIGITS ? LONG_NUMBER_DIGITS : NUMBER_DIGITS, "0");
}

function read(frame: Uint8Array, login: Login, now: EpochMs): Read {
  const message = provedIn(frame) ?? doubtfulIn(frame);
  if (message === null) return { decoded: rejected("bad-crc", "the XOR of a frame is wrong") };
  const address = normalizeAddress(message.number)!;
  const reports = reportsOf(message, address);
  if (reports === null) return { decoded: rejected("bad-length", "a location that is cut off") };
  const decoded: Decoded = { type: "reports", reports };
  if (!message.isProved) return { decoded };
  login.address = address;
  return UNANSWERED.has(message.id) ? { decoded } : { decoded, reply: answer(message, now) };
}

const isXorRight = (frame: Uint8Array): boolean => frame.reduce((xor, byte) => xor ^ byte, 0) === 0;

/** Some firmware does not escape 7d; then the XOR and the length both fit only as it stands. */
function provedIn(frame: Uint8Array): Message | null {
  const plain = unescaped(frame);
  if (plain !== null && isXorRight(plain)) return messageIn(plain, true);
  const asItStands = isXorRight(frame) ? messageIn(frame, true) : null;
  return asItStands?.hasRightLength === true ? asItStands : null;
}

/** With a wrong XOR: read where its length is right, not answered, and a call in it is for staff. */
function doubtfulIn(frame: Uint8Array): Message | null {
  const message = messageIn(unescaped(frame) ?? frame, false);
  return message?.hasRightLength === true ? message : null;
}

/** Identity, properties, version, number, serial number, parts; the XOR stands behind the body. */
function messageIn(frame: Uint8Array, isProved: boolean): Message | null {
  if (frame.length < 5) return null;
  const properties = frame[2]! * 256 + frame[3]!;
  const bodyBytes = properties & BODY_BYTES;
  const hasVersion = (properties & WITH_VERSION) !== 0;
  const numberAt = hasVersion ? 5 : 4;
  const serialAt = numberAt + (hasVersion ? LONG_NUMBER_DIGITS : NUMBER_DIGITS) / 2;
  const isInParts = (properties & IN_PARTS) !== 0;
  const bodyAt = serialAt + 2 + (isInParts ? 4 : 0);
  if (frame.length < bodyAt + 1) return null;
  return {
    id: frame[0]! * 256 + frame[1]!,
    head: frame.subarray(4, serialAt),
    hasVersion,
    number: Buffer.from(frame.subarray(numberAt, serialAt)).toString("hex"),
    serial: frame.subarray(serialAt, serialAt + 2),
    body: frame.subarray(bodyAt, -1),
    hasRightLength: frame.length === bodyAt + bodyBytes + 1,
    isProved,
    isRest: isInParts && frame[serialAt + 4]! * 256 + frame[serialAt + 5]! !== 1,
  };
}

/** Of what was kept without a network all alarms count, and the last place. */
const isAlarm = ({ kind, press, unclear }: DecodedReport): boolean =>
  kind !== "other" || press !== null || unclear !== undefined;

/** Null: a location that is cut off. */
function reportsOf({ id, number, body, isRest, isProved }: Message, address: string): readonly DecodedReport[] | null {
  const known = { ...said(address, "none"), ...(number !== address && { wireId: number }) };
  const other: readonly DecodedReport[] = [{ ...known, kind: "other", press: null }];
  const batchReports = (locations: readonly Uint8Array[]): readonly DecodedReport[] => {
    const reports = locations.flatMap((one) => locationReports(one, known, isProved) ?? []);
    return [...reports.filter(isAlarm), reports.findLast((one) => !isAlarm(one)) ?? other[0]!];
  };
  if (isRest) return other;
  switch (id) {
    case MESSAGE.heartbeat:
    case MESSAGE.heartbeatOfMaker: {
      const battery = body.length >= 3 ? body[0]! : 0;
      return [
        { ...known, kind: "heartbeat", press: null, batteryPct: battery >= 1 && battery <= 100 ? battery : null },
      ];
    }
    case MESSAGE.location:
      return locationReports(body, known, isProved);
    case MESSAGE.batch:
      return batchReports(locationsIn(body.subarray(3), 2));
    case MESSAGE.batchOfMaker:
      // With the time alone behind it.
      if (body.length === BATTERY_AND_TIME_BYTES)
        return [{ ...known, kind: "other", press: null, batteryPct: percentIn(body[0]) }];
      return batchReports(locationsIn(body, 1));
    default:
      return other;
  }
}

/** Locations, each behind its length. */
function locationsIn(body: Uint8Array, lengthBytes: 1 | 2): readonly Uint8Array[] {
  const locations: Uint8Array[] = [];
  for (let at = 0; at + lengthBytes <= body.length && locations.length < LOCATIONS_MAX;) {
    const bytes = lengthBytes === 1 ? body[at]! : body[at]! * 256 + body[at + 1]!;
    locations.push(body.subarray(at + lengthBytes, at + lengthBytes + bytes));
    at += lengthBytes + bytes;
  }
  return locations;
}

/** A register is answered with the number for a login, a question for the time with the time, all else with "done". */
function answer(message: Message, now: EpochMs): Uint8Array {
  const { id, serial, number } = message;
  if (id === MESSAGE.register) return framed(message, ANSWER.register, [...serial, 0, ...Buffer.from(number)]);
  if (id === MESSAGE.time) {
    const [year = 0, ...rest] = utcParts(now);
    return framed(message, ANSWER.time, [year >> 8, year & 0xff, ...rest, 0]);
  }
  return framed(message, ANSWER.general, [...serial, id >> 8, id & 0xff, 0]);
}

function framed({ head, hasVersion }: Message, id: number, body: readonly number[]): Uint8Array {
  const properties = body.length | (hasVersion ? WITH_VERSION : 0);
  const inside = [id >> 8, id & 0xff, properties >> 8, properties & 0xff, ...head, 0, 0, ...body];
  return escaped(
    Uint8Array.of(
      ...inside,
      inside.reduce((xor, byte) => xor ^ byte, 0),
    ),
  );
}
