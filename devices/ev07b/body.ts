import type { DecodedReport, Position } from "../../gateway/core/report.ts";
import { saidBy, type Login } from "../parts/tcp-session.ts";
import { alarmReport, doubtful, isCall, type Cause } from "../parts/tracker-report.ts";

/** The body of an EV07B frame: a command, then keys, each behind its length. */

export const COMMAND = { data: 0x01, services: 0x03, response: 0x7f } as const;

const KEY = { imei: 0x01, alarm: 0x02, battery: 0x14, gps: 0x20, general: 0x24 } as const;
const IMEI = /^[0-9]{15}$/;
const DEGREE = 10_000_000;
const PERCENT_FULL = 100;
/** A data frame may hold what was kept without a network; so many changes of its battery are told. */
const STATES_MAX = 16;

export interface Field {
  readonly key: number;
  readonly data: DataView;
}

/** Null: the lengths do not fill the body. */
export function fieldsIn(body: Uint8Array): readonly Field[] | null {
  const fields: Field[] = [];
  for (let at = 1; at < body.length;) {
    const bytes = body[at]!;
    if (bytes === 0 || at + 1 + bytes > body.length) return null;
    const data = new DataView(body.buffer, body.byteOffset + at + 2, bytes - 1);
    fields.push({ key: body[at + 1]!, data });
    at += 1 + bytes;
  }
  return fields;
}

/** Remembers who it is. */
export function nameIn(fields: readonly Field[], login: Login): void {
  const field = fields.find(({ key }) => key === KEY.imei);
  if (field === undefined) return;
  const imei = Buffer.from(field.data.buffer, field.data.byteOffset, field.data.byteLength).toString("latin1");
  if (IMEI.test(imei)) login.address = imei;
}

const CAUSES: ReadonlyMap<number, Cause> = new Map<number, Cause>([
  [0, "low-battery"],
  [2, "fall"],
  [3, { unclear: "tilt" }],
  [11, "inactivity"],
  [12, "sos"],
  [13, { button: "button1" }],
  [14, { button: "button2" }],
]);
/** Speed, fences and their directions, off, on, motion, charging, barking. */
const HARMLESS: ReadonlySet<number> = new Set([1, 4, 5, 6, 7, 8, 9, 10, 15, 16, 26, 27, 28, 29, 31]);

/** Calls first; none: the frame holds no alarm. */
export function causesIn(bits: number): readonly Cause[] {
  const causes: Cause[] = [];
  for (let bit = 0; bit < 32; bit++) {
    if ((bits & (2 ** bit)) === 0 || HARMLESS.has(bit)) continue;
    causes.push(CAUSES.get(bit) ?? { unclear: `alarm bit ${bit}` });
  }
  return [...causes.filter(isCall), ...causes.filter((cause) => !isCall(cause))];
}

/** What was measured at one time; the next begins where a key comes again. */
interface Moment {
  readonly batteryPct: number | null;
  readonly position: Position | null;
  readonly alarm: { readonly bits: number; readonly mark: string | undefined } | null;
}

const NOTHING: Moment = { batteryPct: null, position: null, alarm: null };
/** Several beacons may belong to one moment. */
const LISTED: ReadonlySet<number> = new Set([0x28, 0x2c]);

function momentsIn(fields: readonly Field[]): readonly Moment[] {
  const moments: Moment[] = [];
  let moment = NOTHING;
  let seen = new Set<number>();
  for (const { key, data } of fields) {
    if (seen.has(key) && !LISTED.has(key)) {
      moments.push(moment);
      moment = NOTHING;
      seen = new Set();
    }
    seen.add(key);
    moment = { ...moment, ...readField(key, data) };
  }
  return [...moments, moment];
}

function readField(key: number, data: DataView): Partial<Moment> {
  const bytes = data.byteLength;
  switch (key) {
    case KEY.alarm:
      if (bytes < 4) return {};
      return {
        alarm: { bits: data.getUint32(0, true), mark: bytes < 8 ? undefined : String(data.getUint32(4, true)) },
      };
    case KEY.battery:
      return bytes < 1 ? {} : { batteryPct: percentIn(data.getUint8(0)) };
    case KEY.general:
      return bytes < 8 ? {} : { batteryPct: percentIn(data.getUint8(7)) };
    case KEY.gps:
      return bytes < 16 ? {} : { position: placeIn(data, 0, data.getUint16(14, true) > 0) };
    case 0x27:
      return bytes < 8 ? {} : { position: placeIn(data, 0, true) };
    default: {
      const at = placeOfBeacon(key, data);
      return at === null || bytes < at + 8 ? {} : { position: placeIn(data, at, false) };
    }
  }
}

/** Where a beacon or an access point that was heard tells its own place; null: it does not. */
function placeOfBeacon(key: number, data: DataView): number | null {
  if (key === 0x23 || key === 0x26) return 6;
  const hasPlace = data.byteLength > 0 && (data.getUint8(0) & 0x80) !== 0;
  if (!hasPlace) return null;
  if (key === 0x2a) return 8;
  if (key === 0x28) return 9;
  return key === 0x2c ? 10 : null;
}

const percentIn = (byte: number): number | null => (byte >= 1 && byte <= PERCENT_FULL ? byte : null);

function placeIn(data: DataView, at: number, isFix: boolean): Position | null {
  const lat = data.getInt32(at, true) / DEGREE;
  const lon = data.getInt32(at + 4, true) / DEGREE;
  if (Math.abs(lat) > 90 || Math.abs(lon) > 180 || (lat === 0 && lon === 0)) return null;
  return { lat, lon, isFix };
}

/** Alarms first, then each change of the battery, oldest first, and the last place. */
export function reportsIn(fields: readonly Field[], login: Login, isProved: boolean): readonly DecodedReport[] {
  const moments = momentsIn(fields);
  const saidAt = ({ batteryPct, position }: Moment): Omit<DecodedReport, "kind" | "press"> => ({
    ...saidBy(login),
    batteryPct,
    ...(position && { position }),
  });
  const alarms = moments.flatMap((moment) =>
    causesIn(moment.alarm?.bits ?? 0).map((cause) =>
      alarmReport(saidAt(moment), isProved ? cause : doubtful(cause), moment.alarm!.mark),
    ),
  );
  const changes = moments.filter(
    ({ batteryPct }, index) => batteryPct !== null && batteryPct !== moments[index - 1]?.batteryPct,
  );
  const position = moments.findLast((moment) => moment.position !== null)?.position ?? null;
  const told = (changes.length > 0 ? changes : [NOTHING]).slice(-STATES_MAX);
  const states = told.map((moment, index): DecodedReport => {
    const { batteryPct } = moment;
    return {
      ...saidAt({ batteryPct, position: index === told.length - 1 ? position : null, alarm: null }),
      kind: "other",
      press: null,
    };
  });
  return [...alarms, ...states];
}
