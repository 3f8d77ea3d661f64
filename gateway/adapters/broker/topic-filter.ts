/**
 * Whether a topic matches a filter (MQTT 3.1.1, 4.7). A wildcard in the first level matches no topic that starts
 * with `$` (4.7.2).
 */
export function matchesFilter(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  if (!isWildcard(filter)) return false;
  const wanted = filter.split("/");
  const given = topic.split("/");
  if (topic.startsWith("$") && (wanted[0] === "+" || wanted[0] === "#")) return false;
  for (const [level, name] of wanted.entries()) {
    if (name === "#") return true;
    if (level >= given.length) return false;
    if (name !== "+" && name !== given[level]) return false;
  }
  return wanted.length === given.length;
}

/** Whether every topic that `asked` can match is matched by `allowed` as well. */
export function coversFilter(allowed: string, asked: string): boolean {
  if (allowed === asked) return true;
  const outer = allowed.split("/");
  const inner = asked.split("/");
  if (asked.startsWith("$") && (outer[0] === "+" || outer[0] === "#")) return false;
  for (const [level, name] of outer.entries()) {
    if (name === "#") return true;
    const asks = inner[level];
    if (asks === undefined || asks === "#") return false;
    if (name !== "+" && name !== asks) return false;
  }
  return outer.length === inner.length;
}

/** Whether a filter can match more than one topic. */
export const isWildcard = (filter: string): boolean => filter.includes("+") || filter.includes("#");
