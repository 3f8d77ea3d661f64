import type { Press } from "./alarm.ts";
import type { Enrolled } from "./directory.ts";
import type { Draft } from "./draft.ts";
import type { LearnAct, Reply } from "./input.ts";
import type { AlarmKind, ReportKind } from "./kinds.ts";
import { PROVE_WITHIN_MS, signsOf, type HeardBefore, type LearnNote, type LearnWhat } from "./learn-events.ts";
import { notesOn, refusesIt, strangerOf } from "./learn-notes.ts";
import { takeUnproved } from "./press.ts";
import { deviceIdOf, type Report } from "./report.ts";
import { LEARN_ID, type LearnWindow } from "./device-state.ts";
import { minutes } from "./units.ts";

/** How long a learn window stays open when nobody says it, and at most. */
export const LEARN_MS = minutes(2);
export const LEARN_MAX_MS = minutes(10);

/** Presses that one window shows; further ones are heard and taken as ever, and shown no more. */
export const SHOWN_MAX = 300;

/** The window that is open now; undefined: none. */
export function openWindow({ tables, now }: Draft): LearnWindow | undefined {
  const window = tables.learning.get(LEARN_ID);
  return window && window.until > now ? window : undefined;
}

type Refused = Extract<Reply, { ok: false }>;
const no = (code: Refused["code"], message: string): Refused => ({ ok: false, code, message });

/** One window at a time: two people who press at once would enrol each other's buttons. */
export function takeLearnAct(draft: Draft, act: LearnAct): Reply {
  const window = openWindow(draft);
  const { by, forMs = LEARN_MS } = act;
  if (act.act === "close") {
    if (window) endWindow(draft, window, `closed by ${by.name}`);
    return { ok: true, changed: window !== undefined };
  }
  if (window)
    return no("not-now", `${window.by} is enrolling a device for ${window.resident}: wait, or \`okc enrol --stop\``);
  if (!(forMs > 0 && forMs <= LEARN_MAX_MS))
    return no("bad-input", "minutes: a learn window is open for more than 0 and at most 10 minutes");
  const wanted = wantedBy(draft, act);
  if ("ok" in wanted) return wanted;
  draft.emit({ kind: "learn-opened", ...wanted, by: by.name, until: draft.now + forMs, at: draft.now });
  return { ok: true, changed: true };
}

type Wanted = Pick<LearnWindow, "resident" | "means" | "label" | "location"> &
  Pick<LearnAct, "bindKey" | "force" | "replaces" | "device">;

/** What the window is opened for: a new device, one in the place of another, or one that is to be proved only. */
function wantedBy({ tables }: Draft, act: LearnAct): Wanted | Refused {
  const { replaces, device, bindKey = false, force = false } = act;
  const named = device ?? replaces;
  const known = named === undefined ? undefined : tables.enrolled.get(named);
  if (named !== undefined && !known) return no("not-found", `no device ${named} is enrolled; see \`okc devices\``);
  const resident = (known ? known.resident : act.resident) ?? null;
  if (resident === null || !tables.residents.get(resident))
    return no("not-found", `no resident ${resident ?? "was named"}; see \`okc residents\``);
  if (device !== undefined && known) {
    if (known.standing !== "in-use")
      return no("not-now", `${device} is ${known.standing}: \`okc resume ${device}\` first`);
    // Else anybody could make the next call of a device that is relied on a test.
    if ((tables.devices.get(device)?.provedAt ?? null) !== null)
      return no("not-now", `${device} was proved already: \`okc test ${device}\` tests it again`);
  }
  if (replaces !== undefined && known?.standing === "retired")
    return no("not-now", `${replaces} is retired: enrol the new device by itself`);
  const { means = "emergency", label = "", location = "" } = { ...placeOf(known), ...act };
  return {
    ...{ resident, means, label, location },
    ...(bindKey && { bindKey }),
    ...(force && { force }),
    ...(replaces !== undefined && { replaces }),
    ...(device !== undefined && { device }),
  };
}

const placeOf = (known: Enrolled | undefined): Partial<Pick<Enrolled, "means" | "label" | "location">> =>
  known ? { means: known.means, label: known.label, location: known.location } : {};

/** A press of a device that nobody enrolled, and what is known of its code. */
export interface Stranger {
  readonly report: Report;
  readonly press: Press;
  /** One more copy of a press that was heard. */
  readonly isCopy: boolean;
  readonly isRolling: boolean;
  readonly before: HeardBefore | null;
}

/**
 * A press of an unknown device on a bridge without keys, while a window is open. Its first press makes it the
 * candidate, the second one enrols it. Gives the device that it enrolled, or null where it enrolled none; `false`: it
 * is none of the window's, and is to be heard as ever.
 */
