import { CHANNELS } from "./chinese/channels.ts";
import { CONFIGURATION } from "./chinese/configuration.ts";
import { DESK } from "./chinese/desk.ts";
import { DEVICES } from "./chinese/devices.ts";
import { DUTY } from "./chinese/duty.ts";
import { ENROLMENT } from "./chinese/enrolment.ts";
import { LOGINS } from "./chinese/logins.ts";
import { MACHINE } from "./chinese/machine.ts";
import { PEOPLE } from "./chinese/people.ts";
import { PLATFORMS } from "./chinese/platforms.ts";
import { POLICIES } from "./chinese/policies.ts";
import { POWER } from "./chinese/power.ts";
import { REPORTS } from "./chinese/reports.ts";
import { SCAIP } from "./chinese/scaip.ts";
import { SMS } from "./chinese/sms.ts";
import { VOICE } from "./chinese/voice.ts";
import type { Wording } from "./chinese/wording.ts";
import type { Word } from "./words.ts";

/**
 * Every message that a person is shown, English as the code writes it and Chinese beside it. The code says what is
 * wrong in one language; where a person reads it, both stand. Messages inside messages are translated too.
 */
export const CATALOGUE: readonly Wording[] = [
  ...CHANNELS,
  ...CONFIGURATION,
  ...DESK,
  ...LOGINS,
  ...DEVICES,
  ...DUTY,
  ...ENROLMENT,
  ...MACHINE,
  ...PEOPLE,
  ...PLATFORMS,
  ...POLICIES,
  ...POWER,
  ...REPORTS,
  ...SCAIP,
  ...SMS,
  ...VOICE,
];

interface Pattern {
  readonly form: RegExp;
  readonly chinese: string;
}

/** A message in a message in a message; deeper ones stay English. */
const DEPTH_MAX = 4;
/** Longer texts are not messages of ours. */
const LENGTH_MAX = 4_000;

let patterns: readonly Pattern[] | null = null;

/** The Chinese of a message of ours; null where the catalogue has none. */
export function chineseOf(message: string): string | null {
  return message.length > LENGTH_MAX ? null : translate(message, DEPTH_MAX);
}

/** The same for a message of several lines; a line without Chinese stays English, and null is no line with any. */
export function chineseLinesOf(message: string): string | null {
  const whole = chineseOf(message);
  if (whole !== null || !message.includes("\n")) return whole;
  const lines = message.split("\n").map((line) => ({ line, chinese: chineseOf(line) }));
  if (lines.every(({ chinese }) => chinese === null)) return null;
  return lines.map(({ line, chinese }) => chinese ?? line).join("\n");
}

/** The same as a page shows it; without Chinese the English stands first, alone. */
export function messageWord(message: string): Word {
  const chinese = chineseLinesOf(message);
  return chinese === null ? [message, ""] : [chinese, message];
}

/** Chinese first, English below; the English alone where there is no Chinese. */
export function inBoth(message: string): string {
  const chinese = chineseLinesOf(message);
  return chinese === null ? message : `${chinese}\n${message}`;
}

function translate(message: string, depth: number): string | null {
  if (depth === 0 || message === "") return null;
  patterns ??= compile(CATALOGUE);
  for (const { form, chinese } of patterns) {
    const match = form.exec(message);
    if (match) return filled(chinese, match.slice(1), depth);
  }
  // Several lines are several messages: what stands in one must not swallow the others.
  if (message.includes("\n")) return null;
  return afterPlace(message, depth) ?? inParts(message, depth);
}

/** The longest first: the more of a message is fixed, the surer it is. */
function compile(catalogue: readonly Wording[]): Pattern[] {
  return catalogue
    .map(([english, chinese]) => ({ english, chinese, fixed: english.replaceAll("{}", "").length }))
    .sort((a, b) => b.fixed - a.fixed)
    .map(({ english, chinese }) => ({ form: formOf(english), chinese }));
}

function formOf(english: string): RegExp {
  const parts = english.split("{}").map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&"));
  return new RegExp(`^${parts.join("(.*?)")}$`);
}

/** `{}` in turn, or `{0}`, `{1}` where Chinese has another order. */
function filled(chinese: string, values: readonly string[], depth: number): string {
  let next = 0;
  return chinese.replaceAll(/\{(\d?)\}/g, (_, index: string) => {
    const value = values[index === "" ? next++ : Number(index)] ?? "";
    return translate(value, depth - 1) ?? value;
  });
}

/** `okc.yaml:12: http.listen: is missing …`: what stands before the message is a place. */
function afterPlace(message: string, depth: number): string | null {
  const at = message.indexOf(": ");
  if (at < 0) return null;
  const rest = translate(message.slice(at + 2), depth - 1);
  const place = message.slice(0, at);
  return rest === null ? null : `${translate(place, depth - 1) ?? place}：${rest}`;
}

/** Several messages in one line. */
function inParts(message: string, depth: number): string | null {
  const parts = message.split("; ");
  if (parts.length === 1) return null;
  const chinese = parts.map((part) => translate(part, depth - 1));
  return chinese.every((part) => part === null) ? null : parts.map((part, i) => chinese[i] ?? part).join("；");
}
