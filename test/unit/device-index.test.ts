import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deviceIndex, writtenIndex } from "../../scripts/device-index.ts";
import { EVERYTHING } from "../support/spoken.ts";

const DEVICES = join(import.meta.dirname, "../../devices");

describe("the index of devices", () => {
  it("says what the definitions say", () => {
    assert.equal(writtenIndex(), deviceIndex(), "run npm run device-index");
  });

  it("knows every definition that there is a file for, each with its facts and its examples", () => {
    const files = ["serial", "mqtt", "tcp"].flatMap((folder) =>
      readdirSync(join(DEVICES, folder)).filter((name) =>
        /^export (?:const|function) \w+Definition\b/m.test(readFileSync(join(DEVICES, folder, name), "utf8")),
      ),
    );
    assert.equal(
      EVERYTHING.length,
      files.length,
      `${files.join()} against ${EVERYTHING.map(({ bridge }) => bridge).join()}`,
    );
    for (const { bridge, facts } of EVERYTHING) {
      assert.ok(facts, `${bridge} states no facts`);
      assert.ok(facts.sources.length > 0, `${bridge} names no source`);
      assert.ok(facts.examples.length > 0, `${bridge} has no example`);
    }
  });

  it("names each protocol once", () => {
    for (const names of [EVERYTHING.map(({ bridge }) => bridge), EVERYTHING.map(({ facts }) => facts?.title)])
      assert.equal(new Set(names).size, names.length, names.join());
  });
});
