import type { DutyOverride, DutyPlan } from "./rota.ts";
import type { EpochMs } from "./units.ts";

/** Who is on duty when: the duty file, and what people changed since. People stand here by their ids only. */
export type DutyEvent =
  /** Null: the site has no duty file any more. */
  | { readonly kind: "duty-saved"; readonly plan: DutyPlan | null; readonly at: EpochMs }
  | { readonly kind: "duty-overridden"; readonly override: DutyOverride; readonly at: EpochMs }
  | { readonly kind: "duty-override-ended"; readonly override: string; readonly by: string; readonly at: EpochMs }
  /** The roster was looked through: for gaps, and for people whose duty begins. */
  | { readonly kind: "duty-reviewed"; readonly nextAt: EpochMs; readonly at: EpochMs };
