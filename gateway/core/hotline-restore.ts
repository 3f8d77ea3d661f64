import { isUnresolved, proofOf } from "./alarm.ts";
import { CANCEL_EVENT } from "./contact-id.ts";
import type { Draft } from "./draft.ts";
import { addDelivery, newBatch, queueBatch } from "./messages.ts";
import { siteOf } from "./state.ts";

/**
 * The hotline is told that an alarm is over (qualifier 3), where the site wants it and the receiver has the alarm. Called
 * when it is resolved, and when a report from before turns out to have been received: a restore of what a receiver never
 * had would be an event of nothing there.
 */
export function restoreAtHotline(draft: Draft, id: string): void {
  const alarm = draft.tables.alarms.get(id);
  if (!alarm || isUnresolved(alarm) || siteOf(draft.tables).facilities.hotlineRestore !== true) return;
  const told = alarm.deliveries.filter(({ type, event }) => type === "hotline" && event !== CANCEL_EVENT);
  const last = told.findLast(({ status }) => proofOf(status) >= 2);
  if (!last || told.some(({ qualifier }) => qualifier === 3)) return;
  const batch = newBatch(alarm);
  const { leg, channel, to, event } = last;
  addDelivery(draft, alarm, batch, { type: "hotline", leg, channel, to, event, qualifier: 3 });
  queueBatch(draft, alarm, batch, `resolved by ${alarm.resolvedBy}`);
}
