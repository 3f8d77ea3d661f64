/** Names that people give to programs and devices, and that stand in topics. */

const NAME = /^[^\x00-\x1f\x7f+#]{1,128}$/;

/** As it is, without spaces at its ends; null: no topic can hold it. Case matters. */
export function topicNameIn(address: string): string | null {
  const name = address.trim();
  return NAME.test(name) && !name.startsWith("/") && !name.endsWith("/") ? name : null;
}

/** The levels of a topic below a base, which may be empty; null: it is not below it. */
export function levelsBelow(base: string, topic: string): readonly string[] | null {
  if (base === "") return topic.split("/");
  return topic.startsWith(`${base}/`) ? topic.slice(base.length + 1).split("/") : null;
}

/** A topic or filter below a base, which may be empty. */
export const below = (base: string, topic: string): string => (base === "" ? topic : `${base}/${topic}`);
