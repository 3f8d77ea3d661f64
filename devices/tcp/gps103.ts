import type { TcpDefinition } from "../../gateway/core/definition.ts";
import type { DecodedReport } from "../../gateway/core/report.ts";
import { decimalDegrees, nmeaDegrees, positionAt } from "../parts/coordinates.ts";
import { IMEI_FORM, normalizeImei } from "../parts/imei.ts";
import { rejected } from "../parts/rejected.ts";
import { saidBy, type Login, type Read } from "../parts/tcp-session.ts";
import { createTextSession } from "../parts/text-session.ts";
import { bytesOf, quoted } from "../parts/text.ts";
import { ALARM_REPEAT_MS } from "../parts/tracker-report.ts";

/**
 * Trackers of Coban: `imei:…,help me,…;`, a login `##,imei:…,A;` and the bare number as a heartbeat. Some firmwares
 * close no message.
 */

/** A packet of a photograph (vr), in hex digits, is the longest. */
const MESSAGE_MAX_BYTES = 8_192;

const BEGINNING = /##,imei:|imei:|(?<!\d)\d{15}(?!\d)/;
const NEXT = /##,|imei:/;
const LOGIN = /^##,imei:(\d+),A/;
const BARE = /^\d{15}$/;
/** Number, keyword, local time, telephone or tag, and the rest. */
const MESSAGE = /^imei:(\d+),([^,;*]*)(?:,([^,]*),([^,]*),([^]*))?/;
/** Time, validity, then latitude and longitude with their letters behind or before them. */
const FIX = /^F,([^,]*),([AV]),(?:([\d.]+),([NS]?),([\d.]+),([EW]?)(?:,|$)|([NS]),([\d.]+),([EW]),([\d.]+)(?:,|$))/;
/** Another form: signal, 1 for a fix, degrees. */
const DECIMAL_FIX = /^(\d+),(\d),(-?\d+\.\d+),(-?\d+\.\d+),/;

const EMERGENCY = /^(?:help me!?|sos)$/i;
const FALL = /^fall(?: down)?(?: alarm)?$/i;
const LOW_BATTERY = /^low battery$/i;
/** Causes that nobody has to look after, or that are no alarms: `acc alarm`, `ac alarm` (power cut), `T:+28` … */
const HARMLESS =
  /^(?:|tracker|\d{3}|move|speed|stockade|(?:acc|ac|door|sensor|bonnet|footbrake) alarm|acc o(?:n|ff)|T:.*|oil.*|DTC|OBD|rfid|vt\d*|vr|[a-z]t|L)$/i;

export const gps103Definition = {
  transport: "tcp",
  bridge: "gps103",
  facts: {
    title: "Coban GPS103",
    devices: "GPS102, GPS103, TK102B, TK103B and other trackers of Coban with an SOS key",
    sources: ["Coban GPRS PROTOCOL V0.1 (2014-12-20)", "traccar Gps103ProtocolDecoder"],
    presses: "the keyword help me is an emergency",
    cancel: null,
    dedup: { key: "the keyword, and the message's own times", windowMs: ALARM_REPEAT_MS },
    battery: "the keyword low battery; no percentage",
    signal: null,
    integrity: null,
    downlink: null,
    examples: [
      {
        name: "a login",
        source: "composed",
        text: "##,imei:359586010000012,A;",
        gives: [{ kind: "other", address: "359586010000012", press: null }],
        reply: "LOAD",
      },
      {
        name: "a heartbeat that nothing closes",
        source: "composed",
        text: "359586010000012",
        gives: [{ kind: "heartbeat", address: "359586010000012" }],
        reply: "ON",
      },
      {
        name: "the SOS key",
        source: "composed",
        text: "imei:359586010000012,help me,261125213742,13800000000,F,133742.000,A,3114.5000,N,12128.2500,E,0.00,;",
        gives: [
          {
            kind: "emergency",
            address: "359586010000012",
            press: "help me",
            repeatMs: 60_000,
            mark: "261125213742/133742.000",
            position: { lat: 31.241667, lon: 121.470833, isFix: true },
          },
        ],
        reply: "**,imei:359586010000012,E;",
      },
      {
        name: "the SOS key indoors, not closed",
        source: "composed",
        text: "imei:359586010000012,help me,000000000,,L,,,113b,,558f,,,",
        gives: [{ kind: "emergency", press: "help me" }],
        reply: "**,imei:359586010000012,E;",
      },
      {
        name: "a flat battery",
        source: "composed",
        text: "imei:359586010000012,low battery,2611252137,,F,133742.000,V,3114.5000,S,12128.2500,W,0.00,;",
        gives: [{ kind: "low_battery", press: null, position: { lat: -31.241667, lon: -121.470833, isFix: false } }],
      },
      {
        name: "a power cut",
        source: "composed",
        text: "imei:359586010000012,ac alarm,2611252137,,L,;",
        gives: [{ kind: "other", press: null }],
      },
      {
        name: "an alarm that is not in the list",
        source: "composed",
        text: "imei:359586010000012,accident alarm,2611252137,,L,;",
        gives: [{ kind: "other", press: null, unclear: "accident alarm" }],
      },
      {
        name: "a tracker without a number",
        source: "composed",
        text: "imei:12,tracker,2611252137,,L,;",
        gives: "rejected",
      },
    ],
  },
  supervision: { heartbeatEveryMs: 3 * 60_000, silentAfterMs: 60 * 60_000 },
  addressForm: IMEI_FORM,
  normalizeAddress: normalizeImei,
  raw: "text",
  createSession: () =>
    createTextSession(
      {
        begins: BEGINNING,
        beginsNext: NEXT,
        beginningMax: "359586010000012".length + 1,
        ends: /[;*\r\n]/,
        maxBytes: MESSAGE_MAX_BYTES,
        isWhole,
      },
      read,
    ),
} satisfies TcpDefinition;

