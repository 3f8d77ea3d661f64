import { int32At, positionIn, type Reading, uint16At } from "./reading.ts";

/**
 * Dragino LGT92 and TrackerD, trackers with an alarm key, and PB01, a push button: tables "Uplink Payload" of their
 * manuals. Their ports are those of many other devices, so they are read only where the profile names the model.
 */

/** In its alarm the LGT92 sends every minute, TrackerD as well unless it is set otherwise. */
const ALARM_LEVEL_MS = 5 * 60_000;
/** A lithium polymer cell at this or less is at its end; the trackers themselves say nothing of the kind. */
const FLAT_LIPO_MV = 3_400;
/** Two alkaline cells at this or less. */
const FLAT_ALKALINE_MV = 2_400;

const ALARM = 0x40;
const MILLIVOLTS = 0x3fff;
const DEVICE_INFO_PORT = 5;

/** Where the alarm's bit and the battery stand, by port; `null`: it depends on the length. */
const ALARM_AT: ReadonlyMap<number, number | null> = new Map([
  [2, null],
  [3, null],
  [6, 24],
  [7, 0],
  [8, 7],
  [9, 0],
  [10, 35],
]);
/** Firmware from 1.5 on has speed and course behind the place. */
const WITH_SPEED: readonly number[] = [19, 23];
const WITHOUT_SPEED: readonly number[] = [11, 15, 18];

/** Null: no port of theirs, or too short. */
export function readTracker(fPort: number, bytes: Uint8Array): readonly Reading[] | null {
  if (fPort === DEVICE_INFO_PORT && bytes.length >= 7)
    return [{ kind: "heartbeat", press: null, batteryPct: null, batteryOk: uint16At(bytes, 5) > FLAT_LIPO_MV }];
  const at = alarmAt(fPort, bytes.length);
  if (at === null || at + 2 > bytes.length) return null;
  const position = at === 8 || at === 16 ? positionIn(int32At(bytes, 0) / 1e6, int32At(bytes, 4) / 1e6) : undefined;
  const said = {
    batteryPct: null,
    batteryOk: (uint16At(bytes, at) & MILLIVOLTS) > FLAT_LIPO_MV,
    ...(position && { position }),
  };
  if ((bytes[at]! & ALARM) !== 0) return [{ ...said, kind: "emergency", press: "alarm", levelMs: ALARM_LEVEL_MS }];
  return [{ ...said, kind: "other", press: null, released: ["alarm"] }];
}

function alarmAt(fPort: number, length: number): number | null {
  const at = ALARM_AT.get(fPort);
  if (at !== null) return at ?? null;
  return WITHOUT_SPEED.includes(length) ? 8 : WITH_SPEED.includes(length) ? 16 : null;
}

const PB01_PORT = 2;
const PB01_LENGTH = 8;

/** Null: no port of it, or another length. */
export function readPb01(fPort: number, bytes: Uint8Array): readonly Reading[] | null {
  if (fPort === DEVICE_INFO_PORT && bytes.length >= 7)
    return [{ kind: "heartbeat", press: null, batteryPct: null, batteryOk: uint16At(bytes, 5) > FLAT_ALKALINE_MV }];
  if (fPort !== PB01_PORT || bytes.length !== PB01_LENGTH) return null;
  const said = { batteryPct: null, batteryOk: uint16At(bytes, 0) > FLAT_ALKALINE_MV };
  return [
    (bytes[3]! & 1) === 1 ? { ...said, kind: "other", press: "button" } : { ...said, kind: "heartbeat", press: null },
  ];
}
