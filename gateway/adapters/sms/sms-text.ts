import type { PersonMessage } from "../../ports/channel.ts";

/** What the telephone shows: who, where, what, how to answer, and the link last, where telephones let one touch it. */
export const smsText = ({ words, link }: Pick<PersonMessage, "words" | "link">): string =>
  [words.title, words.text, link].filter((part) => part !== null && part !== "").join(" ");