export function takeIntoWindow(draft: Draft, stranger: Stranger): string | null | false {
  const window = openWindow(draft);
  if (!window) return false;
  const { report, press, isCopy } = stranger;
  const { candidate } = window;
  const isExplicit = press.kind !== "other";
  if (window.proving) {
    if (!isCopy) show(draft, window, stranger, "another");
    return false;
  }
  if (candidate?.device === press.device) {
    if (isCopy || (press.counter !== null && press.counter === candidate.counter)) return null;
    const isOtherKey = window.said !== null && window.said.press !== report.press;
    if (!isOtherKey || !window.bindKey) return enrol(draft, window, stranger, isOtherKey);
    show(draft, window, stranger, "another-key");
    return isExplicit ? false : null;
  }
  if (isCopy) return false;
  // Somebody else may be in need: only the first device that presses is the window's.
  if (candidate && isExplicit) {
    show(draft, window, stranger, "another");
    return false;
  }
  const notes = notesOn(draft.tables, window, stranger);
  if (refusesIt(notes, window)) {
    show(draft, window, stranger, "refused");
    return false;
  }
  if (candidate) giveBack(draft, candidate);
  show(draft, window, stranger, "candidate");
  return null;
}

function show(draft: Draft, window: LearnWindow, stranger: Stranger, what: LearnWhat): void {
  const { report, press, before } = stranger;
  const isCandidate = what === "candidate";
  if (window.shown >= SHOWN_MAX && !isCandidate) return;
  const notes = notesOn(draft.tables, window, stranger);
  const resident = strangerOf(draft.tables, report)?.resident;
  draft.emit({
    kind: "learn-heard",
    device: press.device,
    what,
    press: isCandidate ? press : null,
    said: signsOf(report),
    ...(notes.length > 0 && { notes }),
    ...(before && { before }),
    ...(resident !== undefined && { resident }),
    at: draft.now,
  });
}

function enrol(draft: Draft, window: LearnWindow, stranger: Stranger, isOtherKey: boolean): string {
  const { resident, means, label, location, bindKey } = window;
  const { bridge, press } = stranger.report;
  const address =
    bindKey && press !== null ? `${stranger.report.address}:${press.toLowerCase()}` : stranger.report.address;
  const id = deviceIdOf(bridge, address);
  const at = draft.now;
  const personal = { person: `device:${id}`, data: { key: null } };
  draft.emit({ kind: "device-saved", id, bridge, address, resident, means, label, location, at, personal });
  const notes: readonly LearnNote[] = [
    ...notesOn(draft.tables, window, stranger),
    ...(isOtherKey ? (["another-key"] as const) : []),
  ];
  draft.emit({
    kind: "learn-enrolled",
    device: id,
    said: signsOf(stranger.report),
    ...(notes.length > 0 && { notes }),
    until: at + PROVE_WITHIN_MS,
    at,
  });
  return id;
}

/** Says in the window what else was heard meanwhile. */
export function noteHeard(
  draft: Draft,
  device: string,
  what: "needs-key" | "enrolled-already",
  report: Report,
  enrolled?: Enrolled,
): void {
  const window = openWindow(draft);
  if (!window || window.shown >= SHOWN_MAX || window.proving?.device === device) return;
  const notes: LearnNote[] = [];
  if (enrolled && enrolled.resident !== window.resident) notes.push("shared");
  if (enrolled && enrolled.standing !== "in-use") notes.push("not-in-use");
  draft.emit({
    kind: "learn-heard",
    device,
    what,
    press: null,
    said: signsOf(report),
    ...(notes.length > 0 && { notes }),
    ...(enrolled && { resident: enrolled.resident }),
    at: draft.now,
  });
}

/**
 * Ends the window. What it captured and did not enrol is shown to staff: no call for help is lost in it. What it
 * enrolled stays enrolled, and unproved unless its test has passed.
 */
export function endWindow(draft: Draft, { candidate, proving }: LearnWindow, why: string, proved = false): void {
  const device = proving?.device ?? null;
  draft.emit({ kind: "learn-ended", why, device, ...(proved && { proved }), at: draft.now });
  if (candidate) giveBack(draft, candidate);
}

/** A call for help waits no longer for its second press: perhaps nobody is enrolling that device. The window goes on. */
export function releaseCandidate(draft: Draft, { candidate }: LearnWindow): void {
  if (!candidate) return;
  draft.emit({ kind: "learn-heard", device: candidate.device, what: "given-back", press: null, at: draft.now });
  giveBack(draft, candidate);
}

function giveBack(draft: Draft, press: Press): void {
  if (press.kind !== "other") takeUnproved(draft, press, null, alarmKindOf(press.kind), ["unknown-device"]);
}

const alarmKindOf = (kind: ReportKind): AlarmKind =>
  kind === "fall" || kind === "service" || kind === "inactivity" ? kind : "emergency";
