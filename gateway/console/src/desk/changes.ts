import { FLAG_WORDS, OFFER_WORDS, STATE_WORDS, wordOf, type Word } from "../../../core/words.ts";
import type { Alarm } from "./board.ts";

/** What is different from what the person saw, the most telling first. */
export function changesBetween(seen: Alarm, now: Alarm): Word[] {
  const changes: Word[] = [];
  if (seen.owner !== now.owner)
    changes.push(
      now.owner === null ? ["没有人接警了", "nobody has it now"] : [`${now.owner} 已接警`, `${now.owner} has it`],
    );
  else if (seen.state !== now.state) {
    const [zh, en] = wordOf(STATE_WORDS, now.state);
    changes.push([`状态：${zh}`, `state: ${en}`]);
  }
  if (now.presses.length > seen.presses.length) changes.push(["又按了一次", "pressed again"]);
  if (now.priority !== seen.priority) changes.push([`优先级变为 ${now.priority}`, `priority ${now.priority} now`]);
  for (const { by, text } of (now.notes ?? []).slice((seen.notes ?? []).length))
    changes.push([`${by}：${text}`, `a note of ${by}`]);
  for (const flag of now.flags) if (!seen.flags.includes(flag)) changes.push(wordOf(FLAG_WORDS, flag));
  for (const { by } of now.arrivals.slice(seen.arrivals.length)) changes.push([`${by} 已到场`, `${by} is there`]);
  for (const offer of now.offers) {
    const before = seen.offers.find(({ id }) => id === offer.id);
    const [zh, en] = wordOf(OFFER_WORDS, offer.state);
    const who = offer.name ?? offer.responder;
    if (before?.state !== offer.state) changes.push([`${who} ${zh}`, `${who}: ${en}`]);
  }
  if (changes.length > 0 || seen.version === now.version) return changes;
  return [["有人刚刚操作过", "somebody has just done something"]];
}
