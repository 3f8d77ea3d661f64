import type { DecodedReport } from "../../gateway/core/report.ts";
import { positionAt } from "../parts/coordinates.ts";

/** One record of a binary message, as far as it is read here. */
export interface MeitrackRecord {
  readonly event: number;
  /** Seconds since 2000-01-01 by the device's clock, as digits; it tells one alarm from the next. */
  readonly time: string;
  readonly batteryPct: number | null;
  readonly place: Pick<DecodedReport, "position">;
}

/** `CCC`: protocol, length of a record, records still waiting; then records of one form. */
const CCC_HEAD_BYTES = 8;
const CCC_RECORD_BYTES = 52;

/** `CCE`: records still waiting, how many follow; each with lists of values of 1, 2, 4 and any number of bytes. */
const CCE_HEAD_BYTES = 6;
const CCE_RECORD_HEAD_BYTES = 2;
const EXTENDED = 0xfe;
const EVENT = 0x01;
const EVENT_EXTENDED = 0x40;
const LAT = 0x02;
const LON = 0x03;
const TIME = 0x04;
const VALID = 0x05;
const BATTERY = 0xfe69;
/** Of up to three batteries: in which state it is, 0 for none, and its level. */
const BATTERIES = 0xfea8;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const degreesAt = (view: DataView, at: number): number => view.getInt32(at, true) / 1e6;

/** The records of a `CCC` message, from behind its comma to before its checksum; null: they do not fit. */
export function readCcc(bytes: Uint8Array): readonly MeitrackRecord[] | null {
  const view = viewOf(bytes);
  if (bytes.length < CCC_HEAD_BYTES) return null;
  const size = Math.max(view.getUint16(2, true), CCC_RECORD_BYTES);
  const count = Math.floor((bytes.length - CCC_HEAD_BYTES) / size);
  if (count === 0) return null;
  return Array.from({ length: count }, (_, index): MeitrackRecord => {
    const at = CCC_HEAD_BYTES + index * size;
    return {
      event: view.getUint8(at),
      time: String(view.getUint32(at + 9, true)),
      batteryPct: null,
      place: positionAt(degreesAt(view, at + 1), degreesAt(view, at + 5), view.getUint8(at + 13) === 1),
    };
  });
}

/** The records of a `CCE` message, likewise. */
export function readCce(bytes: Uint8Array): readonly MeitrackRecord[] | null {
  if (bytes.length < CCE_HEAD_BYTES) return null;
  const view = viewOf(bytes);
  const records: MeitrackRecord[] = [];
  let at = CCE_HEAD_BYTES;
  for (let left = view.getUint16(4, true); left > 0; left -= 1) {
    if (at + 2 > bytes.length) return null;
    const end = at + 2 + view.getUint16(at, true);
    const values = end <= bytes.length ? valuesIn(bytes.subarray(at + 2 + CCE_RECORD_HEAD_BYTES, end)) : null;
    if (values === null) return null;
    records.push(recordOf(values));
    at = end;
  }
  return records.length > 0 ? records : null;
}

/** Values by their number; of those of any length, the level of the first battery. Null: the lists do not fit. */
function valuesIn(bytes: Uint8Array): ReadonlyMap<number, number> | null {
  const view = viewOf(bytes);
  const values = new Map<number, number>();
  let at = 0;
  for (const size of [1, 2, 4]) {
    if (at >= bytes.length) return null;
    for (let left = bytes[at++]!; left > 0; left -= 1) {
      const isExtended = bytes[at] === EXTENDED;
      const idBytes = isExtended ? 2 : 1;
      if (at + idBytes + size > bytes.length) return null;
      const id = isExtended ? view.getUint16(at) : view.getUint8(at);
      at += idBytes;
      values.set(id, size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at, true) : view.getInt32(at, true));
      at += size;
    }
  }
  const level = levelIn(bytes.subarray(at));
  return level === null ? values : new Map([[BATTERY, level], ...values]);
}

/** The last list: values that say their length. */
function levelIn(bytes: Uint8Array): number | null {
  let at = 1;
  for (let left = bytes[0] ?? 0; left > 0 && at < bytes.length; left -= 1) {
    const idBytes = bytes[at] === EXTENDED ? 2 : 1;
    const id = idBytes === 2 ? (EXTENDED << 8) | (bytes[at + 1] ?? 0) : bytes[at]!;
    const valueAt = at + idBytes + 1;
    if (id === BATTERIES && (bytes[valueAt] ?? 0) > 0) return bytes[valueAt + 1] ?? null;
    at = valueAt + (bytes[valueAt - 1] ?? 0);
  }
  return null;
}

function recordOf(values: ReadonlyMap<number, number>): MeitrackRecord {
  const battery = values.get(BATTERY);
  const lat = values.get(LAT);
  const lon = values.get(LON);
  return {
    event: values.get(EVENT) ?? values.get(EVENT_EXTENDED) ?? 0,
    time: String((values.get(TIME) ?? 0) >>> 0),
    batteryPct: battery !== undefined && battery <= 100 ? battery : null,
    place: lat === undefined || lon === undefined ? {} : positionAt(lat / 1e6, lon / 1e6, (values.get(VALID) ?? 0) > 0),
  };
}
