import type { Wording } from "./wording.ts";

/** What became of messages to people, and of the services that carry them. */
export const CHANNELS: readonly Wording[] = [
  ["more than {} messages wait for {}", "超过 {} 条消息在等候 {}"],
  ["{}: {}; still trying", "{}：{}；仍在尝试"],
  ["{}: more messages than the service allows a minute; still trying", "{}：消息超过该服务每分钟的限额；仍在尝试"],
  ["the message could not be put together", "消息无法生成"],
  ["the answer was cut off", "应答被中断"],
  ["the answer is not that of the service", "应答不是该服务给出的"],
  ["HTTP {}: a redirect to {}, which is not followed; correct the url", "HTTP {}：重定向到 {}，不会跟随；请改正 url"],
  ["code {}: {}", "错误码 {}：{}"],
  ["more messages than the service allows", "消息超过该服务的限额"],
  ["the robot's address is wrong, or the robot was removed; correct the url", "机器人地址有误或已被移除；请改正 url"],
  ["the robot's address is wrong; correct the url", "机器人地址有误；请改正 url"],
  ["the robot's address is not complete; correct the url", "机器人地址不完整；请改正 url"],
  ["the robot was removed; make another one and correct the url", "机器人已被移除；请新建一个并改正 url"],
  ["the robot is switched off; switch it on in the group", "机器人已停用；请在群里启用"],
  ["the robot is not in the group any more; add it again", "机器人已不在群里；请重新添加"],
  ["the group is no more; make a robot in another one", "群已解散；请在另一个群里建机器人"],
  [
    "the robot takes messages of certain addresses only; add this gateway's",
    "机器人只接受指定 IP 的消息；请加入本网关的地址",
  ],
  [
    "the robot's safety settings refuse it; check secret, the clock, its keyword and its addresses",
    "机器人的安全设置拒绝了消息；请检查 secret、时钟、关键词与 IP 白名单",
  ],
  ["the signature or its time is refused; check secret and the clock", "签名或时间被拒绝；请检查 secret 与时钟"],
  [
    "the robot asks for a keyword; make it one that every message has: 一键通",
    "机器人要求关键词；请设为每条消息都有的：一键通",
  ],
  ["the service does not know this form of a message", "该服务不认识这种消息格式"],
  ["the service refuses what it says", "该服务拒绝消息内容"],
  ["the text is empty", "内容为空"],
  ["the text is too long", "内容过长"],
  [
    "the contact's address is no topic; must be 1 to 64 letters, digits, underscores, hyphens",
    "联系地址不是主题名；应为 1 至 64 个字母、数字、下划线或连字符",
  ],
  [
    "the server does not let us write to this topic; check token, user and password",
    "服务器不允许向此主题发布；请检查 token、user 与 password",
  ],
  ["the contact's address is no mail address", "联系地址不是邮箱地址"],
  ["the mail server cannot be reached ({})", "无法连接邮件服务器（{}）"],
  ["the mail server refuses our login; check user and password", "邮件服务器拒绝登录；请检查 user 与 password"],
];
