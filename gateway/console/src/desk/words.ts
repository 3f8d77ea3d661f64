import type { Flag } from "../../../core/alarm.ts";
import type { ActName } from "../../../core/input.ts";
import type { Outcome } from "../../../core/kinds.ts";
import type { Word } from "../../../core/words.ts";

/** When a person must look at what a flag says: always, or while nobody has the alarm; others only explain. */
export const CHECKS: Readonly<Partial<Record<Flag, "always" | "unowned">>> = {
  unanswered: "unowned",
  unverified: "always",
  "unknown-device": "always",
  "cancel-requested": "always",
  "nobody-to-ask": "unowned",
  understaffed: "unowned",
  "arrival-overdue": "always",
  undecided: "always",
  "unclear-cause": "always",
  "suspended-device": "always",
  salvaged: "always",
  "rows-lost": "always",
};

export const OUTCOME_GROUPS: readonly { readonly words: Word; readonly outcomes: readonly Outcome[] }[] = [
  { words: ["平安", "All is well"], outcomes: ["ok-accidental", "ok-wanted-contact", "service-request"] },
  { words: ["已帮助", "Helped"], outcomes: ["helped-on-site", "lifted-after-fall", "family-took-over"] },
  { words: ["已叫救援", "Rescue"], outcomes: ["sent-120", "sent-119", "sent-110"] },
  { words: ["严重", "Grave"], outcomes: ["no-access", "forced-entry", "not-found", "deceased"] },
  { words: ["不是呼叫", "No call"], outcomes: ["device-fault", "test", "duplicate"] },
];

/** What the buttons say. */
export const ACTS: Readonly<Record<Exclude<ActName, "close">, Word>> = {
  take: ["接警", "Take"],
  release: ["放回", "Release"],
  arrive: ["有人到场", "Somebody is there"],
  "verify-cancel": ["核实取消", "Verify cancel"],
  resolve: ["处置完毕", "Resolve"],
  note: ["记下", "Note"],
};

/** !!! for priority 1, !! for 2 and 3, ! below (IEC 60601-1-8: high, medium, low). */
export type Urgency = "high" | "medium" | "low";
export const urgencyOf = (priority: number): Urgency => (priority <= 1 ? "high" : priority <= 3 ? "medium" : "low");
export const MARKS: Readonly<Record<Urgency, string>> = { high: "!!!", medium: "!!", low: "!" };

/** 3号楼 2单元 302. */
export const placeOf = (home: { readonly building: string; readonly unit: string; readonly room: string }): string =>
  [home.building, home.unit && `${home.unit}${/^\d+$/.test(home.unit) ? "单元" : ""}`, home.room]
    .filter(Boolean)
    .join(" ");
