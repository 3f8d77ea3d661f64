/** What the address of this page stands for. `token` null: it was lost on the way. */
export type Link =
  | {
      readonly of: "offer";
      readonly offer: string;
      readonly token: string | null;
      /** The message that the link stood in; null: a link of an earlier gateway. */
      readonly message: string | null;
    }
  /** The test of a contact. */
  | { readonly of: "test"; readonly test: string; readonly token: string | null }
  | { readonly of: "proof"; readonly id: string }
  | { readonly of: "notify"; readonly id: string; readonly token: string | null }
  | { readonly of: "nothing" };

/** An HMAC-SHA256 in base64url; what an app adds behind it (`&from=…`, `#wechat_redirect`) is left out. */
const TOKEN = /^#([\w-]{43})(?![\w-])(?:\.(d\d{1,9})(?![\w-]))?/;

export function readLink(path: string, hash: string): Link {
  const [, token = null, message = null] = TOKEN.exec(hash) ?? [];
  const [, invitation] = /^\/notify\/([\w-]{1,400})\/?$/.exec(path) ?? [];
  if (invitation !== undefined) return { of: "notify", id: invitation, token };
  const [, kind, id] = /^\/(o|t|proof)\/([\w.-]{1,80})\/?$/.exec(path) ?? [];
  if (id === undefined) return { of: "nothing" };
  if (kind === "proof") return { of: "proof", id };
  if (kind === "t") return { of: "test", test: id, token };
  return { of: "offer", offer: id, token, message };
}
