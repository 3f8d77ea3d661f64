import type { Decoded, DecodedReport } from "../../gateway/core/definition.ts";
import type { Fields } from "../parts/text.ts";
import { modelOf } from "./models.ts";
import { anySaid, isSet, STATE, type Said } from "./press.ts";
import { HONEYWELL_LOW, HONEYWELL_TAMPER, READERS, TAMPERS } from "./security.ts";

/**
 * One event of rtl_433 as JSON, whoever runs it ("DATA_FORMAT.md" and the fields of its decoders, of 2018 to 2026). The
 * model's name may lie, a panic key may be printed as a contact: what a bare press means is for the enrolment to say.
 */

/** A remote repeats itself 4 to 16 times over up to 2 s, and receivers print each. */
export const RF_REPEAT_MS = 3_000;

const ID_MAX_CHARS = 40;
/** `id`, and what it was called before. */
const ID_FIELDS = [
  "id",
  "device",
  "deviceid",
  "device id",
  "dev_id",
  "sensor_id",
  "address",
  "housecode",
  "serial",
  "rc",
  "rid",
  "sid",
  "code",
  "ID",
  "channel",
] as const;

/** Models of which the id alone names several devices. */
const IDENTITIES: ReadonlyMap<string, readonly string[]> = new Map([
  ["fs20", ["housecode", "address"]],
  ["fht", ["housecode", "address"]],
  ["waveman-switch", ["id", "channel"]],
  ["x10-rf", ["channel", "id"]],
]);

/** What changes with each press of a rolling code. */
const ROLLING_FIELDS = ["encrypted", "rolling"] as const;

const NO_ID: readonly string[] = [];
const HEX = /^0x[0-9a-f]+$/;
const NAME = /^[^\x00-\x1f\x7f:]{1,40}$/;
const ID = /^[^\x00-\x1f\x7f:]{1,40}$/;
const PRESS = /^[^\x00-\x1f\x7f]{1,40}$/;

/** Neither case nor the base tells two ids apart: the decoders print a number, its terminal output the same in hex. */
const plainId = (id: string): string => {
  const lower = id.trim().toLowerCase();
  return HEX.test(lower) ? String(Number.parseInt(lower, 16)) : lower;
};

/** `model:id`, and `:key` behind it for one key of several. Null: it is no such address. */
export function normalizeRtl433(address: string): string | null {
  const [model = "", id, ...more] = address.trim().split(":");
  if (!NAME.test(model.trim())) return null;
  if (id === undefined) return modelOf(model);
  const press = more.join(":").trim();
  if (!ID.test(id.trim()) || (more.length > 0 && !PRESS.test(press))) return null;
  return `${modelOf(model)}:${plainId(id)}${more.length > 0 ? `:${press.toLowerCase()}` : ""}`;
}

/** `isDbm`: the receiver measures in dBm; rtl_433 on a radio of television does not, its rssi is relative to full scale. */
export function readRtl433(fields: Fields, isDbm: boolean): Decoded {
  const { model: printed } = fields;
  if (typeof printed !== "string" || printed === "") return { type: "nothing", what: "no event of a device" };
  // The receiver of OpenMQTTGateway tells of itself in the same form.
  if (fields["protocol"] === "debug") return { type: "nothing", what: "the receiver's own state" };
  const model = modelOf(printed);
  if (!NAME.test(model)) return { type: "rejected", code: "bad-field", message: "a model without a name" };
  const id = idIn(model, fields);
  if (id === null && model.startsWith("twogig")) return { type: "nothing", what: "an encrypted code without an id" };
  const low = isLow(model, fields);
  const tampered = isTampered(model, fields);
  const common = {
    address: id === null ? model : `${model}:${id.plain}`,
    wireId: id?.printed ?? null,
    counter: null,
    ageMs: null,
    ageAtLeast: false,
    batteryPct: percentIn(fields),
    ...(low !== null && { batteryOk: !low }),
    ...(tampered === false && { tampered }),
    ...signalIn(fields, isDbm),
    proof: "none",
  } as const;
  return { type: "reports", reports: reportsOf(common, saidIn(model, fields), fields, { low, tampered }) };
}

function reportsOf(
  common: Omit<DecodedReport, "kind" | "press">,
  said: Said,
  fields: Fields,
  { low, tampered }: { readonly low: boolean | null; readonly tampered: boolean | null },
): readonly DecodedReport[] {
  const isOpened = said.kind === "tamper" || tampered === true;
  const reports: DecodedReport[] = [];
  if (said.press !== null) {
    const mark = markIn(fields);
    reports.push({ ...common, ...said, repeatMs: RF_REPEAT_MS, ...(mark !== null && { mark }) });
  } else if (said.kind === "heartbeat" || (said.kind === "other" && !isOpened)) reports.push({ ...common, ...said });
  if (isOpened) reports.push({ ...common, kind: "tamper", press: null });
  if (low === true || said.kind === "low_battery") reports.push({ ...common, kind: "low_battery", press: null });
  return reports;
}

function saidIn(model: string, fields: Fields): Said {
  const read = READERS.get(model);
  if (read) return read(fields);
  const said = isReading(fields) ? readingSaid(fields) : anySaid(fields);
  if (said.kind !== "other") return said;
  if (isSet(fields["heartbeat"])) return { kind: "heartbeat", press: null };
  // A flex decoder that was only told how to cut pulses: whatever has the code has been pressed.
  return said.press === null &&
    isFlex(fields) &&
    said.kind === "other" &&
    codeIn(fields) !== null &&
    !hasReading(fields)
    ? { kind: "other", press: "code" }
    : said;
}

