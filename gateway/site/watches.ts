import type { Config } from "../config.ts";
import type { MachineReading } from "../adapters/machine/machine-files.ts";
import type { Clock } from "../ports/clock.ts";
import type { Meter } from "../ports/log.ts";
import type { Watch } from "../ports/watch.ts";

/** The keys of the rows that the watch over a UPS raises. */
export const UPS_FAULTS: ReadonlySet<string> = new Set(["mains", "ups", "ups-battery", "ups-battery-worn"]);

export interface WatchParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly meter: Meter;
  /** What is read of the machine; absent: its own files. */
  readonly readMachine?: () => MachineReading;
}

/** What is looked at beside the alarm path: the machine, and the UPS where one is configured. */
export async function buildWatches({ config, clock, meter, readMachine }: WatchParts): Promise<readonly Watch[]> {
  const machine = await import("../adapters/machine/machine-watch.ts");
  const { readMachineFiles } = await import("../adapters/machine/machine-files.ts");
  const read = readMachine ?? (() => readMachineFiles({ data: config.data, root: "" }));
  const watches: Watch[] = [new machine.MachineWatch({ read, clock, meter })];
  if (config.ups) {
    const { UpsWatch } = await import("../adapters/power/ups-watch.ts");
    const { name, ...server } = config.ups;
    watches.push(new UpsWatch({ name, server, clock, meter }));
  }
  return watches;
}
