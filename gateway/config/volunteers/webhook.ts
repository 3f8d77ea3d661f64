import { map, optional, required, type Checked } from "../shape.ts";
import * as value from "../values.ts";

/**
 * A program that reaches the people itself:
 * `{ channel: webhook, url: "http://127.0.0.1:9000/notify", secret: { file: /etc/okc/webhook-secret } }`
 */
export interface WebhookConfig {
  readonly channel: "webhook";
  /** What contacts call this entry; the channel's own name where none is given. */
  readonly name: string;
  readonly url: string;
  /** Signs what is sent; null: unsigned. */
  readonly secret: string | null;
}

export const webhook = map(
  {
    channel: required(value.oneOf("webhook")),
    name: optional(value.text, "webhook"),
    url: required(value.secretUrl("http:", "https:")),
    secret: optional(value.secret, null),
  },
  (values): Checked<WebhookConfig> => ({ value: values }),
);
