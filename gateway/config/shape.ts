import { pathBelow } from "./source.ts";
import type { ConfigProblem, Place, SourceMap, SourceNode, SourceScalar } from "./source.ts";

/** What a shape needs to read values: where problems go, and the folder that relative paths start from. */
export interface Reading {
  readonly folder: string;
  readonly problems: ConfigProblem[];
}

/** What a value must look like, and how it is read. */
export interface Shape<T> {
  /** The keys below, where the value is a map. */
  readonly fields?: Readonly<Record<string, Shape<unknown>>>;
  /** The value may also be a single one. */
  readonly orScalar?: true;
  /** What each entry looks like, where the value is a list. */
  readonly item?: Shape<unknown>;
  /** Gives undefined after it has put at least one problem to `reading.problems`. */
  read(node: SourceNode, reading: Reading): T | undefined;
}

/** A scalar is read to `{ value }`, or `{ wrong }` says in a few words what is wrong and what is allowed. */
export type ScalarResult<T> = { readonly value: T } | { readonly wrong: string };

/** What is wrong at one key of a map. */
export interface WrongKey {
  readonly key: string;
  readonly wrong: string;
}

/** A map is read to `{ value }`, or to what is wrong with it. */
export type Checked<T> = { readonly value: T } | WrongKey;

/** A key of a map: with a fallback it may be left out. */
export interface Field<T> {
  readonly shape: Shape<T>;
  readonly fallback?: { readonly value: T };
}

type Fields = Readonly<Record<string, Field<unknown>>>;
type Values<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** A key that must be there. */
export const required = <T>(shape: Shape<T>): Field<T> => ({ shape });

/** A key that may be left out, and what then holds. */
export const optional = <T, F>(shape: Shape<T>, fallback: F): Field<T | F> => ({
  shape: shape as Shape<T | F>,
  fallback: { value: fallback },
});

/** A single value. `expected` completes the sentence "must be …" for anything that is not a single value. */
export function scalar<T>(
  expected: string,
  read: (value: SourceScalar, reading: Reading) => ScalarResult<T>,
): Shape<T> {
  return {
    read(node, reading) {
      if (node.type !== "scalar") return fault(reading, node.place, `must be ${expected}, not a ${node.type}`);
      if (node.value === null) return fault(reading, node.place, `is empty; must be ${expected}, or remove the key`);
      const result = read(node, reading);
      return "wrong" in result ? fault(reading, node.place, result.wrong) : result.value;
    },
  };
}

/**
 * A list whose entries all have one shape. `nameOf` gives what no two of them may share, with a word for it.
 */
export function list<T>(item: Shape<T>, expected: string, nameOf?: (entry: T) => string): Shape<readonly T[]> {
  return {
    item,
    read(node, reading) {
      if (node.type !== "list") return fault(reading, node.place, `must be ${expected}`);
      const seen = new Set<string>();
      const items = node.items.map((source) => {
        const entry = item.read(source, reading);
        if (entry === undefined || !nameOf) return entry;
        const name = nameOf(entry);
        if (seen.has(name)) return fault(reading, source.place, `${name} stands in the list twice`);
        seen.add(name);
        return entry;
      });
      return items.every((entry) => entry !== undefined) ? items : undefined;
    },
  };
}

/**
 * Keys with values. `finish` looks at what single values cannot show; it says what is wrong at which key, or gives the
 * finished value. `together` looks only at which keys are given; it is asked even when values are wrong.
 */
export function map<F extends Fields, T>(
  fields: F,
  finish: (values: Values<F>) => Checked<T>,
  together: (given: readonly string[]) => WrongKey | null = () => null,
): Shape<T> {
  const allowed = Object.keys(fields);
  return {
    fields: Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, field.shape])),
    read(node, reading) {
      if (node.type !== "map") {
        return fault(reading, node.place, `must have keys of its own; allowed: ${allowed.join(", ")}`);
      }
      const before = reading.problems.length;
      refuseUnknownKeys(node, allowed, reading);
      const clash = together([...node.entries.keys()]);
      if (clash) fault(reading, placeOf(node, clash.key), clash.wrong);
      const values = readFields(node, fields, reading);
      if (reading.problems.length > before) return undefined;
      const finished = finish(values as Values<F>);
      if ("value" in finished) return finished.value;
      return fault(reading, placeOf(node, finished.key), finished.wrong);
    },
  };
}

