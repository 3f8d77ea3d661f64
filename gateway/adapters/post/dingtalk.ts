import { createHmac } from "node:crypto";
import { seconds, type EpochMs } from "../../core/units.ts";
import { broken, mobileIn, RobotSender, unfit, type RobotParts, type RobotService } from "./robot.ts";

/** 20 in any minute, and a second for the way there: one more, and it is deaf for ten minutes. */
export const DINGTALK_PACE = { count: 20, urgentReserve: 8, spanMs: seconds(61) };

/**
 * A group's robot of DingTalk 钉钉 (open.dingtalk.com, 自定义机器人接入): text of 20,000 bytes, members mentioned by mobile
 * number or user id, 20 messages a minute; beyond that it is deaf for ten minutes.
 */
const dingtalk = (address: string, secret: string | null): RobotService => ({
  code: "errcode",
  throttled: new Set([130_101, 410_100, 90_018, 90_030, 660_026]),
  refusals: new Map([
    [310_000, broken("the robot's safety settings refuse it; check secret, the clock, its keyword and its addresses")],
    [300_001, broken("the robot's address is wrong; correct the url")],
    [300_005, broken("the robot's address is wrong; correct the url")],
    [400_101, broken("the robot's address is wrong; correct the url")],
    [400_106, broken("the robot was removed; make another one and correct the url")],
    [400_102, broken("the robot is switched off; switch it on in the group")],
    [400_013, broken("the group is no more; make a robot in another one")],
    [40_035, broken("the robot's address is not complete; correct the url")],
    [400_105, unfit("the service does not know this form of a message")],
    [430_101, unfit("the service refuses what it says")],
    [430_102, unfit("the service refuses what it says")],
    [430_103, unfit("the service refuses what it says")],
    [430_104, unfit("the service refuses what it says")],
  ]),
  textMaxBytes: 20_000,
  request: (content, mention, wallAt) => ({
    url: signed(address, secret, wallAt),
    body: { msgtype: "text", text: { content }, at: mentioned(mention) },
  }),
});

/** The text itself names no number: to those who are not in the group it would be shown as it stands. */
function mentioned(mention: string): Readonly<Record<string, unknown>> {
  const mobile = mobileIn(mention);
  if (mobile !== null) return { atMobiles: [mobile], isAtAll: false };
  if (mention === "@all") return { isAtAll: true };
  return mention === "" ? { isAtAll: false } : { atUserIds: [mention], isAtAll: false };
}

/** 加签: HMAC-SHA256 of the time in milliseconds, a line's end and the secret; good for an hour. */
export function signed(address: string, secret: string | null, at: EpochMs): string {
  if (secret === null) return address;
  const url = new URL(address);
  url.searchParams.set("timestamp", String(at));
  url.searchParams.set("sign", createHmac("sha256", secret).update(`${at}\n${secret}`).digest("base64"));
  return url.href;
}

export const dingtalkSender = (parts: RobotParts): RobotSender =>
  new RobotSender(dingtalk(parts.url, parts.secret), parts);
