import { isUnresolved, type Alarm, type AlarmPosition } from "./alarm.ts";
import type { Draft } from "./draft.ts";
import type { Position, Report } from "./report.ts";
import { minutes, type EpochMs } from "./units.ts";

/** A wearer who moved less than this is where they were: nobody who looks at the alarm needs to be told. */
export const MOVED_M = 50;
/** Of somebody who moves a row in this time, of somebody who stays one in the longer. */
export const MOVING_EVERY_MS = minutes(1);
export const STAYING_EVERY_MS = minutes(10);
/** A fix is better than a guess that is younger, for so long. */
const FIX_HOLDS_MS = minutes(10);

const EARTH_RADIUS_M = 6_371_000;
const inRadians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Metres between two places that are near each other. */
export function metresBetween(one: Position, other: Position): number {
  const dLat = inRadians(other.lat - one.lat);
  // Across the date line the short way.
  const dLon = inRadians(((other.lon - one.lon + 540) % 360) - 180);
  return EARTH_RADIUS_M * Math.hypot(dLat, dLon * Math.cos(inRadians((one.lat + other.lat) / 2)));
}

/** Which of two is to be believed: a fix holds for a while against what is only guessed. */
export function believed(known: AlarmPosition | undefined, said: Position, at: EpochMs, device: string): AlarmPosition {
  const isHeld = known?.isFix === true && !said.isFix && at - known.at < FIX_HOLDS_MS;
  return isHeld ? known : { ...said, at, device };
}

/** A place that a device tells without a press: kept in the open alarms that it pressed for, in rows that are few. */
export function notePosition(draft: Draft, { position, receivedAt }: Report, device: string, subject: string): void {
  if (!position) return;
  for (const id of draft.tables.alarmsOf.get(subject) ?? []) {
    const alarm = draft.tables.alarms.get(id)!;
    if (!isUnresolved(alarm) || !alarm.presses.some((press) => press.device === device)) continue;
    const next = believed(alarm.position, position, receivedAt, device);
    if (next !== alarm.position && isNews(alarm, next)) emitPosition(draft, alarm, next);
  }
}

function isNews({ position: known }: Alarm, next: AlarmPosition): boolean {
  if (!known || (next.isFix && !known.isFix)) return true;
  const sinceMs = next.at - known.at;
  const everyMs = metresBetween(known, next) > MOVED_M ? MOVING_EVERY_MS : STAYING_EVERY_MS;
  return sinceMs < 0 || sinceMs >= everyMs;
}

function emitPosition(draft: Draft, { id, resident, position: known }: Alarm, next: AlarmPosition): void {
  draft.emit({
    kind: "alarm-positioned",
    alarm: id,
    moved: !known || metresBetween(known, next) > MOVED_M,
    personal: { person: resident ?? `alarm:${id}`, data: { position: next } },
    at: draft.now,
  });
}
