import type { Report } from "./report.ts";
import type { EpochMs } from "./units.ts";

/** The bridge of the gateway's own reports: no radio gives it, so nothing outside can pass for one. */
export const CANARY_BRIDGE = "gateway";

/** A report of the gateway to itself, which shows that the whole path works. */
export const canaryReport = (counter: number, receivedAt: EpochMs): Report => ({
  bridge: CANARY_BRIDGE,
  address: "canary",
  line: "canary",
  transport: "serial",
  kind: "heartbeat",
  press: null,
  counter,
  ageMs: 0,
  ageAtLeast: false,
  batteryPct: null,
  proof: "valid",
  receivedAt,
  raw: "",
});
