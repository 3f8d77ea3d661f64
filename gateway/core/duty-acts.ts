import type { Actor } from "./directory.ts";
import type { Draft } from "./draft.ts";
import { dutyOf } from "./duty.ts";
import type { DutyEvent } from "./duty-events.ts";
import { rostersNow, tellChanges } from "./hand-over.ts";
import { reviewDuty } from "./duty-review.ts";
import type { ErrorCode } from "./errors.ts";
import type { Reply } from "./input.ts";
import type { DutyOverride, DutyPlan } from "./rota.ts";
import type { EpochMs } from "./units.ts";

/** Changes of the roster that are not over; one more is refused. */
const OVERRIDES_MAX = 500;

/** What a person changes of the roster, for a time. */
export type DutyAct =
  | ({ readonly type: "duty"; readonly act: "override"; readonly by: Actor } & NewOverride)
  | { readonly type: "duty"; readonly act: "end"; readonly override: string; readonly by: Actor };

export interface NewOverride {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Null: the only rota, or every one that has `instead`. */
  readonly rota: string | null;
  /** Whose place is taken; null: that of everybody. */
  readonly instead: string | null;
  /** Empty: nobody. */
  readonly people: readonly string[];
}

const refusal = (code: ErrorCode, message: string): Reply => ({ ok: false, code, message });

/** Changes the roster, or takes a change back. Gaps that it makes are found at once. */
export function takeDutyAct(draft: Draft, act: DutyAct): Reply {
  const { plan, overrides, lastOverride } = dutyOf(draft.tables);
  if (act.act === "end") {
    const known = overrides.some(({ id }) => id === act.override);
    if (!known)
      return refusal("not-found", `no change ${act.override} of the roster; okc duty lists those made by people`);
    changeRoster(draft, { kind: "duty-override-ended", override: act.override, by: act.by.name, at: draft.now });
    return { ok: true, changed: true };
  }
  if (!plan) return refusal("not-now", "no duty file is in force: name one in okc.yaml, as duty: ./duty.yaml");
  const rota = rotaOf(plan, act);
  if ("refused" in rota) return refusal("bad-input", rota.refused);
  const wrong = wrongWith(draft, act);
  if (wrong) return refusal("bad-input", wrong);
  if (overrides.filter(({ to }) => to > draft.now).length >= OVERRIDES_MAX)
    return refusal(
      "too-many",
      `${OVERRIDES_MAX} changes of the roster are open: end some, or put them into the duty file`,
    );
  const { from, to, instead, people } = act;
  const override: DutyOverride = { id: `o${lastOverride + 1}`, ...rota, from, to, instead, people, by: act.by.name };
  changeRoster(draft, { kind: "duty-overridden", override, at: draft.now });
  return { ok: true, changed: true, override };
}

/** What came before is told as it was, then whose duty the change begins or ends. */
function changeRoster(draft: Draft, change: DutyEvent): void {
  reviewDuty(draft);
  const { plan } = dutyOf(draft.tables);
  const before = plan && rostersNow(draft, plan);
  draft.emit(change);
  if (plan && before) tellChanges(draft, plan, before);
  reviewDuty(draft);
}

type Found = { readonly rota: string | null } | { readonly refused: string };

function rotaOf({ rotas }: DutyPlan, { rota, instead }: NewOverride): Found {
  const allowed = rotas.map(({ id }) => id).join(", ");
  if (rota !== null)
    return rotas.some(({ id }) => id === rota) ? { rota } : { refused: `no rota ${rota}; allowed: ${allowed}` };
  if (instead !== null) return { rota: null };
  return rotas.length === 1 ? { rota: rotas[0]!.id } : { refused: `which rota is meant? allowed: ${allowed}` };
}

function wrongWith({ tables, now }: Draft, { from, to, instead, people }: NewOverride): string | null {
  if (to <= from) return "the end of a duty must come after its beginning";
  if (to <= now) return "this time is over already: nothing would change";
  const unknown = [...people, ...(instead === null ? [] : [instead])].filter((id) => !tables.responders.get(id));
  return unknown.length > 0 ? `no responder ${unknown.join(", ")} is known; okc responders lists them` : null;
}

/** The file changed: it is put into force, and looked through. */
export function saveDuty(draft: Draft, plan: DutyPlan | null): void {
  if (JSON.stringify(dutyOf(draft.tables).plan) !== JSON.stringify(plan))
    draft.emit({ kind: "duty-saved", plan, at: draft.now });
  reviewDuty(draft);
}
