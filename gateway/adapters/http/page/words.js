/** What the page says: Chinese first, English beside it. A word that is not here is shown as the gateway gives it. */

export const KINDS = {
  emergency: ["紧急呼叫", "Emergency"],
  fall: ["跌倒", "Fall"],
  inactivity: ["长时间无活动", "Inactivity"],
  service: ["服务请求", "Service request"],
};

export const STATES = {
  new: ["新警情", "new"],
  alerting: ["正在通知", "alerting"],
  owned: ["已接警", "taken"],
  attending: ["已到场", "somebody is there"],
  resolved: ["已处置", "resolved"],
  closed: ["已结案", "closed"],
};

/** The third says when a person must look at it: `always`, or while `unowned`. */
export const FLAGS = {
  unanswered: ["无人应答", "unanswered", "unowned"],
  degraded: ["通道缺失，已用备用", "degraded: a channel is missing, another is used"],
  notLogged: ["尚未记录", "not yet in the journal"],
  late: ["迟到的呼叫", "late: kept during an outage"],
  unverified: ["未经验证", "unverified", "always"],
  "unknown-device": ["未登记的设备", "unknown device", "always"],
  again: ["再次按下", "pressed again"],
  "cancel-requested": ["请求取消，须核实", "cancel requested: verify", "always"],
  "cancel-verified": ["取消已核实", "cancel verified"],
  "nobody-to-ask": ["无人可派", "nobody to ask", "unowned"],
  "arrival-overdue": ["逾时未到场", "arrival overdue", "always"],
  undecided: ["规则出错，请人工判断", "a rule failed: decide yourself", "always"],
  "review-overdue": ["复核逾期", "review overdue"],
  salvaged: ["日志损坏后恢复，须核实", "saved from a damaged journal: verify", "always"],
  "rows-lost": ["日志缺失，请核实居民", "rows of the journal are lost: check with residents", "always"],
};

export const OFFERS = {
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
export const DELIVERIES = {
  queued: ["排队", "queued"],
  sent: ["已发出，未确认", "sent, not acknowledged"],
  received: ["接警中心设备已收到", "received by the hotline's receiver"],
  failing: ["发送未成功，重试中", "not taken so far, trying again"],
  failed: ["被拒绝", "refused"],
  stopped: ["已停止", "stopped"],
};

export const LEGS = {
  hotline: ["热线", "hotline"],
  volunteers: ["志愿者", "volunteer"],
  family: ["家属", "family"],
  staff: ["社区人员", "staff"],
};

export const SAYINGS = {
  heard: ["已收到", "heard"],
  answered: ["有人应答", "answered"],
  coming: ["有人正在赶来", "somebody is coming"],
};

export const OUTCOMES = {
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

export const ACTS = {
  take: ["接警", "Take"],
  release: ["放回", "Release"],
  arrive: ["有人到场", "Somebody is there"],
  "verify-cancel": ["核实取消", "Verify cancel"],
  resolve: ["处置完毕", "Resolve"],
  note: ["备注", "Note"],
};

/** Words as nodes: Chinese, then English marked as such. Everything is text, never markup. */
export function say([zh, en]) {
  const english = document.createElement("span");
  english.lang = "en";
  english.textContent = en;
  const nodes = document.createDocumentFragment();
  nodes.append(`${zh} `, english);
  return nodes;
}

/** The words for a code, or the code itself. */
export const wordOf = (words, code) => (Object.hasOwn(words, code) ? words[code] : [code, ""]);
