import { map, optional, required, type Checked } from "../shape.ts";
import * as value from "../values.ts";

/**
 * The robot of a group of Feishu 飞书, by the address that the group shows:
 * `{ channel: feishu, url: "https://open.feishu.cn/open-apis/bot/v2/hook/…", secret: { file: /etc/okc/feishu-secret } }`
 */
export interface FeishuConfig {
  readonly channel: "feishu";
  readonly name: string;
  /** Holds the robot's token. */
  readonly url: string;
  /** Of the robot's 签名校验; null: it asks for none. */
  readonly secret: string | null;
}

export const feishu = map(
  {
    channel: required(value.oneOf("feishu")),
    name: optional(value.text, "feishu"),
    url: required(value.secretUrl("https:", "http:")),
    secret: optional(value.secret, null),
  },
  (values): Checked<FeishuConfig> => ({ value: values }),
);
