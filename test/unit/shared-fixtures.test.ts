import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { runFolder, totalsOf } from "../conformance/run.ts";

/** Messages of real devices, beside the project where they are at hand; they are never part of it. */
const FOLDER = fileURLToPath(new URL("../../../shared/fixtures/", import.meta.url));
const results = await runFolder(FOLDER);
const { expected, unsupported } = totalsOf(results);

describe("real messages beside the project", () => {
  it(`${expected} are here of bridges that are read, ${unsupported} of others; each reads as it is said to`, () => {
    const wrong = results.flatMap(({ mismatches }) => mismatches).filter(({ excuse }) => excuse === null);
    assert.deepEqual(wrong, [], "npm run conformance -- DIR shows them");
  });
});
