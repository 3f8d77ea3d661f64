import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { COMMAND_NAMES } from "../../gateway/cli/main.ts";
import { FLAGS, OFFER_STATES } from "../../gateway/core/alarm.ts";
import { ERROR_CODES } from "../../gateway/core/errors.ts";
import { ALARM_KINDS, ALARM_STATES, LEGS, OUTCOMES, REPORT_KINDS, SAYINGS } from "../../gateway/core/kinds.ts";
import { readPolicies } from "../../gateway/core/policy-file.ts";
import {
  commandForms,
  faultsOf,
  partsOf,
  schemaOfCommand,
  schemas,
  SCHEMAS,
  type Schema,
} from "../support/json-schemas.ts";

const read = (name: string): string => readFileSync(join(SCHEMAS, "..", name), "utf8");
const sorted = (words: Iterable<unknown>): unknown[] => [...words].sort();

describe("the JSON schemas", () => {
  it("each compile, have a version and stand in the index", () => {
    const index = read("schemas/README.md");
    for (const [name, schema] of schemas) {
      assert.equal(schema.$id, `${name}.schema.json`);
      assert.ok(Number.isInteger(schema["x-version"]) && schema["x-version"] >= 1, name);
      assert.ok(index.includes(`(${name}.schema.json)`), `docs/schemas/README.md does not list ${name}.schema.json`);
      // Whatever it says of nothing: a schema that does not compile throws.
      faultsOf(name, null);
    }
  });

  it("describe what every command prints with --json", () => {
    for (const command of COMMAND_NAMES)
      assert.ok(
        commandForms.some((form) => form.split(" ")[0] === command),
        `okc --help does not show ${command}`,
      );
    for (const form of commandForms)
      assert.ok(
        schemaOfCommand(form) !== undefined,
        `okc ${form} --json has no schema: write docs/schemas/${form.replace(" ", "-")}.schema.json with "x-commands": ["${form}"]`,
      );
    for (const [name, schema] of schemas)
      for (const form of schema["x-commands"] ?? [])
        assert.ok(commandForms.includes(form), `docs/schemas/${name}.schema.json is for okc ${form}, which is none`);
  });

  it("leave no field of ours open", () => {
    const open = [...schemas].flatMap(([name, schema]) =>
      [...partsOf(schema)]
        .filter((part) => "properties" in part && part["additionalProperties"] !== false)
        .map(() => name),
    );
    assert.deepEqual(open, []);
    assert.match(
      faultsOf("alarms", { alarms: [], more: 1 }).join(),
      /^docs\/schemas\/alarms\.schema\.json names no field "more" at the top/,
    );
  });

  it("say which file lacks a field", () => {
    const [alarm] = [...partsOf(schemas.get("alarm"))];
    const wrong = Object.fromEntries(Object.keys(alarm!["properties"] as object).map((name) => [name, null]));
    const faults = faultsOf("alarms", { alarms: [{ ...wrong, home: { shoeSize: 36 } }] }).join("\n");
    assert.match(faults, /^docs\/schemas\/alarm\.schema\.json names no field "shoeSize" at \/alarms\/0\/home: /m);
  });

  it("know the words that the code knows", () => {
    const words = (schema: Schema, name: string): unknown[] =>
      sorted((schema["$defs"] as Record<string, { enum: unknown[] }>)[name]!.enum);
    const alarm = schemas.get("alarm")!;
    assert.deepEqual(words(alarm, "kind"), sorted(ALARM_KINDS));
    assert.deepEqual(words(alarm, "reportKind"), sorted(REPORT_KINDS));
    assert.deepEqual(words(alarm, "flag"), sorted(FLAGS), "docs/schemas/alarm.schema.json: flag");
    assert.deepEqual(words(alarm, "outcome"), sorted(OUTCOMES));
    assert.deepEqual(words(alarm, "leg"), sorted(LEGS));
    assert.deepEqual(words(alarm, "offerState"), sorted(OFFER_STATES));
    assert.deepEqual(words(alarm, "say"), sorted(SAYINGS));
    const lists = (name: string): string[] =>
      [...partsOf(schemas.get(name))].flatMap(({ enum: one }) =>
        one ? [JSON.stringify(sorted(one as string[]))] : [],
      );
    assert.ok(lists("alarm").includes(JSON.stringify(sorted(ALARM_STATES))), "docs/schemas/alarm.schema.json: state");
    assert.ok(
      lists("error").includes(JSON.stringify(sorted(Object.keys(ERROR_CODES)))),
      "docs/schemas/error.schema.json: code",
    );
  });
});

describe("the schema of the policies file", () => {
  it("takes the example of docs/policies.md, and refuses what the gateway refuses", () => {
    const [, example] = /```yaml\n([\s\S]*?)```/.exec(read("policies.md"))!;
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
