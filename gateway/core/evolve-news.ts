import type { Alarm } from "./alarm.ts";
import { bump, withTimer } from "./alarm-change.ts";
import type { News, NewsLine, PlatformAnswer, PlatformEvent, WaitingNews } from "./news-events.ts";
import { minutes, type EpochMs } from "./units.ts";

/** News that wait for one platform about one alarm. Beyond it what happens is told with the last of them, as `changed`. */
export const NEWS_WAITING_MAX = 100;
/** Numbers that are left out after a damaged journal: a platform takes no second message under a key that it knows. */
const NUMBERS_SKIPPED = 10_000;
/** A platform's message is signed for a time; its answer is kept for longer, so that it is never done twice. */
export const ANSWERS_KEPT_MS = minutes(15);
/** Answers kept of one alarm; while all are young a further message is refused. */
export const ANSWERS_MAX = 200;

export function withNews(alarm: Alarm, event: PlatformEvent): Alarm {
  switch (event.kind) {
    case "news-queued": {
      const lines = event.platforms.map((platform) => queued(lineOf(alarm, platform), event.items));
      return { ...alarm, news: [...linesBut(alarm, event.platforms), ...lines] };
    }
    case "news-changed": {
      const line = lineOf(alarm, event.platform);
      return { ...alarm, news: [...linesBut(alarm, [event.platform]), changed(line, event)] };
    }
    case "alarm-kept":
      return { ...alarm, timers: withTimer(alarm.timers, "forget", event.forgetAt) };
    case "platform-heard": {
      const isBack = event.act === "taken" && event.code === null;
      const { rejectedBy = [] } = alarm;
      return {
        ...alarm,
        heard: answered(alarm, event),
        ...(isBack && { rejectedBy: rejectedBy.filter((one) => one !== event.platform) }),
      };
    }
    case "platform-rejected":
      return bump({ ...alarm, rejectedBy: [...(alarm.rejectedBy ?? []), event.platform] });
  }
}

const EMPTY: Omit<NewsLine, "platform"> = {
  given: 0,
  told: 0,
  toldAt: null,
  status: "queued",
  detail: null,
  waiting: [],
};

export const lineOf = (alarm: Alarm, platform: string): NewsLine =>
  alarm.news?.find((line) => line.platform === platform) ?? { platform, ...EMPTY, given: firstOf(alarm) };

/** Of an alarm that was saved from a damaged journal nobody knows which numbers were given out. */
const firstOf = ({ flags }: Alarm): number => (flags.includes("salvaged") ? NUMBERS_SKIPPED : 0);

/** After a damaged journal: what was told last is not known, so the platform is told anew, under numbers of its own. */
export function raisedAnew(line: NewsLine, at: EpochMs): NewsLine {
  const seq = line.given + NUMBERS_SKIPPED + 1;
  return { ...line, given: seq, status: "queued", detail: null, waiting: [{ type: "raised", at, seq }] };
}

const linesBut = ({ news = [] }: Alarm, platforms: readonly string[]): NewsLine[] =>
  news.filter(({ platform }) => !platforms.includes(platform));

function queued(line: NewsLine, items: readonly News[]): NewsLine {
  const isIdle = line.waiting.length === 0;
  const waiting = [...line.waiting];
  let { given } = line;
  for (const item of items) {
    const last = waiting.at(-1);
    // The first has left; what was queued by this very decision has not.
    const isOpen = last !== undefined && (waiting.length > 1 || isIdle);
    const joined = isOpen ? join(last, item, last.seq > line.given, waiting.length >= NEWS_WAITING_MAX) : null;
    if (joined) waiting[waiting.length - 1] = joined;
    else waiting.push({ ...item, seq: ++given });
  }
  return { ...line, given, waiting, ...(isIdle && { status: "queued", detail: null }) };
}

/** Two that are told in one message; null: each is told by itself. */
function join(last: WaitingNews, item: News, isSameDecision: boolean, isFull: boolean): WaitingNews | null {
  if (item.type === "updated" && (isSameDecision || last.type === "updated")) return withChanges(last, item);
  if (item.type === "offered" && last.type === "offered")
    return { ...withChanges(last, item), offers: [...new Set([...(last.offers ?? []), ...(item.offers ?? [])])] };
  if (!isFull || item.type === "closed") return null;
  return withChanges(last, { ...item, changed: [item.type, ...(item.changed ?? [])] });
}

function withChanges(last: WaitingNews, { changed = [] }: News): WaitingNews {
  return { ...last, changed: [...new Set([...(last.changed ?? []), ...changed])] };
}

type Changed = Extract<PlatformEvent, { kind: "news-changed" }>;

function changed(line: NewsLine, { seq, status, detail, at }: Changed): NewsLine {
  if (status === "failing") return { ...line, status, detail };
  const waiting = line.waiting.filter((one) => one.seq > seq);
  return { ...line, told: seq, toldAt: at, status, detail, waiting };
}

function answered(alarm: Alarm, event: Extract<PlatformEvent, { kind: "platform-heard" }>): readonly PlatformAnswer[] {
  const { platform, id, at, code, message } = event;
  const young = (alarm.heard ?? []).filter((one) => at - one.at < ANSWERS_KEPT_MS);
  return [...young, { platform, id, at, code, message, version: alarm.version, state: alarm.state }];
}
