import assert from "node:assert/strict";
import { parse } from "yaml";
import { readDuty } from "../../gateway/core/rota-file.ts";
import { rostersAt } from "../../gateway/core/rota-time.ts";
import type { DutyPlan } from "../../gateway/core/rota.ts";
import { parseSiteTime } from "../../gateway/core/site-time.ts";

/** What a duty file says; fails where it is refused. */
export function dutyPlan(yaml: string, zone = "UTC"): DutyPlan {
  const { plan, problems } = readDuty(parse(yaml), (path) => `at ${path.join("/")}`, zone);
  assert.deepEqual(problems, []);
  return plan!;
}

/** Who is on duty for the first rota, layer by layer, at a time of the site's clock. */
export function onDutyAt(plan: DutyPlan, time: string, zone = "UTC"): readonly (readonly string[])[] {
  const at = parseSiteTime(time, zone, "time");
  return rostersAt(plan, plan.rotas[0]!, [], at, zone).map(({ people }) => people);
}
