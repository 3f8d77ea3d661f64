import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { isNode, LineCounter, parseDocument } from "yaml";
import { GatewayError } from "../../core/errors.ts";
import { readPolicies } from "../../core/policy-file.ts";
import type { Policy } from "../../core/policy.ts";

/**
 * The policies of a site's file, with the shipped ones that it does not replace.
 * @throws {GatewayError} `configuration`, with every problem on a line of its own: file, line, what, what is allowed.
 */
export function readPolicyFile(file: string): readonly Policy[] {
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
  const { policies, problems } = readPolicies(document.toJS(), place);
  if (problems.length > 0) throw new GatewayError("configuration", problems.join("\n"));
  return policies;
}

const firstLine = (error: Error): string => error.message.split("\n")[0] ?? "not YAML";
