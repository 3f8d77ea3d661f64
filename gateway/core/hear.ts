import type { Flag, Press } from "./alarm.ts";
import { noteBattery } from "./battery.ts";
import { requestCancel } from "./cancel.ts";
import { CANARY_BRIDGE } from "./canary.ts";
import type { Enrolled } from "./directory.ts";
import type { Draft } from "./draft.ts";
import { clearFault, raiseFault } from "./faults.ts";
import type { Heard, Input } from "./input.ts";
import { isProof, takeProof, takeProofBack } from "./learn-proof.ts";
import { noteHeard, openWindow, takeIntoWindow } from "./learn.ts";
import type { AlarmKind, ReportKind } from "./kinds.ts";
import { enrolledParts, findDevice, identified } from "./names.ts";
import { keptRaw, plainRaw, undecided } from "./personal.ts";
import { notePosition } from "./position.ts";
import { pressOf, takePress, takeUnproved } from "./press.ts";
import { isCopy, isRepeat } from "./repeats.ts";
import { deviceIdOf, pressedKeyOf, type Proof, type Report } from "./report.ts";
import type { DeviceState } from "./device-state.ts";
import { paceAfter, patienceWith, type Stated } from "./pace.ts";
import { testDueAt } from "./supervision.ts";
import { takeAsTest, takeCancelAsTest, takeTestKey } from "./test-mode.ts";
import { minutes } from "./units.ts";
import { endSilence, reviewTests } from "./watch.ts";

/** Counters this far back are remembered one by one. */
const COUNTERS_REMEMBERED = 32;

/** Signs of life without a counter, and without news, leave a row once in this time: a bridge may send many. */
export const SIGN_EVERY_MS = minutes(1);

/** What an unproved report may be to matter: somebody may be in need. */
const PRESS_KINDS: readonly ReportKind[] = ["emergency", "fall", "service", "inactivity", "other"];

/** A tag that is wrong or missing where there should be one; the others are enough for a device that is enrolled. */
const DISPROVED: readonly Proof[] = ["wrong-tag", "no-key"];

/** Somebody may be in need. `other` is a press only where the message names a key. */
const isPress = ({ kind, press }: Report): boolean =>
  PRESS_KINDS.includes(kind) && (kind !== "other" || press !== null);

/** An alarm without a cause says nothing of a device that nobody enrolled. */
const concernsStaff = (report: Report, enrolled: Enrolled | null): boolean =>
  isPress(report) || (report.unclear !== undefined && enrolled !== null);

/** Of a radio or a bridge that everything else of the neighbourhood comes over as well. */
const isUnkeyed = ({ proof }: Report): boolean => proof === "none" || proof === "bridge";

type ReportInput = Extract<Input, { type: "report" }>;

/** One report: proof, counter, then what it says. */
export function hear(draft: Draft, input: ReportInput): Heard {
  const { report: heard, recurrence = null } = input;
  if (heard.bridge === CANARY_BRIDGE) return hearOwn(draft, heard);
  const report = isUnkeyed(heard) ? identified(draft.tables, heard) : heard;
  const device = deviceIdOf(report.bridge, report.address);
  const enrolled = draft.tables.enrolled.get(device);
  if (!enrolled) return hearParts(draft, report, input) ?? hearStranger(draft, report, device, input);
  if (DISPROVED.includes(report.proof)) return hearUnproved(draft, report, device, enrolled, ["unverified"]);
  const known = draft.tables.devices.get(device);
  if (pressedKeyOf(report) === null) notePosition(draft, report, device, enrolled.resident ?? device);
  if (isUnkeyed(report) && pressedKeyOf(report) === null && isOldNews(draft, report, known)) return "counted-before";
  if (report.counter === null && isRepeat(draft, report, device, known, recurrence)) return hearRepeat(draft, report);
  const place = placeOf(report.counter, known);
  if (place !== "old" || !isPress(report)) sayHeard(draft, report);
  if (place === "counted") return hearRepeat(draft, report);
  if (place === "old") return hearOld(draft, report, device, enrolled);
  if (isPress(report)) noteHeard(draft, device, "enrolled-already", report, enrolled);
  if (enrolled.standing !== "in-use") return hearSuspended(draft, report, device, enrolled);
  const wasDue = testDueAt(draft.tables, enrolled);
  const proves =
    (isPress(report) || report.kind === "test") && isProof(draft, pressOf(report, device, false), enrolled);
  noteReport(draft, report, device, input, proves);
  if (proves) takeProof(draft, pressOf(report, device, false), enrolled, alarmKindOf(report.kind, enrolled), report);
  else hearKind(draft, report, device, enrolled);
  // Behind the call for help: the hotline hears of the device after it.
  noteHealth(draft, report, device, known);
  if (wasDue !== null && wasDue <= draft.now && testDueAt(draft.tables, enrolled) !== wasDue) reviewTests(draft);
  return proves ? "learning" : "counted";
}

