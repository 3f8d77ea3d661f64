/** What calls say besides the message itself: Chinese, English. A recorded prompt of the same name goes before it. */
export const PHRASES = {
  greeting: ["您好，这里是一键通。", "Hello, this is One-Key Call."],
  "press-person": [
    "接受请按 1，重听请按 2，不能去请按 3。",
    "Press 1 to take it, 2 to hear it again, 3 if you cannot.",
  ],
  "press-operator": ["受理请按 1，重听请按 2。", "Press 1 to take it, 2 to hear it again."],
  "press-operator-unit": [
    "受理请按 1，重听请按 2，受理并与老人通话请按 3。",
    "Press 1 to take it, 2 to hear it again, 3 to take it and speak with the wearer.",
  ],
  "press-notice": ["收到请按 1，重听请按 2。", "Press 1 to confirm, 2 to hear it again."],
  goodbye: ["没有收到按键，再见。", "No key was pressed. Goodbye."],
  taken: ["已受理，谢谢。", "You have taken it. Thank you."],
  "taken-unit": [
    "已受理。与老人通话请按 3，或者挂机。",
    "You have taken it. Press 3 to speak with the wearer, or hang up.",
  ],
  accepted: ["已接受，谢谢。", "You have taken it. Thank you."],
  confirmed: ["已确认，谢谢。", "Confirmed. Thank you."],
  declined: ["好的，我们会找别人，谢谢。", "All right, somebody else will be asked. Thank you."],
  "not-now": ["此警情已有人处理，谢谢。", "Somebody else has taken it. Thank you."],
  connecting: ["正在接通老人的对讲设备，请稍候。", "Connecting you with the wearer. Please hold."],
  "not-connected": [
    "对讲设备没有接通。再试请按 3，或者挂机。",
    "The wearer's unit cannot be reached. Press 3 to try again, or hang up.",
  ],
  "unit-gone": [
    "对讲已结束。再次通话请按 3，或者挂机。",
    "The wearer's unit has hung up. Press 3 to call it again, or hang up.",
  ],
  "nothing-open": ["目前没有待处理的警情，谢谢。", "No alarm is waiting. Thank you."],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

export type PhraseName = keyof typeof PHRASES;
