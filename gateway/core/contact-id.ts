import type { AlarmKind } from "./kinds.ts";

/**
 * Contact ID event codes (SIA DC-05) of what we report. Service requests do not go to an alarm receiver.
 * Emergency and fall 101 personal emergency, inactivity 654, manual test 601, cancel 406.
 */
export const EVENT_OF_KIND: Readonly<Record<AlarmKind, string | null>> = {
  emergency: "101",
  fall: "101",
  inactivity: "654",
  service: null,
};
export const TEST_EVENT = "601";
export const CANCEL_EVENT = "406";
