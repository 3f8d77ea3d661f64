import type { Outcome, Role } from "./kinds.ts";

/** What a code is called: Chinese, English. A word that people of the desk or the command line read stands here once. */
export type Word = readonly [chinese: string, english: string];

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
