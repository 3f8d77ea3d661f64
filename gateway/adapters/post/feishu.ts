import { createHmac } from "node:crypto";
import { seconds, type EpochMs } from "../../core/units.ts";
import { broken, RobotSender, unfit, type RobotParts, type RobotService } from "./robot.ts";

/** Five in three seconds are at most five in one, and 100 in a minute. */
export const FEISHU_PACE = { count: 5, urgentReserve: 2, spanMs: seconds(3) };

/**
 * A group's robot of Feishu 飞书 (open.feishu.cn, 自定义机器人使用指南): text in a body of 20 KB, members mentioned by open
 * id, five messages a second and 100 a minute.
 */
const feishu = (address: string, secret: string | null): RobotService => ({
  code: "code",
  throttled: new Set([9_499, 11_220, 11_232, 11_233]),
  refusals: new Map([
    [19_001, broken("the robot's address is wrong, or the robot was removed; correct the url")],
    [19_021, broken("the signature or its time is refused; check secret and the clock")],
    [19_022, broken("the robot takes messages of certain addresses only; add this gateway's")],
    [19_024, broken("the robot asks for a keyword; make it one that every message has: 一键通")],
    [19_002, unfit("the service does not know this form of a message")],
    [10_208, broken("the robot is switched off; switch it on in the group")],
  ]),
  textMaxBytes: 18_000,
  request: (text, mention, wallAt) => ({
    url: address,
    body: { ...signature(secret, wallAt), msg_type: "text", content: { text: `${plain(text)}${mentioned(mention)}` } },
  }),
});

/** What stands in pointed brackets is a command to Feishu, in a building's name too. */
const plain = (text: string): string => text.replaceAll("<", "＜").replaceAll(">", "＞");

function mentioned(mention: string): string {
  const id = mention === "@all" ? "all" : (/^ou_\w{1,64}$/.exec(mention)?.[0] ?? null);
  return id === null ? "" : `\n<at user_id="${id}"></at>`;
}

/** 签名校验: an HMAC-SHA256 over nothing, under the time in seconds, a line's end and the secret; good for an hour. */
export function signature(secret: string | null, at: EpochMs): Readonly<Record<string, string>> {
  if (secret === null) return {};
  const timestamp = String(Math.floor(at / 1_000));
  return { timestamp, sign: createHmac("sha256", `${timestamp}\n${secret}`).digest("base64") };
}

export const feishuSender = (parts: RobotParts): RobotSender => new RobotSender(feishu(parts.url, parts.secret), parts);
