import type { Decoded, TcpDefinition } from "../../gateway/core/definition.ts";
import type { EpochMs } from "../../gateway/core/units.ts";
import { PROTOCOL } from "../gt06/content.ts";
import { GT06_EXAMPLES } from "../gt06/examples.ts";
import { createGt06Framer } from "../gt06/framer.ts";
import { reportsOf, type Gt06Frame } from "../gt06/read.ts";
import { crc16X25 } from "../parts/crc16-x25.ts";
import { IMEI_FORM, normalizeImei } from "../parts/imei.ts";
import { rejected } from "../parts/rejected.ts";
import { createTcpSession, saidBy, type Login, type Read } from "../parts/tcp-session.ts";
import { ALARM_REPEAT_MS } from "../parts/tracker-report.ts";
import { utcBytes } from "../parts/utc-bytes.ts";

/** GT06, the protocol of Concox and Jimi, spoken by most Chinese trackers. Bridge `gt06`. */

export const gt06Definition = {
  transport: "tcp",
  bridge: "gt06",
  facts: {
    title: "GT06 (Concox, Jimi and compatible)",
    devices: "4G and 2G pendants, cards and trackers with an SOS key",
    sources: [
      "GT06 GPS Tracker Communication Protocol v1.8.1 (Concox)",
      "GPS Tracker Communication Protocol GT06N/GT06E/ET200 v1.1.7 (Concox)",
      "traccar: messages of its tests",
    ],
    presses: "SOS is an emergency, a fall a fall: by the alarm byte, or by bits 5 to 3 of the terminal information",
    cancel: null,
    dedup: { key: "IMEI, alarm and the time in the frame", windowMs: ALARM_REPEAT_MS },
    battery: "a level from 1 to 6, low from 2 down; per cent in alarm frames of some makers",
    signal: null,
    integrity: "CRC-16/X-25: 1 in 65,536 of noise that has the form passes; nothing proves the sender",
    downlink: null,
    examples: GT06_EXAMPLES,
  },
  supervision: { heartbeatEveryMs: 5 * 60_000, silentAfterMs: 30 * 60_000 },
  addressForm: IMEI_FORM,
  normalizeAddress: normalizeImei,
  raw: "hex",
  createSession: () => createTcpSession(createGt06Framer(), read),
} satisfies TcpDefinition;

/** Serial number and CRC behind the content. */
const TAIL_BYTES = 4;
const STOP = [0x0d, 0x0a];
const IMEI_BYTES = 8;
const IMEI = /^[0-9]{15}$/;

/** Commands of a server and what a device says to them: no device waits for more. */
const UNANSWERED: ReadonlySet<number> = new Set([0x15, 0x21, 0x80, 0x81, 0x82, 0x94, 0x9b]);
/** Access points and cells, with a time in front that the device wants back; they have neither serial number nor CRC. */
const BARE: ReadonlySet<number> = new Set([0x17, 0x69]);
/** Nobody here turns a position into a street: the answer that says so keeps the device from asking again. */
const NO_ADDRESS = Buffer.from("NA&&NA&&0##", "latin1");

function read(bytes: Uint8Array, login: Login, now: EpochMs): Read {
  const isLong = bytes[0] === 0x79;
  const head = isLong ? 4 : 3;
  const protocol = bytes[head]!;
  const said = isLong ? bytes[2]! * 256 + bytes[3]! : bytes[2]!;
  const tailAt = bytes.length - STOP.length - TAIL_BYTES;
  const hasTail = said === bytes.length - head - STOP.length && tailAt > head;
  const isProved = hasTail && crc16X25(bytes.subarray(2, -4)) === bytes.at(-4)! * 256 + bytes.at(-3)!;
  const serial = hasTail ? bytes.subarray(tailAt, tailAt + 2) : Uint8Array.of(0, 1);
  if (protocol === PROTOCOL.login && !isLong) return readLogin(bytes.subarray(4, 4 + IMEI_BYTES), serial, login);
  const content = bytes.subarray(head + 1, hasTail ? tailAt : -STOP.length);
  if (!hasTail && BARE.has(protocol) && content.length >= 6) return readBare(protocol, content, login);
  const frame: Gt06Frame = { protocol, content, isLong, isProved };
  const decoded: Decoded = { type: "reports", reports: reportsOf(frame, login) };
  // What noise may have turned over, and what is nobody's yet, is not acknowledged: the device sends it again.
  if (!isProved) return { decoded };
  if (login.address === null && protocol !== PROTOCOL.timeRequest) return { decoded };
  return { decoded, ...answerTo(frame, serial, now) };
}

/** A wrong CRC does not shut the door: some firmware has none, and a device that is not let in can never call. */
function readLogin(bcd: Uint8Array, serial: Uint8Array, login: Login): Read {
  const imei = Buffer.from(bcd).toString("hex").slice(1);
  if (!IMEI.test(imei)) return { decoded: rejected("bad-field", "a login whose IMEI is not 15 digits") };
  login.address = imei;
  return {
    decoded: { type: "reports", reports: [{ ...saidBy(login), kind: "other", press: null }] },
    reply: framed(PROTOCOL.login, [], serial),
  };
}

function readBare(protocol: number, content: Uint8Array, login: Login): Read {
  return {
    decoded: { type: "reports", reports: [{ ...saidBy(login), kind: "other", press: null }] },
    reply: Uint8Array.of(0x78, 0x78, 0, protocol, ...content.subarray(0, 6), ...STOP),
  };
}

function answerTo({ protocol, isLong }: Gt06Frame, serial: Uint8Array, now: EpochMs): { reply?: Uint8Array } {
  if (UNANSWERED.has(protocol)) return {};
  if (protocol === PROTOCOL.timeRequest) return { reply: framed(protocol, utcBytes(now), serial) };
  if (protocol === PROTOCOL.addressRequest) {
    const text = [NO_ADDRESS.length, 0, 0, 0, 0, ...NO_ADDRESS];
    return { reply: framed(PROTOCOL.addressAnswer, text, serial, true) };
  }
  const isGuard = isLong && (protocol === PROTOCOL.guard || protocol === 0x32);
  return { reply: framed(protocol, [], serial, isGuard) };
}

function framed(protocol: number, content: readonly number[], serial: Uint8Array, isLong = false): Uint8Array {
  const bytes = 1 + content.length + TAIL_BYTES;
  const body = Uint8Array.of(...(isLong ? [bytes >> 8, bytes & 0xff] : [bytes]), protocol, ...content, ...serial);
  const crc = crc16X25(body);
  const start = isLong ? 0x79 : 0x78;
  return Uint8Array.of(start, start, ...body, crc >> 8, crc & 0xff, ...STOP);
}
