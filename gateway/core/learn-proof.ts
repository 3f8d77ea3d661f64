import { isUnresolved, type Press } from "./alarm.ts";
import type { LearnWindow, Proving } from "./device-state.ts";
import type { Enrolled } from "./directory.ts";
import type { Draft } from "./draft.ts";
import type { AlarmKind } from "./kinds.ts";
import { signsOf } from "./learn-events.ts";
import { endWindow, openWindow } from "./learn.ts";
import { takePress } from "./press.ts";
import { replaceDevice } from "./replace.ts";
import type { Report } from "./report.ts";
import { siteOf } from "./state.ts";
import { REAL_WITHIN_MS } from "./test-mode.ts";
import { startTest, TEST_WITHIN_MS } from "./test-run.ts";
import { seconds } from "./units.ts";

/** The window outlives its test by this: the test's own time-out ends both. */
const AFTER_TEST_MS = seconds(5);

/**
 * Whether the press is the one that proves a device which was just enrolled: the first after that, in time, not kept
 * from before, and not beside an open alarm of its wearer. Any other is real.
 */
export function isProof(draft: Draft, press: Press, { id, resident }: Enrolled): boolean {
  const proving = provingOf(draft, id);
  if (!proving || proving.test || press.at < proving.since) return false;
  return !(draft.tables.alarmsOf.get(resident ?? id) ?? []).some((alarm) =>
    isUnresolved(draft.tables.alarms.get(alarm)!),
  );
}

const provingOf = (draft: Draft, device: string): Proving | null => {
  const proving = openWindow(draft)?.proving;
  return proving?.device === device ? proving : null;
};

/** The third press: it goes the whole way, to the hotline as a test and to the desk. */
export function takeProof(draft: Draft, press: Press, enrolled: Enrolled, as: AlarmKind, report: Report): void {
  const { gatewayId, lastNumber } = siteOf(draft.tables);
  const test = `${gatewayId}-${lastNumber + 1}`;
  const until = draft.now + TEST_WITHIN_MS + AFTER_TEST_MS;
  const { id: device } = enrolled;
  draft.emit({ kind: "learn-proving", device, test, press, as, said: signsOf(report), until, at: draft.now });
  startTest(draft, enrolled, press.kind);
  settleProof(draft, test);
}

/** The test of a device that is being proved has ended: only when it passed is the device live. */
export function settleProof(draft: Draft, test: string): void {
  const window = openWindow(draft);
  const run = draft.tables.tests.get(test);
  if (!window || window.proving?.test?.id !== test || !run || run.result === "running") return;
  const { device } = run;
  if (run.result === "failed") return endWindow(draft, window, run.detail);
  draft.emit({ kind: "device-proved", device, test, at: draft.now });
  replaceBy(draft, window, device);
  endWindow(draft, window, run.detail, true);
}

/** Only now: until the new one is proved the old one is relied on. */
function replaceBy(draft: Draft, { replaces, by }: LearnWindow, device: string): void {
  const old = replaces === null ? undefined : draft.tables.enrolled.get(replaces);
  const fresh = draft.tables.enrolled.get(device);
  if (old && fresh) replaceDevice(draft, old, fresh, by);
}

/** Pressed again soon after the press that was taken as the test: so presses who needs help, and both are real. */
export function takeProofBack(draft: Draft, press: Press): void {
  const window = openWindow(draft);
  const test = window?.proving?.device === press.device ? window.proving.test : null;
  const enrolled = draft.tables.enrolled.get(press.device);
  if (!window || !test || !enrolled || Math.abs(press.at - test.press.at) > REAL_WITHIN_MS) return;
  takePress(draft, test.press, enrolled, test.as);
  endWindow(draft, window, "pressed again within 20 s: taken as real");
}
