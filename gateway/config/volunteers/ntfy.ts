import { bothOrNone, map, optional, required, type Checked } from "../shape.ts";
import * as value from "../values.ts";

/**
 * A server of ntfy, one's own or ntfy.sh; a contact's address is a topic:
 * `{ channel: ntfy, url: "https://ntfy.example.org", token: { file: /etc/okc/ntfy-token } }`
 */
export interface NtfyConfig {
  readonly channel: "ntfy";
  readonly name: string;
  /** Without a topic. */
  readonly url: string;
  /** Null: the server lets everybody write. */
  readonly login: { readonly token: string } | { readonly user: string; readonly password: string } | null;
}

export const ntfy = map(
  {
    channel: required(value.oneOf("ntfy")),
    name: optional(value.text, "ntfy"),
    url: required(value.secretUrl("https:", "http:")),
    token: optional(value.secret, null),
    user: optional(value.text, null),
    password: optional(value.secret, null),
  },
  ({ token, user, password, ...values }): Checked<NtfyConfig> => {
    if (new URL(values.url).pathname !== "/")
      return { key: "url", wrong: "must name the server only, without a topic: https://ntfy.example.org" };
    const login = token !== null ? { token } : user !== null && password !== null ? { user, password } : null;
    return { value: { ...values, login } };
  },
  (given) =>
    given.includes("token") && (given.includes("user") || given.includes("password"))
      ? { key: "token", wrong: "does not go with user and password: one or the other" }
      : bothOrNone("user", "password")(given),
);
