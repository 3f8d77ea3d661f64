import type { AlarmKind } from "./kinds.ts";

/** One row of the event map: what a receiver is sent for it. */
export interface HotlineEvent {
  /** Contact ID (SIA DC-05): three digits. */
  readonly cid: string;
  /** SIA DC-03: when it is new or still present. */
  readonly sia: string;
  /** SIA DC-03: when it is over; null: it is never over, it happens. */
  readonly siaRestored: string | null;
}

const row = (cid: string, sia: string, siaRestored: string | null = null): HotlineEvent => ({ cid, sia, siaRestored });

/**
 * The event map: what the hotline is told, by name. Service requests are not in it: they do not go to an alarm receiver.
 * Receivers disagree about fall, inactivity (654, 102), the loss of a radio (381) and others, so a site may override single
 * rows for a receiver. 355 is the loss of a whole bridge, 381 of one device; 383 a sensor's tamper, because 137 would be an
 * alarm and an opened button is none; 621 (`JO`, a log that ran over) a journal that was lost in part.
 */
export const HOTLINE_EVENTS = {
  emergency: row("101", "QA", "QH"),
  fall: row("101", "QA", "QH"),
  inactivity: row("654", "NA", "NS"),
  "log-lost": row("621", "JO"),
  cancel: row("406", "OC"),
  test: row("601", "RX"),
  "periodic-test": row("602", "RP"),
  "mains-lost": row("301", "AT", "AR"),
  "ups-battery-low": row("302", "YT", "YR"),
  "battery-low": row("384", "XT", "XR"),
  "device-lost": row("381", "UY", "UJ"),
  "device-stuck": row("380", "UT", "UJ"),
  tamper: row("383", "TA", "TR"),
  "bridge-lost": row("355", "YS", "YK"),
} as const satisfies Readonly<Record<string, HotlineEvent>>;

export type HotlineEventName = keyof typeof HOTLINE_EVENTS;

export const HOTLINE_EVENT_NAMES = Object.keys(HOTLINE_EVENTS) as readonly HotlineEventName[];

const codeOf = (name: HotlineEventName): string => HOTLINE_EVENTS[name].cid;

/** Contact ID event codes of alarms. */
export const EVENT_OF_KIND: Readonly<Record<AlarmKind, string | null>> = {
  emergency: codeOf("emergency"),
  fall: codeOf("fall"),
  inactivity: codeOf("inactivity"),
  service: null,
};
export const TEST_EVENT = codeOf("test");
export const PERIODIC_TEST_EVENT = codeOf("periodic-test");
export const CANCEL_EVENT = codeOf("cancel");
export const LOG_LOST_EVENT = codeOf("log-lost");

/**
 * What the hotline is told of technical faults, by the fault's code: the event as new (1) when it is raised, as restore
 * (3) when it is over. Codes that are not here stay at the desk.
 */
export const EVENT_OF_FAULT: Readonly<Record<string, string>> = {
  "mains-lost": codeOf("mains-lost"),
  "ups-battery-low": codeOf("ups-battery-low"),
  "battery-low": codeOf("battery-low"),
  "device-silent": codeOf("device-lost"),
  "device-left": codeOf("device-lost"),
  "device-stuck": codeOf("device-stuck"),
  tamper: codeOf("tamper"),
  "bridge-down": codeOf("bridge-lost"),
  "bridge-silent": codeOf("bridge-lost"),
};

/**
 * The row that a code of the shipped map stands for. Codes that several kinds of alarm share are told apart by the kind;
 * null: no row has it.
 */
export function hotlineEventOf(cid: string, kind: AlarmKind | null): HotlineEventName | null {
  if (kind !== null && kind !== "service" && HOTLINE_EVENTS[kind].cid === cid) return kind;
  return HOTLINE_EVENT_NAMES.find((name) => codeOf(name) === cid) ?? null;
}
