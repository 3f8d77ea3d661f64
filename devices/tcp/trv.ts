import type { DecodedReport } from "../../gateway/core/report.ts";
import type { TcpDefinition } from "../../gateway/core/definition.ts";
import type { EpochMs } from "../../gateway/core/units.ts";
import { nmeaDegrees, positionAt } from "../parts/coordinates.ts";
import { IMEI_FORM, normalizeImei } from "../parts/imei.ts";
import { percentOf } from "../parts/percent.ts";
import { rejected } from "../parts/rejected.ts";
import { saidBy, type Login, type Read } from "../parts/tcp-session.ts";
import { createTextSession } from "../parts/text-session.ts";
import { bytesOf, quoted } from "../parts/text.ts";
import { ALARM_REPEAT_MS } from "../parts/tracker-report.ts";
import { utcDigits } from "../parts/utc-bytes.ts";

/**
 * Watches of the IW protocol and trackers of its elder brother TRV: `IWAP10…#`, answered by `IWBP10#`. Only the login
 * says who it is.
 */

/** A piece of a voice message (AP07) is the longest: 1 KiB and its head; a list of access points comes near. */
const MESSAGE_MAX_BYTES = 8_192;

const BEGINNING = /(?:IW|TRV)[A-Z]P[0-9A-Z]{2}/;
const MESSAGE = /^(IW|TRV)([A-Z])P([0-9A-Z]{2})([^]*)$/;
/** Date, validity, latitude, longitude, speed, time, course; signal, satellites, battery. */
const PLACE = /^(\d{6})([AV])(\d{4}\.\d+)([NS])(\d{5}\.\d+)([EW])\d{3}\.\d(\d{6})[\d.]{6}\d{3}\d{3}(\d{3})\d{5}\d*$/;
const STATUS = /^,\d{3}\d{3}(\d{3})/;
const VOICE = /^IWAP07,(\d{14}),(\d{1,4}),(\d{1,4}),(\d{1,4}),/;
/** Confirms a command of the server by its serial number: no answer. */
const CONFIRMATION = /^,\d{6}(?:,|$)/;
/** What is asked in these is not known here. */
const UNANSWERED = new Set(["APTM", "APWT"]);
/** Messages with a place and, behind the cell, the code of an alarm. */
const PLACED = new Set(["AP01", "AP10", "YP03", "YP14"]);
const ALARM_FIELD = 5;

const ALARMS: Readonly<Record<string, DecodedReport["kind"]>> = {
  "00": "other",
  "01": "emergency",
  "02": "low_battery",
  "03": "tamper",
  "05": "fall",
  "06": "fall",
};

