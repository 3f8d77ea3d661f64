import type { DecodedReport, Position } from "../../gateway/core/report.ts";
import { alarmReport, doubtful, isCall, type Cause } from "../parts/tracker-report.ts";

/** A location of JT/T 808: 32 alarm bits, 32 state bits, place, time, then items, of which makers have many of their own. */

const ITEMS_AT = 28;
const TIME_AT = 22;
const DEGREE = 1_000_000;
const STATE = { fix: 0x02, south: 0x04, west: 0x08 } as const;
const PERCENT_FULL = 100;

/**
 * Bits that ask for somebody. 15 to 17 are reserved by the standard: makers use 15 for vibration, 16 and 17 for a
 * device that was opened or taken off. Of the others a car or a lorry speaks.
 */
const BITS: ReadonlyMap<number, Cause> = new Map<number, Cause>([
  [0, "sos"],
  [7, "low-battery"],
  [16, "tamper"],
  [17, "tamper"],
  [29, { unclear: "alarm bit 29, a collision" }],
  [30, { unclear: "alarm bit 30, turned over" }],
]);

/** Item 0xe8 of Jimi, its first word. */
const EVENTS: ReadonlyMap<number, Cause> = new Map<number, Cause>([
  [0x0405, { unclear: "event 0x0405, a collision" }],
  [0x0416, { unclear: "event 0x0416, a collision" }],
  [0x0417, { unclear: "event 0x0417, a collision" }],
  [0x0c01, "sos"],
  [0x0c02, "low-battery"],
  [0x0c0f, "low-battery"],
  [0x0c12, "tamper"],
]);
/** Faults of a camera, driving, fences, ignition, power, and blocks of states. */
const EVENTS_HARMLESS: ReadonlySet<number> = new Set([
  0x0001, 0x0400, 0x0401, 0x0402, 0x0403, 0x0406, 0x0407, 0x0408, 0x0409, 0x040c, 0x0412, 0x0413, 0x0414, 0x0415,
  0x0c03, 0x0c04, 0x0c0e, 0x0c10, 0x2002, 0x2003, 0x2005,
]);

interface Findings {
  readonly causes: readonly Cause[];
  readonly batteryPct: number | null;
}

/** Alarms, calls first, then where it was; a location without an alarm is the place alone. Null: it is too short. */
export function locationReports(
  body: Uint8Array,
  said: Omit<DecodedReport, "kind" | "press">,
  isProved: boolean,
): readonly DecodedReport[] | null {
  if (body.length < ITEMS_AT) return null;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const items = itemsIn(body.subarray(ITEMS_AT));
  const bits = view.getUint32(0);
  const causes = [
    ...[...BITS].flatMap(([bit, cause]) => ((bits & (2 ** bit)) === 0 ? [] : [cause])),
    ...items.causes,
  ].filter((cause) => cause !== "none");
  const position = placeIn(view);
  const known = { ...said, batteryPct: items.batteryPct, ...(position && { position }) };
  if (causes.length === 0) return [{ ...known, kind: "other", press: null }];
  const ordered = [...causes.filter(isCall), ...causes.filter((cause) => !isCall(cause))];
  // The standard's bits stand until they are answered, with a new time in each report: they have no mark.
  const time = Buffer.from(body.subarray(TIME_AT, ITEMS_AT)).toString("hex");
  return ordered.map((cause) =>
    alarmReport(known, isProved ? cause : doubtful(cause), (bits & 1) === 0 ? time : undefined),
  );
}

function placeIn(view: DataView): Position | null {
  const state = view.getUint32(4);
  const lat = view.getUint32(8) / DEGREE;
  const lon = view.getUint32(12) / DEGREE;
  if (lat > 90 || lon > 180 || (lat === 0 && lon === 0)) return null;
  return {
    lat: (state & STATE.south) === 0 ? lat : -lat,
    lon: (state & STATE.west) === 0 ? lon : -lon,
    isFix: (state & STATE.fix) !== 0,
  };
}

