import type { DirectoryEvent } from "../../gateway/core/events.ts";
import type { Report } from "../../gateway/core/report.ts";
import type { Decision } from "../../gateway/core/step.ts";
import { seconds } from "../../gateway/core/units.ts";
import { Recurrences } from "../../gateway/app/recurrences.ts";
import { COMMUNITY } from "./core-community.ts";
import { CoreHome } from "./core-home.ts";

/** Copies of one press come within this time. */
export const WINDOW_MS = seconds(3);

export const BUTTON: DirectoryEvent = {
  kind: "device-saved",
  id: "radio:a1b2c",
  bridge: "radio",
  address: "a1b2c",
  resident: "r1",
  means: "emergency",
  label: "",
  location: "",
};

/** A home whose resident r1 wears a button without a counter or a key. */
export class RadioHome extends CoreHome {
  #recurrences = new Recurrences();

  constructor(...more: readonly DirectoryEvent[]) {
    super({ people: [...COMMUNITY, BUTTON, ...more] });
  }

  hear(fields: Partial<Report> = {}): Decision {
    const report: Report = {
      bridge: "radio",
      address: "a1b2c",
      line: "serial:/dev/ttyUSB1",
      transport: "serial",
      kind: "other",
      press: "ON",
      repeatMs: WINDOW_MS,
      counter: null,
      ageMs: null,
      ageAtLeast: false,
      batteryPct: null,
      proof: "none",
      receivedAt: this.now,
      raw: "20;06;…",
      ...fields,
    };
    const recurrence = this.#recurrences.note(report);
    return this.decide({ type: "report", report, silentAfterMs: null, ...(recurrence && { recurrence }) });
  }

  override restart(afterMs = 0): void {
    this.#recurrences = new Recurrences();
    super.restart(afterMs);
  }

  /** The same message every `everyMs`, for as long as this. */
  babble(everyMs: number, forMs: number): void {
    for (let ms = 0; ms < forMs; ms += everyMs) {
      this.hear();
      this.forward(everyMs);
    }
  }

  get rows(): number {
    return this.events.filter(({ kind }) => kind === "report-heard").length;
  }
}
