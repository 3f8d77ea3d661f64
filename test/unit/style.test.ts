import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const TREE = [".ci", "bin", "devices", "docs", "firmware-sim", "flows", "gateway", "scripts", "test"];
const TEXT = /\.(ts|vue|mjs|cjs|js|json|md|sql|ya?ml|html|css|csv|sh|service)$|^\.ci\/run$/;
/** Written by what is measured, not by hand. */
const INSTALLED = /(^|\/)(node_modules|dist)(\/|$)/;
const LINES_MAX = 300;

interface TextFile {
  readonly name: string;
  readonly lines: readonly string[];
}

function filesIn(folder: string): readonly string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
}

function readTree(): readonly TextFile[] {
  const atTop = readdirSync(ROOT).filter((name) => name !== "package-lock.json");
  return [...atTop, ...TREE.flatMap(filesIn)]
    .filter((name) => TEXT.test(name) && !INSTALLED.test(name) && statSync(join(ROOT, name)).isFile())
    .map((name) => ({ name, lines: readFileSync(join(ROOT, name), "utf8").split("\n") }));
}

describe("every file", () => {
  const files = readTree();

  const placesOf = (pattern: RegExp, within: (name: string) => boolean = () => true): readonly string[] =>
    files
      .filter(({ name }) => within(name))
      .flatMap(({ name, lines }) =>
        lines.flatMap((line, at) => (pattern.test(line) ? [`${name}:${at + 1}: ${line.trim()}`] : [])),
      );

  it("is looked at", () => {
    const names = files.map(({ name }) => name);
    for (const name of ["package.json", "gateway/config.ts", relative(ROOT, fileURLToPath(import.meta.url))]) {
      assert.ok(names.includes(name), name);
    }
  });

  it("can be read in one sitting", () => {
    const long = files
      .filter(({ name }) => /^(gateway|devices|firmware-sim)\/.*\.(ts|vue)$/.test(name))
      .filter(({ lines }) => lines.length - 1 > LINES_MAX)
      .map(({ name, lines }) => `${name}: ${lines.length - 1} lines`);
    assert.deepEqual(long, []);
  });

  it("has a name of small letters and dashes", () => {
    const odd = files
      .map(({ name }) => name)
      .filter((name) => /^(gateway|devices|firmware-sim|test)\/.*\.(ts|vue)$/.test(name));
    assert.deepEqual(
      odd.filter((name) => !/^[a-z0-9/-]+(\.test|\.d|\.config)?\.(ts|vue)$/.test(name)),
      [],
    );
  });

  it("runs all of its tests", () => {
    assert.deepEqual(
      placesOf(/\b(describe|it|context|specify|suite|test)\.(only|skip)\(|\bx(it|describe)\(|\bthis\.skip\(/, (name) =>
        name.startsWith("test/"),
      ),
      [],
    );
  });

  it("leaves nothing for later and silences no check", () => {
    assert.deepEqual(placesOf(/\b(TO[D]O|FIX[M]E|X[X]X)\b|@ts-(ignor[e]|nochec[k])|eslint-disabl[e]/), []);
  });

  it("knows no machine but the one it runs on", () => {
    assert.deepEqual(placesOf(/(^|[\s"'`(=:])\/(home|Users|root|work)\/\w|[A-Z]:\\Users\\/), []);
  });

  it("reads no clock where time must come in as an argument", () => {
    const pure = (name: string): boolean => /^(gateway\/core|devices)\//.test(name);
    assert.deepEqual(placesOf(/\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(/, pure), []);
  });
});

describe("package-lock.json", () => {
  it("names no host, so that any registry will do", () => {
    const lock = readFileSync(join(ROOT, "package-lock.json"), "utf8");
    assert.deepEqual(lock.match(/"resolved": "https?:.*/g), null);
  });
});
