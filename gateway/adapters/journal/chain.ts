import { createHash } from "node:crypto";

/** What an entry's hash covers, besides the hash before it. */
export interface Link {
  readonly seq: number;
  readonly at: number;
  readonly notLogged: boolean;
  readonly kind: string;
  readonly v: number;
  readonly body: string;
  readonly person: string | null;
  readonly sealed: Uint8Array | null;
}

/**
 * SHA-256 over the previous hash and all of an entry. The lengths stand in front, so that no text can pass for a
 * shifted other one; the sealed bytes are covered as they are, so the chain holds when their key is gone.
 */
export function hashOf(previous: Uint8Array, link: Link): Buffer {
  const { kind, person, body } = link;
  const sizes = `${kind.length} ${person === null ? "-" : person.length} ${body.length} ${link.sealed?.length ?? "-"}`;
  const head = `${link.seq} ${link.at} ${link.notLogged ? 1 : 0} ${link.v} ${sizes}\n`;
  const hash = createHash("sha256");
  hash.update(previous);
  hash.update(`${head}${kind}${person ?? ""}${body}`);
  if (link.sealed !== null) hash.update(link.sealed);
  return hash.digest();
}
