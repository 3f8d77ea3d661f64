import type { TcpDefinition } from "../../gateway/core/definition.ts";
import type { DecodedReport } from "../../gateway/core/report.ts";
import { degreesBeside, positionAt } from "../parts/coordinates.ts";
import { percentOf } from "../parts/percent.ts";
import { rejected } from "../parts/rejected.ts";
import { createTcpSession, saidBy, type Login, type Read } from "../parts/tcp-session.ts";
import { bytesOf, latin1, quoted } from "../parts/text.ts";
import { ALARM_REPEAT_MS } from "../parts/tracker-report.ts";
import { watch3gExamples } from "../watch3g/examples.ts";
import { createBracketFramer } from "../watch3g/framer.ts";

/**
 * Watches that speak `[3G*id*length*command,…]`, and `[ZJ*id*serial*length*…]` with a serial number. The length is
 * often wrong: brackets tell where a message ends, and what is in it is escaped.
 */

const MESSAGE = /^([0-9A-Z]{2})\*([^*]*)\*(?:([^*]*)\*)?([0-9a-f]{4})\*([^,]*)(?:,([^]*))?$/i;
const ID = /^[0-9a-z]{5,20}$/i;

/** Behind date, time, validity, latitude, longitude, speed, course, altitude, satellites, signal, battery … */
const BATTERY_FIELD = 12;
const STATUS_FIELD = 15;
const STATUS = /^[0-9a-f]{4,8}$/i;
const PLACED = /^(?:UD|AL|WT)/;
/** `AL`, `AL_LTE`, `AL_WCDMA`; with a place any that begins so is one, as `ALCUSTOMER1`. */
const ALARM = /^AL(?:_\w*)?$/;
/** What a watch measures and wants to know taken. */
const READING = /^(?:pulse|heart|bphrt|blood|oxygen|temp|btemp2)$/i;
/** A voice message. */
const VOICE = /^(?:TK2?|JXTK)$/;
const ECHOED = /^(?:LK|TKQ2?)$/;

/** Alarms have the high half of the status, states the low one. */
const SOS = 1 << 16;
/** 22 is a fall in some watches, an odd heart rate in others; somebody has to look after either. */
const FALL = (1 << 21) | (1 << 22);
const TAKEN_OFF = 1 << 20;
const LOW_BATTERY = (1 << 17) | (1 << 0);
/** Left or entered a fence (as an alarm and as a state), power cut. */
const HARMLESS = (1 << 18) | (1 << 19) | (1 << 1) | (1 << 2) | (1 << 14) | (1 << 23);

export const watch3gDefinition = {
  transport: "tcp",
  bridge: "watch3g",
  facts: {
    title: "3G/SeTracker watches",
    devices: "4G watches for elders and children with an SOS key (SeTracker, Wonlex, C405, S10 …), fall watches",
    sources: ["GPS watch communication protocol ([3G*…], appendix 1: terminal status)", "traccar WatchProtocolDecoder"],
    presses: "status bit 16 is an emergency (SOS), bits 21 and 22 are a fall",
    cancel: null,
    dedup: { key: "the alarm, and the message's own date and time", windowMs: ALARM_REPEAT_MS },
    battery: "per cent in LK with three values, UD and AL; bits 17 and 0 are low, bit 20 is taken off",
    signal: null,
    integrity: null,
    downlink: null,
    examples: watch3gExamples,
  },
  // LK comes every 5 minutes, at most every hour when the watch saves its battery.
  supervision: { heartbeatEveryMs: 5 * 60_000, silentAfterMs: 2 * 60 * 60_000 },
  addressForm: "the id of 10 digits behind the first *, or the IMEI, as 8800000015",
  normalizeAddress: (address) => (ID.test(address.trim()) ? address.trim().toLowerCase() : null),
  raw: "text",
  createSession: () => createTcpSession(createBracketFramer(), read),
} satisfies TcpDefinition;

