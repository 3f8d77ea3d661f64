/** Chinese, then English. */
export type Words = readonly [zh: string, en: string];

export const KIND_WORDS: Readonly<Record<string, Words>> = {
  emergency: ["紧急呼叫", "emergency"],
  fall: ["跌倒", "fall"],
  inactivity: ["长时间无活动", "inactivity"],
  service: ["服务请求", "service request"],
};

export const OUTCOME_WORDS: Readonly<Record<string, Words>> = {
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

export const FAULT_WORDS: Readonly<Record<string, Words>> = {
  "battery-low": ["电量低", "battery low"],
  "counter-old": ["计数器倒退", "old counter"],
  tamper: ["被拆动", "tamper"],
  "device-silent": ["设备失联", "device silent"],
  "fault-flapping": ["故障反复", "fault comes and goes"],
  "hotline-clock": ["热线设备时钟不符", "the hotline's clock differs"],
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
  "clock-stepped": ["时钟跳变", "clock stepped"],
  "http-down": ["网页打不开", "pages down"],
  "journal-failing": ["日志写入异常", "journal failing"],
  "journal-damaged": ["数据库损坏", "database damaged"],
};

/** A code without words stands for itself. */
export const wordsOf = (words: Readonly<Record<string, Words>>, code: string): Words =>
  Object.hasOwn(words, code) ? words[code]! : [code, ""];
