import assert from "node:assert/strict";
import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RealSite } from "../support/real-site.ts";

interface Made {
  readonly file: string;
  readonly bytes: number;
  readonly lastSeq: number;
}

describe("okc backup and restore", function () {
  this.timeout(60_000);
  let site: RealSite;
  let file: string;

  beforeEach(async () => {
    site = await RealSite.make();
    await site.importPeople();
    file = join(site.folder, "kept.db");
  });
  afterEach(() => site.dispose());

  const residents = async (): Promise<string[]> =>
    (await site.json<{ residents: { id: string }[] }>("residents")).residents.map(({ id }) => id);
  const addOne = (): Promise<unknown> => site.import("id,name,building,account,zone\nr-9,新居民,1号楼,1234,009\n");

  it("a backup is made while the gateway runs and while it is stopped, for its owner's eyes only", async () => {
    const stopped = await site.json<Made>("backup", file);
    assert.deepEqual([stopped.file, stopped.bytes], [file, statSync(file).size]);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    await site.start();
    const running = await site.json<Made>("backup");
    assert.ok(running.lastSeq > stopped.lastSeq && existsSync(running.file));
    const { stdout } = await site.okc("backup");
    assert.match(
      stdout,
      /^\S+\.db：\d+ 字节.*\n\S+\.db: \d+ bytes, events up to \d+; the key file is not in it: keep a copy apart\n$/,
    );
  });

  it("a file that is there is never overwritten, and a place that is none is named", async () => {
    writeFileSync(file, "mine");
    for (const runs of [false, true]) {
      if (runs) await site.start();
      const there = await site.okc("backup", file);
      assert.deepEqual([there.code, there.stderr], [2, `okc: ${file} is there already: choose another name\n`]);
      const nowhere = join(site.folder, "not-mounted", "kept.db");
      const said = await site.okc("backup", nowhere);
      assert.deepEqual(
        [said.code, said.stderr],
        [2, `okc: ${nowhere} cannot be written; name a folder that is there and may be written\n`],
      );
    }
  });

  it("restore is refused while the gateway runs, and the site goes on unchanged", async () => {
    await site.json<Made>("backup", file);
    await addOne();
    await site.start();
    const said = await site.okc("restore", file);
    assert.equal(said.code, 69);
    assert.equal(
      said.stderr,
      `okc: the data folder ${site.data} is in use by another process: stop that gateway first, or use its command line\n`,
    );
    assert.deepEqual(await residents(), ["r-1", "r-2", "r-3", "r-9"]);
  });

  it("restore puts people and devices back, keeps what was there, and a press works afterwards", async () => {
    await site.json<Made>("backup", file);
    await addOne();
    const said = await site.okc("restore", file);
    assert.equal(said.code, 0, said.stderr);
    const [previous] = readdirSync(site.data).filter((name) => /^okc\.db\.before-restore-[^-]+$/.test(name));
    assert.ok(previous && said.stdout.includes(previous), said.stdout);
    assert.deepEqual(await residents(), ["r-1", "r-2", "r-3"]);
    await site.start();
    const pendant = await site.mqttPendant("p-17");
    await pendant.heard(pendant.press().counter);
    await site.expectHotline("1234/003 101");
  });

  it("without the key file it is refused, and the place where the key belongs is named", async () => {
    await site.json<Made>("backup", file);
    const key = join(site.data, "key");
    renameSync(key, join(site.folder, "key.saved"));
    const said = await site.okc("restore", file);
    assert.equal(said.code, 78);
    assert.match(said.stderr, /^okc: the key file \S+ is missing, .*: put the saved key file there \(mode 0600\)\n$/);
    assert.ok(said.stderr.includes(key));
    const start = await site.okc("start");
    assert.equal(start.code, 78);
    assert.ok(start.stderr.includes(key));
    renameSync(join(site.folder, "key.saved"), key);
    assert.equal((await site.okc("restore", file)).code, 0);
  });

  it("with another site's key it is refused, and nothing is changed", async () => {
    await site.json<Made>("backup", file);
    const other = await RealSite.make();
    try {
      await other.okc("residents");
      const said = await other.okc("restore", file);
      assert.equal(said.code, 78);
      assert.match(said.stderr, /^okc: the key file \S+ is not the one that \S+kept\.db was sealed under: .*\n$/);
      assert.equal(
        readdirSync(other.data).some((name) => name.includes("before-restore")),
        false,
      );
    } finally {
      await other.dispose();
    }
  });

  it("on a new machine the backup and the key are enough", async () => {
    await site.json<Made>("backup", file);
    const key = join(site.folder, "key.saved");
    copyFileSync(join(site.data, "key"), key);
    rmSync(site.data, { recursive: true });
    const early = await site.okc("restore", file);
    assert.equal(early.code, 78);
    assert.ok(early.stderr.includes(join(site.data, "key")), early.stderr);
    copyFileSync(key, join(site.data, "key"));
    const said = await site.okc("restore", file, "--json");
    assert.equal(said.code, 0, said.stderr);
    assert.deepEqual(Object.keys(JSON.parse(said.stdout) as object), ["file", "lastSeq", "previous"]);
    assert.deepEqual(await residents(), ["r-1", "r-2", "r-3"]);
  });

  it("a file that is no backup is refused, and nothing is changed", async () => {
    writeFileSync(file, "not a database");
    const said = await site.okc("restore", file);
    assert.equal(said.code, 1);
    assert.match(said.stderr, /^okc: the backup \S+kept\.db cannot be used: .*\n$/);
    const none = await site.okc("restore", join(site.folder, "none.db"));
    assert.deepEqual([none.code, none.stderr], [2, `okc: ${join(site.folder, "none.db")}: no such file\n`]);
    assert.deepEqual(await residents(), ["r-1", "r-2", "r-3"]);
  });
});
