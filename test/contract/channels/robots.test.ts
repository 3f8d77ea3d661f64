import { dingtalkSender } from "../../../gateway/adapters/post/dingtalk.ts";
import { feishuSender } from "../../../gateway/adapters/post/feishu.ts";
import type { RobotParts, RobotSender } from "../../../gateway/adapters/post/robot.ts";
import { wecomSender } from "../../../gateway/adapters/post/wecom.ts";
import { seconds } from "../../../gateway/core/units.ts";
import { answering, postTrial, type PostRig } from "../../support/peers/post-rig.ts";
import { describeChannel } from "./suite.ts";

interface Robot {
  readonly kind: string;
  readonly make: (parts: RobotParts) => RobotSender;
  readonly taken: object;
  /** What the service says with HTTP 200 when it does not take a message. */
  readonly refusals: Readonly<Record<string, object>>;
  readonly throttled: object;
}

const saying = (body: object | string): ((rig: PostRig) => void) =>
  answering({ status: 200, body: typeof body === "string" ? body : JSON.stringify(body) });

const each = (answers: Readonly<Record<string, object>>) =>
  Object.fromEntries(Object.entries(answers).map(([what, body]) => [what, saying(body)]));

function trialOf({ kind, make, taken, refusals, throttled }: Robot) {
  return postTrial(
    {
      kind,
      sender: ({ clock }, origin) => make({ clock, url: `${origin}/robot/send?key=hidden`, secret: "SEC1" }),
      taken: { status: 200, body: JSON.stringify(taken) },
    },
    {
      refusals: { ...each(refusals), "HTTP 404": answering({ status: 404 }) },
      postponements: {
        "a code that nobody knows": saying({ errcode: 987_654, code: 987_654 }),
        "a page of HTML with 200": saying("<html>please log in</html>"),
        "JSON of somebody else": saying({ ok: true }),
        "an empty answer": saying(""),
        "half an answer": answering({ status: 200, body: '{"errcode":0', isCut: true }),
      },
      throttle: { begin: saying(throttled), forMs: seconds(60) },
    },
  );
}

const ROBOTS: readonly Robot[] = [
  {
    kind: "wecom",
    make: wecomSender,
    taken: { errcode: 0, errmsg: "ok" },
    refusals: {
      "a wrong key": { errcode: 93000, errmsg: "invalid webhook url, hint: [1592021214_50_551f], from ip: 192.0.2.1" },
      "a text that is too long": { errcode: 45002, errmsg: "content size out of limit" },
    },
    throttled: { errcode: 45009, errmsg: "api freq out of limit" },
  },
  {
    kind: "dingtalk",
    make: dingtalkSender,
    taken: { errcode: 0, errmsg: "ok" },
    refusals: {
      "a wrong signature": { errcode: 310000, errmsg: "sign not match" },
      "a wrong token": { errcode: 300005, errmsg: "token is not exist" },
      "a robot that is switched off": { errcode: 400102, errmsg: "bot is stopped" },
    },
    throttled: { errcode: 130101, errmsg: "send too fast, exceed 20 times per minute" },
  },
  {
    kind: "feishu",
    make: feishuSender,
    taken: { StatusCode: 0, StatusMessage: "success", code: 0, data: {}, msg: "success" },
    refusals: {
      "a wrong signature": {
        code: 19021,
        msg: "sign match fail or timestamp is not within one hour from current time",
      },
      "a missing keyword": { code: 19024, msg: "Key Words Not Found" },
      "a wrong address": { code: 19001, msg: "param invalid: incoming webhook access token invalid" },
    },
    throttled: { code: 11232, data: {}, msg: "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]" },
  },
];

for (const robot of ROBOTS) describeChannel(`a robot of ${robot.kind}`, trialOf(robot));
