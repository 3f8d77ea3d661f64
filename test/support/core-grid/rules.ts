import { ACT_RULES } from "./act-rules.ts";
import { ANSWER_RULES } from "./answer-rules.ts";
import { DEVICE_RULES } from "./device-rules.ts";
import { DUE_RULES, SITE_RULES } from "./due-rules.ts";
import { PLATFORM_RULES } from "./platform-rules.ts";
import { RECEIPT_RULES } from "./receipt-rules.ts";
import { REPORT_RULES } from "./report-rules.ts";
import type { Rule } from "./rule.ts";

/** The table. A place of the grid that no rule speaks about is a hole in what we promise. */
export const RULES: readonly Rule[] = [
  ...REPORT_RULES,
  ...ACT_RULES,
  ...DEVICE_RULES,
  ...ANSWER_RULES,
  ...PLATFORM_RULES,
  ...RECEIPT_RULES,
  ...DUE_RULES,
  ...SITE_RULES,
];
