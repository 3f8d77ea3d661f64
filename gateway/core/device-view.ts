import type { Press } from "./alarm.ts";
import { conditionOf, testDueAt } from "./supervision.ts";
import type { Enrolled } from "./directory.ts";
import type { DeviceState, LearnWindow, TestMode, TestRun } from "./device-state.ts";
import { sealedPress } from "./personal.ts";
import { viewSignal } from "./signal.ts";
import type { Tables } from "./state.ts";
import { isoOrNull, type EpochMs } from "./units.ts";

const iso = (at: number): string => new Date(at).toISOString();

/** A device as `/api/devices` and `okc devices --json` give it. Its key never leaves. */
export function viewDevice(tables: Tables, whole: Enrolled, now: EpochMs) {
  const { key: _, enrolledAt, ...enrolled } = whole;
  const known = tables.devices.get(enrolled.id);
  const mode = tables.testModes.get(enrolled.id);
  return {
    ...enrolled,
    enrolledAt: isoOrNull(enrolledAt),
    seenAt: isoOrNull(known?.seenAt ?? null),
    batteryPct: known?.batteryPct ?? null,
    silent: known?.silent ?? false,
    state: conditionOf(tables, whole, now),
    provedAt: isoOrNull(known?.provedAt ?? null),
    testDueAt: isoOrNull(testDueAt(tables, whole)),
    line: known?.line ?? null,
    ...viewWatching(known),
    signal: viewSignal(known?.signal),
    testMode: mode ? viewTestMode(mode) : null,
  };
}

/** When it should have reported, when its silence is a fault, and how often it reports as far as that was learned. */
const viewWatching = (known: DeviceState | undefined) => ({
  lateAt: isoOrNull(known?.lateAt ?? null),
  silentAt: isoOrNull(known?.silentAt ?? null),
  learnedMs: known?.pace?.learnedMs ?? null,
});

export type DeviceView = ReturnType<typeof viewDevice>;

/** A device in test mode, as the desk shows it. */
export const viewTestMode = ({ id: device, by, since, until, walk, presses }: TestMode) => ({
  device,
  by,
  walk,
  since: iso(since),
  until: iso(until),
  presses,
});

export const viewTest = ({ id, device, resident, startedAt, failAt, report, result, detail }: TestRun) => ({
  id,
  device,
  resident,
  report,
  startedAt: iso(startedAt),
  failAt: iso(failAt),
  result,
  detail,
});

/** Without what tells where somebody is. */
const viewCandidate = (press: Press, said: LearnWindow["said"], notes: LearnWindow["notes"]) => {
  const { device, kind, raw } = sealedPress(press).press;
  return { device, kind, raw, said, notes };
};

/** The learn window, as the desk shows it. */
export const viewWindow = (window: LearnWindow) => {
  const { resident, means, label, location, by, since, until, bindKey, replaces } = window;
  const { candidate, said, notes, proving } = window;
  return {
    ...{ resident, means, label, location, by, bindKey, replaces },
    since: iso(since),
    until: iso(until),
    candidate: candidate && viewCandidate(candidate, said, notes),
    /** Enrolled in this window: its next press is taken as a test, or is on its way as one. */
    proving: proving && { device: proving.device, test: proving.test?.id ?? null },
  };
};
