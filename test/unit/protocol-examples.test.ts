import assert from "node:assert/strict";
import type { Decoded, Example } from "../../gateway/core/definition.ts";
import { run } from "../support/examples.ts";
import { everything } from "../support/spoken.ts";

/** The reports as far as the example tells them. */
function shown(decoded: readonly Decoded[], { gives }: Example): unknown {
  if (typeof gives === "string") return decoded.map(({ type }) => type);
  const found = decoded.flatMap((one): readonly object[] => (one.type === "reports" ? one.reports : [one]));
  return found.map((one, index) => {
    const told = Object.keys(gives[index] ?? one);
    return Object.fromEntries(told.map((field) => [field, (one as Readonly<Record<string, unknown>>)[field]]));
  });
}

for (const definition of await everything())
  describe(`The examples of ${definition.bridge}`, () => {
    const { examples = [] } = definition.facts ?? {};

    it("are there", () => assert.ok(examples.length > 0, "a protocol without examples is untested"));

    it("have names of their own", () => {
      const names = examples.map(({ name }) => name);
      assert.deepEqual(names, [...new Set(names)]);
    });

    for (const example of examples)
      it(example.name, () => {
        const { decoded, replies } = run(definition, example);
        const { gives, reply } = example;
        assert.deepEqual(shown(decoded, example), typeof gives === "string" ? [gives] : gives, JSON.stringify(decoded));
        if (definition.transport === "tcp") assert.equal(replies.join(""), reply ?? "");
      });

    it("have addresses in the form that is used throughout", () => {
      for (const example of examples)
        for (const one of run(definition, example).decoded)
          for (const { address } of one.type === "reports" ? one.reports : [])
            if (address !== "unnamed") assert.equal(definition.normalizeAddress(address), address);
    });
  });
