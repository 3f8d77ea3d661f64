import type { Press } from "./alarm.ts";
import type { Draft } from "./draft.ts";
import type { LearnAct, Reply } from "./input.ts";
import type { AlarmKind, ReportKind } from "./kinds.ts";
import { takeUnproved } from "./press.ts";
import { LEARN_ID, type LearnWindow } from "./device-state.ts";
import { minutes } from "./units.ts";

/** How long a learn window stays open when nobody says it, and at most. */
export const LEARN_MS = minutes(2);
export const LEARN_MAX_MS = minutes(10);

/** The window that is open now; undefined: none. */
export function openWindow({ tables, now }: Draft): LearnWindow | undefined {
  const window = tables.learning.get(LEARN_ID);
  return window && window.until > now ? window : undefined;
}

/** One window at a time: two people who press at once would enrol each other's buttons. */
export function takeLearnAct(draft: Draft, act: LearnAct): Reply {
  const window = openWindow(draft);
  const { by, resident = null, means = "emergency", label = "", location = "", forMs = LEARN_MS } = act;
  if (act.act === "close") {
    if (window) endWindow(draft, window, `closed by ${by.name}`, null);
    return { ok: true, changed: window !== undefined };
  }
  const no = (code: "not-now" | "bad-input" | "not-found", message: string): Reply => ({ ok: false, code, message });
  if (window)
    return no("not-now", `${window.by} is enrolling a device for ${window.resident}: wait, or \`okc enrol --stop\``);
  if (resident === null || !draft.tables.residents.get(resident))
    return no("not-found", `no resident ${resident ?? "was named"}; see \`okc residents\``);
  if (!(forMs > 0 && forMs <= LEARN_MAX_MS))
    return no("bad-input", "minutes: a learn window is open for more than 0 and at most 10 minutes");
  const until = draft.now + forMs;
  draft.emit({ kind: "learn-opened", resident, means, label, location, by: by.name, until, at: draft.now });
  return { ok: true, changed: true };
}

/**
 * A press of an unknown device on a bridge without keys, while a window is open. Its first press makes it the
 * candidate, the second one enrols it. False: it is none of the window's, and is to be heard as ever.
 */
export function takeIntoWindow(
  draft: Draft,
  press: Press,
  bridge: string,
  address: string,
  isRepeat: boolean,
): boolean {
  const window = openWindow(draft);
  if (!window) return false;
  const { candidate } = window;
  if (candidate?.device === press.device) {
    const isSame = isRepeat || (press.counter !== null && press.counter === candidate.counter);
    if (!isSame) enrol(draft, window, press.device, bridge, address);
    return true;
  }
  const isExplicit = press.kind !== "other";
  // Somebody else may be in need: only the first device that presses is the window's.
  if (candidate && isExplicit) {
    noteHeard(draft, press.device, "another");
    return false;
  }
  if (isRepeat) return false;
  if (candidate) giveBack(draft, candidate);
  draft.emit({ kind: "learn-heard", device: press.device, what: "candidate", press, at: draft.now });
  return true;
}

function enrol(draft: Draft, window: LearnWindow, id: string, bridge: string, address: string): void {
  const { resident, means, label, location } = window;
  const personal = { person: `device:${id}`, data: { key: null } };
  const at = draft.now;
  draft.emit({ kind: "device-saved", id, bridge, address, resident, means, label, location, at, personal });
  draft.emit({ kind: "learn-ended", why: "enrolled", device: id, at });
}

/** Says in the window what else was heard meanwhile. */
export function noteHeard(draft: Draft, device: string, what: "needs-key" | "enrolled-already" | "another"): void {
  if (openWindow(draft)) draft.emit({ kind: "learn-heard", device, what, press: null, at: draft.now });
}

/** Ends the window. What it captured and did not enrol is shown to staff: no call for help is lost in it. */
export function endWindow(draft: Draft, { candidate }: LearnWindow, why: string, device: string | null): void {
  draft.emit({ kind: "learn-ended", why, device, at: draft.now });
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
