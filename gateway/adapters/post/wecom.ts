import { seconds } from "../../core/units.ts";
import { broken, mobileIn, RobotSender, unfit, type RobotParts, type RobotService } from "./robot.ts";

/** 20 in any minute, and a second for the way there. */
export const WECOM_PACE = { count: 20, urgentReserve: 8, spanMs: seconds(61) };

/**
 * A group's robot of WeCom 企业微信 (developer.work.weixin.qq.com, 消息推送配置说明): text of 2,048 bytes, members mentioned
 * by mobile number or user id, 20 messages a minute.
 */
const wecom = (address: string): RobotService => ({
  code: "errcode",
  throttled: new Set([45_009, 45_033]),
  refusals: new Map([
    [93_000, broken("the robot's address is wrong, or the robot was removed; correct the url")],
    [93_004, broken("the robot is switched off; switch it on in the group")],
    [93_008, broken("the robot is not in the group any more; add it again")],
    [93_017, broken("the group is no more; make a robot in another one")],
    [93_018, broken("the robot takes messages of certain addresses only; add this gateway's")],
    [40_008, unfit("the service does not know this form of a message")],
    [40_058, unfit("the service does not know this form of a message")],
    [44_004, unfit("the text is empty")],
    [45_002, unfit("the text is too long")],
  ]),
  textMaxBytes: 2_048,
  request: (content, mention) => ({
    url: address,
    body: { msgtype: "text", text: { content, ...mentioned(mention) } },
  }),
});

function mentioned(mention: string): Readonly<Record<string, readonly string[]>> {
  const mobile = mobileIn(mention);
  if (mobile !== null || mention === "@all") return { mentioned_mobile_list: [mobile ?? mention] };
  return mention === "" ? {} : { mentioned_list: [mention] };
}

export const wecomSender = (parts: RobotParts): RobotSender => new RobotSender(wecom(parts.url), parts);
