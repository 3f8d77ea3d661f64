import type { ReportKind } from "../../gateway/core/kinds.ts";
import type { Fields } from "../parts/text.ts";
import { AT_REST, BLANK, MEANT } from "./words.ts";

/** What was pressed, and what the decoder says it means; `other` without a press is a state. */
export interface Said {
  readonly kind: ReportKind;
  readonly press: string | null;
}

export const STATE: Said = { kind: "other", press: null };
export const HEARTBEAT: Said = { kind: "heartbeat", press: null };
export const TAMPER: Said = { kind: "tamper", press: null };
const PRESS_MAX_CHARS = 40;

export const bare = (press: string | number): Said => ({ kind: "other", press: String(press) });

/** Where decoders and flex decoders (`get=…`) print a key, a command or an event, the most telling first. */
const WORD_FIELDS = [
  "event",
  "cmd",
  "button_str",
  "button_press_name",
  "button",
  "cmd_name",
  "command",
  "control",
  "action",
  "switch",
  "state",
  "motion",
  "extradata",
  "text",
  "button_id",
] as const;
const NUMBER_FIELDS = ["cmd", "command", "button", "button_code", "button_id", "button_press", "cmd_id"] as const;
const BUTTONS = ["button1", "button2", "button3", "button4"] as const;
const PUSHED: ReadonlySet<unknown> = new Set(["ON", "PRESSED", 1, true]);
/** True when something went off. */
const BITS = [
  "alarm",
  "contact_open",
  "reed_open",
  "reed",
  "opened",
  "open",
  "motion",
  "water",
  "detect_wet",
  "triggered",
  "button_left",
  "button_right",
] as const;

const SET: ReadonlySet<unknown> = new Set([1, true, "1", "yes", "true"]);

/** Flags came as words, then as numbers. */
export const isSet = (value: unknown): boolean => SET.has(value);

/** What a word means; null: it is blank. */
export function wordSaid(word: string): Said | null {
  // Behind a colon stands what was entered, such as a keypad's PIN.
  const printed = word.split(":", 1)[0]!.trim().slice(0, PRESS_MAX_CHARS);
  const plain = printed.toLowerCase();
  const kind = MEANT.get(plain);
  if (kind !== undefined) return { kind, press: kind === "emergency" || kind === "test" ? printed : null };
  if (BLANK.has(plain)) return null;
  return AT_REST.has(plain) ? STATE : bare(printed);
}

/** A remote that switches several things: which of them, before what it tells them. */
function qualified(fields: Fields, said: Said): Said {
  if (said.press === null || said.kind !== "other") return said;
  const { unit, subunit, group, group_call: groupCall, socket_id: socket, key, button } = fields;
  if (groupCall === "Yes" || (unit !== undefined && group === 1)) return bare(`all-${said.press}`);
  for (const which of [unit, subunit, socket, key, unit === undefined ? group : undefined, button])
    if ((typeof which === "string" || typeof which === "number") && String(which) !== said.press)
      return bare(`${which}-${said.press}`.slice(0, PRESS_MAX_CHARS));
  return said;
}

/** What any decoder says: a word, else a number, else a flag. */
export function anySaid(fields: Fields): Said {
  let rest = false;
  let found: Said | null = null;
  for (const field of WORD_FIELDS) {
    const value = fields[field];
    if (typeof value !== "string") continue;
    const said = wordSaid(value);
    if (said === null) continue;
    if (said.kind !== "other") return said;
    if (said.press === null) rest = true;
    else found ??= said;
  }
  if (found) return qualified(fields, found);
  return rest ? STATE : (numberSaid(fields) ?? buttonsSaid(fields) ?? bitsSaid(fields) ?? STATE);
}

function numberSaid(fields: Fields): Said | null {
  for (const field of NUMBER_FIELDS) {
    const value = fields[field];
    // Thermometers have a button, too, and print 0 for it.
    if (typeof value === "number" && !(field === "button" && value === 0)) return qualified(fields, bare(value));
  }
  return null;
}

/** `button1` to `button4`, ON or PRESSED each: numbers of those that are down. */
function buttonsSaid(fields: Fields): Said | null {
  const down = BUTTONS.filter((field) => PUSHED.has(fields[field])).map((field) => field.slice(-1));
  return down.length > 0 ? bare(down.join("+")) : null;
}

export function bitsSaid(fields: Fields): Said | null {
  const set = BITS.find((field) => isSet(fields[field]));
  return set === undefined ? null : bare(set);
}
