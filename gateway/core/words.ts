import type { Flag, OfferState, Task } from "./alarm.ts";
import type { AlarmKind, AlarmState, Leg, Outcome, ResponderRole, Role, Say } from "./kinds.ts";

/** What a code is called: Chinese, English. A word that several pages, reports or commands show stands here once. */
export type Word = readonly [chinese: string, english: string];

/** The words for a code; a code without any is shown as it is. Telephones' browsers of 2020 know no `Object.hasOwn`. */
export const wordOf = (words: Readonly<Record<string, Word>>, code: string): Word =>
  Object.keys(words).includes(code) ? words[code]! : [code, ""];

export const KIND_WORDS: Readonly<Record<AlarmKind, Word>> = {
  emergency: ["紧急呼叫", "emergency call"],
  fall: ["跌倒", "fall"],
  inactivity: ["长时间无活动", "no activity for long"],
  service: ["服务请求", "service request"],
};

export const STATE_WORDS: Readonly<Record<AlarmState, Word>> = {
  new: ["新警情", "new"],
  alerting: ["正在通知", "alerting"],
  owned: ["已接警", "taken"],
  attending: ["已到场", "somebody is there"],
  resolved: ["已处置", "resolved"],
  closed: ["已结案", "closed"],
};

export const FLAG_WORDS: Readonly<Record<Flag, Word>> = {
  unanswered: ["无人应答", "unanswered"],
  degraded: ["通道缺失，已用备用", "degraded: another way is used"],
  "desk-asleep": ["呼叫时无人值守，已叫备用", "the desk was asleep: others were called"],
  notLogged: ["尚未记录", "not yet in the journal"],
  late: ["迟到的呼叫", "late: kept during an outage"],
  unverified: ["未经验证", "unverified"],
  "unknown-device": ["未登记的设备", "unknown device"],
  again: ["再次按下", "pressed again"],
  "cancel-requested": ["请求取消，须核实", "cancel requested: verify"],
  "cancel-verified": ["取消已核实", "cancel verified"],
  "nobody-to-ask": ["无人可派", "nobody to ask"],
  unreached: ["有人各种方式均未确认送达", "somebody was asked by every way, and none is proved to have reached them"],
  understaffed: ["来人不足", "too few come"],
  "arrival-overdue": ["逾时未到场", "arrival overdue"],
  undecided: ["规则出错，请人工判断", "a rule failed: decide yourself"],
  "unclear-cause": ["设备报警，原因不明，请联系本人", "its device sent an alarm without a cause: ask the wearer"],
  "suspended-device": ["停用的设备按下，须核实", "a suspended device pressed: verify"],
  rejected: ["平台退回，须另派人", "given back by a city platform: somebody else must go"],
  salvaged: ["日志损坏后恢复，须核实", "saved from a damaged journal: verify"],
  "rows-lost": ["日志缺失，请核实居民", "rows of the journal are lost: check with residents"],
  "review-overdue": ["复核逾期", "review overdue"],
};

export const OFFER_WORDS: Readonly<Record<OfferState, Word>> = {
  queued: ["排队", "queued"],
  sent: ["已发出，未确认", "sent, not confirmed"],
  delivered: ["已送达手机", "on the telephone"],
  seen: ["已看到", "seen"],
  accepted: ["已接受", "accepted"],
  declined: ["已拒绝", "declined"],
  expired: ["已过期", "expired"],
  withdrawn: ["已撤回", "withdrawn"],
  enroute: ["在路上", "on the way"],
  arrived: ["已到达", "arrived"],
  left: ["已离开", "left"],
};

/** What somebody does who comes. */
export const TASK_WORDS: Readonly<Record<Task, Word>> = {
  go: ["去现场", "goes to the person"],
  key: ["取钥匙送到", "fetches the key"],
  "go-with-key": ["带钥匙去现场", "goes there with the key"],
};

/** How far a message is. A hotline's receiver acknowledges: that is *received*, not answered. */
export const DELIVERY_WORDS: Readonly<Record<string, Word>> = {
  queued: ["排队", "queued"],
  sent: ["已发出，未确认", "sent, not acknowledged"],
  received: ["接警中心设备已收到（不等于有人接听）", "received by the hotline's receiver, not answered"],
  delivered: ["已送达手机（不等于有人看到）", "on the person's telephone, not seen"],
  seen: ["本人已打开", "the person opened it"],
  answered: ["本人已答复", "the person answered"],
  failing: ["发送未成功，重试中", "not taken so far, trying again"],
  failed: ["被拒绝", "refused"],
  stopped: ["已停止", "stopped"],
};

/** Whether a way out lives. */
export const PATH_WORDS: Readonly<Record<string, Word>> = {
  up: ["正常", "up"],
  down: ["中断", "down"],
  unproved: ["未证实", "unproved"],
};

