import type { LearnNote, LearnWhat } from "./learn-events.ts";
import type { RangeVerdict } from "./range-walk.ts";
import type { DeviceCondition } from "./supervision.ts";
import type { Word } from "./words.ts";

/** How a device stands. */
export const CONDITION_WORDS: Readonly<Record<DeviceCondition, Word>> = {
  live: ["正常", "live"],
  late: ["该报未报", "late"],
  silent: ["失联", "silent"],
  unproved: ["未验证", "unproved"],
  unsupervised: ["无自检，须人工测试", "unsupervised"],
  suspended: ["停用", "suspended"],
  retired: ["退役", "retired"],
};

/** How well a device is heard from a place. */
export const RANGE_WORDS: Readonly<Record<RangeVerdict, Word>> = {
  good: ["信号好", "good"],
  weak: ["信号弱：请移动接收器或设备", "weak: move the receiver or the device"],
  "not-heard": ["收不到：请移动接收器或设备", "not heard: move the receiver or the device"],
  unknown: ["收到；强弱标准未知", "heard; how strong is strong enough is not known"],
};

/** What a press is to the learn window, and what to do next. */
export const LEARN_WORDS: Readonly<Record<LearnWhat, Word>> = {
  candidate: ["已收到；再按一次即可登记", "heard; press it once more to enrol it"],
  "given-back": [
    "未及时再按，已通知工作人员；要登记请连按两次",
    "was not pressed again in time, and is shown to staff; press it twice to enrol it",
  ],
  "needs-key": [
    "它有自己的密钥：请用 `okc enrol --bridge … --address …` 新建",
    "it has a key of its own: make it with `okc enrol --bridge … --address …`",
  ],
  "enrolled-already": ["已登记过，其按键按真实警情处理", "is enrolled already, and what it pressed is real"],
  another: [
    "也被按下；窗口只登记第一个设备，紧急呼叫已通知工作人员",
    "pressed too; only the first device is enrolled, and an emergency is shown to staff",
  ],
  "another-key": [
    "是同一设备的另一个键：请按第一次按的那个键",
    "is another key of the same device: press the one that was pressed first",
  ],
  refused: ["不登记", "is not enrolled"],
};

/** What to know of a code before it is relied on. How often it was heard before stands beside it. */
export const LEARN_NOTE_WORDS: Readonly<Record<LearnNote, Word>> = {
  "heard-before": ["可能有别家使用同一编码", "another home may use the same code"],
  "several-places": [
    "从多处收到：可能有几个发射器使用同一编码",
    "heard from several places: several transmitters may use the same code",
  ],
  rolling: [
    "滚动码，不可依赖：请改用固定编码的按键，或用其自带网桥登记；执意登记用 --force",
    "rolling code, cannot be relied on: take a button with a fixed code, or enrol it by its own bridge; --force enrols it all the same",
  ],
  "rolling-likely": [
    "同一型号每次按键编号都不同：很可能是滚动码，不可依赖",
    "each press of this model has another id: probably a rolling code, which cannot be relied on",
  ],
  shared: ["已登记给另一位居民：两家不能共用", "enrolled for another resident: two homes cannot share it"],
  "shared-remote": [
    "同一遥控器的另一个键属于另一位居民",
    "another key of this remote is enrolled for another resident",
  ],
  "not-in-use": [
    "已停用或退役：按键只通知工作人员；`okc resume` 可恢复",
    "suspended or retired: its presses are shown to staff only; `okc resume` it",
  ],
  nameless: [
    "连接没有登录，不知是哪台设备：请让设备重新连接后再按",
    "its connection never logged in, so nobody knows which device it is: let it connect anew and press again",
  ],
  "another-key": [
    "第二次按的是另一个键：整个设备的每个键都会呼叫；只要一个键请用 --key",
    "the second press came with another key: every key of it calls; --key enrols one only",
  ],
};
