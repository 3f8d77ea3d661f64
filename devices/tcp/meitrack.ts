import type { TcpDefinition } from "../../gateway/core/definition.ts";
import type { DecodedReport } from "../../gateway/core/report.ts";
import { decimalDegrees, positionAt } from "../parts/coordinates.ts";
import { IMEI_FORM, normalizeImei } from "../parts/imei.ts";
import { rejected } from "../parts/rejected.ts";
import { createTcpSession, saidBy, type Login, type Read } from "../parts/tcp-session.ts";
import { bytesOf, latin1, quoted } from "../parts/text.ts";
import { ALARM_REPEAT_MS } from "../parts/tracker-report.ts";
import { meitrackExamples } from "../meitrack/examples.ts";
import { createMeitrackFramer } from "../meitrack/framer.ts";
import { readCcc, readCce, type MeitrackRecord } from "../meitrack/records.ts";

/**
 * Trackers of Meitrack: `$$<flag><length>,<number>,AAA,<event>,…*<checksum>`; stored and newer messages (CCC, CCE)
 * hold binary records.
 */

const MESSAGE = /^\$\$([^])\d+,(\d+),([0-9A-Z]{3})(?:,([^]*))?\*([0-9A-F]{2})(?:\r\n)?$/i;
const DEGREES = /^-?\d{1,3}\.\d+$/;

/** "Event code" of the protocol. */
const SOS_PRESSED = new Set([1, 65]);
const SOS_RELEASED = 9;
/** A key that calls a number: what it means is for the enrolment to say. */
const CALL_KEYS = new Set([66, 67, 68, 69]);
const LOW_BATTERY = 17;
const HEARTBEAT = 31;
const FALL = 79;
const DROPPED_OFF = 81;

/** Inputs, power, fences, the network, movement, calls, and what vehicles report; 30 and 78 (impact) are none. */
const HARMLESS: readonly (readonly [from: number, to: number])[] = [
  [0, 29],
  [31, 63],
  [70, 73],
  [80, 80],
  [90, 91],
  [109, 109],
  [129, 145],
];

export const meitrackDefinition = {
  transport: "tcp",
  bridge: "meitrack",
  facts: {
    title: "Meitrack",
    devices: "MT90, P88L, P99 and T-series trackers of Meitrack with an SOS key",
    sources: ["MEITRACK GPRS PROTOCOL V1.6", "traccar MeitrackProtocolDecoder"],
    presses: "events 1 and 65 are an emergency (SOS), 79 a fall; 66 to 69 are a bare press of a call key",
    cancel: null,
    dedup: { key: "the event, and the message's own date and time", windowMs: ALARM_REPEAT_MS },
    battery: "event 17 is low; per cent in CCE of newer devices",
    signal: null,
    integrity:
      "a sum of 8 bits: 1 in 256 altered messages passes; an alarm with a wrong sum raises none, and is shown to staff",
    downlink: null,
    examples: meitrackExamples,
  },
  // How often it reports is set on it.
  supervision: { heartbeatEveryMs: null, silentAfterMs: null },
  addressForm: IMEI_FORM,
  normalizeAddress: normalizeImei,
  raw: "hex",
  createSession: () => createTcpSession(createMeitrackFramer(), read),
} satisfies TcpDefinition;

function read(frame: Uint8Array, login: Login): Read {
  const text = latin1(frame);
  const [, flag = "", number = "", command = "", body = "", checksum = ""] = MESSAGE.exec(text) ?? [];
  const address = normalizeImei(number);
  if (address === null) return { decoded: rejected("bad-field", `no message of Meitrack: ${quoted(text)}`) };
  login.address = address;
  const isIntact = sumOf(text.slice(0, text.lastIndexOf("*") + 1)) === checksum.toUpperCase();
  if (command === "CCC" || command === "CCE") return readRecords(command, body, flag, isIntact, login);
  if (command === "AAC") return { decoded: other(login), reply: answer(flag, `${number},AAC,1`) };
  return { decoded: readEvent(body, isIntact, login) };
}

const other = (login: Login): Read["decoded"] => ({
  type: "reports",
  reports: [{ ...saidBy(login), kind: "other", press: null }],
});

/** An event stands before the first two degrees; what has none answers a command. */
function readEvent(body: string, isIntact: boolean, login: Login): Read["decoded"] {
  const fields = body.split(",");
  const at = fields.findIndex((field, index) => DEGREES.test(field) && DEGREES.test(fields[index + 1] ?? ""));
  const event = /^\d{1,3}$/.exec(fields[at - 1] ?? "")?.[0];
  if (event === undefined) return other(login);
  const place = positionAt(decimalDegrees(fields[at]!), decimalDegrees(fields[at + 1]!), fields[at + 3] === "A");
  const said = { ...saidBy(login), ...place };
  return { type: "reports", reports: [meaningOf(Number(event), fields[at + 2] ?? "", isIntact, said)] };
}

function readRecords(command: "CCC" | "CCE", body: string, flag: string, isIntact: boolean, login: Login): Read {
  const records = command === "CCC" ? readCcc(bytesOf(body)) : readCce(bytesOf(body));
  if (records === null)
    return { decoded: rejected("bad-length", `records of ${command} that do not fit their message`) };
  const reports = records.map((record) => reportOf(record, isIntact, login));
  const isStored = command === "CCC";
  return {
    decoded: { type: "reports", reports },
    ...(isStored && isIntact && { reply: answer(flag, `${login.address},CCC,${records.length}`) }),
  };
}

function reportOf({ event, time, batteryPct, place }: MeitrackRecord, isIntact: boolean, login: Login): DecodedReport {
  return meaningOf(event, time, isIntact, { ...saidBy(login), batteryPct, ...place });
}

function meaningOf(
  event: number,
  time: string,
  isIntact: boolean,
  said: Omit<DecodedReport, "kind" | "press">,
): DecodedReport {
  const repeat = { repeatMs: ALARM_REPEAT_MS, mark: time };
  const press = { press: String(event), ...repeat };
  const isAlarm = SOS_PRESSED.has(event) || event === FALL;
  if (isAlarm && !isIntact)
    return { ...said, kind: "other", press: null, ...repeat, unclear: `event ${event} with a wrong checksum` };
  if (isAlarm) return { ...said, kind: event === FALL ? "fall" : "emergency", ...press };
  if (CALL_KEYS.has(event) && isIntact) return { ...said, kind: "other", ...press };
  if (event === SOS_RELEASED) return { ...said, kind: "other", press: null, released: ["1"] };
  if (event === LOW_BATTERY) return { ...said, kind: "low_battery", press: null };
  if (event === DROPPED_OFF) return { ...said, kind: "tamper", press: null };
  if (event === HEARTBEAT) return { ...said, kind: "heartbeat", press: null };
  const isKnown = CALL_KEYS.has(event) || HARMLESS.some(([from, to]) => event >= from && event <= to);
  return { ...said, kind: "other", press: null, ...(!isKnown && { ...repeat, unclear: `event ${event}` }) };
}

/** The last two hexadecimal digits of the sum of all bytes, the asterisk too. */
function sumOf(text: string): string {
  const sum = bytesOf(text).reduce((total, byte) => (total + byte) & 0xff, 0);
  return sum.toString(16).toUpperCase().padStart(2, "0");
}

/** The length counts from the comma to the line end. */
function answer(flag: string, content: string): Uint8Array {
  const text = `@@${flag}${content.length + ",*hh\r\n".length},${content}*`;
  return bytesOf(`${text}${sumOf(text)}\r\n`);
}
