import type { Wording } from "./wording.ts";

/** What city platforms and those who set them up read. */
export const PLATFORMS: readonly Wording[] = [
  ["the body is not JSON", "请求内容不是 JSON"],
  ["an act is an object", "操作必须是一个对象"],
  ["act is none of {}", "操作应为以下之一：{}"],
  ["{} has no {}", "{} 没有 {} 一项"],
  ["{}: too many messages within minutes; wait", "{}：几分钟内消息过多，请稍候"],
  [
    "sign the body with the platform's secret: X-OKC-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of t.body>",
    "请用平台密钥对请求内容签名：X-OKC-Signature: t=<unix 秒>,v1=<t.body 的 HMAC-SHA256，十六进制>",
  ],
];