/** Our own: nothing changes, and what it asks for shows that the path works to its end. */
function hearOwn(draft: Draft, { counter }: Report): Heard {
  draft.act({ do: "canary", counter: counter! });
  return "counted";
}

/** What a whole device says of itself, where its keys or parts are enrolled each by itself; null: none is. */
function hearParts(draft: Draft, report: Report, input: ReportInput): Heard | null {
  if (report.press !== null || !isUnkeyed(report)) return null;
  const parts = enrolledParts(draft.tables, report.bridge, report.address);
  const heard = parts.map((address) => hear(draft, { ...input, report: { ...report, address } }));
  return heard.find((one) => one === "counted") ?? heard[0] ?? null;
}

/** A device that nobody enrolled: perhaps the one that somebody enrols just now. */
function hearStranger(draft: Draft, report: Report, device: string, input: ReportInput): Heard {
  if (isPress(report) && openWindow(draft)) {
    const { isRolling = false, before = null, recurrence = null } = input;
    const stranger = {
      report,
      press: pressOf(report, device, true),
      isCopy: isCopy(report, recurrence),
      isRolling,
      before,
    };
    const enrols = isUnkeyed(report) && takeIntoWindow(draft, stranger);
    // The press that enrolled it is heard, or its own copies would be the press that proves it.
    if (typeof enrols === "string") noteReport(draft, report, enrols, input, true);
    if (enrols !== false) return "learning";
    if (!isUnkeyed(report)) noteHeard(draft, device, "needs-key", report);
  }
  return hearUnproved(draft, report, device, null, ["unknown-device"]);
}

/** One more copy of what was taken: only what it says of the battery and its place may differ. */
function hearRepeat(draft: Draft, report: Report): Heard {
  const device = deviceIdOf(report.bridge, report.address);
  notePosition(draft, report, device, draft.tables.enrolled.get(device)?.resident ?? device);
  const known = draft.tables.devices.get(device);
  if (known && known.batteryLowAt !== null) noteBattery(draft, report, known);
  return "counted-before";
}

function sayHeard(draft: Draft, { bridge, address, line, counter }: Report): void {
  if (counter === null) return;
  draft.act({ do: "say", order: { bridge, address, line, counter, say: "heard" }, alarm: null });
}

/** Where a counter stands: `counted` was taken before; `old` is below the highest and was never seen. */
function placeOf(counter: number | null, known: DeviceState | undefined): "new" | "counted" | "old" {
  if (counter === null || known?.counter === null || known === undefined) return "new";
  const back = known.counter - counter;
  if (back < 0) return "new";
  return back < COUNTERS_REMEMBERED && (known.counted >>> back) % 2 === 1 ? "counted" : "old";
}

/** The same state again, soon after the last: it changes nothing. */
function isOldNews({ tables }: Draft, report: Report, known: DeviceState | undefined): boolean {
  const { bridge, kind, batteryPct, batteryOk, tampered, released, receivedAt } = report;
  if (!known || known.silent) return false;
  if (receivedAt - known.seenAt >= SIGN_EVERY_MS || receivedAt < known.seenAt) return false;
  // Its being there ends these.
  if (tables.faults.get(`left:${known.id}`) || tables.faults.get(`bridge:${bridge}`)) return false;
  if (kind === "tamper") return tables.faults.get(`tamper:${known.id}`) !== undefined;
  if (kind === "cancel" || kind === "test") return false;
  if (tampered === false && tables.faults.get(`tamper:${known.id}`)) return false;
  if (known.keys?.some(({ key, down }) => down && released?.includes(key))) return false;
  const isLow = kind === "low_battery" || batteryOk === false;
  const wasLow = known.batteryLowAt !== null || tables.faults.get(`battery:${known.id}`) !== undefined;
  if (isLow ? !wasLow : batteryOk === true && wasLow) return false;
  return batteryPct === null || batteryPct === known.batteryPct;
}

const SUSPENDED = ["unverified", "suspended-device"] as const;

function hearUnproved(
  draft: Draft,
  report: Report,
  device: string,
  enrolled: Enrolled | null,
  flags: readonly [Extract<Flag, "unverified" | "unknown-device">, ...Flag[]],
): Heard {
  if (!concernsStaff(report, enrolled)) return "ignored";
  // A remote of the neighbourhood: a bare press says nothing of need until somebody has enrolled its device.
  if (enrolled === null && report.kind === "other" && isUnkeyed(report)) return "ignored";
  takeUnproved(draft, pressOf(report, device, true), enrolled, alarmKindOf(report.kind, enrolled), flags);
  return flags[0];
}

/**
 * A device that nobody relies on any more: its count goes on, so that one press is shown once and answered each time
 * it is repeated; it is watched for nothing. Staff see what it presses.
 */
function hearSuspended(draft: Draft, report: Report, device: string, enrolled: Enrolled): Heard {
  noteReport(draft, report, device, null);
  const heard = hearUnproved(draft, report, device, enrolled, SUSPENDED);
  return heard === "ignored" ? heard : "suspended";
}

