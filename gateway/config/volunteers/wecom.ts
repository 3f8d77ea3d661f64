import { map, optional, required, type Checked } from "../shape.ts";
import * as value from "../values.ts";

/**
 * The robot of a group of WeCom 企业微信, by the address that the group shows:
 * `{ channel: wecom, url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…" }`
 */
export interface WecomConfig {
  readonly channel: "wecom";
  readonly name: string;
  /** Holds the robot's key. */
  readonly url: string;
}

export const wecom = map(
  {
    channel: required(value.oneOf("wecom")),
    name: optional(value.text, "wecom"),
    url: required(value.secretUrl("https:", "http:")),
  },
  (values): Checked<WecomConfig> => ({ value: values }),
);
