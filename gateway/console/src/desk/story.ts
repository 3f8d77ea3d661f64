import { LEGS, OFFERS, wordsOf } from "../shared/words.ts";
import type { Alarm } from "./board.ts";

export interface StoryLine {
  readonly at: string;
  readonly words: string;
  readonly isNote: boolean;
}

/** Lines shown; what is older is in the journal. */
const LINES_MAX = 40;

/** What happened to an alarm, the newest first, as far as it is proved. */
export function storyOf({
  presses,
  offers,
  arrivals,
  notes = [],
  times,
  owner,
  ownedSince,
  cancel,
}: Alarm): StoryLine[] {
  const lines: StoryLine[] = [];
  const add = (at: string | null | undefined, words: string, isNote = false): void => {
    if (at) lines.push({ at, words, isNote });
  };
  presses.forEach(({ at, late }, index) => add(at, `${index === 0 ? "按下" : "再次按下"}${late ? "（迟到）" : ""}`));
  add(times.heardAt, "呼叫人已被告知：已收到");
  add(times.hotlineReceivedAt, "接警中心设备已收到");
  for (const { changedAt, name, responder, leg, state } of offers)
    add(changedAt, `${name ?? responder}（${wordsOf(LEGS, leg)[0]}）${wordsOf(OFFERS, state)[0]}`);
  for (const { at, by } of arrivals) add(at, `${by} 到场`);
  if (owner) add(ownedSince, `${owner} 接警`);
  if (cancel) add(cancel.requestedAt, `请求取消${cancel.verifiedBy ? `，${cancel.verifiedBy} 已核实` : ""}`);
  for (const { at, by, text } of notes) add(at, `${by}：${text}`, true);
  return lines.sort((a, b) => b.at.localeCompare(a.at)).slice(0, LINES_MAX);
}
