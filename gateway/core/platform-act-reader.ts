import type { PlatformAct } from "./input.ts";
import { OUTCOMES } from "./kinds.ts";
import { PLATFORM_ACTS, REJECTIONS, type PlatformActName } from "./news-events.ts";

/** Bounds of what a platform may send; longer is refused. */
export const PLATFORM_ID_MAX_CHARS = 100;
export const PLATFORM_NAME_MAX_CHARS = 64;
export const PLATFORM_TEXT_MAX_CHARS = 2_000;
/** Acts in the body of one response; the rest is left out, and comes again with the next where its id was not answered. */
export const PLATFORM_ACTS_MAX = 50;

export type ReadAct = { readonly act: Omit<PlatformAct, "type" | "platform"> } | { readonly wrong: string };

type Fields = Readonly<Record<string, unknown>>;

const COMMON: readonly string[] = ["id", "alarm", "act", "version", "by"];
/** What each act says besides; with `!` it must. */
const OWN: Readonly<Record<PlatformActName, readonly string[]>> = {
  taken: [],
  dispatched: ["text!"],
  note: ["text!"],
  arrived: ["text"],
  cancelled: [],
  closed: ["outcome!", "text"],
  rejected: ["reason!", "text"],
};

/** Reads what a platform says of an operator's act; see `PlatformActMessage`, whose JSON Schema says the same. */
export function readPlatformAct(said: unknown): ReadAct {
  if (typeof said !== "object" || said === null || Array.isArray(said)) return { wrong: "an act is an object" };
  const fields = said as Fields;
  const { act } = fields;
  if (!isOneOf(PLATFORM_ACTS, act)) return { wrong: `act is none of ${PLATFORM_ACTS.join(", ")}` };
  const own = OWN[act].map((name) => name.replace("!", ""));
  const strange = Object.keys(fields).find((name) => !COMMON.includes(name) && !own.includes(name));
  if (strange !== undefined) return { wrong: `${act} has no ${strange.slice(0, 40)}` };
  const wrong = WRONG.map((check) => check(fields, OWN[act])).find((found) => found !== null);
  if (wrong !== undefined) return { wrong };
  const { id, alarm, version = null, by = null, text = null, outcome = null, reason = null } = fields;
  return { act: { id, alarm, act, version, by, text, outcome, reason } as Omit<PlatformAct, "type" | "platform"> };
}

type Check = (fields: Fields, own: readonly string[]) => string | null;

const isOneOf = <Word extends string>(words: readonly Word[], word: unknown): word is Word =>
  (words as readonly unknown[]).includes(word);

/** One line of text with something in it. */
const isName = (value: unknown, maxChars: number): boolean =>
  typeof value === "string" && value.length <= maxChars && /\S/.test(value) && !/\p{Cc}/u.test(value);

const isWanted = (own: readonly string[], name: string, fields: Fields): boolean =>
  own.includes(`${name}!`) || fields[name] !== undefined;

const WRONG: readonly Check[] = [
  ({ id }) => (isName(id, PLATFORM_ID_MAX_CHARS) ? null : `id must be a text of 1–${PLATFORM_ID_MAX_CHARS} characters`),
  ({ alarm }) => (isName(alarm, PLATFORM_ID_MAX_CHARS) ? null : "alarm must be the id of an alarm"),
  ({ version }) =>
    version === undefined || (Number.isInteger(version) && (version as number) >= 1)
      ? null
      : "version must be a whole number from 1",
  ({ by }) =>
    by === undefined || isName(by, PLATFORM_NAME_MAX_CHARS)
      ? null
      : `by must be a name of 1–${PLATFORM_NAME_MAX_CHARS} characters`,
  (fields, own) => {
    const { text } = fields;
    if (!isWanted(own, "text", fields)) return null;
    const fits = typeof text === "string" && text.length <= PLATFORM_TEXT_MAX_CHARS && /\S/.test(text);
    return fits ? null : `text must have 1–${PLATFORM_TEXT_MAX_CHARS} characters`;
  },
  (fields, own) =>
    !isWanted(own, "outcome", fields) || isOneOf(OUTCOMES, fields["outcome"])
      ? null
      : `outcome is none of ${OUTCOMES.join(", ")}`,
  (fields, own) =>
    !isWanted(own, "reason", fields) || isOneOf(REJECTIONS, fields["reason"])
      ? null
      : `reason is none of ${REJECTIONS.join(", ")}`,
];