export const trvDefinition = {
  transport: "tcp",
  bridge: "trv",
  facts: {
    title: "IW and TRV watches",
    devices: "4G watches for elders with heart rate and blood pressure, sold under many names; TRV vehicle trackers",
    sources: ["Protocol for GPS Watch V1.1 (AP00–APHD)", "traccar TrvProtocolDecoder"],
    presses: "AP10 with 01 is an emergency, with 05 or 06 a fall",
    cancel: null,
    dedup: { key: "the code, and the message's own date and time", windowMs: ALARM_REPEAT_MS },
    battery: "per cent in AP01, AP03, AP10, CP01 and AP50; 02 is low, 03 is taken off",
    signal: null,
    integrity: null,
    downlink: null,
    examples: [
      {
        name: "a login",
        source: "composed",
        text: "IWAP00353456700000017,8986000000000000001f,460000000000001#",
        gives: [{ kind: "other", address: "353456700000017", press: null }],
        reply: "IWBP00,20261125133742,0#",
      },
      {
        name: "a heartbeat",
        source: "composed",
        after: ["IWAP00353456700000017#"],
        text: "IWAP03,09000307700001,1200,30#",
        gives: [{ kind: "heartbeat", address: "353456700000017", batteryPct: 77 }],
        reply: "IWBP03#",
      },
      {
        name: "the SOS key",
        source: "composed",
        after: ["IWAP00353456700000017#"],
        text: "IWAP10261125A3114.5000N12128.2500E000.1133700000.0009000806600001,460,0,9520,3671,01,zh-cn,00#",
        gives: [
          {
            kind: "emergency",
            address: "353456700000017",
            press: "01",
            mark: "261125133700",
            batteryPct: 66,
            position: { lat: 31.241667, lon: 121.470833, isFix: true },
          },
        ],
        reply: "IWBP10#",
      },
      {
        name: "a fall",
        source: "composed",
        after: ["IWAP00353456700000017#"],
        text: "IWAP10261125V0000.0000N00000.0000E000.0133800000.0009000006600001,460,0,9520,3671,05,zh-cn,00#",
        gives: [{ kind: "fall", press: "05" }],
        reply: "IWBP10#",
      },
      {
        name: "taken off, before any login",
        source: "composed",
        text: "IWAP10261125V0000.0000N00000.0000E000.0133800000.0009000006600001,460,0,9520,3671,03,zh-cn,00#",
        gives: [{ kind: "tamper", address: "unnamed", wireId: null, press: null }],
      },
      {
        name: "an alarm that is not in the list",
        source: "composed",
        after: ["IWAP00353456700000017#"],
        text: "IWAP10261125V0000.0000N00000.0000E000.0133800000.0009000006600001,460,0,9520,3671,09,zh-cn,00#",
        gives: [{ kind: "other", press: null, unclear: "alarm 09" }],
        reply: "IWBP10#",
      },
      {
        name: "a tracker's position",
        source: "composed",
        after: ["TRVAP00353456700000017#"],
        text: "TRVAP01261125A3114.5000S05128.2500W012.3133700010.0008100709920100,460,0,9520,3671#",
        gives: [{ kind: "other", batteryPct: 99, position: { lat: -31.241667, lon: -51.470833, isFix: true } }],
        reply: "TRVBP01#",
      },
      {
        name: "a voice message, which is kept by nobody",
        source: "composed",
        after: ["IWAP00353456700000017#"],
        text: "IWAP07,20261125133742,1,1,4,a#b##",
        gives: [{ kind: "other", press: null }],
        reply: "IWBP07,20261125133742,1,1,0#",
      },
      {
        name: "a confirmed command",
        source: "composed",
        after: ["IWAP00353456700000017#"],
        text: "IWAP12,080835,13800000000,,#",
        gives: [{ kind: "other" }],
      },
    ],
  },
  // A watch sends AP03 every few minutes, at most every hour when it saves its battery.
  supervision: { heartbeatEveryMs: 10 * 60_000, silentAfterMs: 2 * 60 * 60_000 },
  addressForm: IMEI_FORM,
  normalizeAddress: normalizeImei,
  raw: "text",
  createSession: () =>
    createTextSession(
      {
        begins: BEGINNING,
        beginsNext: BEGINNING,
        beginningMax: "TRVAP00".length,
        ends: /#/,
        maxBytes: MESSAGE_MAX_BYTES,
        isWhole,
        lengthOf: voiceLength,
      },
      read,
    ),
} satisfies TcpDefinition;

/** A piece of a voice message holds any bytes, a `#` too: its head says how many. */
function voiceLength(text: string): number | null {
  const head = VOICE.exec(text);
  return head && head[0].length + Number(head[4]) + 1;
}

/** The last field is believed unclosed only where it cannot grow into another value. */
function isWhole(text: string): boolean {
  const [, , letter, code, body = ""] = MESSAGE.exec(text) ?? [];
  const type = `${letter}P${code}`;
  if (type === "AP00") return /^\d{15}$/.test(body);
  if (type === "AP03" || type === "CP01") return STATUS.test(body);
  if (type === "AP07") return false;
  if (type === "AP50") return /^,[\d.]+,(?:\d[1-9]|[2-9]0|100)$/.test(body);
  if (!PLACED.has(type)) return true;
  const [place = "", , , , cell = "", alarm = ""] = body.split(",");
  return PLACE.test(place) && cell !== "" && (type !== "AP10" || /^\d\d$/.test(alarm));
}