/** Null: no number of per cent. */
export const percentIn = (byte: number | undefined): number | null =>
  byte !== undefined && byte >= 1 && byte <= PERCENT_FULL ? byte : null;

/** Items of one number and one size mean different things with different makers; only those that agree are read. */
function itemsIn(items: Uint8Array): Findings {
  let batteryPct: number | null = null;
  const causes: Cause[] = [];
  for (let at = 0; at + 2 <= items.length;) {
    const item = items[at]!;
    const value = items.subarray(at + 2, at + 2 + items[at + 1]!);
    at += 2 + items[at + 1]!;
    if (value.length < items[at - value.length - 1]!) break;
    const found =
      item === 0xeb ? extensionIn(value) : { causes: causesIn(item, value), batteryPct: batteryIn(item, value) };
    batteryPct ??= found.batteryPct;
    causes.push(...found.causes);
  }
  return { causes, batteryPct };
}

function batteryIn(item: number, value: Uint8Array): number | null {
  switch (item) {
    case 0x56:
      return value.length === 2 ? percentIn(value[0]! * 10) : null;
    case 0x06:
    case 0xd4:
    case 0xe1:
    case 0xe9:
    case 0xfe:
      return value.length === 1 ? percentIn(value[0]) : null;
    case 0xe3:
      return value.length >= 4 ? percentIn(value[1]) : null;
    case 0xe4:
      return value.length === 2 ? percentIn(value[1]) : null;
    case 0xf7:
      return value.length >= 6 ? percentIn(value[5]) : null;
    default:
      return null;
  }
}

function causesIn(item: number, value: Uint8Array): readonly Cause[] {
  const word = (value[0] ?? 0) * 256 + (value[1] ?? 0);
  // Of a padlock e8 has three bytes.
  if (item === 0xe8 && value.length > 3) {
    const cause = EVENTS_HARMLESS.has(word) ? "none" : EVENTS.get(word);
    return [cause ?? { unclear: `event 0x${word.toString(16).padStart(4, "0")}` }];
  }
  if (item === 0xe7 && value.length === 8) return (word & 0x0e) === 0 ? [] : ["sos"];
  if (item === 0xfe && value.length > 4 && value[0] === 0x7c) return causesOfFe(value.subarray(1));
  return [];
}

/** Item 0xfe after `7c`: blocks, of which 1 has alarm bits of its own. */
function causesOfFe(blocks: Uint8Array): readonly Cause[] {
  for (let at = 0; at + 2 <= blocks.length; at += 2 + blocks[at + 1]!) {
    if (blocks[at] !== 0x01) continue;
    const bits = blocks[at + 5] ?? 0;
    return [
      ...((bits & 0x10) === 0 ? [] : (["tamper"] as const)),
      ...((bits & 0x08) === 0 ? [] : [{ unclear: "item 0xfe, a collision" }]),
    ];
  }
  return [];
}

/** Item 0xeb: blocks of two bytes' length and two bytes' number; or cells, or text, whose blocks make no sense. */
function extensionIn(value: Uint8Array): Findings {
  let batteryPct: number | null = null;
  const causes: Cause[] = [];
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  for (let at = 0; at + 4 <= value.length;) {
    const bytes = view.getUint16(at);
    const end = at + 2 + bytes;
    if (bytes < 2 || end > value.length) return { causes: [], batteryPct: null };
    const block = view.getUint16(at + 2);
    const data = value.subarray(at + 4, end);
    // A bit that is 0 tells of the alarm.
    if (block === 0x0089 && data.length === 4 && (data[2]! & 0x10) === 0) causes.push("tamper");
    if (block === 0x00c6 && (data[0] === 3 || data[0] === 4)) causes.push("low-battery");
    if ((block === 0x00a8 || block === 0x00e1) && data.length === 1) batteryPct = percentIn(data[0]);
    at = end;
  }
  return { causes, batteryPct };
}
