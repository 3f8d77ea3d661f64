import { map, optional, required, type Checked } from "../shape.ts";
import * as value from "../values.ts";

/**
 * The robot of a group of DingTalk 钉钉, by the address that the group shows:
 * `{ channel: dingtalk, url: "https://oapi.dingtalk.com/robot/send?access_token=…", secret: { file: /etc/okc/dingtalk-secret } }`
 */
export interface DingtalkConfig {
  readonly channel: "dingtalk";
  readonly name: string;
  /** Holds the robot's token. */
  readonly url: string;
  /** Of the robot's 加签; null: it asks for none. */
  readonly secret: string | null;
}

export const dingtalk = map(
  {
    channel: required(value.oneOf("dingtalk")),
    name: optional(value.text, "dingtalk"),
    url: required(value.secretUrl("https:", "http:")),
    secret: optional(value.secret, null),
  },
  (values): Checked<DingtalkConfig> => ({ value: values }),
);
