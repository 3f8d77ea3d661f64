import type { DecodedReport, Proof } from "../../gateway/core/report.ts";

/** What every report of a device without a counter and without an age shares; kind, press and readings are added. */
export const said = (address: string, proof: Proof): Omit<DecodedReport, "kind" | "press"> => ({
  address,
  counter: null,
  ageMs: null,
  ageAtLeast: false,
  batteryPct: null,
  proof,
});
