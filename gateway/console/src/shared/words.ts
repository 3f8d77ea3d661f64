import type { Flag, OfferState } from "../../../core/alarm.ts";
import type { ActName } from "../../../core/input.ts";
import type { AlarmKind, AlarmState, Leg, Outcome, Role, Say } from "../../../core/kinds.ts";

/** Chinese, and English beside it. */
export type Words = readonly [zh: string, en: string];

export const KINDS: Readonly<Record<AlarmKind, Words>> = {
  emergency: ["紧急呼叫", "Emergency"],
  fall: ["跌倒", "Fall"],
  inactivity: ["长时间无活动", "Inactivity"],
  service: ["服务请求", "Service request"],
};

export const STATES: Readonly<Record<AlarmState, Words>> = {
  new: ["新警情", "new"],
  alerting: ["正在通知", "alerting"],
  owned: ["已接警", "taken"],
  attending: ["已到场", "somebody is there"],
  resolved: ["已处置", "resolved"],
  closed: ["已结案", "closed"],
};

export interface FlagWords {
  readonly words: Words;
  /** When a person must look at it: always, or while nobody has the alarm; null: it only explains. */
  readonly check: "always" | "unowned" | null;
}

export const FLAGS: Readonly<Record<Flag, FlagWords>> = {
  unanswered: { words: ["无人应答", "unanswered"], check: "unowned" },
  degraded: { words: ["通道缺失，已用备用", "degraded: another way is used"], check: null },
  "desk-asleep": { words: ["呼叫时无人值守，已叫备用", "the desk was asleep: others were called"], check: null },
  notLogged: { words: ["尚未记录", "not yet in the journal"], check: null },
  late: { words: ["迟到的呼叫", "late: kept during an outage"], check: null },
  unverified: { words: ["未经验证", "unverified"], check: "always" },
  "unknown-device": { words: ["未登记的设备", "unknown device"], check: "always" },
  again: { words: ["再次按下", "pressed again"], check: null },
  "cancel-requested": { words: ["请求取消，须核实", "cancel requested: verify"], check: "always" },
  "cancel-verified": { words: ["取消已核实", "cancel verified"], check: null },
  "nobody-to-ask": { words: ["无人可派", "nobody to ask"], check: "unowned" },
  "arrival-overdue": { words: ["逾时未到场", "arrival overdue"], check: "always" },
  undecided: { words: ["规则出错，请人工判断", "a rule failed: decide yourself"], check: "always" },
  "suspended-device": { words: ["停用的设备按下，须核实", "a suspended device pressed: verify"], check: "always" },
  salvaged: { words: ["日志损坏后恢复，须核实", "saved from a damaged journal: verify"], check: "always" },
  "rows-lost": {
    words: ["日志缺失，请核实居民", "rows of the journal are lost: check with residents"],
    check: "always",
  },
  "review-overdue": { words: ["复核逾期", "review overdue"], check: null },
};

export const OFFERS: Readonly<Record<OfferState, Words>> = {
  queued: ["排队", "queued"],
  sent: ["已发出", "sent"],
  delivered: ["已送达", "delivered"],
  seen: ["已看到", "seen"],
  accepted: ["已接受", "accepted"],
  declined: ["已拒绝", "declined"],
  expired: ["已过期", "expired"],
  withdrawn: ["已撤回", "withdrawn"],
  enroute: ["在路上", "on the way"],
  arrived: ["已到达", "arrived"],
  left: ["已离开", "left"],
};

/** A hotline's receiver acknowledges: that is *received*, not answered. */
export const DELIVERIES: Readonly<Record<string, Words>> = {
  queued: ["排队", "queued"],
  sent: ["已发出，未确认", "sent, not acknowledged"],
  received: ["接警中心设备已收到（不等于有人接听）", "received by the hotline's receiver, not answered"],
  failing: ["发送未成功，重试中", "not taken so far, trying again"],
  failed: ["被拒绝", "refused"],
  stopped: ["已停止", "stopped"],
};

export const LEGS: Readonly<Record<Leg, Words>> = {
  hotline: ["热线", "hotline"],
  volunteers: ["志愿者", "volunteer"],
  family: ["家属", "family"],
  staff: ["社区人员", "staff"],
};

export const SAYINGS: Readonly<Record<Say, Words>> = {
  heard: ["已收到", "heard"],
  answered: ["有人应答", "answered"],
  coming: ["有人正在赶来", "somebody is coming"],
};

export const OUTCOMES: Readonly<Record<Outcome, Words>> = {
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

export const OUTCOME_GROUPS: readonly { readonly words: Words; readonly outcomes: readonly Outcome[] }[] = [
  { words: ["平安", "All is well"], outcomes: ["ok-accidental", "ok-wanted-contact", "service-request"] },
  { words: ["已帮助", "Helped"], outcomes: ["helped-on-site", "lifted-after-fall", "family-took-over"] },
  { words: ["已叫救援", "Rescue was called"], outcomes: ["sent-120", "sent-119", "sent-110"] },
  { words: ["严重", "Grave"], outcomes: ["no-access", "forced-entry", "not-found", "deceased"] },
  { words: ["不是呼叫", "No call for help"], outcomes: ["device-fault", "test", "duplicate"] },
];

export const ACTS: Readonly<Record<Exclude<ActName, "close">, Words>> = {
  take: ["接警", "Take"],
  release: ["放回", "Release"],
  arrive: ["有人到场", "Somebody is there"],
  "verify-cancel": ["核实取消", "Verify cancel"],
  resolve: ["处置完毕", "Resolve"],
  note: ["记下", "Note"],
};

export const ROLES: Readonly<Record<Role, Words>> = {
  administrator: ["管理员", "administrator"],
  supervisor: ["主管", "supervisor"],
  operator: ["接线员", "operator"],
  staff: ["社区人员", "staff"],
  technician: ["技术员", "technician"],
  viewer: ["只读", "viewer"],
};

export const TEST_RESULTS: Readonly<Record<string, Words>> = {
  running: ["进行中", "running"],
  passed: ["通过", "passed"],
  failed: ["未通过", "failed"],
};

/** The words for a code; a code without any is shown as it is. */
export const wordsOf = (words: Readonly<Record<string, Words>>, code: string): Words =>
  Object.hasOwn(words, code) ? words[code]! : [code, ""];

/** !!! for priority 1, !! for 2 and 3, ! below (IEC 60601-1-8: high, medium, low). */
export type Urgency = "high" | "medium" | "low";
export const urgencyOf = (priority: number): Urgency => (priority <= 1 ? "high" : priority <= 3 ? "medium" : "low");
export const MARKS: Readonly<Record<Urgency, string>> = { high: "!!!", medium: "!!", low: "!" };

/** 3号楼 2单元 302. */
export const placeOf = (home: { readonly building: string; readonly unit: string; readonly room: string }): string =>
  [home.building, home.unit && `${home.unit}${/^\d+$/.test(home.unit) ? "单元" : ""}`, home.room]
    .filter(Boolean)
    .join(" ");
