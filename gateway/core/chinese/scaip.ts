import type { Wording } from "./wording.ts";

/** The way to a SCAIP receiver: what is told of its path and its replies. */
export const SCAIP: readonly Wording[] = [
  ["the SCAIP receiver answers", "SCAIP 接警机有应答"],
  ["the SCAIP receiver {}; still trying", "SCAIP 接警机：{}；仍在尝试"],
  ["SCAIP receiver {} {}; still trying", "SCAIP 接警机 {}：{}；仍在尝试"],
  ["has given no reply for {}", "已有 {} 没有应答"],
  ["has given no reply within {}", "{} 内没有应答"],
  ["had no line free within {}", "{} 内没有空闲线路"],
  ["has held the alarm for {} without taking it", "已让警情等候 {}，仍未受理"],
  ["does not answer", "没有应答"],
  ["cannot be reached ({})", "无法连接（{}）"],
  ["took the message and gave no SCAIP reply", "收下了消息，但没有给出 SCAIP 应答"],
  ["asks for a password, and none is configured", "要求密码，而配置中没有"],
  [
    "asks for a password in no way that is allowed here (digest: MD5, SHA-256; never Basic)",
    "要求密码的方式在此不允许（只用摘要认证：MD5、SHA-256；绝不用 Basic）",
  ],
  ["does not accept our user and password", "不接受我们的用户名和密码"],
  ["answers heartbeats by SIP {}", "以 SIP {} 回应心跳"],
  ["refuses heartbeats with {}: {}", "以 {} 拒绝心跳：{}"],
  ["answers SIP {}", "回应 SIP {}"],
  ["answers {}: {}", "回应 {}：{}"],
  ["{}; sent once more without its texts", "{}；去掉文字后再发一次"],
  ["the message is too long for it", "消息过长"],
  ["it finds the format wrong", "格式有误"],
  [
    "it finds wrong data; check the controller's and the resident's number there",
    "数据有误；请在对方核对控制器与居民的编号",
  ],
  ["it holds the alarm until an operator is free", "等候接线员空闲"],
  ["it does not treat the alarm", "不受理此警情"],
  ["it is busy", "忙"],
  ["it misses a mandatory tag", "缺少必需的标签"],
  ["it misses the reference", "缺少编号"],
  ["it gives an undefined error", "未定义的错误"],
];
