import { bothOrNone, map, optional, required, type Checked } from "../shape.ts";
import * as value from "../values.ts";

/**
 * A mail server that takes our mails; a contact's address is a mail address:
 * `{ channel: email, host: smtp.example.org, user: okc, password: { file: /etc/okc/mail }, from: "okc@example.org" }`
 */
export interface EmailConfig {
  readonly channel: "email";
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** `implicit`: TLS from the first byte; `starttls`: asked for, and nothing is sent without; `none`: plain. */
  readonly tls: "implicit" | "starttls" | "none";
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly from: string;
}

/** RFC 8314, 3.3 and 6409, 3.1: submission over TLS, and with STARTTLS. */
const PORTS = { implicit: 465, starttls: 587, none: 25 } as const;
const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);
const FROM = /^(?:[^<>\r\n]{0,60}<)?[^\s@<>",]{1,64}@[^\s@<>",]{1,190}>?$/;

export const email = map(
  {
    channel: required(value.oneOf("email")),
    name: optional(value.text, "email"),
    host: required(value.text),
    port: optional(value.wholeNumber(1, 65_535), null),
    tls: optional(value.oneOf("implicit", "starttls", "none"), "starttls" as const),
    user: optional(value.text, null),
    password: optional(value.secret, null),
    from: required(value.text),
  },
  ({ user, password, ...values }): Checked<EmailConfig> => {
    const { tls, host, from } = values;
    if (!FROM.test(from)) return { key: "from", wrong: `"${from}" is no mail address; must be like okc@example.org` };
    const login = user !== null && password !== null ? { user, password } : null;
    if (tls === "none" && login && !LOOPBACK.has(host))
      return { key: "tls", wrong: "none would send user and password in clear; allowed on this machine only" };
    return { value: { ...values, tls, port: values.port ?? PORTS[tls], login } };
  },
  bothOrNone("user", "password"),
);
