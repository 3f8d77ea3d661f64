import type { AlarmKind } from "./kinds.ts";
import { KIND_WORDS, type Word } from "./words.ts";

/** A message as people read and hear it, in the site's language. */
export interface Words {
  readonly title: string;
  /** One glance: who, where, what, and what to do. Without the link. */
  readonly text: string;
  /** For a voice: whole sentences. */
  readonly spoken: string;
}

/** What a message of an alarm tells. */
export interface Told {
  readonly language: "zh-CN" | "en";
  readonly kind: AlarmKind;
  readonly home: {
    readonly name: string;
    readonly building: string;
    readonly unit: string;
    readonly room: string;
  } | null;
  /** What to write back with the answer; null: none. */
  readonly code: string | null;
  /** Somebody goes there already, and this person is asked to bring the key. */
  readonly isKeyWanted?: boolean;
}

/** A word in one language. */
export const wordIn = ([chinese, english]: Word, language: Told["language"]): string =>
  language === "en" ? english : chinese;

const two = ({ language }: Told, ...word: Word): string => wordIn(word, language);

const houseOf = ({ home }: Told): string =>
  home === null ? "" : [home.building, home.unit, home.room].filter((part) => part !== "").join(" ");

/** The call to one person: name and house, and the code to answer with. */
export function offerWords(told: Told): Words {
  const { home, code } = told;
  const call = two(told, ...KIND_WORDS[told.kind]);
  const kind = told.isKeyWanted ? two(told, `请送钥匙：${call}`, `bring the key: ${call}`) : call;
  const who = home?.name ?? two(told, "未登记的设备", "a device that nobody enrolled");
  const place = houseOf(told);
  const where = [who, place].filter((part) => part !== "").join(two(told, "，", ", "));
  const how =
    code === null ? "" : two(told, `回复 1 ${code} 接受，2 ${code} 拒绝。`, ` Reply 1 ${code} yes, 2 ${code} no.`);
  return {
    title: two(told, `【一键通】${kind}`, `[One-Key Call] ${kind}`),
    text: two(told, `${where}。${how}`, `${where}.${how}`),
    spoken: two(told, `${kind}。${where}。`, `${kind}. ${where}.`),
  };
}

/** For a group: building and code only. */
export function groupWords(told: Told): Words {
  const kind = two(told, ...KIND_WORDS[told.kind]);
  const building = told.home?.building ?? "";
  const code = told.code === null ? "" : two(told, `代码 ${told.code}`, `code ${told.code}`);
  const text = [building, code].filter((part) => part !== "").join(two(told, "，", ", "));
  return { title: two(told, `【一键通】${kind}`, `[One-Key Call] ${kind}`), text, spoken: `${kind} ${text}` };
}

/** The end of a call to a group: building and code only, and nobody's name. */
export function groupWithdrawnWords(told: Told): Words {
  const { text: where } = groupWords(told);
  const end = two(told, "已有人处理，不用去了，谢谢！", "somebody takes care of it, thank you.");
  const text = where === "" ? end : two(told, `${where}：${end}`, `${where}: ${end}`);
  return { title: overTitle(told), text, spoken: text };
}

function overTitle(told: Told): string {
  const kind = two(told, ...KIND_WORDS[told.kind]);
  return two(told, `【一键通】不用去了：${kind}`, `[One-Key Call] not needed any more: ${kind}`);
}

/** The end of a call to one person, and who takes care of it: `reason` as `reasonText` gives it. */
export function withdrawnWords(told: Told, reason: string | null): Words {
  const kind = two(told, ...KIND_WORDS[told.kind]);
  const place = houseOf(told);
  const why = reason === null ? "" : two(told, `（${reason}）`, ` (${reason})`);
  return {
    title: overTitle(told),
    text: two(told, `${place}${why}。您不用去了，谢谢！`, `${place}${why}. You need not go. Thank you!`),
    spoken: two(
      told,
      `${place} 的${kind}已有人处理，您不用去了，谢谢！`,
      `${kind}, ${place}: somebody takes care of it. Thank you.`,
    ),
  };
}
