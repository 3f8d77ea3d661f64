import type { Draft } from "./draft.ts";
import { clearFault, raiseFault } from "./faults.ts";
import type { Recurrence } from "./input.ts";
import { pressedKeyOf, type Report } from "./report.ts";
import type { DeviceState, KeyMark } from "./device-state.ts";
import { minutes, seconds, type DurationMs, type EpochMs } from "./units.ts";

/**
 * Presses without a counter: one press comes several times, by radio or by topic, and only time tells it from the
 * next. The window slides: it is measured from the last time that the press was heard, which `app` remembers; after a
 * restart, from the last press that counted. Repeats leave no row in the journal, however many there are.
 */

/** The same press without a pause for this long, and for at least ten of its windows, is a stuck key. */
export const STUCK_AFTER_MS = seconds(30);
const STUCK_WINDOWS = 10;

/** So many presses of one key, none further apart than `RUN_GAP_MS`: from then on one counts in `BUSY_EVERY_MS`. */
export const BUSY_PRESSES = 20;
export const BUSY_EVERY_MS = minutes(1);
const RUN_GAP_MS = 2 * BUSY_EVERY_MS;

/** A stuck key that is not heard for this long has come to rest; as that it goes on is noted rarely, for half of it at least. */
export const REST_AFTER_MS = RUN_GAP_MS;

/** Keys remembered of one device; the one pressed longest ago is forgotten. */
const KEYS_MAX = 8;

/** Whether this press was counted already. A key that does not come to rest is a fault of its device, said once. */
export function isRepeat(
  draft: Draft,
  report: Report,
  device: string,
  known: DeviceState | undefined,
  recurrence: Recurrence | null,
): boolean {
  const { repeatMs, receivedAt } = report;
  const press = pressedKeyOf(report);
  const mark = known?.keys?.find(({ key }) => key === press);
  if (!mark || repeatMs === undefined) return false;
  const sinceMs = recurrence ? recurrence.sinceMs : mark.mark === report.mark ? receivedAt - mark.at : Infinity;
  if (mark.down && sinceMs >= 0 && sinceMs <= repeatMs) {
    if (recurrence && recurrence.runMs >= stuckAfterMs(repeatMs)) noteStuck(draft, device);
    return true;
  }
  if (mark.count < BUSY_PRESSES || receivedAt - mark.at >= BUSY_EVERY_MS || receivedAt < mark.at) {
    if (mark.count < BUSY_PRESSES) noteRest(draft, device);
    return false;
  }
  noteStuck(draft, device);
  return true;
}

/** Of a device without any mark only what was heard since this start tells copies from the next press. */
export const isCopy = ({ repeatMs }: Report, recurrence: Recurrence | null): boolean =>
  recurrence !== null && repeatMs !== undefined && recurrence.sinceMs <= repeatMs;

const stuckAfterMs = (repeatMs: DurationMs): DurationMs => Math.max(STUCK_AFTER_MS, STUCK_WINDOWS * repeatMs);

/** Said once. That it goes on leaves a row only when half of the time has passed after which it would be at rest. */
function noteStuck(draft: Draft, device: string): void {
  const { now } = draft;
  const restAt = draft.tables.devices.get(device)?.restAt ?? null;
  if (restAt === null || restAt - now <= REST_AFTER_MS / 2)
    draft.emit({ kind: "device-stuck", device, restAt: now + REST_AFTER_MS, at: now });
  raiseFault(
    draft,
    `stuck:${device}`,
    "device-stuck",
    "its key does not come to rest: its alarm stands, look after it",
  );
}

/** It was not heard for `REST_AFTER_MS`, or its next press is a new one. */
export function noteRest(draft: Draft, device: string): void {
  if ((draft.tables.devices.get(device)?.restAt ?? null) !== null)
    draft.emit({ kind: "device-stuck", device, restAt: null, at: draft.now });
  clearFault(draft, `stuck:${device}`, "it came to rest");
}

/** The marks of a device after a press that counted, or after a key that came up. */
export function markKeys(
  keys: readonly KeyMark[],
  { press, mark }: { readonly press: string | null; readonly mark: string | undefined },
  released: readonly string[],
  at: EpochMs,
): readonly KeyMark[] {
  const up = keys.map((one) => (released.includes(one.key) ? { ...one, down: false } : one));
  if (press === null) return up;
  const before = up.find(({ key }) => key === press);
  const goesOn = before !== undefined && at - before.at <= RUN_GAP_MS;
  const pressed: KeyMark = {
    key: press,
    at,
    count: goesOn ? before.count + 1 : 1,
    down: true,
    ...(mark !== undefined && { mark }),
  };
  return [...up.filter(({ key }) => key !== press), pressed].slice(-KEYS_MAX);
}
