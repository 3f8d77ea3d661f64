import type { Tables } from "./state.ts";

/** How an event names a responder: by id, so that erasing the person erases the name from everything shown. */
export const responderRef = (id: string): string => `@${id}`;

/** A name as it is shown: people of the desk by their own, responders by what the directory says now. */
export function nameOf(tables: Tables, by: string): string {
  if (!by.startsWith("@")) return by;
  const id = by.slice(1);
  return tables.responders.get(id)?.name ?? id;
}

const CHINESE: Readonly<Record<string, string>> = {
  accepted: "已答应前往",
  taken: "已接警",
  resolved: "已处置完毕",
  "cancel verified": "已核实取消",
};

/** Why an offer was taken back, for the person who had it: Chinese and English, with the name. */
export function reasonText(tables: Tables, reason: string): string {
  const [, what, by] = /^([a-z ]+) by (.+)$/.exec(reason) ?? [];
  if (what === undefined || by === undefined) return reason;
  const name = nameOf(tables, by);
  const chinese = CHINESE[what];
  return chinese ? `${name}${chinese} ${what} by ${name}` : `${what} by ${name}`;
}
