import type { Answer } from "../../../core/kinds.ts";
import type { Word } from "../../../core/words.ts";

/** How far somebody is who has accepted. */
export const COMING: Readonly<Record<string, Word>> = {
  accepted: ["已答应前往", "will come"],
  enroute: ["在路上", "on the way"],
  arrived: ["已到达", "has arrived"],
};

export const ANSWERS: Readonly<Record<Exclude<Answer, "seen">, Word>> = {
  accept: ["我去", "I will come"],
  decline: ["我去不了", "I cannot come"],
  enroute: ["我出发了", "I am on my way"],
  arrive: ["我到了", "I have arrived"],
  done: ["我离开了", "I have left"],
};
export const STILL_COME: Word = ["我还是能去", "I can come after all"];
export const NOT_COME: Word = ["我去不了了", "I cannot come after all"];

/** Where the person stands, by the state of their offer. */
export const STANDINGS: Readonly<Record<string, Word>> = {
  asked: ["您能去看看吗？", "Can you go and look?"],
  accepted: ["您已答应前往", "You said that you will come"],
  enroute: ["您在路上", "You are on your way"],
  arrived: ["您已到达", "You have arrived"],
  declined: ["您回复了：去不了", "You answered: I cannot come"],
  expired: ["您没有按时到达，已另外找人", "You did not arrive in time: others are being asked"],
  withdrawn: ["这次不用您去了", "You are not needed this time"],
  left: ["您已离开，谢谢您！", "You have left. Thank you!"],
};

/** Why somebody is not needed, by what another one did. */
export const WITHDRAWN: Readonly<Record<string, Word>> = {
  accepted: ["{by}已答应前往，不用您去了", "{by} will go: you are not needed"],
  taken: ["{by}已接手，不用您去了", "Taken care of by {by}: you are not needed"],
  resolved: ["{by}已处理完毕，不用去了", "Resolved by {by}: nobody needs to come any more"],
  "cancel verified": ["{by}已核实：住户没事，不用去了", "{by} has verified that the resident is well: no need to come"],
};

export const WORDS = {
  title: ["社区求助", "Call for help"],
  ago: {
    now: ["不到 1 分钟前", "less than a minute ago"],
    minutes: ["{minutes} 分钟前", "{minutes} min ago"],
    hours: ["{hours} 小时 {minutes} 分钟前", "{hours} h {minutes} min ago"],
    days: ["{days} 天前", "{days} days ago"],
  },
  presses: ["按了 {presses} 次", "pressed {presses} times"],
  task: ["您的任务：", "Your part: "],
  unknownResident: ["住户不详，请给社区打电话", "Resident not known: telephone the community"],
  unit: ["{unit}单元", "unit {unit}"],
  room: ["{room}", "room {room}"],
  key: ["钥匙", "Key"],
  noKey: ["没有登记", "not registered"],
  notes: ["须知", "Notes"],
  position: ["设备所在位置", "Where the device is"],
  callResident: ["打给{name}", "Call {name}"],
  others: ["还有谁去", "Who else is coming"],
  nobody: ["目前没有别人答应前往", "Nobody else has said they will come"],
  owner: ["{owner}已在处理", "{owner} is taking care of it"],
  resolved: ["{by}已处理完毕，谢谢您！", "Resolved by {by}. Thank you!"],
  resolvedStay: ["{by}已处理完毕。离开时请点下面", "Resolved by {by}. Please say when you leave"],
  callDesk: ["打给社区", "Call the community"],
  sending: ["正在发送：{answer}", "Sending: {answer}"],
  unsent: ["还没有发出：{answer}", "Not yet sent: {answer}"],
  retrying: ["没有连上，正在重试。急的话请打电话。", "No connection, trying again. If it is urgent, telephone."],
  givenUp: ["您的回复“{answer}”没有发出，请再点一次", "Your answer “{answer}” was not sent: please tap again"],
  refused: ["情况已变，您的回复没有生效，请看最新情况", "Things have changed and your answer did not count: see below"],
  lost: ["没有连上网络，下面是 {age}的情况", "No connection: this was so {age}"],
  reading: ["正在读取…", "Reading…"],
  unread: ["还没有连上，正在重试", "No connection yet, trying again"],
  unreadHint: ["急的话，请直接给社区打电话。", "If it is urgent, telephone the community."],
  over: ["这次求助已结束", "This call is over"],
  overHint: ["现在不需要您做什么。谢谢您！", "Nothing is needed of you now. Thank you!"],
  unknown: ["查不到这次求助", "This call is not known here"],
  unknownHint: [
    "这不代表求助已结束。请给社区打电话确认。",
    "That does not mean that it is over. Telephone the community to be sure.",
  ],
  wrongLink: ["链接不完整", "The link is not complete"],
  wrongLinkHint: [
    "请回到原消息，重新点开整条链接；还不行，请给社区打电话。",
    "Go back to the message and open the whole link again; if that does not help, telephone the community.",
  ],
  test: {
    title: ["这只是测试，不是呼叫", "Only a test, no call for help"],
    touch: ["点一下，证明您收得到消息。", "Touch here: it proves that messages reach you."],
    button: ["我收到了", "I have it"],
    working: ["正在发送……", "Sending …"],
    passed: ["测试成功，谢谢！", "It works. Thank you!"],
    unsent: ["没有发出去，请再点一下；链接可能已过期。", "Not sent: touch again. The link may be too old."],
  },
  proof: {
    title: ["验证公网地址", "Proof of the public address"],
    explain: [
      "请确认这部手机用的是移动网络（Wi-Fi 已关闭），再点下面的按钮。",
      "Make sure that this phone is on the mobile network (Wi-Fi off), then tap the button.",
    ],
    touch: ["我打开了这一页", "I have opened this page"],
    working: ["正在验证…", "Proving…"],
    proved: ["验证成功，可以关闭本页", "Proved. You may close this page"],
    from: ["来自 {from}", "from {from}"],
    "private-network": [
      "还在内网，请关闭 Wi-Fi 再点一次",
      "Still in a private network: switch Wi-Fi off and tap again",
    ],
    "other-name": ["不是从公网地址打开的", "Not opened under the public address"],
    expired: [
      "这个地址已失效，请重新运行 okc doctor --public",
      "This address is no longer good: run okc doctor --public again",
    ],
    unsent: ["没有连上，请再点一次", "No connection: tap again"],
  },
} as const satisfies Readonly<Record<string, Word | Readonly<Record<string, Word>>>>;
