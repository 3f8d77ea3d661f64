import type { DutyOverride, DutyPlan } from "./rota.ts";
import type { EpochMs } from "./units.ts";

/** The duty file in force, and what people changed since. One row. */
export interface Duty {
  readonly key: "duty";
  /** Null: the site has none; everybody is on duty. */
  readonly plan: DutyPlan | null;
  /** The oldest first. */
  readonly overrides: readonly DutyOverride[];
  /** They are numbered by one count. */
  readonly lastOverride: number;
  /** When the roster is looked through again; null: at the next start. */
  readonly reviewAt: EpochMs | null;
  /** When it was last looked through: hand-overs since then were not told yet; null: never. */
  readonly reviewedAt: EpochMs | null;
}

export const DUTY_KEY = "duty";

export const NO_DUTY: Duty = {
  key: DUTY_KEY,
  plan: null,
  overrides: [],
  lastOverride: 0,
  reviewAt: null,
  reviewedAt: null,
};
