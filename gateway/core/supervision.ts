import type { DeviceState } from "./device-state.ts";
import type { Enrolled } from "./directory.ts";
import type { Tables } from "./state.ts";
import { days, minutes, type EpochMs } from "./units.ts";

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

/** A restart, or a line or bridge that is back, sooner than this makes no device late. */
export const AWAY_MIN_MS = minutes(1);

type Known = Pick<Tables, "devices" | "faults">;

/** How a device stands at `now`, whether or not anybody has looked since. */
export function conditionOf({ devices, faults }: Known, { id, standing }: Enrolled, now: EpochMs): DeviceCondition {
  if (standing !== "in-use") return standing;
  const known = devices.get(id);
  // Its bridge no longer has it: no press of it can be heard, whatever was heard before.
  if (faults.get(`left:${id}`)) return "silent";
  if (!known) return "unproved";
  if (known.silent || isPast(known.silentAt, now)) return "silent";
  if (isPast(known.lateAt, now)) return "late";
  if (known.provedAt === null) return "unproved";
  return known.silentAt === null ? "unsupervised" : "live";
}

/** The bridge of a device is the first part of its id. */
export const bridgeOf = (id: string): string => id.slice(0, id.indexOf(":"));

/** A line, a bridge, or (neither) all there is. */
export interface Way {
  readonly line?: string;
  readonly bridge?: string;
}

export const isOn = ({ id, line }: Pick<DeviceState, "id" | "line">, way: Way): boolean =>
  (way.line ?? line) === line && (way.bridge === undefined || way.bridge === bridgeOf(id));

/** What is deaf while this fault stands; null: nothing is, or one receiver of several (`bridge:tasmota:attic`). */
export function wayOf(fault: string): Way | null {
  const [kind, ...rest] = fault.split(":");
  const name = rest.join(":");
  if (kind === "line") return { line: name };
  return (kind === "bridge" || kind === "bridge-silent") && rest.length === 1 ? { bridge: name } : null;
}

/** Its line or its bridge is down: that is the row, and nothing is said of the device. */
export const isUnheard = ({ faults }: Pick<Known, "faults">, { id, line }: Pick<DeviceState, "id" | "line">): boolean =>
  [`line:${line}`, `bridge:${bridgeOf(id)}`, `bridge-silent:${bridgeOf(id)}`].some((key) => faults.get(key));

const isPast = (at: EpochMs | null, now: EpochMs): boolean => at !== null && at <= now;

/**
 * When the device must have been pressed as a test; null: never, because it reports by itself and was pressed once, or
 * nobody relies on it. What is not known to have been proved, nor since when it is enrolled, was due long ago.
 */
export function testDueAt({ devices }: Pick<Known, "devices">, { id, standing, enrolledAt }: Enrolled): EpochMs | null {
  if (standing !== "in-use") return null;
  const known: Partial<DeviceState> = devices.get(id) ?? {};
  const { provedAt = null, silentAt = null } = known;
  if (provedAt !== null && silentAt !== null) return null;
  return (provedAt ?? enrolledAt ?? 0) + TEST_EVERY_MS;
}
