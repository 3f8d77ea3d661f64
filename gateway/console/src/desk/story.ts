import { LEG_WORDS, OFFER_WORDS, wordOf, type Word } from "../../../core/words.ts";
import type { Alarm } from "./board.ts";

export interface StoryLine {
  readonly at: string;
  readonly words: Word;
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
  const add = (at: string | null | undefined, words: Word, isNote = false): void => {
    if (at) lines.push({ at, words, isNote });
  };
  presses.forEach(({ at, late }, index) => {
    const [zh, en] = index === 0 ? ["按下", "pressed"] : ["再次按下", "pressed again"];
    add(at, late ? [`${zh}（迟到）`, `${en}, heard late`] : [zh!, en!]);
  });
  add(times.heardAt, ["呼叫人已被告知：已收到", "the caller was told: heard"]);
  add(times.hotlineReceivedAt, ["接警中心设备已收到", "the hotline's receiver has it"]);
  for (const { changedAt, name, responder, leg, state } of offers) {
    const [who, as, how] = [name ?? responder, wordOf(LEG_WORDS, leg), wordOf(OFFER_WORDS, state)];
    add(changedAt, [`${who}（${as[0]}）${how[0]}`, `${as[1]}: ${how[1]}`]);
  }
  for (const { at, by } of arrivals) add(at, [`${by} 到场`, "is there"]);
  if (owner) add(ownedSince, [`${owner} 接警`, "took it"]);
  if (cancel) {
    const { requestedAt, verifiedBy: by } = cancel;
    add(requestedAt, by ? [`请求取消，${by} 已核实`, "cancel requested, verified"] : ["请求取消", "cancel requested"]);
  }
  for (const { at, by, text } of notes) add(at, [`${by}：${text}`, ""], true);
  return lines.sort((a, b) => b.at.localeCompare(a.at)).slice(0, LINES_MAX);
}
