import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { COMMAND_NAMES } from "../../gateway/cli/main.ts";
import { commandForms, faultsOf, partsOf, schemaOfCommand, schemas, SCHEMAS } from "../support/json-schemas.ts";

const read = (name: string): string => readFileSync(join(SCHEMAS, "..", name), "utf8");

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
});
