import type { NoticeEvent } from "./notice-events.ts";
import type { Notice } from "./notice.ts";
import type { Tables } from "./state.ts";
import type { Word } from "./words.ts";

/** A message longer than this is not read. */
export const NOTICE_LINES_MAX = 12;

export function evolveNotice(tables: Tables, event: Extract<NoticeEvent, { readonly notice: string }>): void {
  const known = tables.notices.get(event.notice);
  switch (event.kind) {
    case "notice-queued": {
      const { notice: id, responder, about, lines, leavesAt, endsAt } = event;
      const fresh: Notice = { id, responder, about, lines: [], unsaid: 0, leavesAt, endsAt, tried: [] };
      return tables.notices.set(id, withLines(fresh, lines));
    }
    case "notice-joined":
      return known && tables.notices.set(known.id, withLines(known, event.lines));
    case "notice-left": {
      const { channel, contact } = event;
      return known && tables.notices.set(known.id, { ...known, tried: [...known.tried, { channel, contact }] });
    }
    case "notice-ended":
      return tables.notices.delete(event.notice);
  }
}

function withLines(notice: Notice, more: readonly Word[]): Notice {
  const room = Math.max(0, NOTICE_LINES_MAX - notice.lines.length);
  const unsaid = notice.unsaid + Math.max(0, more.length - room);
  return { ...notice, lines: [...notice.lines, ...more.slice(0, room)], unsaid };
}
