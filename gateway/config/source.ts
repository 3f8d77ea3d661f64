import { LineCounter, isAlias, isMap, isNode, isScalar, isSeq, parseDocument } from "yaml";

/** Where a value was written. For a variable `file` is "environment", `line` null and `path` the variable's name. */
export interface Place {
  readonly file: string;
  readonly line: number | null;
  /** The key with all keys above it: `hotline[0].port`. */
  readonly path: string;
}

/** One thing that is wrong in a configuration, and where. */
export interface ConfigProblem extends Place {
  readonly message: string;
}

export interface SourceScalar {
  readonly type: "scalar";
  readonly place: Place;
  readonly value: unknown;
  /** The value as it was typed, before YAML made a number or a boolean of it. */
  readonly source: string;
}

export interface SourceList {
  readonly type: "list";
  readonly place: Place;
  readonly items: SourceNode[];
}

export interface SourceMap {
  readonly type: "map";
  readonly place: Place;
  readonly entries: Map<string, SourceNode>;
}

/** A configuration before it is checked: every value still knows where it was written. */
export type SourceNode = SourceScalar | SourceList | SourceMap;

/** The path of an entry below `path`. */
export const pathBelow = (path: string, key: string | number): string =>
  typeof key === "number" ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;

interface Reading {
  readonly file: string;
  readonly lines: LineCounter;
  readonly problems: ConfigProblem[];
}

/**
 * Reads UTF-8 YAML. What is wrong with its form goes to `problems`; the result is null when nothing of it can be used.
 */
export function readYaml(bytes: Uint8Array, file: string, problems: ConfigProblem[]): SourceMap | null {
  const text = decodeUtf8(bytes, file, problems);
  if (text === null) return null;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  for (const fault of [...document.errors, ...document.warnings]) {
    problems.push({ file, line: lines.linePos(fault.pos[0]).line, path: "", message: `not YAML: ${fault.message}` });
  }
  if (document.errors.length > 0) return null;
  const contents = document.contents;
  // A file that lost its content in a power cut must not pass for a site that wants the defaults.
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    problems.push({ file, line: 1, path: "", message: "the file is empty; write at least `site: { name: … }`" });
    return null;
  }
  const root = convert(contents, "", 1, { file, lines, problems });
  if (root.type === "map") return root;
  problems.push({ file, line: 1, path: "", message: "must be keys with values, as in `site: { name: … }`" });
  return null;
}

function decodeUtf8(bytes: Uint8Array, file: string, problems: ConfigProblem[]): string | null {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    return decoder.decode(bytes);
  } catch {
    problems.push({ file, line: lineOfBadUtf8(bytes), path: "", message: "not UTF-8; save the file as UTF-8" });
    return null;
  }
}

function lineOfBadUtf8(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(0x0a, start);
    try {
      decoder.decode(bytes.subarray(start, end === -1 ? bytes.length : end));
    } catch {
      return line;
    }
    if (end === -1) return line;
    start = end + 1;
    line += 1;
  }
}

/** `line` is where the key stands: its value may begin further down, but a wrong value is looked for at its key. */
function convert(node: unknown, path: string, line: number | null, reading: Reading): SourceNode {
  const place: Place = { file: reading.file, line, path };
  if (isMap(node)) {
    const entries = node.items.map(({ key, value }): [string, SourceNode] => {
      const name = isScalar(key) ? String(key.value) : "?";
      return [name, convert(value, pathBelow(path, name), lineOf(key, reading), reading)];
    });
    return { type: "map", place, entries: new Map(entries) };
  }
  if (isSeq(node)) {
    const items = node.items.map((item, index) =>
      convert(item, pathBelow(path, index), lineOf(item, reading) ?? line, reading),
    );
    return { type: "list", place, items };
  }
  if (isAlias(node)) {
    // An alias may stand inside its own anchor, or multiply without end: not worth what it saves here.
    reading.problems.push({ ...place, message: `aliases (*${node.source}) are not read; write the value again` });
  }
  if (isScalar(node)) {
    return { type: "scalar", place, value: node.value, source: node.source ?? String(node.value) };
  }
  return { type: "scalar", place, value: null, source: "" };
}

function lineOf(node: unknown, { lines }: Reading): number | null {
  const at = isNode(node) ? node.range?.[0] : undefined;
  return at === undefined ? null : lines.linePos(at).line;
}
