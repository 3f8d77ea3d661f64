import type { TcpDefinition } from "../../gateway/core/definition.ts";
import type { DecodedReport } from "../../gateway/core/report.ts";
import { decimalDegrees, positionAt } from "../parts/coordinates.ts";
import { IMEI_FORM, normalizeImei } from "../parts/imei.ts";
import { percentOf } from "../parts/percent.ts";
import { rejected } from "../parts/rejected.ts";
import { saidBy, type Login, type Read } from "../parts/tcp-session.ts";
import { createTextSession } from "../parts/text-session.ts";
import { quoted } from "../parts/text.ts";
import { ALARM_REPEAT_MS } from "../parts/tracker-report.ts";

/** MiniFinder Pico and its relatives: `!D,date,time,lat,lon,…;`. Only the login `!1` says who it is. */

/** The state of all settings (!4) is the longest. */
const MESSAGE_MAX_BYTES = 1_024;

const BEGINNING = /![0-9A-Z],/;
const MESSAGE = /^!([0-9A-Z]),([^]*)$/;
/** Of a position: date, time, latitude, longitude, speed, course, flags, altitude, battery. */
const LAT_FIELD = 2;
const FLAGS_FIELD = 6;
const BATTERY_FIELD = 8;
const FLAGS = /^[0-9a-f]{1,8}$/i;
/** Signal, whether it has a fix, battery. */
const HEARTBEAT = /^\d+,[AV](?:,(\d{1,3}))?$/;

const FLAG_FIX = 1 << 0;
const FLAG_APPROXIMATE = 1 << 1;
const FLAG_SOS = 1 << 6;
const FLAG_FALL = 1 << 8;
const FLAG_LOW_BATTERY = 1 << 12;

export const minifinderDefinition = {
  transport: "tcp",
  bridge: "minifinder",
  facts: {
    title: "MiniFinder",
    devices: "MiniFinder Pico, Atto and pendants of the same make with the older protocol",
    sources: ["MiniFinder GPRS Communication Protocol V1.26", "traccar MiniFinderProtocolDecoder"],
    presses: "flag bit 6 is an emergency (SOS), bit 8 a fall",
    cancel: null,
    dedup: { key: "the flag", windowMs: ALARM_REPEAT_MS },
    battery: "per cent in !5, !B, !C and !D; flag bit 12 is low",
    signal: null,
    integrity: null,
    downlink: null,
    examples: [
      {
        name: "a login",
        source: "composed",
        text: "!1,867273000000018,V07S.5701.1621,100;",
        gives: [{ kind: "other", address: "867273000000018", press: null }],
      },
      {
        name: "a heartbeat",
        source: "composed",
        after: ["!1,867273000000018;"],
        text: "!5,21,A,64;",
        gives: [{ kind: "heartbeat", address: "867273000000018", batteryPct: 64 }],
      },
      {
        name: "the SOS key",
        source: "composed",
        after: ["!1,867273000000018;"],
        text: "!D,25/11/26,13:37:42,56.869524,14.820557,0.0,225.8,150041,12.1,58,5,9,0;",
        gives: [
          {
            kind: "emergency",
            press: "sos",
            repeatMs: 60_000,
            batteryPct: 58,
            position: { lat: 56.869524, lon: 14.820557, isFix: true },
          },
        ],
      },
      {
        name: "a fall with a flat battery",
        source: "composed",
        after: ["!1,867273000000018;"],
        text: "!D,25/11/26,13:38:42,56.869524,-14.820557,0.0,225.8,151102,12.1,9,5,9,0;",
        gives: [
          { kind: "fall", press: "fall", position: { lat: 56.869524, lon: -14.820557, isFix: false } },
          { kind: "low_battery", press: null, batteryPct: 9 },
        ],
      },
      {
        name: "a position, before any login",
        source: "composed",
        text: "!C,25/11/26,13:39:42,56.869524,14.820557,0,0,100001,25.3,100,0.03,0.01,0;",
        gives: [{ kind: "other", address: "unnamed", wireId: null, press: null, batteryPct: 100 }],
      },
      {
        name: "a position without flags that the protocol knows",
        source: "composed",
        after: ["!1,867273000000018;"],
        text: "!D,25/11/26,13:39:42,56.869524,14.820557,somewhere;",
        gives: "rejected",
      },
    ],
  },
  supervision: { heartbeatEveryMs: 10 * 60_000, silentAfterMs: 2 * 60 * 60_000 },
  addressForm: IMEI_FORM,
  normalizeAddress: normalizeImei,
  raw: "text",
  createSession: () =>
    createTextSession(
      {
        begins: BEGINNING,
        beginsNext: BEGINNING,
        beginningMax: "!1,".length,
        ends: /[;\r\n]/,
        maxBytes: MESSAGE_MAX_BYTES,
        isWhole,
      },
      read,
    ),
} satisfies TcpDefinition;

