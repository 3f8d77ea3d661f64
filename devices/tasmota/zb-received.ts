import type { DecodedReport } from "../../gateway/core/report.ts";
import type { ReportKind } from "../../gateway/core/kinds.ts";
import { said } from "../parts/said.ts";
import type { Fields } from "../parts/text.ts";

/**
 * What one Zigbee device said, as Tasmota prints it: attributes by name, commands as `<cluster>!<command>`, notices of
 * an alarm zone as `0500<00` (tasmota docs: Zigbee; Zigbee Cluster Library 7, chapter 8).
 */

/** A command may come again when the bridge's acknowledgement is lost. */
export const ZIGBEE_REPEAT_MS = 3_000;

/** Attributes that Tasmota makes of an alarm zone, by the kind of the zone. */
const ZONES: readonly (readonly [field: string, kind: ReportKind])[] = [
  ["Panic", "emergency"],
  ["PersonalAlarm", "emergency"],
  ["Fire", "other"],
  ["CO", "other"],
  ["Water", "other"],
  ["GlassBreak", "other"],
  ["Contact", "other"],
  ["Occupancy", "other"],
  ["Movement", "other"],
];
/** IAS ACE, from a remote to its panel (8.3.2.3). */
const ACE: ReadonlyMap<string, ReportKind> = new Map([
  ["0501!02", "emergency"],
  ["0501!04", "emergency"],
]);
/** Commands of a remote: not those by which devices are set up (basic, power, identify, groups). */
const COMMAND = /^(?!000[0-4])[0-9A-F]{4}!/i;
const CLICKS = ["Click", "ArrowClick", "Action", "action"] as const;
const RAW_NOTICES = ["0500<00", "0500!00"] as const;

/** Bits of a zone's status (8.2.2.2.1.3). */
const ALARM = 0x0003;
const TAMPER = 0x0004;
const BATTERY = 0x0008;

interface Said {
  readonly kind: ReportKind;
  readonly press: string;
}

/** `key` is the short address or the name; `addressOf` makes an address of either. */
export function readZbReceived(
  key: string,
  device: Fields,
  addressOf: (called: string) => string,
): readonly DecodedReport[] {
  const { Device: short, Name: name, Endpoint: endpoint, LinkQuality: quality } = device;
  const called = typeof name === "string" && name !== "" ? name : key;
  const status = statusIn(device);
  const level = device["BatteryPercentage"] ?? device["Battery"];
  const common = {
    ...said(addressOf(called), "bridge"),
    wireId: typeof short === "string" ? short : key,
    batteryPct: typeof level === "number" && level >= 0 && level <= 100 ? Math.round(level) : null,
    ...(status !== null && { batteryOk: (status & BATTERY) === 0 }),
    ...(status !== null && (status & TAMPER) === 0 && { tampered: false }),
    ...(typeof quality === "number" && { linkQuality: quality }),
  };
  const reports: DecodedReport[] = [];
  const found = saidIn(device, status);
  if (found) {
    const isFirst = typeof endpoint !== "number" || endpoint === 1;
    const press = isFirst ? found.press : `${found.press}@${endpoint}`;
    reports.push({ ...common, kind: found.kind, press, repeatMs: ZIGBEE_REPEAT_MS });
  }
  if (status !== null && (status & TAMPER) !== 0) reports.push({ ...common, kind: "tamper", press: null });
  if (reports.length === 0) reports.push({ ...common, kind: "other", press: null });
  if (status !== null && (status & BATTERY) !== 0) reports.push({ ...common, kind: "low_battery", press: null });
  return reports;
}

/** The status of an alarm zone, as a number or in the first two bytes of its notice, the low one first. */
function statusIn(device: Fields): number | null {
  const { ZoneStatusChange: status } = device;
  if (typeof status === "number") return status;
  for (const field of RAW_NOTICES) {
    const notice = device[field];
    if (typeof notice !== "string" || !/^[0-9a-f]{4}/i.test(notice)) continue;
    return Number.parseInt(notice.slice(2, 4) + notice.slice(0, 2), 16);
  }
  return null;
}

function saidIn(device: Fields, status: number | null): Said | null {
  for (const [field, kind] of ZONES) if (device[field] === 1 || device[field] === true) return { kind, press: field };
  if (status !== null) return (status & ALARM) !== 0 ? { kind: "other", press: "alarm" } : null;
  for (const field of CLICKS) {
    const click = device[field];
    if (typeof click === "string" && click !== "" && click !== "release") return { kind: "other", press: click };
  }
  for (const field in device) {
    const kind = ACE.get(field);
    if (kind !== undefined) return { kind, press: field };
    if (COMMAND.test(field)) return { kind: "other", press: field };
  }
  return null;
}
