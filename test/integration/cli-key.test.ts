import assert from "node:assert/strict";
import { copyFileSync, linkSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../../gateway/ports/desk.ts";
import { RealSite } from "../support/real-site.ts";

describe("okc key check", function () {
  this.timeout(60_000);
  let site: RealSite;
  let copy: string;

  beforeEach(async () => {
    site = await RealSite.make();
    await site.importPeople();
    copy = join(site.folder, "key.saved");
  });
  afterEach(() => site.dispose());

  async function keyFinding(): Promise<Finding> {
    const { stdout } = await site.okc("doctor", "--json");
    return (JSON.parse(stdout) as { findings: Finding[] }).findings.find(({ id }) => id === "key-copy")!;
  }

  it("the doctor asks for a copy of the key file until one was shown, and remembers it over a restart", async () => {
    assert.deepEqual(
      [(await keyFinding()).level, (await keyFinding()).todo],
      ["warning", "copy the file key in the data folder to another place, then run `okc key check FILE` on that copy"],
    );
    copyFileSync(join(site.data, "key"), copy);
    await site.start();
    assert.deepEqual(await site.json("key", "check", copy), { file: copy, confirmed: true, sameDisk: true });
    assert.equal((await keyFinding()).level, "ok");
    await site.kill();
    await site.start();
    assert.equal((await keyFinding()).level, "ok");
    // Neither the log nor the answer of the doctor says anything of the key.
    assert.equal(site.log.includes(readFileSync(copy, "utf8").trim()), false);
  });

  it("a copy in the data folder, the file itself, another key and a file without one are refused", async () => {
    const own = join(site.data, "key");
    copyFileSync(own, join(site.data, "key.copy"));
    linkSync(own, join(site.folder, "key.link"));
    writeFileSync(join(site.folder, "other"), "ab".repeat(32));
    writeFileSync(join(site.folder, "text"), "no key");
    const REFUSED: readonly (readonly [string, RegExp])[] = [
      [own, /lies in the data folder and goes with it/],
      [join(site.data, "key.copy"), /lies in the data folder and goes with it/],
      [join(site.folder, "key.link"), /lies in the data folder and goes with it/],
      [join(site.folder, "other"), /is the key of another journal/],
      [join(site.folder, "text"), /does not hold a key/],
      [join(site.folder, "nowhere"), /no such file/],
    ];
    for (const [file, why] of REFUSED) {
      const said = await site.okc("key", "check", file);
      assert.equal(said.code, 2, said.stderr);
      assert.match(said.stderr, why);
    }
    assert.equal((await keyFinding()).level, "warning");
  });
});
