import { nearestOf } from "./shape.ts";
import type { Shape } from "./shape.ts";
import type { ConfigProblem, Place, SourceMap, SourceNode, SourceScalar } from "./source.ts";

const PREFIX = "OKC_";
const NESTING = "__";

/** Named like a key by chance, but read elsewhere: the file itself. */
const RESERVED = new Set(["OKC_CONFIG"]);

/**
 * Lays `OKC_HTTP__LISTEN=…` and the like over what the file says. Two underscores go one level down, letters' case does
 * not matter, entries of a list are counted from 0; an empty variable changes nothing. Names that lead nowhere go to
 * `problems`. Variables that begin with `OKC_` but name no section are somebody else's and are left alone.
 */
export function overlayEnvironment(
  root: SourceMap,
  shape: Shape<unknown>,
  env: NodeJS.ProcessEnv,
  problems: ConfigProblem[],
): void {
  const names = Object.keys(env).filter((name) => isOurs(name, shape));
  for (const name of names.sort(inOrderOfIndex)) {
    const place: Place = { file: "environment", line: null, path: name };
    const wrong = lay(root, shape, name, { type: "scalar", place, value: env[name] ?? "", source: env[name] ?? "" });
    if (wrong !== null) problems.push({ ...place, message: wrong });
  }
}

const inOrderOfIndex = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

function isOurs(name: string, shape: Shape<unknown>): boolean {
  if (!name.startsWith(PREFIX) || RESERVED.has(name)) return false;
  const rest = name.slice(PREFIX.length);
  // One underscore where two belong (`OKC_HTTP_LISTEN`) must not pass unnoticed.
  return rest.includes(NESTING) || keyIn(shape, rest.split("_")[0]!) !== null;
}

function keyIn(shape: Shape<unknown>, segment: string): string | null {
  const lower = segment.toLowerCase();
  return Object.keys(shape.fields ?? {}).find((key) => key.toLowerCase() === lower) ?? null;
}

/** Sets one variable's value in the tree. Gives what is wrong with its name, or null. */
function lay(root: SourceMap, rootShape: Shape<unknown>, name: string, value: SourceScalar): string | null {
  const segments = name.slice(PREFIX.length).split(NESTING);
  const keys: (string | number)[] = [];
  const shapes: Shape<unknown>[] = [];
  let walked = PREFIX;
  for (const segment of segments) {
    const above = shapes.at(-1) ?? rootShape;
    if (!above.fields && !above.item) return `${walked.slice(0, -NESTING.length)} has nothing below it`;
    const step = stepInto(above, segment, walked);
    if ("wrong" in step) return step.wrong;
    keys.push(step.key);
    shapes.push(step.shape);
    walked += `${segment}${NESTING}`;
  }
  const leaf = shapes.at(-1)!;
  if (leaf.fields && !leaf.orScalar) return `is a section; set one of ${namesBelow(leaf, walked)}`;
  if (leaf.item) return `is a list; set ${walked}0 and so on`;
  if (value.source === "") return null;
  let node: SourceNode = root;
  for (const [depth, key] of keys.entries()) {
    const isLeaf = depth === keys.length - 1;
    const fresh = (isLeaf ? null : containerFor(shapes[depth]!, value.place)) ?? value;
    const entered = enter(node, key, fresh);
    if ("wrong" in entered) return entered.wrong;
    node = entered.node;
  }
  return null;
}

const namesBelow = (shape: Shape<unknown>, walked: string): string =>
  Object.keys(shape.fields ?? {})
    .map((key) => `${walked}${key.toUpperCase()}`)
    .join(", ");

type Step = { readonly key: string | number; readonly shape: Shape<unknown> } | { readonly wrong: string };

function stepInto(shape: Shape<unknown>, segment: string, walked: string): Step {
  if (shape.item) {
    if (/^\d{1,3}$/.test(segment)) return { key: Number(segment), shape: shape.item };
    return { wrong: `${walked}${segment}: a number belongs here, ${walked}0 is the first of the list` };
  }
  const key = keyIn(shape, segment);
  if (key !== null) return { key, shape: shape.fields![key]! };
  const meant = nearestOf(segment, Object.keys(shape.fields ?? {}));
  const near = nestedForm(shape, segment, walked) ?? (meant === null ? null : `${walked}${meant.toUpperCase()}`);
  const allowed = namesBelow(shape, walked);
  return { wrong: `unknown variable${near === null ? ";" : `; did you mean ${near}?`} allowed: ${allowed}` };
}

/** What was meant by one underscore where two belong; null when that is not the fault. */
function nestedForm(shape: Shape<unknown>, segment: string, walked: string): string | null {
  const [section, ...rest] = segment.split("_");
  return rest.length > 0 && keyIn(shape, section!) ? `${walked}${section}${NESTING}${rest.join(NESTING)}` : null;
}

function containerFor(shape: Shape<unknown>, place: Place): SourceNode | null {
  if (shape.item) return { type: "list", place, items: [] };
  return shape.fields ? { type: "map", place, entries: new Map() } : null;
}

/** Goes one level down. `fresh` takes the place of what stands there, unless both are maps or both are lists. */
function enter(
  node: SourceNode,
  key: string | number,
  fresh: SourceNode,
): { readonly node: SourceNode } | { readonly wrong: string } {
  if (node.type === "list" && typeof key === "number") {
    const { items } = node;
    if (key > items.length) return { wrong: `the list has ${items.length} so far; the next one is ${items.length}` };
    return { node: (items[key] = keptOr(fresh, items[key])) };
  }
  if (node.type === "map" && typeof key === "string") {
    const next = keptOr(fresh, node.entries.get(key));
    node.entries.set(key, next);
    return { node: next };
  }
  return { wrong: "the file has another form here" };
}

const keptOr = (fresh: SourceNode, present: SourceNode | undefined): SourceNode =>
  present && present.type === fresh.type && fresh.type !== "scalar" ? present : fresh;