/** Unclosed, it is whole when the keyword is, and the place where there is one: nothing behind them is read. */
function isWhole(text: string): boolean {
  if (BARE.test(text)) return true;
  const [, , keyword = "", , , rest] = MESSAGE.exec(text) ?? [];
  if (rest === undefined) return /^##,imei:\d{15},A$/.test(text);
  if (/^(?:OBD|vr)$/.test(keyword)) return true;
  const isCutBeforeLetter = /,[NS]?,[\d.]+,$/.test(rest);
  return /^L(?:,|$)/.test(rest) || (FIX.test(rest) && !isCutBeforeLetter) || DECIMAL_FIX.test(fieldsBehind(rest));
}

function read(text: string, login: Login): Read {
  const trimmed = text.trim().replace(/[;*]$/, "");
  const number = LOGIN.exec(trimmed)?.[1] ?? (BARE.test(trimmed) ? trimmed : MESSAGE.exec(trimmed)?.[1]);
  const address = number === undefined ? null : normalizeImei(number);
  if (address === null) return { decoded: rejected("bad-field", `no number of a device in ${quoted(trimmed)}`) };
  login.address = address;
  const said = { ...saidBy(login), press: null };
  if (LOGIN.test(trimmed))
    return { decoded: { type: "reports", reports: [{ ...said, kind: "other" }] }, reply: bytesOf("LOAD") };
  if (BARE.test(trimmed))
    return { decoded: { type: "reports", reports: [{ ...said, kind: "heartbeat" }] }, reply: bytesOf("ON") };
  return readMessage(MESSAGE.exec(trimmed)!, login);
}

function readMessage([, number, keyword = "", local = "", , rest = ""]: RegExpExecArray, login: Login): Read {
  const fix = FIX.exec(rest);
  const said = { ...saidBy(login), ...placeIn(fix, rest) };
  const mark = `${local}/${fix?.[1] ?? ""}`;
  const repeat = { repeatMs: ALARM_REPEAT_MS, ...(/[1-9]/.test(mark) && { mark }) };
  const isEmergency = EMERGENCY.test(keyword);
  if (isEmergency || FALL.test(keyword)) {
    const kind = isEmergency ? "emergency" : "fall";
    return {
      decoded: { type: "reports", reports: [{ ...said, kind, press: keyword, ...repeat }] },
      reply: bytesOf(`**,imei:${number},E;`),
    };
  }
  const kind = LOW_BATTERY.test(keyword) ? "low_battery" : "other";
  const isUnclear = /alarm|help|sos/i.test(keyword) && !HARMLESS.test(keyword);
  const cause = isUnclear && { ...repeat, unclear: keyword };
  return { decoded: { type: "reports", reports: [{ ...said, kind, press: null, ...cause }] } };
}

function placeIn(fix: RegExpExecArray | null, rest: string): Pick<DecodedReport, "position"> {
  if (fix) {
    const lat = nmeaDegrees(fix[3] ?? fix[8]!, fix[4] ?? fix[7]!);
    return positionAt(lat, nmeaDegrees(fix[5] ?? fix[10]!, fix[6] ?? fix[9]!), fix[2] === "A");
  }
  const decimal = DECIMAL_FIX.exec(fieldsBehind(rest));
  return decimal ? positionAt(decimalDegrees(decimal[3]!), decimalDegrees(decimal[4]!), decimal[2] !== "0") : {};
}

/** Behind the sensor's voltage, time and date. */
const fieldsBehind = (rest: string): string => rest.split(",").slice(3).join(",");
