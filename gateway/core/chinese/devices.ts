import type { Wording } from "./wording.ts";

/** Devices: their tests, their standing, how they are watched, and what to do about each fault. */
export const DEVICES: readonly Wording[] = [
  ["no device {} is enrolled; see `okc devices`", "没有登记设备 {}；见 `okc devices`"],
  ["{} devices have the address {}; give the whole id: {}", "{} 个设备的地址都是 {}；请给出完整编号：{}"],
  ["--stop and --minutes do not go together", "--stop 与 --minutes 不能同时使用"],
  ["--minutes {}: must be a number", "--minutes {}：应为数字"],
  ["minutes: test mode lasts more than 0 and at most 10 minutes", "minutes：测试模式须大于 0 且不超过 10 分钟"],
  ["{} is {}: `okc resume {}` first", "{} 的状态为 {}：请先 `okc resume {}`"],
  ["alarm {} of its wearer is open: end it first, then test", "佩戴者的警情 {} 尚未处置完毕：请先处置，再测试"],
  [
    "it stays {}, and its presses call nobody but staff: `okc resume {}`",
    "设备保持 {} 状态，按键只通知工作人员：`okc resume {}`",
  ],
  ["pressed twice within 20 s: taken as real", "20 秒内按了两次：按真实警情处理"],
  ["its time is over", "时间已到"],
  ["ended by {}", "由 {} 结束"],
  [
    "see that the device is at home, charged and in reach; press it once as a test; else replace its battery or the device, and ask how its wearer is",
    "请确认设备在家、有电、在信号范围内，并按一次作为测试；仍无响应则更换电池或设备，并询问佩戴者是否安好",
  ],
  [
    "charge it or replace its battery within days, then press it once as a test",
    "请在几天内充电或更换电池，然后按一次作为测试",
  ],
  [
    "ask who has the device; if it lost its memory (repaired, battery out), give it a new key and import it again",
    "请确认设备在谁手中；若因维修或断电丢失计数，请换新密钥并重新导入",
  ],
  [
    "look at the device: it was opened or torn off; then press it once as a test, or `okc checked DEVICE`",
    "请查看设备是否被打开或扯下，然后按一次作为测试，或执行 `okc checked DEVICE`",
  ],
  ["look at the hotline's row, then press the device once more as a test", "请先处理热线故障，再按一次设备作为测试"],
  [
    "look after its wearer first; then free or replace the key that does not come to rest",
    "请先查看佩戴者；再松开或更换卡住的按键",
  ],
  [
    "look at the plug and power of this line's receiver or broker; every device on it is deaf meanwhile",
    "请检查该线路接收器或代理的插头与电源；在此期间该线路上的设备都无法呼叫",
  ],
  [
    "look at the bridge's program, its radio and its power; every device behind it is deaf, whatever its connection says",
    "请检查网桥的程序、无线和电源；无论连接显示如何，网桥后面的设备都无法呼叫",
  ],
  [
    "look at the bridge's program and power; every device behind it is deaf meanwhile",
    "请检查网桥的程序和电源；在此期间网桥后面的设备都无法呼叫",
  ],
  ["{} has sent nothing since {}", "{} 自 {} 起没有任何消息"],
  ["pair it with its bridge again, then press it once as a test", "请重新与网桥配对，然后按一次作为测试"],
  [
    "look at the network and at the other side; what waits is sent by itself when it is back",
    "请检查网络与对方；恢复后等待的消息会自动发出",
  ],
  ["free the port, or name another under http.listen in okc.yaml", "请释放端口，或在 okc.yaml 的 http.listen 中另选"],
  [
    "make room on the data folder's disk or replace it; alarms run from memory meanwhile",
    "请为数据目录所在磁盘腾出空间或更换磁盘；在此期间警情只在内存中运行",
  ],
  ["import people and devices again, then `okc backup`", "请重新导入人员与设备，然后 `okc backup`"],
  [
    "check the machine's network time; hours of duty are not applied until it is steady for an hour",
    "请检查本机网络校时；时钟稳定一小时前不按值班时段",
  ],
  ["set the receiver's clock, or this machine's network time", "请校准接收机时钟，或本机网络校时"],
  ["{} has more than {} devices: enrol those beyond by name", "{} 的设备超过 {} 个：其余设备请按名称登记"],
  ["it left the network of its bridge: join it again", "它已退出网桥的网络：请重新配对"],
  ["its bridge has not heard it for long", "网桥很久没有收到它的信号"],
  ["open but mute: the bridge has not answered for {} s", "端口已打开但没有回应：网桥已 {} 秒未应答"],
  ["more devices on {} fell silent: `okc devices` has them", "{} 上还有更多设备失联：见 `okc devices`"],
  ["not pressed for 31 days: {}", "31 天未按键测试：{}"],
  ["should have reported by now on {}: {}", "{} 上应已上报而未上报：{}"],
  ["to be pressed as a test within a week: {}", "一周内需按键测试：{}"],
  ["nothing yet; if it becomes silent, it is a fault with what to do", "暂时无需处理；若失联将成为故障并给出处理办法"],
  [
    "look at the receiver of this line, its antenna and its power; many devices at once seldom fail by themselves",
    "请检查该线路的接收器、天线与电源；许多设备很少会同时自己损坏",
  ],
  ["press each once as a test within the week: `okc test DEVICE`", "请在一周内逐个按键测试：`okc test DEVICE`"],
  [
    "press each once as a test: `okc test DEVICE`; until then nobody knows whether it works",
    "请逐个按键测试：`okc test DEVICE`；在此之前无人知道它是否可用",
  ],
  ["a line has more than {} characters", "有一行超过 {} 个字符"],
];
