import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { isNode, LineCounter, parseDocument } from "yaml";
import { GatewayError } from "../../core/errors.ts";

/** Reads a parsed document; `place` gives the file and line of a path, as `policies.yaml:12`. */
export type ReadDocument<Result extends { readonly problems: readonly string[] }> = (
  document: unknown,
  place: (path: readonly (string | number)[]) => string,
) => Result;

/**
 * A YAML file that a rule of the core reads.
 * @throws {GatewayError} `configuration`, with every problem on a line of its own: file, line, what, what is allowed.
 */
export function readPlacedYaml<Result extends { readonly problems: readonly string[] }>(
  file: string,
  read: ReadDocument<Result>,
): Result {
  const lines = new LineCounter();
  const name = basename(file);
  const document = parseDocument(readFileSync(file, "utf8"), { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => `${name}:${lines.linePos(error.pos[0]).line}: ${firstLine(error)}`);
    throw new GatewayError("configuration", problems.join("\n"));
  }
  const place = (path: readonly (string | number)[]): string => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return `${name}:${lines.linePos(node.range[0]).line}`;
    }
    return name;
  };
  const result = read(document.toJS(), place);
  if (result.problems.length > 0) throw new GatewayError("configuration", result.problems.join("\n"));
  return result;
}

const firstLine = (error: Error): string => error.message.split("\n")[0] ?? "not YAML";
