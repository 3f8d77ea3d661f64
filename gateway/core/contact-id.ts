import type { AlarmKind } from "./kinds.ts";

/**
 * Contact ID event codes (SIA DC-05) of what we report. Service requests do not go to an alarm receiver.
 * Emergency and fall 101 personal emergency, inactivity 654, manual test 601, cancel 406, a log that was lost in part 621.
 */
export const EVENT_OF_KIND: Readonly<Record<AlarmKind, string | null>> = {
  emergency: "101",
  fall: "101",
  inactivity: "654",
  service: null,
};
export const TEST_EVENT = "601";
export const CANCEL_EVENT = "406";
export const LOG_LOST_EVENT = "621";

/**
 * What the hotline is told of technical faults, by the fault's code: the event as new (1) when it is raised, as restore
 * (3) when it is over. Codes that are not here stay at the desk. 301 mains lost, 302 system battery low, 384 RF low
 * battery, 355 loss of radio supervision (a whole bridge), 380 sensor trouble, 381 loss of supervision of a radio,
 * 383 sensor tamper: 137 would be an alarm, and an opened button is none.
 */
export const EVENT_OF_FAULT: Readonly<Record<string, string>> = {
  "mains-lost": "301",
  "ups-battery-low": "302",
  "battery-low": "384",
  "device-silent": "381",
  "device-left": "381",
  "device-stuck": "380",
  tamper: "383",
  "bridge-down": "355",
  "bridge-silent": "355",
};
