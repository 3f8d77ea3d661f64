import type { StoredEvent } from "../../ports/journal.ts";

/** Never in the stream: what is somebody's own, and what proves somebody's identity. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "personal",
  "address",
  "sha256",
  "passwordSha256",
  "passwordHash",
  "tokenSha256",
  "key",
]);
/** Events whose `address` or `key` is a name, not a secret. */
const NAMES: Readonly<Record<string, ReadonlySet<string>>> = {
  "device-saved": new Set(["address"]),
  "account-saved": new Set(["address"]),
  "fault-raised": new Set(["key"]),
  "fault-cleared": new Set(["key"]),
  "delivery-changed": new Set(["key"]),
};

/** An event as server-sent: its number in the journal, its kind, and what it says, with the time of its record. */
export function textOf({ seq, at, event }: StoredEvent): string {
  const data = JSON.stringify({ at, ...strip(event, NAMES[event.kind]) });
  return `id: ${seq}\nevent: ${event.kind}\ndata: ${data}\n\n`;
}

function strip(event: Readonly<Record<string, unknown>>, names?: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(event).filter(([name]) => !LEFT_OUT.has(name) || names?.has(name)));
}
