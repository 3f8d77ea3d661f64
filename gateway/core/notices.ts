import { waysTo } from "./candidates.ts";
import { channelKindOf } from "./channel-kinds.ts";
import type { Draft } from "./draft.ts";
import { clearFault, raiseFault } from "./faults.ts";
import type { Input } from "./input.ts";
import type { NoticeEnd } from "./notice-events.ts";
import { keyOfNotice, type Notice, type NoticeAbout } from "./notice.ts";
import { siteOf } from "./state.ts";
import { hours, seconds, type DurationMs } from "./units.ts";
import type { Word } from "./words.ts";

/** What one person is to be told within this long is one message. */
export const GATHER_MS: DurationMs = seconds(30);

/** A notice that did not leave tells nothing any more after this long, where nobody says otherwise. */
const USEFUL_MS: DurationMs = hours(12);

/** Notices that wait. At the bound a further one is not queued, and a fault says so. */
export const NOTICES_MAX = 1_000;

const FULL = "notices-full";

export interface NoticeWanted {
  /** The responder's id. */
  readonly responder: string;
  readonly about: NoticeAbout;
  /** Chinese and English, one line each; people by `{@responder}` and `{r:resident}`, never by name. */
  readonly lines: readonly Word[];
  /** How long it is of use; absent: half a day. */
  readonly usefulMs?: DurationMs;
}

/**
 * Tells one person something that is no call for help, on the best of their own ways. Notices to the same person about
 * the same matter within half a minute are one message. False: it could not be queued, and a fault says so.
 */
export function queueNotice(draft: Draft, { responder, about, lines, usefulMs = USEFUL_MS }: NoticeWanted): boolean {
  const { tables, now } = draft;
  const waiting = [...tables.notices.values()];
  const open = waiting.find((one) => one.responder === responder && one.about === about && one.tried.length === 0);
  if (open) {
    draft.emit({ kind: "notice-joined", notice: open.id, lines, at: now });
    return true;
  }
  if (waiting.length >= NOTICES_MAX) {
    raiseFault(draft, FULL, FULL, `${NOTICES_MAX} notices to people wait; further ones are not sent`);
    return false;
  }
  const { gatewayId, lastNumber } = siteOf(tables);
  const notice = `${gatewayId}-${lastNumber + 1}`;
  const times = { leavesAt: now + GATHER_MS, endsAt: now + usefulMs };
  draft.emit({ kind: "notice-queued", notice, responder, about, lines, ...times, at: now });
  return true;
}

/** Runs what is due for one notice: it leaves, or it is of no use any more. */
export function runNotice(draft: Draft, notice: Notice): void {
  const { leavesAt, endsAt, tried } = notice;
  if (endsAt <= draft.now) {
    if (tried.length > 0) draft.act({ do: "withdraw", key: keyOfNotice(notice) });
    return end(draft, notice, "too-late", null);
  }
  if (tried.length === 0 && leavesAt <= draft.now) leave(draft, notice);
}

/** The notice that this key belongs to, whichever of its messages it names. */
export function noticeOfKey(draft: Pick<Draft, "tables">, key: string): Notice | undefined {
  const [, id] = /^(.+)\.n\d+$/.exec(key) ?? [];
  return id === undefined ? undefined : draft.tables.notices.get(id);
}

/** A message that does not get through goes to the person's next contact at once. */
export function takeNoticeReceipt(draft: Draft, notice: Notice, receipt: Extract<Input, { type: "receipt" }>): void {
  const { key, status, detail } = receipt;
  if (status === "failing" || status === "failed") {
    if (key !== keyOfNotice(notice)) return;
    if (nextWay(draft, notice)) {
      draft.act({ do: "withdraw", key });
      return leave(draft, notice);
    }
    // The last way goes on trying until the notice is of no use.
    return status === "failed" ? end(draft, notice, "failed", detail) : undefined;
  }
  if (status !== "received") end(draft, notice, status, detail);
}

function nextWay({ tables }: Draft, { responder, tried }: Notice) {
  const person = tables.responders.get(responder);
  if (!person) return undefined;
  const isTried = (channel: string, order: number): boolean =>
    tried.some((one) => one.channel === channel && one.contact === order);
  // What one person is told names others: no group reads along.
  const isOwn = (channel: string): boolean => channelKindOf(siteOf(tables).facilities, channel).audience === "person";
  return waysTo(tables, person, null).find(
    ({ contact: { channel, order } }) => isOwn(channel) && !isTried(channel, order),
  )?.contact;
}

function leave(draft: Draft, notice: Notice): void {
  const way = nextWay(draft, notice);
  if (!way) return end(draft, notice, "nobody", null);
  const { channel, order: contact } = way;
  draft.emit({ kind: "notice-left", notice: notice.id, channel, contact, at: draft.now });
  draft.act({ do: "deliver", key: keyOfNotice(draft.tables.notices.get(notice.id)!) });
}

function end(draft: Draft, { id }: Notice, how: NoticeEnd, detail: string | null): void {
  draft.emit({ kind: "notice-ended", notice: id, how, detail, at: draft.now });
  clearFault(draft, FULL, "there is room again");
}

/** After a start: what had left and has no receipt leaves again under its key. */
export function noticesToSend({ tables }: Pick<Draft, "tables">): string[] {
  return [...tables.notices.values()].flatMap((notice) => (notice.tried.length > 0 ? [keyOfNotice(notice)] : []));
}
