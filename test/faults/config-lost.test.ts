import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checkout } from "../support/checkout.ts";
import { okc } from "../support/okc-command.ts";
import { RealSite } from "../support/real-site.ts";

describe("the configuration is lost", function () {
  this.timeout(60_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "okc-lost-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("okc start without one ends with 78 and says which file is missing", async () => {
    const said = await okc(["start"], { cwd: folder });
    assert.equal(said.code, 78);
    assert.equal(said.stdout, "");
    assert.equal(
      said.stderr,
      `okc: ${join(folder, "okc.yaml")}: no such file; write it, or name another by --config FILE or OKC_CONFIG\n`,
    );
  });

  it("so does every other command that needs the gateway", async () => {
    for (const command of ["alarms", "doctor", "residents"]) {
      const said = await okc([command], { cwd: folder });
      assert.deepEqual([said.code, said.stdout], [78, ""], command);
    }
  });

  it("a name that OKC_CONFIG or --config gives and that leads nowhere is not replaced by okc.yaml", async () => {
    writeFileSync(join(folder, "okc.yaml"), "site: { name: X }\n");
    const byOption = await okc(["start", "--config", "other.yaml"], { cwd: folder });
    const byVariable = await okc(["start"], { cwd: folder, env: { OKC_CONFIG: "other.yaml" } });
    for (const said of [byOption, byVariable]) {
      assert.equal(said.code, 78);
      assert.match(said.stderr, /^okc: \S+\/other\.yaml: no such file/);
    }
  });

  it("an empty file, as a power cut leaves it, is no configuration", async () => {
    writeFileSync(join(folder, "okc.yaml"), "");
    const said = await okc(["start"], { cwd: folder });
    assert.equal(said.code, 78);
    assert.match(said.stderr, /okc\.yaml:1: the file is empty/);
  });

  it("people in ./data without okc.yaml are refused by okc start, and nothing is changed", async () => {
    const site = await RealSite.make();
    try {
      await site.importPeople();
      renameSync(site.configFile, join(site.folder, "kept.yaml"));
      const said = await okc(["start"], { cwd: site.folder });
      assert.equal(said.code, 78);
      assert.match(
        said.stderr,
        /^okc: \S+\/data\/okc\.db holds people, but their configuration \S+ is gone: put it back/,
      );
      renameSync(join(site.folder, "kept.yaml"), site.configFile);
      assert.equal((await site.json<{ residents: object[] }>("residents")).residents.length, 3);
    } finally {
      await site.dispose();
    }
  });

  it("people in ./data without okc.yaml are refused by npm start: no demo takes their place", async () => {
    const checkout = new Checkout();
    try {
      checkout.write("dist/okc.cjs", 'console.log("okc")');
      checkout.write("dist/firmware-sim.cjs", 'console.log("demo")');
      mkdirSync(join(checkout.path, "data"));
      checkout.write("data/okc.db", "people");
      const said = await checkout.run("scripts/start.mjs").ended;
      assert.deepEqual([said.code, said.stdout], [78, ""]);
      assert.match(said.stderr, /^okc: \S+okc\.db is there but okc\.yaml is not; put the configuration back/m);
    } finally {
      checkout.remove();
    }
  });
});
