import { nameOf, responderRef } from "./by-whom.ts";
import { wordIn, type Told, type Words } from "./message-words.ts";
import { NOTICE_TITLES, type Notice } from "./notice.ts";
import type { Tables } from "./state.ts";
import type { Word } from "./words.ts";

/** A notice as its person reads and hears it, with the names that the directory has now. */
export function noticeWords(tables: Tables, { about, lines, unsaid }: Notice, language: Told["language"]): Words {
  const said = (word: Word): string => named(tables, wordIn(word, language));
  const more: Word[] = unsaid > 0 ? [[`另有 ${unsaid} 条，见值班页面。`, `${unsaid} more: see the desk.`]] : [];
  const text = [...lines, ...more].map(said).join("\n");
  const name = said(NOTICE_TITLES[about]);
  const title = wordIn([`【一键通】${name}`, `[One-Key Call] ${name}`], language);
  return { title, text, spoken: `${name}。${text.replaceAll("\n", "。")}` };
}

/** `{@v1}` is a responder, `{r:r1}` a resident: their names stand in no event. */
const named = (tables: Tables, text: string): string =>
  text.replaceAll(/\{(@|r:)([^{}\s]+)\}/g, (_, whose: string, id: string) =>
    whose === "@" ? nameOf(tables, responderRef(id)) : (tables.residents.get(id)?.name ?? id),
  );

/** What a contact's test asks for: the answer by its code, a touch of its page, or either. */
export function contactTestWords(code: string | null, hasLink: boolean, language: Told["language"]): Words {
  const two = (...word: Word): string => wordIn(word, language);
  const ways = [
    ...(code === null ? [] : [two(`回复 1 ${code}`, `reply 1 ${code}`)]),
    ...(hasLink ? [two("打开链接点一下", "open the link and touch it")] : []),
  ];
  const wish = ways.join(two("，或", ", or "));
  return {
    title: two("【一键通】测试", "[One-Key Call] test"),
    text: two(`这只是测试，不是呼叫。请${wish}。`, `Only a test, no call for help. Please ${wish}.`),
    spoken: two(
      "这只是测试，不是呼叫。请按一。谢谢！",
      "This is only a test, no call for help. Please press 1. Thank you.",
    ),
  };
}
