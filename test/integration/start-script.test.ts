import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Checkout } from "../support/checkout.ts";

const ECHO = 'console.log(JSON.stringify(["okc", ...process.argv.slice(2)])); process.exitCode = 6;';
const DEMO = 'console.log("demo", process.argv[2]); process.exitCode = 5;';
const WAIT = 'process.on("SIGTERM", () => process.exit(9)); setInterval(() => {}, 1000); console.log("waiting");';

/** As the build leaves the bundle: a module's function. */
const wrapped = (body: string): string => `(function(exports,require,module,__filename,__dirname){${body}\n})`;

describe("npm start", () => {
  let checkout: Checkout;
  beforeEach(() => {
    checkout = new Checkout();
    checkout.write("dist/okc.cjs", wrapped(ECHO));
    checkout.write("dist/firmware-sim.cjs", DEMO);
  });
  afterEach(() => checkout.remove());

  it("runs the site of okc.yaml and ends with its exit code", async () => {
    checkout.write("okc.yaml", "site: { name: X }");
    const { code, stdout } = await checkout.run("scripts/start.mjs").ended;
    assert.equal(stdout, '["okc","start"]\n');
    assert.equal(code, 6);
  });

  it("runs the site that OKC_CONFIG or --config names", async () => {
    const byVariable = await checkout.run("scripts/start.mjs", [], { OKC_CONFIG: "/etc/okc.yaml" }).ended;
    assert.equal(byVariable.stdout, '["okc","start"]\n');
    const byOption = await checkout.run("scripts/start.mjs", ["--config", "a.yaml"]).ended;
    assert.equal(byOption.stdout, '["okc","start","--config","a.yaml"]\n');
  });

  it("shows the demo where no site was ever configured", async () => {
    const { code, stdout } = await checkout.run("scripts/start.mjs").ended;
    assert.equal(stdout, "demo demo\n");
    assert.equal(code, 5);
  });

  it("refuses people without their configuration instead of simulating a calm", async () => {
    checkout.write("data/okc.db", "people");
    const { code, stdout, stderr } = await checkout.run("scripts/start.mjs").ended;
    assert.equal(code, 78);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /^okc：有 \S+ 却没有 okc\.yaml.*\nokc: \S+\/data\/okc\.db is there but okc\.yaml is not; put the configuration back .*\n$/,
    );
  });

  it("passes a signal on and waits for the end", async () => {
    checkout.write("okc.yaml", "site: { name: X }");
    checkout.write("dist/okc.cjs", wrapped(WAIT));
    const start = checkout.run("scripts/start.mjs");
    await start.says("waiting");
    start.child.kill("SIGTERM");
    assert.equal((await start.ended).code, 9);
  });
});

describe("bin/okc.cjs", () => {
  let checkout: Checkout;
  beforeEach(() => {
    checkout = new Checkout();
  });
  afterEach(() => checkout.remove());

  const bundle = (word: string, id: string): void =>
    checkout.write(
      "dist/okc.cjs",
      wrapped(`console.log(${JSON.stringify(word)}, require("node:path").basename(__filename));`) + `\n//okc:${id}\n`,
    );

  it("says what to do when nothing is built", async () => {
    checkout.write("dist/okc.cjs", "");
    const { code, stderr } = await checkout.run("bin/okc.cjs", ["start"]).ended;
    assert.equal(
      stderr,
      "okc: 缺少 dist/okc.cjs；请先运行 `npm run build`。dist/okc.cjs is missing; run `npm run build` first\n",
    );
    assert.equal(code, 70);
  });

  it("gives the same from its cache as without", async () => {
    bundle("one", "0123456789abcdef");
    for (const run of ["fresh", "cached"]) {
      const { code, stdout, stderr } = await checkout.run("bin/okc.cjs", ["start"]).ended;
      assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "one okc.cjs\n", stderr: "" }, run);
    }
    assert.ok(existsSync(join(checkout.path, "dist/cache", `0123456789abcdef-start-${process.version}`)));
  });

  it("does not take one bundle's cache for another of the same length", async () => {
    bundle("one", "0123456789abcdef");
    await checkout.run("bin/okc.cjs", ["start"]).ended;
    bundle("two", "fedcba9876543210");
    assert.equal((await checkout.run("bin/okc.cjs", ["start"]).ended).stdout, "two okc.cjs\n");
  });

  it("runs where the cache is damaged or cannot be kept", async () => {
    bundle("one", "0123456789abcdef");
    checkout.write(`dist/cache/0123456789abcdef-start-${process.version}`, "damaged");
    assert.equal((await checkout.run("bin/okc.cjs", ["start"]).ended).stdout, "one okc.cjs\n");
    checkout.remove();
    checkout = new Checkout();
    bundle("one", "0123456789abcdef");
    checkout.write("dist/cache", "a file where the folder should be");
    const { code, stdout } = await checkout.run("bin/okc.cjs", ["start"]).ended;
    assert.deepEqual({ code, stdout }, { code: 0, stdout: "one okc.cjs\n" });
  });
});
