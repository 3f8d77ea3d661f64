import type { Wording } from "./wording.ts";

/** Enrolling devices, proving and replacing them, walking through a home with them. */
export const ENROLMENT: readonly Wording[] = [
  [
    "{} is enrolling a device for {}: wait, or `okc enrol --stop`",
    "{} 正在为 {} 登记设备：请等待，或 `okc enrol --stop`",
  ],
  ["no resident {}; see `okc residents`", "没有居民 {}；见 `okc residents`"],
  [
    "minutes: a learn window is open for more than 0 and at most 10 minutes",
    "minutes：登记窗口须大于 0 且不超过 10 分钟",
  ],
  ["the learn window is closed", "登记窗口已关闭"],
  ["closed by {}", "由 {} 关闭"],
  [
    "press the device now: the press goes the whole way as a test, and proves it",
    "现在按设备：这次按键作为测试走完全程，以验证设备",
  ],
  [
    "{} is enrolled, and not proved yet: press it a third time within a minute; that is its test",
    "{} 已登记，尚未验证：请在一分钟内按第三次，这次是测试",
  ],
  ["{}: that press is on its way to the hotline as test {}", "{}：这次按键正作为测试 {} 上报热线"],
  ["{} is proved: its test went the whole way ({})", "{} 已验证：测试走完全程（{}）"],
  [
    "{} is enrolled and NOT PROVED ({}): until a press of it is heard nobody knows that it works; okc test {}",
    "{} 已登记但未验证（{}）：在听到它的按键之前，无人知道它是否可用；okc test {}",
  ],
  ["pressed again within 20 s: taken as real", "20 秒内再次按下：按真实警情处理"],
  ["the hotline received it", "热线设备已收到"],
  ["{} was proved already: `okc test {}` tests it again", "{} 已验证过：可用 `okc test {}` 再测试"],
  ["{} is retired: enrol the new device by itself", "{} 已退役：请单独登记新设备"],
  ["{} cannot take its own place", "{} 不能替换自己"],
  ["{} was replaced by {} already", "{} 已由 {} 替换"],
  ["{} is enrolled for {}: only a spare device takes another's place", "{} 已登记给 {}：只有备用设备才能替换别的设备"],
  ["press the device now, and once more when it was heard", "现在按设备，收到后再按一次"],
  ["nothing was enrolled: {}", "没有登记任何设备：{}"],
  [
    "{} is enrolled already: see `okc devices`, or `okc replace` it",
    "{} 已登记：见 `okc devices`，或用 `okc replace` 更换",
  ],
  [
    "the broker is another program's: make this account there too, with the same password",
    "代理不是本网关的：请在那里用同样的密码再建此账号",
  ],
  ["{} is made, and not proved yet", "{} 已新建，尚未验证"],
  ["--key and --force are for a device that is learnt by pressing it", "--key 与 --force 只用于按键登记"],
  ["--address and --key-hex go with --bridge", "--address 与 --key-hex 须与 --bridge 同用"],
  [
    "--with names a device that is enrolled; --minutes, --key and --force are for one to be learnt",
    "--with 指已登记的设备；--minutes、--key、--force 用于按键登记的新设备",
  ],
  ["{} takes the place of {}, which is {}", "{} 替换了 {}，后者状态为 {}"],
  [
    "{}: press it once in each place, more than 20 s apart; two presses within 20 s are real",
    "{}：每处按一次，间隔 20 秒以上；20 秒内按两次为真实警情",
  ],
  ["now press it in {}; an empty line if it is not heard", "现在到 {} 按一次；收不到请按回车"],
  ["REAL: alarm {} was opened", "真实警情：已建立 {}"],
  ["nothing was measured: no press was heard", "没有测到：未收到按键"],
  ["the bridge does not say how strongly it hears: copies are compared", "网桥不报信号强度：比较收到的次数"],
  ["how strong is strong enough is not known for this kind of device", "此类设备的信号标准未知"],
  ["the weakest place is {}", "最弱的位置是 {}"],
  ["the gateway ended the stream: it was stopped", "网关结束了实时流：它已停止"],
];
