import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { okc, type Said } from "../support/okc-command.ts";

/** What is typed, and how the first line of the answer begins. */
const WRONG: readonly (readonly [string, string])[] = [
  ["frobnicate", 'okc: no command "frobnicate"'],
  ["toString", 'okc: no command "toString"'],
  ["alarms --colour", "okc: Unknown option '--colour'"],
  ["alarms --outcome test", "okc: alarms knows no --outcome"],
  ["alarms --state lost", "okc: no alarms are lost; allowed: open, resolved, closed, all"],
  ["alarms --token x", "okc: --token goes with --url"],
  ["cap", "okc: cap: something is missing"],
  ["alarms now", 'okc: alarms: "now" is too much'],
  ["import", "okc: import: something is missing"],
  ["import none.csv", "okc: none.csv: cannot be read (ENOENT"],
  ["devices --hotline-csv", "okc: devices knows no --hotline-csv"],
  ["accounts add x", "okc: accounts needs --bridge"],
  ["accounts remove x --bridge mqtt", "okc: accounts knows only add, not remove"],
  ["token create --role king --as X", "okc: no role king; allowed: administrator, supervisor"],
  ["token create --role viewer", "okc: token needs --as"],
  ["take", "okc: take: something is missing"],
  ["take 17", "okc: take needs --as"],
  ["resolve 17 --as X", "okc: resolve needs --outcome"],
  ["policy", "okc: policy: something is missing"],
  ["policy print", "okc: policy knows only check, not print"],
  ["start --json", "okc: start knows no --json"],
  ["start now", 'okc: start: "now" is too much'],
  ["restore", "okc: restore: something is missing"],
  ["press beef", "okc: press works in the demo only"],
  ["press beef --kind emergency", "okc: press works in the demo only"],
];

/** A configuration, and all that is said about it. */
const REFUSED: readonly (readonly [string, readonly string[]])[] = [
  [
    "site: { name: X }\nhttp: { lisen: 127.0.0.1:1 }\n",
    ["okc.yaml:2: http.lisen: unknown key; did you mean listen? allowed: listen, publicUrl, tls"],
  ],
  [
    'hotline:\n  - { kind: dc09, host: h, port: 99999, account: "12" }\n',
    [
      'okc.yaml:2: hotline[0].port: "99999" is not a whole number from 1 to 65535',
      'okc.yaml:2: hotline[0].account: "12" is not an account; must be 3 to 16 digits, 0-9 and A-F',
    ],
  ],
  ["limits: { commitMax: 2 }\n", ['okc.yaml:1: limits.commitMax: "2" is not a duration; must be ']],
  ["site: { name: X\n", ["okc.yaml:2: not YAML: "]],
];

describe("okc used wrongly", function () {
  this.timeout(60_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "okc-wrong-"));
    writeFileSync(join(folder, "okc.yaml"), "site: { name: X }\n");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const isClean = ({ stderr }: Said): boolean => !/^\s+at |node:internal|Error:/m.test(stderr);

  it("says what is wrong and how it is written, with exit code 2, and no trace of its insides", async () => {
    const said = await Promise.all(WRONG.map(([words]) => okc(words.split(" "), { cwd: folder })));
    for (const [index, [words, beginning]] of WRONG.entries()) {
      const { code, stdout, stderr } = said[index]!;
      assert.deepEqual([code, stdout], [2, ""], `${words}: ${stderr}`);
      assert.ok(stderr.startsWith(beginning), `${words}: ${stderr}`);
      assert.ok(stderr.trimEnd().split("\n").length <= 2 && isClean(said[index]!), stderr);
    }
  });

  it("without a command, or asked for help, it lists its commands, roles, outcomes and exit codes", async () => {
    for (const words of [["--help"], ["help"], ["take", "--help"], ["start", "--help"]]) {
      const { code, stdout } = await okc(words, { cwd: folder });
      assert.equal(code, 0);
      for (const part of [
        "import FILE",
        "take ID --as NAME",
        "helped-on-site",
        "supervisor",
        "69 无法连接网关 gateway not reachable",
      ])
        assert.ok(stdout.includes(part), part);
    }
    const { code, stderr } = await okc([], { cwd: folder });
    assert.deepEqual([code, stderr], [2, "okc: no command was given\nusage: okc COMMAND; see okc --help\n"]);
  });

  it("a wrong configuration is refused with file, line, what is wrong and what is allowed, all at once", async () => {
    for (const [yaml, lines] of REFUSED) {
      const file = join(folder, "okc.yaml");
      writeFileSync(file, yaml);
      for (const command of ["start", "alarms", "doctor"]) {
        const said = await okc([command, "--config", file], { cwd: folder });
        assert.deepEqual([said.code, said.stdout], [78, ""]);
        const got = said.stderr
          .replace(/^okc: /, "")
          .trimEnd()
          .split("\n");
        assert.equal(got.length, lines.length, said.stderr);
        for (const [index, line] of lines.entries()) assert.ok(got[index]!.startsWith(join(folder, line)), got[index]);
        assert.ok(isClean(said));
      }
    }
  });

  it("a wrong variable of the environment is refused by its name", async () => {
    writeFileSync(join(folder, "okc.yaml"), "site: { name: X }\n");
    const said = await okc(["start"], { cwd: folder, env: { OKC_HTTP_LISTEN: "127.0.0.1:0" } });
    assert.equal(said.code, 78);
    assert.match(said.stderr, /^okc: environment: OKC_HTTP_LISTEN: .*did you mean OKC_HTTP__LISTEN\?/);
  });
});
