import type { Wording } from "./wording.ts";

/** What became of messages to people, and of the services that carry them. */
export const CHANNELS: readonly Wording[] = [
  ["more than {} messages wait for {}", "超过 {} 条消息在等候 {}"],
  ["{}: {}; still trying", "{}：{}；仍在尝试"],
  ["{}: more messages than the service allows a minute; still trying", "{}：消息超过该服务每分钟的限额；仍在尝试"],
  ["the message could not be put together", "消息无法生成"],
  ["the answer was cut off", "应答被中断"],
];
