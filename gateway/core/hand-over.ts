import { isUnresolved } from "./alarm.ts";
import type { Draft } from "./draft.ts";
import { dutyOf } from "./duty.ts";
import { queueNotice } from "./notices.ts";
import { rostersAt, stretchesOf, type Stretch } from "./rota-time.ts";
import type { DutyPlan, Rota } from "./rota.ts";
import { siteTimeText } from "./site-time.ts";
import { siteOf } from "./state.ts";
import { hours, minutes, type DurationMs, type EpochMs } from "./units.ts";
import type { Word } from "./words.ts";

/** The roster is looked through at least so often. */
export const REVIEW_EVERY_MS: DurationMs = hours(6);

/** A hand-over that was longer ago, because the gateway was away, is no news any more. */
const NEWS_MS: DurationMs = hours(1);

/** Tells people of the hand-overs that came, or came near, since `since`: before it, and when it is there. */
export function tellHandOvers(draft: Draft, plan: DutyPlan, since: EpochMs): void {
  const { tables, now } = draft;
  const { clockTrustAt, facilities } = siteOf(tables);
  const { noticeBeforeMs } = plan;
  if (noticeBeforeMs === null || clockTrustAt !== null || since >= now) return;
  const from = Math.max(since, now - NEWS_MS);
  const { overrides } = dutyOf(tables);
  for (const rota of plan.rotas) {
    const within = { from, to: now + noticeBeforeMs + minutes(1) };
    const stretches = stretchesOf(plan, rota, overrides, within, facilities.timezone);
    for (const [index, after] of stretches.entries()) {
      const before = stretches[index - 1];
      if (!before) continue;
      const noticeAt = after.from - noticeBeforeMs;
      if (after.from <= now) tell(draft, rota, { before, after }, "now");
      else if (noticeAt <= now && noticeAt > since) tell(draft, rota, { before, after }, "soon");
    }
  }
}

/** When a hand-over, or its notice, comes next; null: not before the roster is looked through again in any case. */
export function nextHandOver(plan: DutyPlan, rota: Rota, draft: Draft): EpochMs | null {
  const { tables, now } = draft;
  const { timezone } = siteOf(tables).facilities;
  if (plan.noticeBeforeMs === null) return null;
  const within = { from: now, to: now + plan.noticeBeforeMs + REVIEW_EVERY_MS };
  const next = stretchesOf(plan, rota, dutyOf(tables).overrides, within, timezone)[1]?.from;
  if (next === undefined) return null;
  const soonAt = next - plan.noticeBeforeMs;
  // The change after this one may have its notice before this one is there.
  return soonAt > now ? soonAt : Math.min(next, now + plan.noticeBeforeMs);
}

interface Change {
  readonly before: Pick<Stretch, "rosters">;
  readonly after: Pick<Stretch, "from" | "rosters">;
}

/** Who is on duty now by each rota. */
export function rostersNow({ tables, now }: Draft, plan: DutyPlan): ReadonlyMap<Rota, Pick<Stretch, "rosters">> {
  const { timezone } = siteOf(tables).facilities;
  const { overrides } = dutyOf(tables);
  return new Map(plan.rotas.map((rota) => [rota, { rosters: rostersAt(plan, rota, overrides, now, timezone) }]));
}

/** A person changed the roster for now: whoever is on duty by it is told at once. */
export function tellChanges(draft: Draft, plan: DutyPlan, before: ReturnType<typeof rostersNow>): void {
  for (const [rota, { rosters }] of rostersNow(draft, plan))
    tell(draft, rota, { before: before.get(rota)!, after: { from: draft.now, rosters } }, "now");
}

const onDuty = ({ rosters }: Pick<Stretch, "rosters">): readonly string[] => rosters[0]?.people ?? [];

function tell(draft: Draft, rota: Rota, { before, after }: Change, when: "soon" | "now"): void {
  const { tables, now } = draft;
  const { timezone } = siteOf(tables).facilities;
  const [old, next] = [onDuty(before), onDuty(after)];
  const leave = old.filter((id) => !next.includes(id));
  const come = next.filter((id) => !old.includes(id));
  const at = siteTimeText(after.from, timezone).slice(5, 16);
  const usefulMs = Math.max(after.from - now, 0) + NEWS_MS;
  const open = [...tables.alarms.values()].filter(isUnresolved).length;
  const say = (people: readonly string[], line: Word): void => {
    for (const responder of people)
      if (tables.responders.get(responder)) queueNotice(draft, { responder, about: "duty", lines: [line], usefulMs });
  };
  const { name } = rota;
  if (when === "soon") {
    say(come, [
      `${at} 由您值班（${name}），现值班：${names(old)}`,
      `your duty begins at ${at} (${name}); on duty now: ${names(old)}`,
    ]);
    say(leave, [`${at} 交班给 ${names(next)}（${name}）`, `you hand over to ${names(next)} at ${at} (${name})`]);
    return;
  }
  say(come, [`您已接班（${name}）；未结警情 ${open}`, `you are on duty now (${name}); open alarms: ${open}`]);
  say(leave, [
    `已交班给 ${names(next)}（${name}）；未结警情 ${open}`,
    `${names(next)} took over (${name}); open alarms: ${open}`,
  ]);
}

const names = (people: readonly string[]): string => people.map((id) => `{@${id}}`).join(", ") || "–";
