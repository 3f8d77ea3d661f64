import type { DeviceState } from "./device-state.ts";
import type { Draft } from "./draft.ts";
import { clearFault, raiseFault } from "./faults.ts";
import type { Report } from "./report.ts";
import { seconds } from "./units.ts";

/** At or below, the battery is low; at or above `BATTERY_GOOD_PCT` it is good again. */
export const BATTERY_LOW_PCT = 15;
export const BATTERY_GOOD_PCT = 30;

/** A low reading that no good one follows within this time is a fault: the lamp of some radios flips within one burst. */
export const BATTERY_SURE_AFTER_MS = seconds(10);

/** What a report says of the battery; null: nothing, or something between. */
function readingOf({ kind, batteryPct, batteryOk }: Report): "low" | "good" | null {
  if (kind === "low_battery" || batteryOk === false) return "low";
  if (batteryPct === null) return batteryOk === true ? "good" : null;
  if (batteryPct <= BATTERY_LOW_PCT) return "low";
  return batteryPct >= BATTERY_GOOD_PCT ? "good" : null;
}

const detailOf = (batteryPct: number | null): string =>
  batteryPct !== null && batteryPct <= BATTERY_LOW_PCT ? `${batteryPct} %` : "low";

/** A reading, in a report that counts or in a repeat of it. */
export function noteBattery(draft: Draft, report: Report, known: DeviceState): void {
  const { id, batteryLowAt } = known;
  const reading = readingOf(report);
  if (reading === "good") {
    if (batteryLowAt !== null) draft.emit({ kind: "device-battery", device: id, lowAt: null, at: draft.now });
    clearFault(draft, `battery:${id}`, report.batteryPct === null ? "good" : `${report.batteryPct} %`);
  }
  if (reading !== "low") return;
  if (draft.tables.faults.get(`battery:${id}`)) raiseLow(draft, id, report.batteryPct);
  else if (batteryLowAt === null)
    draft.emit({ kind: "device-battery", device: id, lowAt: draft.now + BATTERY_SURE_AFTER_MS, at: draft.now });
}

/** No good reading came: it is low. */
export function confirmLow(draft: Draft, { id, batteryPct }: DeviceState, isRelied: boolean): void {
  draft.emit({ kind: "device-battery", device: id, lowAt: null, at: draft.now });
  if (isRelied) raiseLow(draft, id, batteryPct);
}

const raiseLow = (draft: Draft, id: string, batteryPct: number | null): void =>
  raiseFault(draft, `battery:${id}`, "battery-low", detailOf(batteryPct));
