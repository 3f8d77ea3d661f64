import type { Alarm } from "./alarm.ts";
import type { Draft } from "./draft.ts";
import type { Facilities } from "./events.ts";
import { addDelivery, isLive, type Batch } from "./messages.ts";
import type { Policy } from "./policy.ts";
import { siteOf } from "./state.ts";

/** The channel that telephones; null: this site has none. */
export const phoneChannelOf = ({ channels, channelKinds }: Facilities): string | null =>
  channels.find((name) => channelKinds?.[name] === "voice") ?? null;

/** Rings the number that the policy keeps for the case that nobody else takes it; one call at a time. */
export function addDutyPhone(draft: Draft, alarm: Alarm, { deadEnd }: Policy, batch: Batch): void {
  const channel = phoneChannelOf(siteOf(draft.tables).facilities);
  if (deadEnd.dutyPhone === null || channel === null || alarm.owner) return;
  const isCalled = [...alarm.deliveries, ...batch.deliveries].some((one) => one.type === "duty-phone" && isLive(one));
  if (!isCalled) addDelivery(draft, alarm, batch, { type: "duty-phone", leg: null, channel, to: "duty-phone" });
}
