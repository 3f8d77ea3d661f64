import type { Tables } from "./state.ts";

/** How an event names a responder: by id, so that erasing the person erases the name from everything shown. */
export const responderRef = (id: string): string => `@${id}`;

/** A name as it is shown: people of the desk by their own, responders by what the directory says now. */
export function nameOf(tables: Tables, by: string): string {
  if (!by.startsWith("@")) return by;
  const id = by.slice(1);
  return tables.responders.get(id)?.name ?? id;
}

/** What somebody did that an offer is taken back for, in Chinese. */
export const REASON_WORDS: Readonly<Record<string, string>> = {
  accepted: "已答应前往",
  taken: "已接警",
  resolved: "已处置完毕",
  "cancel verified": "已核实取消",
};

/** What somebody did that an offer was taken back for; null: it was nobody in particular. */
export function reasonParts(tables: Tables, reason: string): { readonly what: string; readonly by: string } | null {
  const [, what, by] = /^([a-z ]+) by (.+)$/.exec(reason) ?? [];
  return what === undefined || by === undefined ? null : { what, by: nameOf(tables, by) };
}

/** Why an offer was taken back, for the person who had it: Chinese and English, with the name. */
export function reasonText(tables: Tables, reason: string): string {
  const parts = reasonParts(tables, reason);
  if (!parts) return reason;
  const english = `${parts.what} by ${parts.by}`;
  const chinese = REASON_WORDS[parts.what];
  return chinese ? `${parts.by}${chinese} ${english}` : english;
}
