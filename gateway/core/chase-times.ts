import type { ChannelKind } from "./channel-kinds.ts";
import type { Contact } from "./directory.ts";
import { DEFAULT_CHASE, type Chase } from "./policy.ts";
import type { DurationMs } from "./units.ts";

/** What may be missing of a message that should have reached somebody. */
export type Unproved = "notDelivered" | "notSeen" | "noReply";

/**
 * For what a message on this way is chased, and after how long: only for what the way can prove. A call says itself when
 * nobody takes it; without a public address no link can be opened.
 */
export function chaseTimes(
  policy: Chase | undefined,
  contact: Pick<Contact, "chase"> | undefined,
  kind: ChannelKind,
  hasLinks: boolean,
): readonly { readonly what: Unproved; readonly afterMs: DurationMs }[] {
  const { notDeliveredMs, notSeenMs, noReplyMs } = { ...DEFAULT_CHASE, ...policy, ...contact?.chase };
  const times = [
    { what: "notDelivered", afterMs: kind.page && kind.proves !== "sent" ? notDeliveredMs : null },
    { what: "notSeen", afterMs: kind.page && hasLinks ? notSeenMs : null },
    { what: "noReply", afterMs: noReplyMs },
  ] as const;
  return times.flatMap(({ what, afterMs }) => (afterMs === null ? [] : [{ what, afterMs }]));
}
