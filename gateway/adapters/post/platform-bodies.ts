import type { PlatformCall, PlatformMessage } from "../../core/platform-message.ts";
import { isoOrNull } from "../../core/units.ts";
import type { HotlineMessage, NewsMessage } from "../../ports/channel.ts";

const REPORTS = { 1: "new", 3: "restore", 6: "still-present" } as const;

/** A call of the hotline leg, as a platform reads it. */
export function callOf(message: HotlineMessage, site: string): PlatformCall {
  const { key: id, event, qualifier, account, zone, details } = message;
  const text = details?.words.text ?? "";
  return { type: "call", id, site, event, report: REPORTS[qualifier], account, zone, alarm: alarmOf(message), text };
}

function alarmOf({ alarm: id, priority, details }: HotlineMessage): PlatformCall["alarm"] {
  if (id === null) return null;
  const { kind = null, flags = [], resident = null, position = null } = details ?? {};
  const { openedAt = null, pressedAt = null } = details ?? {};
  return {
    id,
    priority,
    kind,
    flags,
    openedAt: isoOrNull(openedAt),
    pressedAt: isoOrNull(pressedAt),
    resident,
    position,
  };
}

/** A step in an alarm's life. */
export const newsOf = ({ news }: NewsMessage, site: string): PlatformMessage => {
  const { type, id, ...rest } = news;
  return { type, id, site, ...rest };
};