/** The last field is believed unclosed only where it cannot grow into another value. */
function isWhole(text: string): boolean {
  const [, type = "", body = ""] = MESSAGE.exec(text) ?? [];
  if (type === "1") return /^\d{15}(?:,|$)/.test(body);
  if (type === "5") return /^\d+,[AV](?:$|,(?:\d[1-9]|[2-9]0|100)$)/.test(body);
  const fields = body.split(",");
  if (type === "A") return fields.length > LAT_FIELD + 2;
  return !/[BCD]/.test(type) || fields.length > BATTERY_FIELD + 1;
}

function read(text: string, login: Login): Read {
  const [, type = "", body = ""] = MESSAGE.exec(text.replace(/[;\s\0]+$/, "")) ?? [];
  if (type === "1") {
    const address = normalizeImei(body.split(",")[0]!);
    if (address === null)
      return { decoded: rejected("bad-field", `a login without the number of a device: ${quoted(body)}`) };
    login.address = address;
  }
  if (/[BCD]/.test(type)) return readState(body, login);
  return { decoded: { type: "reports", reports: [readOther(type, body, login)] } };
}

function readOther(type: string, body: string, login: Login): DecodedReport {
  const said = { ...saidBy(login), press: null };
  if (type === "5") return { ...said, kind: "heartbeat", batteryPct: percentOf(HEARTBEAT.exec(body)?.[1]) };
  return { ...said, kind: "other", ...(type === "A" && placeIn(body.split(","), false)) };
}

/** A position with flags; one without them could hide an alarm, so that is no message. */
function readState(body: string, login: Login): Read {
  const fields = body.split(",");
  const digits = fields[FLAGS_FIELD] ?? "";
  if (!FLAGS.test(digits)) return { decoded: rejected("bad-field", `no flags of a position in ${quoted(body)}`) };
  const flags = Number.parseInt(digits, 16);
  const isFix = (flags & FLAG_FIX) !== 0 && (flags & FLAG_APPROXIMATE) === 0;
  const said = { ...saidBy(login), batteryPct: percentOf(fields[BATTERY_FIELD]), ...placeIn(fields, isFix) };
  const reports: DecodedReport[] = [];
  if (flags & FLAG_SOS) reports.push({ ...said, kind: "emergency", press: "sos", repeatMs: ALARM_REPEAT_MS });
  if (flags & FLAG_FALL) reports.push({ ...said, kind: "fall", press: "fall", repeatMs: ALARM_REPEAT_MS });
  if (flags & FLAG_LOW_BATTERY) reports.push({ ...said, kind: "low_battery", press: null });
  if (reports.length === 0) reports.push({ ...said, kind: "other", press: null });
  return { decoded: { type: "reports", reports } };
}

const placeIn = (fields: readonly string[], isFix: boolean): Pick<DecodedReport, "position"> =>
  positionAt(decimalDegrees(fields[LAT_FIELD] ?? ""), decimalDegrees(fields[LAT_FIELD + 1] ?? ""), isFix);
