import type { DeviceState } from "./device-state.ts";
import type { Enrolled } from "./directory.ts";
import type { Tables } from "./state.ts";
import { days, type DurationMs, type EpochMs } from "./units.ts";

/**
 * How a device stands. `live`: heard in time, and a press of it was heard once. `late`: it should have reported by
 * now. `silent`: not heard for so long that it is a fault. `unproved`: no press of it was ever heard. `unsupervised`:
 * it never reports by itself, so only a press tells that it works.
 */
export const DEVICE_STATES = ["live", "late", "silent", "unproved", "unsupervised", "suspended", "retired"] as const;
export type DeviceCondition = (typeof DEVICE_STATES)[number];

/** A device that nothing else proves is pressed as a test at least this often; a week before, staff are reminded. */
export const TEST_EVERY_MS = days(31);
export const TEST_NOTICE_MS = days(7);

/** Late is a quarter of its interval beyond the time of a report. */
export const lateAfterMs = (heartbeatEveryMs: DurationMs): DurationMs => (heartbeatEveryMs * 5) / 4;

type Known = Pick<Tables, "devices">;

/** How a device stands at `now`, whether or not anybody has looked since. */
export function conditionOf({ devices }: Known, { id, standing }: Enrolled, now: EpochMs): DeviceCondition {
  if (standing !== "in-use") return standing;
  const known = devices.get(id);
  if (!known) return "unproved";
  if (known.silent || isPast(known.silentAt, now)) return "silent";
  if (isPast(known.lateAt, now)) return "late";
  if (known.provedAt === null) return "unproved";
  return known.silentAt === null ? "unsupervised" : "live";
}

const isPast = (at: EpochMs | null, now: EpochMs): boolean => at !== null && at <= now;

/**
 * When the device must have been pressed as a test; null: never, because it reports by itself and was pressed once, or
 * nobody relies on it. What is not known to have been proved, nor since when it is enrolled, was due long ago.
 */
export function testDueAt({ devices }: Known, { id, standing, enrolledAt }: Enrolled): EpochMs | null {
  if (standing !== "in-use") return null;
  const known: Partial<DeviceState> = devices.get(id) ?? {};
  const { provedAt = null, silentAt = null } = known;
  if (provedAt !== null && silentAt !== null) return null;
  return (provedAt ?? enrolledAt ?? 0) + TEST_EVERY_MS;
}
