import { alarmOfKey, isUnresolved, type Alarm } from "./alarm.ts";
import type { Draft } from "./draft.ts";
import type { AlarmEvent, DomainEvent } from "./events.ts";
import { lineOf } from "./evolve-news.ts";
import type { Input } from "./input.ts";
import type { News, NewsChange, NewsType, WaitingNews } from "./news-events.ts";
import { isProved } from "./press.ts";
import { siteOf, type Tables } from "./state.ts";
import { days, hours } from "./units.ts";

/** An alarm that is closed stays at hand for this long after its end, while a platform is still to be told of it. */
export const NEWS_KEPT_MS = days(7);
const KEPT_LOOK_MS = hours(6);

const platformsOf = (tables: Tables): readonly string[] => siteOf(tables).facilities.platforms ?? [];

/** `7gk2qx9d-17.p3.81890`: the third news of this alarm for that platform. Its idempotency key. */
export const newsKey = (alarm: string, seq: number, platform: string): string => `${alarm}.p${seq}.${platform}`;

/** What a key of `newsKey` names; null: it is the key of something else. */
export function readNewsKey(key: string): { alarm: string; seq: number; platform: string } | null {
  const [, seq, platform] = /^[^.]+\.p(\d+)\.(.+)$/.exec(key) ?? [];
  return seq === undefined || platform === undefined ? null : { alarm: alarmOfKey(key), seq: Number(seq), platform };
}

/** News that are on their way; null: they were told, or the alarm is gone. */
export function findNews(
  tables: Pick<Tables, "alarms">,
  key: string,
): { alarm: Alarm; news: WaitingNews; platform: string } | null {
  const named = readNewsKey(key);
  const alarm = named && tables.alarms.get(named.alarm);
  const news = alarm && lineOf(alarm, named.platform).waiting[0];
  return alarm && news?.seq === named.seq ? { alarm, news, platform: named.platform } : null;
}

/** Looks at what was decided, and queues what the platforms are to know of it. */
export function tellPlatforms(draft: Draft): void {
  const platforms = platformsOf(draft.tables);
  if (platforms.length === 0) return;
  const byAlarm = new Map<string, News[]>();
  for (const event of draft.events) {
    const news = "alarm" in event ? newsOf(event) : null;
    if (!news) continue;
    const { alarm } = event as AlarmEvent;
    byAlarm.set(alarm, [...(byAlarm.get(alarm) ?? []), news]);
  }
  for (const [alarm, items] of byAlarm) queueNews(draft, alarm, platforms, items);
}

/** Open alarms that a platform has never heard of, and everything that has no receipt, after a start. */
export function tellAgain(draft: Draft): void {
  const platforms = platformsOf(draft.tables);
  if (platforms.length === 0) return;
  for (const alarm of [...draft.tables.alarms.values()]) {
    const strangers = platforms.filter((platform) => !isKnown(alarm, platform));
    for (const platform of platforms) deliverFirst(draft, alarm, platform);
    if (isUnresolved(alarm) && strangers.length > 0)
      queueNews(draft, alarm.id, strangers, [{ type: "raised", at: alarm.openedAt }]);
  }
}

function queueNews(draft: Draft, id: string, all: readonly string[], items: readonly News[]): void {
  const before = draft.tables.alarms.get(id);
  if (!before || !isTold(draft.tables, before)) return;
  const isOver = !isUnresolved(before) && !items.some(({ type }) => type === "closed");
  // What is over is no news for whoever never heard of it.
  const platforms = isOver ? all.filter((platform) => isKnown(before, platform)) : all;
  // Whoever has not heard of it, because nothing proved it or their entry is new, hears of it first.
  const strangers = items[0]?.type === "raised" ? [] : platforms.filter((platform) => !isKnown(before, platform));
  const raised: News = { type: "raised", at: before.openedAt };
  tell(draft, id, strangers, [raised]);
  tell(draft, id, platforms, items);
  const after = draft.tables.alarms.get(id)!;
  for (const platform of platforms)
    if (lineOf(before, platform).waiting.length === 0) deliverFirst(draft, after, platform);
}

