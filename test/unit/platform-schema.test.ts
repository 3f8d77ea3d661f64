import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  PLATFORM_ID_MAX_CHARS,
  PLATFORM_NAME_MAX_CHARS,
  PLATFORM_TEXT_MAX_CHARS,
  readPlatformAct,
} from "../../gateway/core/platform-act-reader.ts";
import { OUTCOMES } from "../../gateway/core/kinds.ts";
import { NEWS_TYPES, PLATFORM_ACTS, REJECTIONS } from "../../gateway/core/news-events.ts";
import { assertMatches, faultsOf } from "../support/json-schemas.ts";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/platform.md"), "utf8");

/** The examples of docs/platform.md, as ```json KIND. */
const examples = (kind: string): unknown[] =>
  [...PAGE.matchAll(/^```json (\w+)\n([^]*?)^```$/gm)].flatMap(([, named, text]) =>
    named === kind ? [JSON.parse(text!) as unknown] : [],
  );

/** Acts with something changed; each may be right or wrong, but to the reader and to the schema alike. */
function* variants(): Iterable<unknown> {
  const whole = { id: "m-1", alarm: "7gk2qx9d-17", by: "李梅", version: 3 };
  const long = (chars: number): string => "x".repeat(chars);
  const values: Readonly<Record<string, readonly unknown[]>> = {
    id: ["a", long(PLATFORM_ID_MAX_CHARS), long(PLATFORM_ID_MAX_CHARS + 1), "", 17, null],
    alarm: ["a", long(PLATFORM_ID_MAX_CHARS + 1), "", 17, null],
    by: [long(PLATFORM_NAME_MAX_CHARS), long(PLATFORM_NAME_MAX_CHARS + 1), "", 17, null],
    version: [1, 0, 1.5, "1", null],
    text: ["a", long(PLATFORM_TEXT_MAX_CHARS), long(PLATFORM_TEXT_MAX_CHARS + 1), "", 17, null],
    outcome: [...OUTCOMES, "fine", "", null],
    reason: [...REJECTIONS, "no", "", null],
    act: ["take", "", null],
    more: [1],
  };
  for (const act of PLATFORM_ACTS) {
    const own = {
      ...(act === "note" || act === "dispatched" ? { text: "已联系" } : {}),
      ...(act === "closed" ? { outcome: "test" } : {}),
      ...(act === "rejected" ? { reason: "other" } : {}),
    };
    const good: Readonly<Record<string, unknown>> = { ...whole, act, ...own };
    yield good;
    for (const name of Object.keys(good))
      yield Object.fromEntries(Object.entries(good).filter(([one]) => one !== name));
    for (const [name, all] of Object.entries(values)) for (const value of all) yield { ...good, [name]: value };
  }
  yield* [null, 17, "taken", [], {}];
}

describe("what passes between the gateway and a city platform", function () {
  this.timeout(120_000);

  it("has schemas that are written from its types", () => {
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, "scripts/platform-schema.mjs"), "--check"], {
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
  });

  it("is shown in docs/platform.md by examples that fit", () => {
    for (const kind of ["message", "response", "act", "reply"]) {
      const all = examples(kind);
      assert.ok(all.length > 0, kind);
      for (const one of all) assertMatches(`platform-${kind}`, one);
    }
    const acts = examples("act") as { act: string }[];
    assert.deepEqual([...new Set(acts.map(({ act }) => act))].sort(), [...PLATFORM_ACTS].sort(), "each act has one");
    for (const type of NEWS_TYPES)
      assert.ok(PAGE.includes(`| \`${type}\` |`), `docs/platform.md does not tell ${type}`);
  });

  it("is read as its schema says: what one takes the other takes too", () => {
    let taken = 0;
    let refused = 0;
    for (const said of variants()) {
      const isRead = "act" in readPlatformAct(said);
      assert.equal(isRead, faultsOf("platform-act", said).length === 0, JSON.stringify(said));
      if (isRead) taken++;
      else refused++;
    }
    assert.ok(taken > 50 && refused > 100, `${taken} taken, ${refused} refused`);
  });
});
