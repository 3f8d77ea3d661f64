import type { EpochMs } from "../../core/units.ts";
import type { JournalEvent, TakeOver } from "../../ports/journal.ts";
import type { Log } from "../../ports/log.ts";
import { reasonOf } from "./journal-error.ts";
import type { Upcast } from "./schema.ts";
import { storedOf, type Opened, type Salvage, type WireRow } from "./wire.ts";

interface Plan {
  readonly gatewayId: string;
  readonly at: EpochMs;
  readonly takeOver: TakeOver | undefined;
  readonly upcast: Upcast;
  readonly log: Log;
}

/** What the new journal begins with. What was found and makes no sense must not keep the gateway from starting. */
export function planOf(salvage: Salvage, { gatewayId, at, takeOver, upcast, log }: Plan): readonly JournalEvent[] {
  if (!takeOver) return [];
  const { directory, snapshot, rows, gap } = salvage;
  try {
    return takeOver.plan({
      gatewayId,
      at,
      directory: directory.map((row) => storedOf(row, upcast).event),
      snapshot,
      rows: rows.map((row) => ({ ...storedOf(row.slice(0, 8) as unknown as WireRow, upcast), record: row[8] })),
      gap,
    });
  } catch (error) {
    log.error(`journal: nothing could be taken over (${reasonOf(error)}): import again, and restore a backup`);
    return [];
  }
}

/** Whether a record of the spill file is in the journal already. */
export type IsStored = (boot: string, n: number) => boolean;

/** Records come in order, so the last of each run says it of all before; one that is asked for counts from then on. */
export function storedBefore(boots: Opened["boots"]): IsStored {
  const last = new Map(boots);
  return (boot, n) => {
    if (n <= (last.get(boot) ?? 0)) return true;
    last.set(boot, n);
    return false;
  };
}

/** In a damaged file there are gaps: there only a record that was found is known to be in it. */
export function isFoundOf({ boots, rows }: Salvage): IsStored {
  const stored = storedBefore(boots);
  const found = new Set(rows.map((row) => row[8]));
  return (boot, n) => stored(boot, n) || found.has(`${boot}-${n}`);
}