export const LEG_WORDS: Readonly<Record<Leg, Word>> = {
  hotline: ["热线", "hotline"],
  volunteers: ["志愿者", "volunteer"],
  family: ["家属", "family"],
  staff: ["社区人员", "staff"],
};

export const SAYING_WORDS: Readonly<Record<Say, Word>> = {
  heard: ["已收到", "heard"],
  answered: ["有人应答", "answered"],
  coming: ["有人正在赶来", "somebody is coming"],
};

export const OUTCOME_WORDS: Readonly<Record<Outcome, Word>> = {
  "ok-accidental": ["误按", "pressed by accident"],
  "ok-wanted-contact": ["想与人说话", "wanted contact"],
  "helped-on-site": ["现场已帮助", "helped on site"],
  "lifted-after-fall": ["跌倒已扶起", "lifted after a fall"],
  "sent-120": ["已叫急救 120", "ambulance, 120"],
  "sent-119": ["已叫消防 119", "fire brigade, 119"],
  "sent-110": ["已报警 110", "police, 110"],
  "family-took-over": ["家属接手", "family took over"],
  "service-request": ["服务请求", "service request"],
  "no-access": ["进不了门", "no access"],
  "forced-entry": ["破门进入", "forced entry"],
  "not-found": ["没找到人", "not found"],
  deceased: ["已去世", "deceased"],
  "device-fault": ["设备故障", "device fault"],
  test: ["测试", "test"],
  duplicate: ["重复警情", "duplicate"],
};

export const ROLE_WORDS: Readonly<Record<Role, Word>> = {
  administrator: ["管理员", "administrator"],
  supervisor: ["主管", "supervisor"],
  operator: ["接线员", "operator"],
  staff: ["社区人员", "community staff"],
  technician: ["技术员", "technician"],
  viewer: ["只读", "viewer"],
};

export const RESPONDER_ROLE_WORDS: Readonly<Record<ResponderRole, Word>> = {
  volunteer: ["志愿者", "volunteer"],
  family: ["家属", "family"],
  staff: ROLE_WORDS.staff,
  operator: ROLE_WORDS.operator,
};

export const TEST_RESULT_WORDS: Readonly<Record<string, Word>> = {
  running: ["进行中", "running"],
  passed: ["通过", "passed"],
  failed: ["未通过", "failed"],
};

/** What is wrong, by the code of the fault's row. */
export const FAULT_WORDS: Readonly<Record<string, Word>> = {
  "battery-low": ["电量低", "battery low"],
  "device-left": ["设备已离网", "device left its network"],
  "device-late": ["设备该报未报", "device late"],
  "device-stuck": ["按键卡住", "key stuck"],
  "line-quiet": ["线路安静异常", "line unusually quiet"],
  "test-due": ["一周内应测试", "test due within a week"],
  "test-overdue": ["测试逾期", "test overdue"],
  "counter-old": ["计数器倒退", "old counter"],
  tamper: ["被拆动", "tamper"],
  "device-silent": ["设备失联", "device silent"],
  "fault-flapping": ["故障反复", "fault comes and goes"],
  "hotline-clock": ["热线设备时钟不符", "the hotline's clock differs"],
  "sms-sim": ["短信卡异常", "the modem's SIM"],
  "sms-signal": ["短信信号弱", "weak signal of the modem"],
  "sms-reports": ["短信无送达回执", "no delivery reports of short messages"],
  "desk-asleep": ["值班页面未在看守", "no desk page watches"],
  "ups-unreachable": ["UPS 无法读取", "UPS not reachable"],
  "mains-lost": ["市电中断", "mains lost"],
  "ups-battery-low": ["UPS 电量低", "UPS battery low"],
  "ups-battery-worn": ["UPS 电池老化", "UPS battery worn"],
  "card-worn": ["存储卡老化", "storage card worn"],
  "disk-low": ["磁盘空间不足", "disk low"],
  "disk-nearly-full": ["磁盘将满", "disk nearly full"],
  "disk-read-only": ["磁盘只读", "disk read-only"],
  "machine-hot": ["机器过热", "machine hot"],
  "memory-low": ["内存不足", "memory low"],
  "line-down": ["线路中断", "line down"],
  "path-down": ["通道中断", "path down"],
  "test-failed": ["测试未通过", "test failed"],
  "backup-failed": ["备份失败", "backup failed"],
  "canary-missing": ["自检未通过", "the gateway's own test reports do not come through"],
  "contact-failed": ["联系方式测试未通过", "a contact failed its test"],
  "notices-full": ["通知积压，新通知不再发送", "too many notices wait"],
  "too-many-names": ["网桥名册过大", "too many devices named"],
  "duty-gap": ["值班空缺", "nobody on duty"],
  "clock-stepped": ["时钟跳变", "clock stepped"],
  "http-down": ["网页打不开", "pages down"],
  "journal-failing": ["日志写入异常", "journal failing"],
  "journal-damaged": ["数据库损坏", "database damaged"],
};
