import type { Press } from "./alarm.ts";
import type { Enrolled } from "./directory.ts";
import type { Draft } from "./draft.ts";
import type { AlarmKind } from "./kinds.ts";
import { JOINS, openAlarmOf, takePress } from "./press.ts";
import type { TestMode } from "./device-state.ts";
import { startTest } from "./test-run.ts";
import { minutes, seconds, type DurationMs } from "./units.ts";

/** Nobody forgets a device in test mode for longer. */
export const TEST_MODE_MAX_MS = minutes(10);

/** Two presses of a device in test mode this close together are real: so presses who needs help. */
export const REAL_WITHIN_MS = seconds(20);

export function startTestMode(draft: Draft, device: string, by: string, forMs: DurationMs, walk = false): void {
  const until = draft.now + forMs;
  draft.emit({ kind: "test-mode-started", device, by, until, ...(walk && { walk }), at: draft.now });
}

export function endTestMode(draft: Draft, device: string, why: string): void {
  if (draft.tables.testModes.get(device)) draft.emit({ kind: "test-mode-ended", device, why, at: draft.now });
}

/** The mode that takes this press; undefined where it is real whatever was announced. */
function modeFor({ tables, now }: Draft, press: Press, enrolled: Enrolled, kind: AlarmKind): TestMode | undefined {
  const mode = tables.testModes.get(press.device);
  // A press that the device kept since before was no test, and beside an open call for help none is.
  if (!mode || mode.until <= now || press.at < mode.since) return undefined;
  return openAlarmOf(tables, enrolled.resident ?? press.device, JOINS[kind]) ? undefined : mode;
}

/** Takes a proved press as a test if its device is in test mode. False: it is real, and nothing was done yet. */
export function takeAsTest(draft: Draft, press: Press, enrolled: Enrolled, kind: AlarmKind): boolean {
  const mode = modeFor(draft, press, enrolled, kind);
  if (!mode) return false;
  const { last } = mode;
  if (!last || Math.abs(press.at - last.press.at) > REAL_WITHIN_MS) {
    draft.emit({ kind: "test-pressed", device: press.device, as: kind, press, at: draft.now });
    if (!mode.walk) startTest(draft, enrolled, press.kind);
    return true;
  }
  takePress(draft, last.press, enrolled, last.as);
  takePress(draft, press, enrolled, kind);
  endTestMode(draft, mode.id, "pressed twice within 20 s: taken as real");
  return true;
}

/** The cancel key of a device in test mode: shown as a test. Elsewhere there may be something to cancel. */
export function takeCancelAsTest(draft: Draft, press: Press, enrolled: Enrolled): boolean {
  const mode = modeFor(draft, press, enrolled, "emergency");
  if (!mode) return false;
  if (!mode.walk) startTest(draft, enrolled, press.kind);
  return true;
}

/** A key that is a test whatever is announced: of a device that is only measured nobody is told. */
export function takeTestKey(draft: Draft, press: Press, enrolled: Enrolled): void {
  const mode = modeFor(draft, press, enrolled, "emergency");
  if (!mode?.walk) startTest(draft, enrolled, press.kind);
}
