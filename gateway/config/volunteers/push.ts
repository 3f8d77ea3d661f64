import { map, optional, required, type Checked } from "../shape.ts";
import * as value from "../values.ts";

/**
 * Notifications of browsers: people switch them on themselves, on the page of an offer or by `okc push-link`:
 * `{ channel: push, subject: "mailto:okc@example.org" }`
 */
export interface PushConfig {
  readonly channel: "push";
  readonly name: string;
  /** Where the makers of browsers reach whoever runs this gateway. */
  readonly subject: string;
  /** Push services in one's own network are allowed. */
  readonly local: boolean;
}

export const push = map(
  {
    channel: required(value.oneOf("push")),
    name: optional(value.text, "push"),
    subject: required(value.text),
    local: optional(value.flag, false),
  },
  (values): Checked<PushConfig> =>
    /^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/.test(values.subject)
      ? { value: values }
      : { key: "subject", wrong: "must be like mailto:okc@example.org or https://example.org" },
);
