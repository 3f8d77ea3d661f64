import type { Agenda } from "./agenda.ts";
import { nextDue, type Alarm } from "./alarm.ts";
import type { ContactTest } from "./contact-test.ts";
import type { DeviceState, TestMode, TestRun } from "./device-state.ts";
import { DUTY_KEY, type Duty } from "./duty-state.ts";
import { noticeDueAt, type Notice } from "./notice.ts";
import type { FaultReports } from "./fault-reports.ts";
import type { Site } from "./state.ts";

export function noteAlarm(agenda: Agenda, alarm: Alarm): void {
  const due = nextDue(alarm);
  if (due !== null) agenda.note(`alarm ${alarm.id}`, due);
}

export function noteDevice(agenda: Agenda, device: DeviceState): void {
  const { silent, silentAt, late, lateAt, batteryLowAt, restAt } = device;
  for (const at of [silent ? null : silentAt, late || silent ? null : lateAt, batteryLowAt, restAt])
    if (at !== null) agenda.note(`device ${device.id}`, at);
}

export function noteReports(agenda: Agenda, { key, tellAt }: FaultReports): void {
  if (tellAt !== null) agenda.note(`fault ${key}`, tellAt);
}

export function noteTest(agenda: Agenda, test: TestRun): void {
  if (test.result === "running") agenda.note(`test ${test.id}`, test.failAt);
}

export const noteTestMode = (agenda: Agenda, mode: TestMode): void => agenda.note(`test-mode ${mode.id}`, mode.until);

/** Only what changed: the rest may just have been taken from the agenda, to be run. */
export function noteSite(agenda: Agenda, { clockTrustAt, testReviewAt, roundsAt }: Site, before?: Site): void {
  if (roundsAt !== null && roundsAt !== before?.roundsAt) agenda.note("rounds", roundsAt);
  if (clockTrustAt !== null && clockTrustAt !== before?.clockTrustAt) agenda.note("clock", clockTrustAt);
  if (testReviewAt !== null && testReviewAt !== before?.testReviewAt) agenda.note("tests", testReviewAt);
}

export const noteNotice = (agenda: Agenda, notice: Notice): void =>
  agenda.note(`notice ${notice.id}`, noticeDueAt(notice));

/** When the roster is looked through again. */
export function noteDuty(agenda: Agenda, { reviewAt }: Duty): void {
  if (reviewAt !== null) agenda.note(DUTY_KEY, reviewAt);
}

export const noteContactTest = (agenda: Agenda, test: ContactTest): void =>
  agenda.note(`contact-test ${test.id}`, test.failAt);
