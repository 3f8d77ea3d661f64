import { readCsv } from "../../gateway/adapters/import/read-csv.ts";
import { evolve } from "../../gateway/core/evolve.ts";
import { planImport, type ImportPlan } from "../../gateway/core/import-rows.ts";
import { readState, type State } from "../../gateway/core/state.ts";
import { EVERYTHING } from "./spoken.ts";

/** Somebody at a site without a gateway around it, who imports files. Keys and passwords are counted, not random. */
export class ImportDesk {
  readonly state: State = readState(null, "test");
  #made = 0;

  plan(csv: string): ImportPlan {
    const next = (): number => ++this.#made;
    return planImport({
      ...readCsv(Buffer.from(csv)),
      state: this.state,
      now: 0,
      definitions: EVERYTHING,
      channels: ["webhook"],
      random: {
        key: () => next().toString(16).padStart(32, "0"),
        password: () => `password-${next()}`,
        sha256: (text) => `sha256 of ${text}`,
      },
    });
  }

  /** Plans the file and applies what it changes. */
  save(csv: string): ImportPlan {
    const plan = this.plan(csv);
    for (const event of plan.events) evolve(this.state, event);
    return plan;
  }
}
