import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readPolicies } from "../../gateway/core/policy-file.ts";
import { faultsOf, schemas, SCHEMAS } from "../support/json-schemas.ts";

describe("the schema of the policies file", () => {
  it("takes the example of docs/policies.md, and refuses what the gateway refuses", () => {
    const [, example] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(SCHEMAS, "../policies.md"), "utf8"))!;
    assert.deepEqual(faultsOf("policies", parse(example!)), []);
    for (const wrong of [
      { after: "two minutes" },
      { targets: ["staf"] },
      { targets: [] },
      { onlyIf: { timeWindow: "8-20" } },
      { sometimes: true },
    ]) {
      const document = { policies: [{ id: "emergency", steps: [{ after: "0s", targets: ["desk"], ...wrong }] }] };
      assert.notDeepEqual(readPolicies(document, () => "x").problems, [], JSON.stringify(wrong));
      assert.notDeepEqual(faultsOf("policies", document), [], JSON.stringify(wrong));
    }
  });

  it("has the keys that the gateway reads, at every level", () => {
    const keysRead = (document: unknown): string[] => {
      const { problems } = readPolicies(document, () => "x");
      const allowed = problems.map((line) => /unknown key; allowed: (.*)$/.exec(line)?.[1]).find(Boolean);
      return (allowed ?? "").split(", ").sort();
    };
    const { policy, step } = schemas.get("policies")!["$defs"] as Record<string, { properties: Record<string, Level> }>;
    const ofPolicy = (more: object): object => ({ policies: [{ id: "emergency", ...more }] });
    const ofStep = (more: object): object => ofPolicy({ steps: [{ after: "0s", targets: ["desk"], ...more }] });
    const check = (level: { properties?: object }, document: unknown, where: string): void =>
      assert.deepEqual(
        Object.keys(level.properties!).sort(),
        keysRead(document),
        `docs/schemas/policies.schema.json: ${where}`,
      );
    check(policy!, ofPolicy({ "?": 1 }), "policy");
    check(step!, ofStep({ "?": 1 }), "step");
    for (const [around, levels] of [
      [ofPolicy, policy!],
      [ofStep, step!],
    ] as const)
      for (const [name, level] of Object.entries(levels.properties))
        if (level.properties) check(level, around({ [name]: { "?": 1 } }), name);
  });
});

interface Level {
  readonly properties?: object;
}