function tell(draft: Draft, alarm: string, platforms: readonly string[], items: readonly News[]): void {
  if (platforms.length > 0) draft.emit({ kind: "news-queued", alarm, platforms, items, at: draft.now });
}

const isKnown = ({ news = [] }: Alarm, platform: string): boolean => news.some((line) => line.platform === platform);

/** What nothing proves is for staff, and for the hotline only where the site's own policy says so. */
function isTold({ policies }: Tables, alarm: Alarm): boolean {
  const callsHotline = policies.get(alarm.policy)?.steps.some(({ targets }) => targets.includes("hotline"));
  return isProved(alarm) || callsHotline === true;
}

function deliverFirst(draft: Draft, alarm: Alarm, platform: string): void {
  const first = lineOf(alarm, platform).waiting[0];
  if (first) draft.act({ do: "deliver", key: newsKey(alarm.id, first.seq, platform) });
}

/** What became of news: the next leave once these were taken, or refused for good. False: the receipt is not for news. */
export function takeNewsReceipt(draft: Draft, receipt: Extract<Input, { type: "receipt" }>): boolean {
  const named = readNewsKey(receipt.key);
  if (!named) return false;
  const found = findNews(draft.tables, receipt.key);
  if (!found) return true;
  const { alarm, platform, news } = found;
  const { detail } = receipt;
  const line = lineOf(alarm, platform);
  const status = receipt.status === "delivered" || receipt.status === "answered" ? "received" : receipt.status;
  if (status === "failing" && line.status === "failing" && line.detail === detail) return true;
  draft.emit({ kind: "news-changed", alarm: alarm.id, platform, seq: news.seq, status, detail, at: draft.now });
  if (status !== "failing") deliverFirst(draft, draft.tables.alarms.get(alarm.id)!, platform);
  return true;
}

/** Until when a closed alarm stays because of what a platform is still to be told; null: nobody waits, or for too long. */
export function keptFor({ tables, now }: Draft, alarm: Alarm): number | null {
  const waits = platformsOf(tables).some((platform) => lineOf(alarm, platform).waiting.length > 0);
  const end = (alarm.times.resolvedAt ?? alarm.openedAt) + NEWS_KEPT_MS;
  return waits && now < end ? Math.min(now + KEPT_LOOK_MS, end) : null;
}

const CHANGES: Readonly<Partial<Record<DomainEvent["kind"], NewsChange>>> = {
  "press-appended": "press",
  "priority-raised": "priority",
  "alarm-flagged": "flags",
  "flags-cleared": "flags",
  "cancel-requested": "cancel-requested",
  "cancel-ended": "cancel-ended",
  "alarm-released": "released",
  noted: "note",
  "alarm-closed": "reviewed",
};

/** What a platform is told of an event; null: nothing. */
function newsOf(event: AlarmEvent): News | null {
  const { at } = event;
  const changed = CHANGES[event.kind];
  if (changed) return { type: "updated", changed: [changed], at };
  const by = (type: NewsType, name: string): News => ({ type, by: name, at });
  switch (event.kind) {
    case "alarm-opened":
      return { type: "raised", at };
    case "alarm-taken":
      return by("accepted", event.by);
    case "arrived":
      return by("arrived", event.by);
    case "cancel-verified":
      return by("cancelled", event.by);
    case "alarm-resolved":
      return by("closed", event.by);
    case "platform-rejected":
      return { ...by("rejected", event.by), reason: event.reason };
    case "alarm-positioned":
      return event.moved ? { type: "updated", changed: ["position"], at } : null;
    case "step-run":
    case "messages-queued": {
      const offers = event.offers.filter((offer) => offer.state === "queued" && offer.at === at).map(({ id }) => id);
      return offers.length > 0 ? { type: "offered", offers, at } : null;
    }
    case "offer-changed":
      return offerNews(event);
    default:
      return null;
  }
}

function offerNews({ offer, state, reason, at }: Extract<AlarmEvent, { kind: "offer-changed" }>): News | null {
  const offers = [offer];
  if (state === "accepted" || state === "enroute") return { type: "dispatched", offers, at };
  if (state === "declined" || state === "expired") return { type: "declined", offers, reason: reason ?? state, at };
  return state === "left" ? { type: "updated", changed: ["left"], offers, at } : null;
}