/** A map that looks different by what stands at `key`. */
export function choice<T>(key: string, variants: Readonly<Record<string, Shape<T>>>): Shape<T> {
  const words = Object.keys(variants);
  const fields = Object.assign({}, ...Object.values(variants).map((variant) => variant.fields)) as Shape<T>["fields"];
  return {
    fields: fields!,
    read(node, reading) {
      if (node.type !== "map") return fault(reading, node.place, `must have keys of its own, ${key} among them`);
      const given = node.entries.get(key);
      const allowed = words.join(", ");
      if (!given) return fault(reading, placeOf(node, key), `${missing(node, key)}; allowed: ${allowed}`);
      const word = given.type === "scalar" ? String(given.value) : "";
      const variant = Object.hasOwn(variants, word) ? variants[word] : undefined;
      if (variant) return variant.read(node, reading);
      const near = nearestOf(word, words);
      const meant = near ? `; did you mean ${near}?` : ";";
      return fault(reading, given.place, `"${word}" is not known${meant} allowed: ${allowed}`);
    },
  };
}

/** Two keys of a map that go together, as user and password. */
export const bothOrNone =
  (one: string, other: string) =>
  (given: readonly string[]): WrongKey | null => {
    const [alone, ...both] = [one, other].filter((key) => given.includes(key));
    if (alone === undefined || both.length > 0) return null;
    return { key: alone, wrong: `needs ${alone === one ? other : one} beside it` };
  };

function readFields(node: SourceMap, fields: Fields, reading: Reading): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(fields)) {
    const entry = node.entries.get(key);
    if (entry) values[key] = field.shape.read(entry, reading);
    else if (field.fallback) values[key] = field.fallback.value;
    else fault(reading, placeOf(node, key), missing(node, key));
  }
  return values;
}

const missing = (node: SourceMap, key: string): string =>
  node.place.file === "environment" ? `needs ${key} beside it` : "is missing and must be given";

function refuseUnknownKeys(node: SourceMap, allowed: readonly string[], reading: Reading): void {
  for (const [key, entry] of node.entries) {
    if (!allowed.includes(key)) fault(reading, entry.place, unknownKey(key, allowed));
  }
}

/** The text for a key that does not exist: the nearest one that does, and all that are allowed. */
export function unknownKey(key: string, allowed: readonly string[]): string {
  const near = nearestOf(key, allowed);
  return `unknown key${near ? `; did you mean ${near}?` : ";"} allowed: ${allowed.join(", ")}`;
}

/** The entry of `allowed` that `word` was most likely meant to be; null when none is close. */
export function nearestOf(word: string, allowed: readonly string[]): string | null {
  const limit = Math.max(2, Math.floor(word.length / 3));
  let best: { name: string; steps: number } | null = null;
  for (const name of allowed) {
    const steps = editSteps(word.toLowerCase(), name.toLowerCase());
    if (steps <= limit && steps < name.length && (best === null || steps < best.steps)) best = { name, steps };
  }
  return best?.name ?? null;
}

/** Levenshtein's distance: single letters to add, drop or change. */
function editSteps(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const change = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}

function fault(reading: Reading, place: Place, message: string): undefined {
  reading.problems.push({ ...place, message });
  return undefined;
}

function placeOf(node: SourceMap, key: string): Place {
  const place = node.entries.get(key)?.place ?? node.place;
  if (place.file === "environment") return place;
  return { ...place, path: pathBelow(node.place.path, key) };
}