/** One message, without its brackets. */
interface Message {
  readonly maker: string;
  readonly id: string;
  readonly serial: string | undefined;
  readonly command: string;
  readonly body: string;
}

function read(frame: Uint8Array, login: Login): Read {
  const text = latin1(frame);
  const [, maker = "", id = "", serial, , command = "", body = ""] = MESSAGE.exec(text.slice(1, -1)) ?? [];
  if (!ID.test(id)) return { decoded: rejected("bad-field", `no watch message: ${quoted(text)}`) };
  login.address = id.toLowerCase();
  const message = { maker, id, serial, command, body };
  const answer = answerTo(message);
  return {
    decoded: { type: "reports", reports: readMessage(message, login) },
    ...(answer !== null && { reply: framed(message, answer) }),
  };
}

function readMessage({ command, body }: Message, login: Login): readonly DecodedReport[] {
  const said = saidBy(login);
  const fields = body.split(",");
  if (command === "LK") return [{ ...said, kind: "heartbeat", press: null, batteryPct: percentOf(fields[2]) }];
  if (hasStatus(command, fields)) return readPlace(command, fields, login);
  if (ALARM.test(command))
    return [{ ...said, kind: "other", press: null, repeatMs: ALARM_REPEAT_MS, unclear: `${command} without a status` }];
  return [{ ...said, kind: "other", press: null }];
}

const hasStatus = (command: string, fields: readonly string[]): boolean =>
  PLACED.test(command) && STATUS.test(fields[STATUS_FIELD] ?? "");

/** A place with the status of the watch; the press before the battery beside it. */
function readPlace(command: string, fields: readonly string[], login: Login): readonly DecodedReport[] {
  const [date, time, validity, lat = "", ns = "", lon = "", ew = ""] = fields;
  const said: Omit<DecodedReport, "kind" | "press"> = {
    ...saidBy(login),
    batteryPct: percentOf(fields[BATTERY_FIELD]),
    ...positionAt(degreesBeside(lat, ns), degreesBeside(lon, ew), validity === "A"),
  };
  const digits = fields[STATUS_FIELD]!;
  const status = Number.parseInt(digits, 16);
  const press = { repeatMs: ALARM_REPEAT_MS, mark: `${date}${time}` };
  const reports: DecodedReport[] = [];
  if (status & SOS) reports.push({ ...said, kind: "emergency", press: "sos", ...press });
  if (status & FALL) reports.push({ ...said, kind: "fall", press: "fall", ...press });
  if (status & TAKEN_OFF) reports.push({ ...said, kind: "tamper", press: null });
  if (status & LOW_BATTERY) reports.push({ ...said, kind: "low_battery", press: null });
  if (reports.length > 0) return reports;
  const isUnclear = command.startsWith("AL") && (status & HARMLESS) === 0;
  const cause = isUnclear && { ...press, unclear: `${command} with status ${digits}` };
  return [{ ...said, kind: "other", press: null, ...cause }];
}

/** What a watch waits for; null: nothing, or nothing that is known here (the address of a place, the weather). */
function answerTo({ command, body }: Message): string | null {
  if (ECHOED.test(command) || READING.test(command)) return command;
  if (ALARM.test(command) || (command.startsWith("AL") && hasStatus(command, body.split(",")))) return "AL";
  if (command === "INIT" || command === "CONFIG") return `${command},1`;
  // 0: not taken. Nobody listens to it here, and the wearer must not believe that somebody does.
  if (VOICE.test(command)) return command === "JXTK" ? "JXTKR,0" : `${command},0`;
  return null;
}

function framed({ maker, id, serial }: Message, answer: string): Uint8Array {
  const length = answer.length.toString(16).toUpperCase().padStart(4, "0");
  return bytesOf(`[${[maker, id, ...(serial === undefined ? [] : [serial]), length, answer].join("*")}]`);
}