/** Weather, tyres, meters: the most of what is on the air. Their words are states, and some have a button. */
function isReading(fields: Fields): boolean {
  if (fields["type"] === "TPMS") return true;
  for (const field of READINGS) if (fields[field] !== undefined) return true;
  return false;
}

const READINGS = [
  "temperature_C",
  "temperature_F",
  "humidity",
  "moisture",
  "wind_avg_km_h",
  "wind_avg_m_s",
  "rain_mm",
  "pressure_kPa",
  "pressure_PSI",
  "power_W",
  "depth_cm",
] as const;

const readingSaid = ({ button, event }: Fields): Said =>
  button === 1 || event === "Button Press" ? { kind: "other", press: "button" } : STATE;

const isFlex = ({ num_rows: rows, count }: Fields): boolean => typeof rows === "number" && typeof count === "number";

/** It says in words of its own what there is. */
const hasReading = ({ event, cmd, state, button }: Fields): boolean =>
  [event, cmd, state, button].some((value) => value !== undefined);

/** The bits of a flex decoder: `data`, in rows or, since 2021, `codes` as `{25}ebeaaa8`. */
function codeIn({ data, rows, codes }: Fields): string | null {
  const [row] = Array.isArray(rows) ? (rows as readonly unknown[]) : [];
  const [code] = Array.isArray(codes) ? (codes as readonly unknown[]) : [];
  const found = data ?? (row as Fields | undefined)?.["data"] ?? code;
  return typeof found === "string" && found !== "" ? found.replace(/^\{\d+\}/, "") : null;
}

interface Id {
  readonly plain: string;
  /** As it is printed. */
  readonly printed: string;
}

function idIn(model: string, fields: Fields): Id | null {
  const printed = printedId(fields);
  if (printed === null) return null;
  const names = IDENTITIES.get(model) ?? NO_ID;
  const plain = names.length === 0 ? plainId(printed) : names.map((name) => plainId(String(fields[name]))).join("-");
  return { plain: plain.replaceAll(":", "-"), printed: ev1527Id(fields) ?? printed };
}

function printedId(fields: Fields): string | null {
  for (const field of ID_FIELDS) {
    const value = fields[field];
    if (typeof value === "number" || (typeof value === "string" && value.trim() !== ""))
      return String(value).trim().slice(0, ID_MAX_CHARS);
  }
  return isFlex(fields) ? (codeIn(fields)?.slice(0, ID_MAX_CHARS) ?? null) : null;
}

/** An EV1527 code of a flex decoder: its 20 bits of identity are written in hex, on the device and by other receivers. */
function ev1527Id({ id, data, len }: Fields): string | null {
  if (typeof id !== "number" || typeof data !== "string" || (len !== 24 && len !== 25)) return null;
  const digits = data.slice(0, 5).toLowerCase();
  return Number.parseInt(digits, 16) === id ? digits : null;
}

/** Null: it says nothing of its battery. */
function isLow(model: string, { battery_ok: ok, battery_low: low, battery, event }: Fields): boolean | null {
  if (typeof ok === "number") return ok <= 0;
  if (typeof ok === "boolean") return !ok;
  if (typeof battery === "string")
    return battery.toUpperCase() === "OK" ? false : battery.toUpperCase() === "LOW" || null;
  if (low !== undefined) return isSet(low);
  return isHoneywell(model) && typeof event === "number" ? (event & HONEYWELL_LOW) !== 0 : null;
}

const isHoneywell = (model: string): boolean => model === "honeywell-security";

/** Null: it says nothing of its case. */
function isTampered(model: string, fields: Fields): boolean | null {
  const { event } = fields;
  const tamper = fields["tamper"] ?? fields["tampered"];
  if (tamper !== undefined) return isSet(tamper);
  if (isHoneywell(model) && typeof event === "number") return (event & HONEYWELL_TAMPER) !== 0;
  return TAMPERS.get(model)?.(fields) ?? null;
}

/** `battery_ok` is a level between 0 and 1; a device with two states prints just these, which are no levels. */
function percentIn({ battery_ok: ok, battery_pct: percent }: Fields): number | null {
  if (typeof percent === "number" && percent >= 0 && percent <= 100) return Math.round(percent);
  return typeof ok === "number" && ok > 0 && ok < 1 ? Math.round(ok * 100) : null;
}

const LINK_QUALITY_MAX = 255;

function signalIn({ rssi, snr }: Fields, isDbm: boolean): Pick<DecodedReport, "rssiDbm" | "linkQuality"> {
  if (isDbm) return typeof rssi === "number" ? { rssiDbm: Math.round(rssi) } : {};
  return typeof snr === "number" && snr >= 0 ? { linkQuality: Math.min(Math.round(snr), LINK_QUALITY_MAX) } : {};
}

function markIn(fields: Fields): string | null {
  for (const field of ROLLING_FIELDS) {
    const value = fields[field];
    if (typeof value === "string" || typeof value === "number") return String(value).slice(0, ID_MAX_CHARS);
  }
  return null;
}
