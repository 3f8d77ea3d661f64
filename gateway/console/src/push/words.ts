import type { Word } from "../../../core/words.ts";

export const PUSH_WORDS = {
  title: ["在这部手机上接收呼叫", "Calls on this phone"],
  page: ["{name} 接收呼叫通知", "Notifications of calls {name}"],
  explain: [
    "有人需要帮助时，这部手机会弹出通知；点开就能看到是谁、在哪里并回复。",
    "When somebody needs help, this phone shows a notification: open it to see who and where, and to answer.",
  ],
  button: ["打开通知", "Notify me here"],
  off: ["点下面的按钮，手机会问您是否允许通知。", "Tap the button: the phone asks whether you allow notifications."],
  asking: ["请在手机弹出的提问中选择“允许”…", "Choose “Allow” where the phone asks…"],
  on: [
    "已打开。通知不能代替电话和短信：没有信号时收不到。",
    "On. Notifications do not replace calls and SMS: without a network none arrive.",
  ],
  blocked: [
    "通知被禁止了。请在浏览器设置里允许本站的通知，再回到这里。",
    "Notifications are blocked: allow them for this site in the browser's settings, then come back.",
  ],
  failed: [
    "没有成功：这部手机的浏览器连不上它的推送服务。请换一个浏览器，或请社区用短信、电话通知您。",
    "It did not work: this browser does not reach its push service. Try another browser, or ask the community for SMS or calls.",
  ],
  "home-screen": [
    "iPhone：请点“分享”→“添加到主屏幕”，再从主屏幕打开本页。",
    "iPhone: tap Share, then Add to Home Screen, and open this page from the home screen.",
  ],
  unable: [
    "这个浏览器不支持通知（微信里也不支持）。请用手机自带的浏览器打开本页。",
    "This browser cannot show notifications (nor can WeChat): open this page in the phone's own browser.",
  ],
  refused: ["链接已失效", "This link is no longer good"],
  refusedHint: ["请向社区要一个新的链接。", "Ask the community for a new one."],
} as const satisfies Readonly<Record<string, Word>>;
