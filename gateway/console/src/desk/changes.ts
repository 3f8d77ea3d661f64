import type { Alarm } from "./board.ts";
import { FLAGS, OFFERS, STATES, wordsOf } from "../shared/words.ts";

/** What is different from what the person saw, in Chinese, the most telling first. */
export function changesBetween(seen: Alarm, now: Alarm): string[] {
  const changes: string[] = [];
  if (seen.owner !== now.owner) changes.push(now.owner === null ? "没有人接警了" : `${now.owner} 已接警`);
  else if (seen.state !== now.state) changes.push(`状态：${wordsOf(STATES, now.state)[0]}`);
  if (now.presses.length > seen.presses.length) changes.push("又按了一次");
  if (now.priority !== seen.priority) changes.push(`优先级变为 ${now.priority}`);
  for (const { by, text } of (now.notes ?? []).slice((seen.notes ?? []).length)) changes.push(`${by}：${text}`);
  for (const flag of now.flags) if (!seen.flags.includes(flag)) changes.push(FLAGS[flag]?.words[0] ?? flag);
  for (const { by } of now.arrivals.slice(seen.arrivals.length)) changes.push(`${by} 已到场`);
  for (const offer of now.offers) {
    const before = seen.offers.find(({ id }) => id === offer.id);
    if (before?.state !== offer.state)
      changes.push(`${offer.name ?? offer.responder} ${wordsOf(OFFERS, offer.state)[0]}`);
  }
  return changes.length > 0 ? changes : seen.version === now.version ? [] : ["有人刚刚操作过"];
}
