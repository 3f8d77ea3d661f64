import type { DecodedReport } from "../../gateway/core/report.ts";

/** What trackers with a mobile modem report, whatever their protocol. */

/** An alarm frame comes again until it is answered; some firmware repeats it for a minute all the same. */
export const ALARM_REPEAT_MS = 60_000;

/**
 * Why a tracker raised its alarm. `none`: a cause that asks nobody for help (over-speed, fence, vibration, power cut).
 * An object: the cause is not known, or is for people to judge, in words of the wire.
 */
export type Cause = "sos" | "fall" | "low-battery" | "tamper" | "none" | { readonly unclear: string };

/** The report of an alarm. `mark`: what tells this alarm from the next one of its cause. */
export function alarmReport(
  said: Omit<DecodedReport, "kind" | "press">,
  cause: Cause,
  mark: string | undefined,
): DecodedReport {
  if (typeof cause === "object") return { ...said, kind: "other", press: null, unclear: cause.unclear };
  switch (cause) {
    case "sos":
    case "fall":
      return {
        ...said,
        kind: cause === "sos" ? "emergency" : "fall",
        press: cause,
        repeatMs: ALARM_REPEAT_MS,
        ...(mark !== undefined && { mark }),
      };
    case "low-battery":
      return { ...said, kind: "low_battery", press: null };
    case "tamper":
      return { ...said, kind: "tamper", press: null };
    case "none":
      return { ...said, kind: "other", press: null };
  }
}
