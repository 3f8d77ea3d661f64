import type { Facilities } from "./events.ts";
import type { DeviceState } from "./device-state.ts";
import type { Fault, FaultReports } from "./state.ts";
import type { EpochMs } from "./units.ts";

/** What a damaged journal still said of devices, of faults, and of its last start. */
export interface SiteSalvaged {
  readonly kind: "site-salvaged";
  readonly devices: readonly DeviceState[];
  readonly faults: readonly Fault[];
  readonly faultReports: readonly FaultReports[];
  readonly facilities: Facilities;
  readonly policies: readonly string[];
  readonly at: EpochMs;
}
