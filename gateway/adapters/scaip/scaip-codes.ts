import type { AlarmKind, Means } from "../../core/kinds.ts";

/**
 * SS 91100 / EN 50134-9 in numbers: what `snu` says, and what our events are there. Codes stand as the protocol writes
 * them. What a receiver sees of each is in docs/scaip.md.
 */

/** What a receiver's `snu` comes to. `refused`: as it was written it will never be taken. */
export type Verdict = "taken" | "hold" | "not-treated" | "busy" | "refused" | "undefined";

export const STATUS_NUMBERS: Readonly<Record<number, { readonly verdict: Verdict; readonly words: string }>> = {
  0: { verdict: "taken", words: "taken" },
  1: { verdict: "refused", words: "the message is too long for it" },
  2: { verdict: "refused", words: "it finds the format wrong" },
  3: { verdict: "refused", words: "it finds wrong data; check the controller's and the resident's number there" },
  4: { verdict: "hold", words: "it holds the alarm until an operator is free" },
  5: { verdict: "not-treated", words: "it does not treat the alarm" },
  6: { verdict: "busy", words: "it is busy" },
  7: { verdict: "refused", words: "it misses a mandatory tag" },
  10: { verdict: "refused", words: "it misses the reference" },
  99: { verdict: "undefined", words: "it gives an undefined error" },
};

/** Device types (`dty`). */
const DEVICE = {
  unit: "0002",
  pendant: "0003",
  fall: "0005",
  activity: "0010",
  tamper: "0038",
  controller: "0045",
  radio: "0050",
} as const;

export interface EventCodes {
  readonly deviceType: string;
  /** `stc`, 4 digits. */
  readonly status: string;
  /** ME asks for an operator or a technician, IN only tells. */
  readonly messageType: "ME" | "IN";
}

const event = (deviceType: string, status: string, messageType: "ME" | "IN" = "ME"): EventCodes => ({
  deviceType,
  status,
  messageType,
});

/** Alarms by their kind. 0009 automatic, 0010 manual, 0110 assistance. */
export const ALARM_CODES: Readonly<Record<AlarmKind, EventCodes>> = {
  emergency: event(DEVICE.pendant, "0010"),
  fall: event(DEVICE.fall, "0009"),
  inactivity: event(DEVICE.activity, "0009"),
  service: event(DEVICE.pendant, "0110"),
};

/** What goes before an alarm's kind, by its Contact ID event: tests are no alarms, and 406 ends one. */
const SPECIAL: Readonly<Record<string, EventCodes>> = {
  "406": event(DEVICE.unit, "0019", "IN"),
  "601": event(DEVICE.unit, "0102"),
  "602": event(DEVICE.unit, "0102"),
};

/** Reports of the site, by Contact ID event: as it begins, and as it is over. */
const REPORTS: Readonly<Record<string, readonly [begins: EventCodes, over: EventCodes]>> = {
  "301": [event(DEVICE.unit, "0085"), event(DEVICE.unit, "0086", "IN")],
  "302": [event(DEVICE.unit, "0016"), event(DEVICE.unit, "0015", "IN")],
  "350": [event(DEVICE.unit, "0023"), event(DEVICE.unit, "0112", "IN")],
  "355": [event(DEVICE.radio, "0123"), event(DEVICE.radio, "0124", "IN")],
  "380": [event(DEVICE.pendant, "0105"), event(DEVICE.pendant, "0091", "IN")],
  "381": [event(DEVICE.pendant, "0123"), event(DEVICE.pendant, "0124", "IN")],
  "383": [event(DEVICE.tamper, "0125"), event(DEVICE.tamper, "0094", "IN")],
  "384": [event(DEVICE.pendant, "0016"), event(DEVICE.pendant, "0015", "IN")],
  "621": [event(DEVICE.controller, "0067"), event(DEVICE.controller, "0091", "IN")],
};

/** Alarms of which only the event is known. */
const ALARM_EVENTS: Readonly<Record<string, AlarmKind>> = {
  "101": "emergency",
  "100": "emergency",
  "654": "inactivity",
};

/** 0001 is *undefined*: the text beside it says what it is. */
const UNKNOWN: EventCodes = event(DEVICE.unit, "0001");

/** The codes of a message: its event where that is a test, an end or a report, else the alarm's kind. */
export function codesOf(contactEvent: string, isOver: boolean, kind: AlarmKind | null): EventCodes {
  const special = SPECIAL[contactEvent];
  if (special) return special;
  const report = REPORTS[contactEvent];
  // A log that was lost in part opens an alarm of a kind, for a person: then it is one.
  if (report && kind === null) return report[isOver ? 1 : 0];
  const known = kind ?? ALARM_EVENTS[contactEvent];
  return known ? ALARM_CODES[known] : UNKNOWN;
}

/** The part that was pressed (`dco`): button 1, button 2; a test key and an unknown one are *undefined*. */
export const COMPONENT_OF_MEANS: Readonly<Record<Means, string>> = { emergency: "002", service: "003", test: "001" };

/** Where it is (`lco`): at home, or where the position beside it says. */
export const LOCATION = { home: "002", position: "034" } as const;

/** Ours, which every heartbeat and reset carries too. */
export const CONTROLLER_DEVICE = DEVICE.unit;

/** `pri` counts up to the most urgent, ours down to it. */
export const priorityCode = (priority: number): string => String(Math.min(9, Math.max(0, 10 - priority)));

/** `mre`: what voice the receiver wants. */
export const VOICE_WORDS: Readonly<Record<string, string>> = {
  "0": "no voice",
  "1": "two-way voice",
  "2": "to listen only",
  "3": "to speak only",
};
