import { confirmLow } from "./battery.ts";
import type { DeviceState } from "./device-state.ts";
import type { Draft } from "./draft.ts";
import { clearFault, raiseFault } from "./faults.ts";
import { noteRest } from "./repeats.ts";
import { siteOf } from "./state.ts";
import { AWAY_MIN_MS, bridgeOf, isOn, isUnheard, testDueAt, TEST_NOTICE_MS, wayOf, type Way } from "./supervision.ts";
import { days, type EpochMs } from "./units.ts";

/** Silent devices of one line with a row of their own; further ones share one, so that they never drown a call. */
export const SILENT_ROWS_MAX = 5;

/** Tests that are due are looked through at least this often: no device that was enrolled or pressed since is due sooner. */
const REVIEW_EVERY_MS = days(20);

/** Names in one row; the list of devices has them all. */
const NAMES_MAX = 5;

const isRelied = ({ tables }: Draft, id: string): boolean => tables.enrolled.get(id)?.standing === "in-use";

/** Runs what is due for one device: a battery that stayed low, a key that came to rest, a report that is late, silence. */
export function runWatch(draft: Draft, id: string): void {
  const device = draft.tables.devices.get(id);
  if (!device) return;
  const { now } = draft;
  const { batteryLowAt, restAt, lateAt, silentAt } = device;
  if (batteryLowAt !== null && batteryLowAt <= now) confirmLow(draft, device, isRelied(draft, id));
  if (restAt !== null && restAt <= now) noteRest(draft, id);
  if (device.silent) return;
  if (silentAt !== null && silentAt <= now) noteSilence(draft, device);
  else if (!device.late && lateAt !== null && lateAt <= now) draft.emit({ kind: "device-late", device: id, at: now });
}

/** A silent device is a fault of its own, unless there is a row that says why: its whole line or bridge, or its leaving. */
function noteSilence(draft: Draft, device: DeviceState): void {
  const { id, seenAt } = device;
  draft.emit({ kind: "device-silent", device: id, at: draft.now });
  if (isUnheard(draft.tables, device) || draft.tables.faults.get(`left:${id}`)) return;
  raiseSilence(draft, id, `nothing heard since ${new Date(seenAt).toISOString()}`);
}

/** The bridge of a device says itself that it has not heard it for long. */
export function noteUnavailable(draft: Draft, id: string): void {
  if (draft.tables.devices.get(id)?.silent === false) draft.emit({ kind: "device-silent", device: id, at: draft.now });
  raiseSilence(draft, id, "its bridge has not heard it for long");
}

/** The first few of a line have a row of their own, the rest one together; nobody relies on a suspended one. */
function raiseSilence(draft: Draft, id: string, detail: string): void {
  const { faults } = draft.tables;
  if (!isRelied(draft, id)) return;
  const line = lineOf(draft, id);
  const rows = [...faults.values()].filter(
    ({ key, code }) => code === "device-silent" && lineOf(draft, key.slice("silent:".length)) === line,
  );
  if (rows.length < SILENT_ROWS_MAX || faults.get(`silent:${id}`))
    raiseFault(draft, `silent:${id}`, "device-silent", detail);
  // Of what was never heard nothing would end the shared row; the list has it as unproved, and its test is overdue.
  else if (draft.tables.devices.get(id))
    raiseFault(draft, `quiet:${line}`, "line-quiet", `more devices on ${line} fell silent: \`okc devices\` has them`);
}

/** Of a device that was never heard only the bridge is known. */
const lineOf = ({ tables }: Draft, id: string): string => tables.devices.get(id)?.line ?? bridgeOf(id);

/** A device that was silent is heard again, or is relied on no more. */
export function endSilence(draft: Draft, { id, line }: DeviceState, why: string): void {
  clearFault(draft, `silent:${id}`, why);
  if (draft.tables.faults.get(`quiet:${line}`)) endQuiet(draft, line, id);
}

function endQuiet(draft: Draft, line: string, except: string | null): void {
  const { devices, faults } = draft.tables;
  for (const { id, line: own, silent } of devices.values())
    if (own === line && silent && id !== except && isRelied(draft, id) && !faults.get(`silent:${id}`)) return;
  clearFault(draft, `quiet:${line}`, "all of them were heard again");
}

/** A row is over. Where a line or a bridge was deaf meanwhile, its devices have as long as before to be heard. */
export function endDeafness(draft: Draft, fault: string, why: string): void {
  const since = draft.tables.faults.get(fault)?.since ?? draft.now;
  clearFault(draft, fault, why);
  const way = wayOf(fault);
  if (way) awaitDevices(draft, way, since);
}

/** Those that fell silent with it, without a row of their own, are watched again. */
function awaitDevices(draft: Draft, way: Way, since: EpochMs): void {
  const { tables, now } = draft;
  const byMs = now - since;
  if (byMs >= AWAY_MIN_MS) draft.emit({ kind: "devices-unheard", byMs, ...way, at: now });
  for (const device of tables.devices.values())
    if (isOn(device, way) && device.silent && !tables.faults.get(`silent:${device.id}`)) awaitDevice(draft, device);
  for (const { key, code } of [...tables.faults.values()])
    if (code === "line-quiet") endQuiet(draft, key.slice("quiet:".length), null);
}

/** It has as long as before to be heard. */
export function awaitDevice(draft: Draft, { id, silentAt, lateAt, seenAt }: DeviceState): void {
  if (silentAt === null) return;
  const { now } = draft;
  const again = { silentAt: now + (silentAt - seenAt), lateAt: lateAt === null ? null : now + (lateAt - seenAt) };
  draft.emit({ kind: "device-awaited", device: id, ...again, at: now });
}

/** Looks through the tests that are due: one row for all that are overdue, and when to look again. */
export function reviewTests(draft: Draft): void {
  const { tables, now } = draft;
  const overdue: string[] = [];
  let nextAt = now + REVIEW_EVERY_MS;
  for (const enrolled of tables.enrolled.values()) {
    const dueAt = testDueAt(tables, enrolled);
    if (dueAt === null) continue;
    if (dueAt <= now) overdue.push(enrolled.id);
    for (const at of [dueAt - TEST_NOTICE_MS, dueAt]) if (at > now && at < nextAt) nextAt = at;
  }
  if (overdue.length === 0) clearFault(draft, "tests-overdue", "every device was pressed");
  else {
    const names = namesOf(overdue);
    const detail = `not pressed for 31 days: ${names}`;
    raiseFault(draft, "tests-overdue", "test-overdue", detail);
  }
  draft.emit({ kind: "tests-reviewed", nextAt, at: now });
}

export const isReviewDue = (draft: Draft): boolean => {
  const { testReviewAt } = siteOf(draft.tables);
  return testReviewAt === null || testReviewAt <= draft.now;
};

/** The first few, and how many more. */
export function namesOf(ids: readonly string[]): string {
  const shown = ids.slice(0, NAMES_MAX).join(", ");
  return ids.length > NAMES_MAX ? `${shown} and ${ids.length - NAMES_MAX} more` : shown;
}
