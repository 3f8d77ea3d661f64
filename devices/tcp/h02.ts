import type { TcpDefinition } from "../../gateway/core/definition.ts";
import type { DecodedReport } from "../../gateway/core/report.ts";
import type { EpochMs } from "../../gateway/core/units.ts";
import { nmeaDegrees, positionAt } from "../parts/coordinates.ts";
import { normalizeImei } from "../parts/imei.ts";
import { percentIn, percentOf } from "../parts/percent.ts";
import { rejected } from "../parts/rejected.ts";
import { createTcpSession, saidBy, type Login, type Read } from "../parts/tcp-session.ts";
import { bytesOf, latin1, quoted } from "../parts/text.ts";
import { ALARM_REPEAT_MS } from "../parts/tracker-report.ts";
import { utcDigits } from "../parts/utc-bytes.ts";
import { h02Examples } from "../h02/examples.ts";
import { createH02Framer, timeAt } from "../h02/framer.ts";

/**
 * Trackers and watches of the H02 family: `*HQ,id,V1,…#`, and the same in binary behind a `$`. The status has a bit
 * for each alarm, which is zero while the alarm stands.
 */

const STAR = 0x2a;
const MESSAGE = /^\*([0-9A-Z]{2}),([^,#]*),?([^,#]*)(?:,([^#]*))?#$/i;
const STATUS = /^[0-9A-F]{8}$/i;
const DATE = /^\d{6}$/;

/** What is zero while the SOS key's alarm stands. Bit 18 is used for other things by some makers, and never one here. */
const SOS_BIT = 1 << 1;
/** Every alarm at once: a status that nobody filled in, or somebody has to look. */
const NOTHING_SET = 0;

const BATTERY_AT = 10;
/** Below it stand levels of a bar, not per cent. */
const PERCENT_MIN = 7;

export const h02Definition = {
  transport: "tcp",
  bridge: "h02",
  facts: {
    title: "H02",
    devices: "trackers and watches of the HQ family (SinoTrack, LKGPS, Cantrack, Reachfar, Mictrack)",
    sources: ["LKGPS protocol", "TQ GPRS transport protocol (SinoTrack)", "traccar H02ProtocolDecoder"],
    presses: "status bit 1 zero is an emergency (SOS); no other bit is",
    cancel: null,
    dedup: { key: "the status bit", windowMs: ALARM_REPEAT_MS },
    battery: "per cent in LINK, HTBT, V0, XT and binary messages",
    signal: null,
    integrity: null,
    downlink: null,
    examples: h02Examples,
  },
  supervision: { heartbeatEveryMs: 10 * 60_000, silentAfterMs: 2 * 60 * 60_000 },
  addressForm: "the id of 10 digits behind the first comma, or the 15 digits of the IMEI, as 4209951296",
  normalizeAddress: normalizeImei,
  raw: "hex",
  createSession: () => createTcpSession(createH02Framer(), read),
} satisfies TcpDefinition;

function read(frame: Uint8Array, login: Login, now: EpochMs): Read {
  return frame[0] === STAR ? readText(latin1(frame), login, now) : readBinary(frame, login);
}

function readText(text: string, login: Login, now: EpochMs): Read {
  const [, maker = "", id = "", type = "", rest = ""] = MESSAGE.exec(text) ?? [];
  const address = normalizeImei(id);
  if (maker === "" || (id !== "" && address === null))
    return { decoded: rejected("bad-field", `no message of H02: ${quoted(text)}`) };
  // Some say who they are only now and then.
  if (address !== null) login.address = address;
  const reply = address === null ? null : replyTo(maker, id, type.toUpperCase(), now);
  return {
    decoded: { type: "reports", reports: readFields(type.toUpperCase(), rest.split(","), login) },
    ...(reply !== null && { reply: bytesOf(reply) }),
  };
}

function readFields(type: string, fields: readonly string[], login: Login): readonly DecodedReport[] {
  const said = saidBy(login);
  switch (type) {
    case "HTBT":
    case "V0":
      return [{ ...said, batteryPct: percentOf(fields[0]), kind: "heartbeat", press: null }];
    case "XT":
      return [{ ...said, batteryPct: percentOf(fields[1]), kind: "heartbeat", press: null }];
    case "LINK":
      return withStatus({ ...said, batteryPct: percentOf(fields[3]) }, lastStatus(fields), "heartbeat");
    case "ALRM":
    case "SOS":
      // Which number is which alarm is not known here.
      return [unclear(said, `${type} ${fields[0] ?? ""}`.trim())];
    default:
      return readPlace(said, fields);
  }
}

/** The letters of latitude and longitude tell where a place stands among fields that differ from maker to maker. */
function readPlace(said: Omit<DecodedReport, "kind" | "press">, fields: readonly string[]): readonly DecodedReport[] {
  const at = fields.findIndex((field, index) => /^[NS]$/.test(field) && /^[EW]$/.test(fields[index + 2] ?? ""));
  if (at === -1) return withStatus(said, lastStatus(fields), "other");
  const lat = nmeaDegrees(fields[at - 1] ?? "", fields[at]!);
  const place = positionAt(lat, nmeaDegrees(fields[at + 1]!, fields[at + 2]!), /^[A\d]$/.test(fields[at - 2] ?? ""));
  return withStatus({ ...said, ...place }, fields.slice(at + 3).find((field) => STATUS.test(field)) ?? null, "other");
}

/** Behind the date; cells of the network before it may look alike. */
function lastStatus(fields: readonly string[]): string | null {
  const at = fields.findLastIndex((field, index) => DATE.test(field) && STATUS.test(fields[index + 1] ?? ""));
  return at === -1 ? null : fields[at + 1]!;
}

function withStatus(
  said: Omit<DecodedReport, "kind" | "press">,
  digits: string | null,
  kind: "heartbeat" | "other",
): readonly DecodedReport[] {
  const status = digits === null ? SOS_BIT : Number.parseInt(digits, 16);
  if (status & SOS_BIT) return [{ ...said, kind, press: null }];
  const alarm: DecodedReport =
    status === NOTHING_SET
      ? unclear(said, `status ${digits}`)
      : { ...said, kind: "emergency", press: "sos", repeatMs: ALARM_REPEAT_MS };
  return kind === "heartbeat" ? [alarm, { ...said, kind, press: null }] : [alarm];
}

const unclear = (said: Omit<DecodedReport, "kind" | "press">, cause: string): DecodedReport => ({
  ...said,
  kind: "other",
  press: null,
  repeatMs: ALARM_REPEAT_MS,
  unclear: cause,
});

/** Behind `$`: id, time, date, latitude, battery, longitude, flags, speed, course, status; two decimal digits a byte. */
function readBinary(frame: Uint8Array, login: Login): Read {
  const at = timeAt(frame);
  const hex = Buffer.from(frame).toString("hex");
  const address = at === null ? null : normalizeImei(at === 6 ? hex.slice(2, 12) : hex.slice(2, 17));
  if (at === null || address === null)
    return { decoded: rejected("bad-field", `no binary message of H02: ${quoted(hex)}`) };
  login.address = address;
  const digits = hex.slice(2 * (at + 6));
  const flags = Number.parseInt(digits[19]!, 16);
  const place = positionAt(
    nmeaDegrees(digits.slice(0, 8), flags & 4 ? "N" : "S"),
    nmeaDegrees(digits.slice(10, 19), flags & 8 ? "E" : "W"),
    (flags & 2) !== 0,
  );
  const battery = frame[at + BATTERY_AT]!;
  const said = { ...saidBy(login), batteryPct: battery >= PERCENT_MIN ? percentIn(battery) : null, ...place };
  return { decoded: { type: "reports", reports: withStatus(said, digits.slice(26, 34), "other") } };
}

/** Heartbeats are sent back, positions and cells are confirmed with the time; the others wait for nothing. */
function replyTo(maker: string, id: string, type: string, now: EpochMs): string | null {
  if (type === "HTBT" || type === "V0") return `*${maker},${id},${type}#`;
  if (type !== "V1" && type !== "NBR") return null;
  return `*${maker},${id},V4,${type},${utcDigits(now)}#`;
}
