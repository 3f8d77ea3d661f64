import type { TimeWindow } from "./policy.ts";
import { DURATION_FORM, formatDuration, parseDuration, type DurationMs } from "./units.ts";

/** Where a value stands below the document: `["policies", 0, "steps", 2, "after"]`. */
export type Path = readonly (string | number)[];

/** Where problems go while a document is read. `place` names the file and line of a path. */
export interface Reading {
  readonly problems: string[];
  /** The paths of the problems. */
  readonly wrongAt: Path[];
  readonly place: (path: Path) => string;
}

/** Reads one value; undefined after it has put what is wrong to `reading.problems`. */
export type Reader<Value> = (value: unknown, at: Path, reading: Reading) => Value | undefined;

/** The keys of a map: what each is called in the result, and how it is read. */
export type Fields<Values> = Readonly<
  Record<string, { readonly [Key in keyof Values]: readonly [Key, Reader<Values[Key]>] }[keyof Values]>
>;

const MAX_SHOWN = 40;

/** A value as it would stand in the file, cut short and on one line. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

const dotted = (at: Path): string =>
  at.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");

/** Writes one problem: the place, the key, what is wrong. Always undefined, so that a reader can return it. */
export function refuse(reading: Reading, at: Path, wrong: string): undefined {
  const key = dotted(at);
  reading.wrongAt.push(at);
  reading.problems.push(key === "" ? `${reading.place(at)}: ${wrong}` : `${reading.place(at)}: ${key}: ${wrong}`);
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether something at `at` or below it was refused. */
export const isWrong = ({ wrongAt }: Reading, at: Path): boolean =>
  wrongAt.some((wrong) => at.every((part, index) => wrong[index] === part));

/**
 * A map whose left-out keys keep the values of `base`; those of `required` must be given. A key whose
 * value is refused keeps that of `base` too, so that the rest can still be looked at.
 */
export function keys<Values extends object>(
  base: Values,
  fields: Fields<Values>,
  required: readonly string[] = [],
): Reader<Values> {
  const allowed = Object.keys(fields).join(", ");
  return (value, at, reading) => {
    if (!isMap(value))
      return refuse(reading, at, `must have keys of its own, not ${shown(value)}; allowed: ${allowed}`);
    const result: Partial<Values> = {};
    for (const [key, entry] of Object.entries(value)) {
      const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
      const read = field?.[1](entry, [...at, key], reading);
      if (!field) refuse(reading, [...at, key], `unknown key; allowed: ${allowed}`);
      if (field && read !== undefined) result[field[0]] = read;
    }
    for (const key of required) {
      if (!Object.hasOwn(value, key)) refuse(reading, [...at, key], "is missing and must be given");
    }
    return { ...base, ...result };
  };
}

/** A list of values of one form. `what` completes "must be a list of …". */
export function listOf<Value>(read: Reader<Value>, what: string): Reader<readonly Value[]> {
  return (value, at, reading) => {
    if (!Array.isArray(value)) return refuse(reading, at, `must be a list of ${what}, not ${shown(value)}`);
    if (value.length === 0) return refuse(reading, at, `is empty; must be a list of ${what}`);
    const items = value.map((item, index) => read(item, [...at, index], reading));
    return items.every((item) => item !== undefined) ? items : undefined;
  };
}

/** The same, or nothing (null) for "no limit". */
export const orNull =
  <Value>(read: Reader<Value>): Reader<Value | null> =>
  (value, at, reading) =>
    value === null ? null : read(value, at, reading);

export function duration(minMs: DurationMs, maxMs: DurationMs): Reader<DurationMs> {
  return (value, at, reading) => {
    const read = typeof value === "string" ? parseDuration(value.trim()) : value === 0 ? 0 : null;
    if (read === null) return refuse(reading, at, `${shown(value)} is not a duration; must be ${DURATION_FORM}`);
    if (read >= minMs && read <= maxMs) return read;
    return refuse(
      reading,
      at,
      `must be from ${formatDuration(minMs)} to ${formatDuration(maxMs)}, not ${shown(value)}`,
    );
  };
}

export function wholeNumber(min: number, max: number): Reader<number> {
  return (value, at, reading) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? (value as number)
      : refuse(reading, at, `${shown(value)} is not a whole number from ${min} to ${max}`);
}

export const flag: Reader<boolean> = (value, at, reading) =>
  typeof value === "boolean" ? value : refuse(reading, at, `${shown(value)} is not true or false`);

export const text: Reader<string> = (value, at, reading) => {
  if (typeof value === "string" && value.trim() !== "") return value;
  const hint = typeof value === "number" ? "must stand in quotes, or leading zeros are lost" : "must be text";
  return refuse(reading, at, `${hint}, not ${shown(value)}`);
};

export function oneOf<Word extends string>(words: readonly Word[]): Reader<Word> {
  return (value, at, reading) =>
    words.find((word) => word === value) ??
    refuse(reading, at, `${shown(value)} is not known; allowed: ${words.join(", ")}`);
}

const WINDOW = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24):([0-5]\d)$/;
const DAY_MIN = 24 * 60;

/** `08:00-20:00` in the site's time; `20:00-08:00` goes over midnight. Null: it is none. */
export function readWindow(text: string): TimeWindow | null {
  const parts = WINDOW.exec(text.replaceAll(" ", ""));
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = (parts ?? []).slice(1).map(Number);
  const fromMin = fromHour * 60 + fromMinute;
  const toMin = toHour * 60 + toMinute;
  return !parts || toMin > DAY_MIN || fromMin === toMin ? null : { fromMin, toMin };
}

export const timeWindow: Reader<TimeWindow> = (value, at, reading) => {
  const window = typeof value === "string" ? readWindow(value) : null;
  if (window) return window;
  const form = 'two different times of the day as "08:00-20:00"; leave it out for the whole day';
  return refuse(reading, at, `${shown(value)} is no time window; must be ${form}`);
};

/** `18:00` as minutes since midnight. YAML without quotes gives text for it too. */
export const clockOfDay: Reader<number> = (value, at, reading) => {
  const [, hour, minute] = (typeof value === "string" && /^([01]\d|2[0-3]):([0-5]\d)$/.exec(value)) || [];
  if (hour !== undefined) return Number(hour) * 60 + Number(minute);
  return refuse(reading, at, `${shown(value)} is no time of the day; must be as "18:00"`);
};

/** Entries of a list that have one `id` between them. */
export function refuseTwice(list: readonly unknown[], at: Path, reading: Reading): void {
  const seen = new Set<unknown>();
  for (const [index, entry] of list.entries()) {
    const id = isMap(entry) ? entry["id"] : undefined;
    if (id === undefined) continue;
    if (seen.has(id)) refuse(reading, [...at, index, "id"], `${shown(id)} stands in the file twice; keep one`);
    seen.add(id);
  }
}

/** Minutes of the day as the file writes them: `08:00`. */
export const clockTime = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
