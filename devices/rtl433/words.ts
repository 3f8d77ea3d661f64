import type { ReportKind } from "../../gateway/core/kinds.ts";

/* Words that rtl_433's decoders print for a key or an event. They are compared whole, in lower case. */

/** Words that say what is meant. Any other is a bare press. */
export const MEANT: ReadonlyMap<string, ReportKind> = new Map([
  ["sos", "emergency"],
  ["panic", "emergency"],
  ["emergency", "emergency"],
  ["panic held", "emergency"],
  ["panic long press", "emergency"],
  ["keypad panic button", "emergency"],
  ["kr15 panic", "emergency"],
  ["kr15 panic-3second", "emergency"],
  ["kr18 panic", "emergency"],
  ["test", "test"],
  ["test alarm", "test"],
  ["tamper", "tamper"],
  ["low battery", "low_battery"],
  ["battery low", "low_battery"],
  ["battery_low", "low_battery"],
  ["battery", "low_battery"],
  ["heartbeat", "heartbeat"],
  ["supervision", "heartbeat"],
  ["supervisory", "heartbeat"],
  ["alive", "heartbeat"],
]);

/** A contact that closes, a detector at its ease: something happened, and nothing that anybody would be called for. */
export const AT_REST: ReadonlySet<string> = new Set([
  "idle",
  "normal",
  "close",
  "closed",
  "closing",
  "contact closed",
  "door/window closed",
  "ds10a door/window closed",
  "motion ready",
  "alarm off",
  "alarm muted",
  "pairing",
  "battery report",
  "released",
]);

/** Words of a decoder that does not know the code: the number beside it tells more. */
export const BLANK: ReadonlySet<string> = new Set([
  "",
  "true",
  "false",
  "yes",
  "no",
  "?",
  "none",
  "unknown",
  "no button",
]);
