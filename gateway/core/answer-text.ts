import type { Answer } from "./kinds.ts";

/** What a person wrote. Null: not said, or not understood. */
export interface SaidText {
  readonly answer: Answer | null;
  readonly code: string | null;
}

/** Longer texts are no answers. */
const TEXT_MAX = 80;

/** The digits that stand for an answer. No code begins with one of them, so that `157` can only mean `1 57`. */
const ANSWER_OF_DIGIT: Readonly<Record<string, Answer>> = { 1: "accept", 2: "decline", 3: "arrive", 4: "done" };

const WORDS: Readonly<Record<Exclude<Answer, "seen">, readonly string[]>> = {
  accept: [
    ...["接受", "我接受", "好", "好的", "好嘞", "行", "可以", "是", "是的", "没问题", "来", "我来", "这就来"],
    ...["去", "我去", "能去", "我能去", "能来", "我能来", "一"],
    ...["yes", "y", "ok", "okay", "accept", "i accept", "coming", "i am coming", "i'm coming", "i come", "sure"],
  ],
  enroute: [
    ...["马上到", "马上来", "马上去", "在路上", "我在路上", "路上", "出发", "已出发", "出发了", "我出发了"],
    ...["on my way", "on the way", "omw", "enroute", "en route"],
  ],
  decline: [
    ...["拒绝", "我拒绝", "不", "不行", "不去", "我不去", "不来", "不能", "不能去", "不能来", "去不了", "我去不了"],
    ...["来不了", "我来不了", "没空", "我没空", "没时间", "不在家", "二"],
    ...["no", "n", "not", "decline", "i decline", "can't", "cannot", "can not", "i can't", "sorry no", "no sorry"],
  ],
  arrive: [
    ...["到了", "我到了", "已到", "已到达", "到达", "到场", "已到场", "到门口了", "三"],
    ...["arrived", "i arrived", "here", "i am here", "i'm here", "there", "i am there", "arrive"],
  ],
  done: [
    ...["离开", "已离开", "我离开了", "离开了", "走了", "我走了", "完成", "完成了", "已完成", "结束", "结束了", "四"],
    ...["done", "left", "i left", "finished", "leaving"],
  ],
};

const ANSWER_OF_WORD: ReadonlyMap<string, Answer> = new Map(
  Object.entries(WORDS).flatMap(([answer, words]) => words.map((word) => [word, answer as Answer] as const)),
);

/** Said around an answer, as our own messages ask for it: `回复1 57`, `代码57`. */
const AROUND = /回复|答复|代码|编号|reply|code/gu;

/**
 * Reads `1 57`, `157`, `接受57`, `2`, `到了 57`, `done`. Only whole texts that are known count: what says more is read by
 * no rule, because nobody may be taken for somebody who comes when they wrote that they cannot.
 */
export function readAnswerText(text: string): SaidText {
  const plain = text.normalize("NFKC").toLowerCase().replaceAll("’", "'");
  if (plain.length > TEXT_MAX) return NOTHING;
  const words = wordsOf(plain);
  const spoken = words === "" ? null : (ANSWER_OF_WORD.get(words) ?? undefined);
  const digits = readDigits(plain.match(/\d+/g) ?? []);
  if (spoken === undefined || !digits) return { answer: null, code: digits?.code ?? null };
  if (spoken !== null && digits.answer !== null && spoken !== digits.answer) return { ...digits, answer: null };
  return { answer: spoken ?? digits.answer, code: digits.code };
}

const NOTHING: SaidText = { answer: null, code: null };

/** The words alone: without digits, punctuation and courtesies, and without blanks between Chinese characters. */
const wordsOf = (plain: string): string =>
  plain
    .replaceAll(AROUND, " ")
    .replaceAll(/[^\p{Letter}']+/gu, " ")
    .replaceAll(/(?<=\p{Script=Han}) +(?=\p{Script=Han})/gu, "")
    .trim()
    .replace(/(?<=\p{Script=Han}.*)[吧啊呀哦呢]+$/u, "");

/** Null: more figures than an answer has. */
function readDigits(groups: readonly string[]): SaidText | null {
  // Written one by one: `1 5 7`.
  if (groups.length > 2 && groups.every(({ length }) => length === 1)) return readDigits([groups.join("")]);
  const [first, second] = groups;
  if (first === undefined) return NOTHING;
  const answer = ANSWER_OF_DIGIT[first[0]!] ?? null;
  if (groups.length === 1) {
    if (answer === null) return { answer: null, code: first };
    return { answer, code: first.length === 1 ? null : first.slice(1) };
  }
  if (groups.length > 2) return null;
  if (first.length === 1 && answer !== null) return { answer, code: second! };
  const later = second!.length === 1 ? ANSWER_OF_DIGIT[second!] : undefined;
  return later === undefined ? null : { answer: later, code: first };
}
