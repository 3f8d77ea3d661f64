import type { DecodedReport } from "../../gateway/core/report.ts";

/** What trackers with a mobile modem report, whatever their protocol. */

/** An alarm frame comes again until it is answered; some firmware repeats it for a minute all the same. */
export const ALARM_REPEAT_MS = 60_000;

/**
 * Why a tracker raised its alarm. `none`: a cause that asks nobody for help (over-speed, fence, vibration, power cut).
 * `button`: a key whose meaning is for the enrolment to say. `unclear`: the cause is not known, or is for people to
 * judge, in words of the wire.
 */
export type Cause =
  | "sos"
  | "fall"
  | "inactivity"
  | "low-battery"
  | "tamper"
  | "none"
  | { readonly button: string }
  | { readonly unclear: string };

const KINDS = {
  sos: "emergency",
  fall: "fall",
  inactivity: "inactivity",
  "low-battery": "low_battery",
  tamper: "tamper",
  none: "other",
} as const;

/** Somebody needs help by this, or pressed a key. */
export const isCall = (cause: Cause): boolean =>
  typeof cause === "object" ? "button" in cause : cause === "sos" || cause === "fall" || cause === "inactivity";

/** The report of an alarm. `mark`: what tells this alarm from the next one of its cause. */
export function alarmReport(
  said: Omit<DecodedReport, "kind" | "press">,
  cause: Cause,
  mark: string | undefined,
): DecodedReport {
  const marked = mark !== undefined && { mark };
  if (typeof cause === "object" && "unclear" in cause)
    return { ...said, kind: "other", press: null, unclear: cause.unclear, repeatMs: ALARM_REPEAT_MS, ...marked };
  if (!isCall(cause)) return { ...said, kind: KINDS[cause as keyof typeof KINDS], press: null };
  return {
    ...said,
    kind: typeof cause === "object" ? "other" : KINDS[cause],
    press: typeof cause === "object" ? cause.button : cause,
    repeatMs: ALARM_REPEAT_MS,
    ...marked,
  };
}

/** The same of a frame whose check is wrong: a call in it is for staff to look after, and the device sends it again. */
export const doubtful = (cause: Cause): Cause =>
  isCall(cause) ? { unclear: `${typeof cause === "object" ? "a key" : cause} with a wrong check` } : cause;
