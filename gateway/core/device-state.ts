import type { Press } from "./alarm.ts";
import type { AlarmKind, Means, ReportKind } from "./kinds.ts";
import type { HeardSigns, LearnNote } from "./learn-events.ts";
import type { Pace } from "./pace.ts";
import type { Signal } from "./signal.ts";
import { seconds, type EpochMs } from "./units.ts";

/** When a key of a device that has no counter last counted. */
export interface KeyMark {
  readonly key: string;
  readonly at: EpochMs;
  /** Presses that counted in this run of presses. */
  readonly count: number;
  /** False: it was released since. */
  readonly down: boolean;
  /** What the wire gave that press beside its time; absent: nothing. */
  readonly mark?: string;
}

/** What is known of a device from what it said. */
export interface DeviceState {
  readonly id: string;
  readonly line: string;
  readonly seenAt: EpochMs;
  readonly batteryPct: number | null;
  /** The highest counter that counted. */
  readonly counter: number | null;
  /** Bit n: counter − n was counted, for n below 32. */
  readonly counted: number;
  /** Absent where the device has a counter. */
  readonly keys?: readonly KeyMark[];
  readonly silent: boolean;
  /** Silent from then on is a fault; null: not supervised. */
  readonly silentAt: EpochMs | null;
  readonly late: boolean;
  /** From then on it should have reported; null: not known when it reports. */
  readonly lateAt: EpochMs | null;
  /** When a press of it was last heard, real or as a test; null: never. */
  readonly provedAt: EpochMs | null;
  /** A low battery was read: a fault from then on, if no good one is. */
  readonly batteryLowAt: EpochMs | null;
  /** A key of it does not come to rest: it has, if it is not heard until then; null: none is stuck. */
  readonly restAt: EpochMs | null;
  /** Absent: it never reported by itself. */
  readonly pace?: Pace;
  /** Absent: its bridge never said. */
  readonly signal?: Signal;
}

/** A test press on its way to the hotline. */
export interface TestRun {
  readonly id: string;
  readonly device: string;
  readonly resident: string | null;
  readonly startedAt: EpochMs;
  readonly delivery: string | null;
  readonly failAt: EpochMs;
  /** What was pressed. */
  readonly report: ReportKind;
  readonly result: "running" | "passed" | "failed";
  readonly detail: string;
}

/** A device that somebody tests: what it presses is a test, for a few minutes and never twice in a row. */
export interface TestMode {
  /** The device. */
  readonly id: string;
  readonly by: string;
  readonly since: EpochMs;
  readonly until: EpochMs;
  /** A range walk: what it takes is measured, and told nobody. */
  readonly walk: boolean;
  readonly presses: number;
  /** The newest press it took; a second one soon after makes both real. */
  readonly last: { readonly press: Press; readonly as: AlarmKind } | null;
}

/** There is one learn window at a time. */
export const LEARN_ID = "enrol";

/** A call for help that a learn window captured and that was not pressed again within this time is shown to staff. */
export const CAPTURE_MAX_MS = seconds(30);

/** Devices of which a window remembers that they were its candidate; the first of them are forgotten. */
export const TRIED_MAX = 8;

/** A device that was enrolled in this window and is to be proved. */
export interface Proving {
  readonly device: string;
  /** A press that was pressed earlier proves nothing. */
  readonly since: EpochMs;
  /** The press that was taken as the test, on its way to the hotline; null: it is waited for. */
  readonly test: { readonly id: string; readonly press: Press; readonly as: AlarmKind } | null;
}

/** Somebody enrols a device by pressing it. */
export interface LearnWindow {
  readonly id: string;
  readonly resident: string;
  readonly means: Means;
  readonly label: string;
  readonly location: string;
  readonly by: string;
  readonly since: EpochMs;
  readonly until: EpochMs;
  /** The first press of the device that is to be enrolled; null: none was heard. */
  readonly candidate: Press | null;
  /** Everything that press said; null: no candidate, or one of an earlier gateway. */
  readonly said: HeardSigns | null;
  readonly notes: readonly LearnNote[];
  /** Every device that was the candidate, newest last, each as often as it was. */
  readonly tried: readonly string[];
  /** How many presses were shown. */
  readonly shown: number;
  readonly bindKey: boolean;
  readonly force: boolean;
  /** Whose place the new device takes; null: nobody's. */
  readonly replaces: string | null;
  /** Null: nothing is enrolled yet. */
  readonly proving: Proving | null;
}

/** What a window holds that has heard nothing; events of earlier gateways lack some of it. */
export const EMPTY_WINDOW = {
  candidate: null,
  said: null,
  notes: [],
  tried: [],
  shown: 0,
  bindKey: false,
  force: false,
  replaces: null,
  proving: null,
} as const;

/** When the window has to be looked at: at its end, or when it has kept a call for help for long enough. */
export function windowDueAt({ candidate, until }: LearnWindow): EpochMs {
  return candidate && candidate.kind !== "other" ? Math.min(until, candidate.receivedAt + CAPTURE_MAX_MS) : until;
}