function read(text: string, login: Login, now: EpochMs): Read {
  const [, maker = "", letter = "", code = "", rest = ""] = MESSAGE.exec(text.trimEnd()) ?? [];
  const body = rest.replace(/#$/, "");
  const type = `${letter}P${code}`;
  if (type === "AP00") return readLogin(maker, body, login, now);
  const reports = PLACED.has(type) ? readPlace(type, body, login) : [readOther(type, body, login)];
  // A device that has not said who it is waits in vain, and logs in anew.
  const reply = login.address === null ? null : replyTo(maker, letter, code, body);
  return { decoded: { type: "reports", reports }, ...(reply !== null && { reply: bytesOf(reply) }) };
}

function readLogin(maker: string, body: string, login: Login, now: EpochMs): Read {
  const address = normalizeImei(body.split(",")[0]!);
  if (address === null)
    return { decoded: rejected("bad-field", `a login without the number of a device: ${quoted(body)}`) };
  login.address = address;
  const time = utcDigits(now);
  return {
    decoded: { type: "reports", reports: [{ ...saidBy(login), kind: "other", press: null }] },
    reply: bytesOf(maker === "IW" ? `IWBP00,${time},0#` : `${maker}BP00#`),
  };
}

function readPlace(type: string, body: string, login: Login): readonly DecodedReport[] {
  const fields = body.split(",");
  const place = PLACE.exec(fields[0]!);
  const [, date = "", validity = "V", lat = "", ns = "", lon = "", ew = "", time = "", battery = ""] = place ?? [];
  const said = {
    ...saidBy(login),
    batteryPct: percentOf(battery),
    ...positionAt(nmeaDegrees(lat, ns), nmeaDegrees(lon, ew), validity === "A"),
  };
  const alarm = /^\d\d$/.exec(fields[ALARM_FIELD] ?? "")?.[0];
  const kind = alarm === undefined ? undefined : ALARMS[alarm];
  const repeat = { repeatMs: ALARM_REPEAT_MS, ...(place && { mark: `${date}${time}` }) };
  if (kind === "emergency" || kind === "fall") return [{ ...said, kind, press: alarm!, ...repeat }];
  if (kind !== undefined) return [{ ...said, kind, press: null }];
  const isAlarm = type === "AP10" || alarm !== undefined;
  const cause = isAlarm && { ...repeat, unclear: `alarm ${alarm ?? "without a code"}` };
  return [{ ...said, kind: "other", press: null, ...cause }];
}

function readOther(type: string, body: string, login: Login): DecodedReport {
  const said = saidBy(login);
  if (type === "AP03" || type === "CP01")
    return { ...said, kind: "heartbeat", press: null, batteryPct: percentOf(STATUS.exec(body)?.[1]) };
  const battery = type === "AP50" ? percentOf(body.split(",")[2]) : null;
  return { ...said, kind: "other", press: null, batteryPct: battery };
}

function replyTo(maker: string, letter: string, code: string, body: string): string | null {
  const type = `${letter}P${code}`;
  const answer = `${maker}${String.fromCharCode(letter.charCodeAt(0) + 1)}P${code}`;
  if (CONFIRMATION.test(body) || UNANSWERED.has(type)) return null;
  const voice = VOICE.exec(`IW${type}${body}`);
  // 0: not taken. Nobody listens to it here, and the wearer must not believe that somebody does.
  if (voice) return `${answer},${voice[1]},${voice[2]},${voice[3]},0#`;
  // A request for its place, which nobody knows here.
  return type === "AP14" && maker !== "IW" ? `${answer},0.000,0.000#` : `${answer}#`;
}
