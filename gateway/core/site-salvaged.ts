import type { Facilities } from "./events.ts";
import type { DeviceState } from "./device-state.ts";
import type { FaultReports } from "./fault-reports.ts";
import type { Fault } from "./state.ts";
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

/** Somebody has shown a copy of the key file, kept apart from this machine. */
export interface KeyCopyConfirmed {
  readonly kind: "key-copy-confirmed";
  /** Tells this key file from another one; the key cannot be worked out from it. */
  readonly mark: string;
  readonly by: string;
  readonly at: EpochMs;
}