/** An old counter: a replay, or a pendant that lost its memory. Staff see it; the pendant is answered. */
function hearOld(draft: Draft, report: Report, device: string, enrolled: Enrolled): Heard {
  const isRelied = enrolled.standing === "in-use";
  // Without the numbers: a flood of replays is one row.
  if (isRelied)
    raiseFault(draft, `counter:${device}`, "counter-old", "replayed, or the pendant lost its memory: enrol it again");
  if (!isPress(report)) return "ignored";
  sayHeard(draft, report);
  return hearUnproved(draft, report, device, enrolled, isRelied ? ["unverified"] : SUSPENDED);
}

/** `stated` null: nobody relies on it, and nothing is made of its silence. */
function noteReport(draft: Draft, report: Report, device: string, stated: Stated | null, learning = false): void {
  const { released, counter, mark, rssiDbm, linkQuality } = report;
  const press = pressedKeyOf(report);
  const said = {
    report: report.kind,
    counter,
    ...(counter === null && press !== null && { press, ...(mark !== undefined && { mark }) }),
    ...(released !== undefined && { released }),
    at: report.receivedAt,
  };
  const learnedMs = paceAfter(draft.tables.devices.get(device), said)?.learnedMs ?? null;
  const { silentMs, lateMs } = stated ? patienceWith(stated, learnedMs) : { silentMs: null, lateMs: null };
  draft.emit({
    kind: "report-heard",
    device,
    line: report.line,
    ...said,
    batteryPct: report.batteryPct,
    ...(rssiDbm !== undefined && { rssiDbm }),
    ...(linkQuality !== undefined && { linkQuality }),
    proof: report.proof,
    ...(learning && { learning }),
    silentAt: silentMs === null ? null : draft.now + silentMs,
    ...(lateMs !== null && { lateAt: draft.now + lateMs }),
    ...keptRaw(report, draft.tables.enrolled.get(device)?.resident ?? `device:${device}`),
  });
}

/** What a report says of its device: it counts on, it is there, its battery. */
function noteHealth(draft: Draft, report: Report, device: string, known: DeviceState | undefined): void {
  clearFault(draft, `counter:${device}`, "counts on");
  if (isUnkeyed(report)) findDevice(draft, report.bridge, device);
  if (known?.silent) endSilence(draft, known, "heard again");
  if (report.tampered === false) clearFault(draft, `tamper:${device}`, "it is closed again");
  noteBattery(draft, report, draft.tables.devices.get(device)!);
}

function hearKind(draft: Draft, report: Report, device: string, enrolled: Enrolled): void {
  switch (report.kind) {
    case "heartbeat":
    case "low_battery":
      return;
    case "tamper":
      return raiseFault(draft, `tamper:${device}`, "tamper", plainRaw(report));
    case "test":
      return takeTestKey(draft, pressOf(report, device, false), enrolled);
    case "cancel":
      if (takeCancelAsTest(draft, pressOf(report, device, false), enrolled)) return;
      return requestCancel(draft, enrolled.resident ?? device);
    case "emergency":
    case "fall":
    case "service":
    case "inactivity":
      return hearPress(draft, pressOf(report, device, false), enrolled, report.kind);
    case "other":
      if (report.unclear !== undefined)
        return takeUnproved(draft, pressOf(report, device, true), enrolled, "emergency", ["unclear-cause"]);
      if (report.press === null) return;
      if (enrolled.means === "test") return takeTestKey(draft, pressOf(report, device, false), enrolled);
      return hearPress(draft, pressOf(report, device, false), enrolled, enrolled.means);
  }
}

function hearPress(draft: Draft, press: Press, enrolled: Enrolled, kind: AlarmKind): void {
  if (takeAsTest(draft, press, enrolled, kind)) return;
  takeProofBack(draft, press);
  takePress(draft, press, enrolled, kind);
}

function alarmKindOf(kind: ReportKind, enrolled: Enrolled | null): AlarmKind {
  if (kind === "fall" || kind === "service" || kind === "inactivity") return kind;
  return kind === "other" && enrolled?.means === "service" ? "service" : "emergency";
}

/** A report that a rule failed on is kept; a press among them becomes the simplest alarm, for staff. */
export function takeUndecided(draft: Draft, heard: Report, why: string): void {
  const report = isUnkeyed(heard) ? identified(draft.tables, heard) : heard;
  const device = deviceIdOf(report.bridge, report.address);
  const enrolled = draft.tables.enrolled.get(device) ?? null;
  draft.emit(undecided(report, device, enrolled?.resident ?? `device:${device}`, { why, at: draft.now }));
  if (enrolled && report.proof === "valid") sayHeard(draft, report);
  if (!concernsStaff(report, enrolled)) return;
  takeUnproved(draft, pressOf(report, device, true), enrolled, alarmKindOf(report.kind, enrolled), ["undecided"]);
}
