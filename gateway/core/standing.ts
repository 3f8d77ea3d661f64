import type { Enrolled } from "./directory.ts";
import type { Draft } from "./draft.ts";
import { clearFault } from "./faults.ts";
import type { Standing } from "./kinds.ts";
import { endTestMode } from "./test-mode.ts";
import { DEVICE_FAULTS } from "./todo.ts";
import { awaitDevice, endSilence, reviewTests } from "./watch.ts";

/** Whether a device is relied on, from now on. */
export function setStanding(draft: Draft, { id, standing: now }: Enrolled, standing: Standing, by: string): void {
  if (now === standing) return;
  if (standing !== "in-use") {
    endTestMode(draft, id, standing);
    for (const fault of DEVICE_FAULTS) clearFault(draft, `${fault}:${id}`, standing);
  }
  const known = draft.tables.devices.get(id);
  if (standing !== "in-use" && known?.silent) endSilence(draft, known, standing);
  draft.emit({ kind: "device-standing-changed", device: id, standing, by, at: draft.now });
  if (standing === "in-use" && known) awaitDevice(draft, known);
  if (draft.tables.faults.get("tests-overdue") || standing === "in-use") reviewTests(draft);
}
