import { DUTY_KEY, type Duty } from "./duty-state.ts";
import { dutyOf } from "./duty.ts";
import type { DutyEvent } from "./duty-events.ts";
import type { Tables } from "./state.ts";
import { days } from "./units.ts";

/** What was over for so long leaves the state; the journal keeps it. */
const KEPT_MS = days(7);

export function evolveDuty(tables: Tables, event: DutyEvent): void {
  const duty = dutyOf(tables);
  tables.duty.set(DUTY_KEY, changed(duty, event));
}

function changed(duty: Duty, event: DutyEvent): Duty {
  switch (event.kind) {
    case "duty-saved":
      return { ...duty, plan: event.plan };
    case "duty-overridden": {
      const kept = duty.overrides.filter(({ to }) => to > event.at - KEPT_MS);
      return { ...duty, overrides: [...kept, event.override], lastOverride: duty.lastOverride + 1 };
    }
    case "duty-override-ended":
      return { ...duty, overrides: duty.overrides.filter(({ id }) => id !== event.override) };
    case "duty-reviewed":
      return { ...duty, reviewAt: event.nextAt, reviewedAt: event.at };
  }
}
