import assert from "node:assert/strict";
import { existsSync, openSync, readdirSync, rmSync, statSync, utimesSync, writeSync, closeSync } from "node:fs";
import { join } from "node:path";
import { RealSite } from "../support/real-site.ts";

const PAGE_BYTES = 4_096;

interface Fault {
  readonly key: string;
  readonly detail: string;
}

describe("the database is damaged", function () {
  this.timeout(60_000);
  let site: RealSite;

  beforeEach(async () => {
    site = await RealSite.make();
    await site.importPeople();
  });
  afterEach(() => site.dispose());

  const file = (): string => join(site.data, "okc.db");
  const movedAside = (): string[] => readdirSync(site.data).filter((name) => /^okc\.db\.damaged-[0-9TZ.]+$/.test(name));

  /** A card that lost blocks: everything from the second page on. */
  function overwritePages(): void {
    const handle = openSync(file(), "r+");
    const junk = Buffer.alloc(statSync(file()).size - PAGE_BYTES, 0xa5);
    writeSync(handle, junk, 0, junk.length, PAGE_BYTES);
    closeSync(handle);
  }

  async function faults(): Promise<readonly Fault[]> {
    return (await site.json<{ faults: Fault[] }>("faults")).faults;
  }

  it("it is moved aside, people and devices come from the last backup, and a press works", async () => {
    overwritePages();
    // A folder that was copied has other file times; the last backup is known by its name.
    const [first] = readdirSync(join(site.data, "backups")).sort();
    utimesSync(join(site.data, "backups", first!), new Date(), new Date());
    await site.start();
    const [aside, ...more] = movedAside();
    assert.deepEqual(more, []);
    assert.match(site.log, /"level":"error"[^\n]*the database is damaged/);
    assert.ok(site.log.includes(aside!));

    const [fault] = (await faults()).filter(({ key }) => key === "journal-damaged");
    assert.ok(fault?.detail.includes(aside!) && fault.detail.includes(join("data", "backups")), fault?.detail);
    const { residents } = await site.json<{ residents: { id: string; name: string; phone: string }[] }>("residents");
    assert.deepEqual(
      residents.map(({ id, name, phone }) => [id, name, phone]),
      [
        ["r-1", "李奶奶", "13800000001"],
        ["r-2", "王爷爷", "13800000002"],
        ["r-3", "张阿姨", "13800000003"],
      ],
    );

    const pendant = await site.mqttPendant("p-17");
    await pendant.heard(pendant.press().counter);
    await site.expectHotline("1234/003 101");
  });

  it("found by a command while the gateway is stopped, it is shown after the start as well, until people are imported again", async () => {
    overwritePages();
    const { code, stderr } = await site.okc("residents");
    assert.equal(code, 0);
    assert.match(stderr, /the database is damaged .* moved to /);
    await site.start();
    assert.equal((await faults()).filter(({ key }) => key === "journal-damaged").length, 1);
    await site.importPeople();
    assert.deepEqual(
      (await faults()).filter(({ key }) => key === "journal-damaged"),
      [],
    );
  });

  it("where there is no backup it starts empty, says so, and tells what to do", async () => {
    overwritePages();
    rmSync(join(site.data, "backups"), { recursive: true });
    await site.start();
    const [fault] = (await faults()).filter(({ key }) => key === "journal-damaged");
    assert.match(fault!.detail, /no backup was found: import people and devices again/);
    assert.equal(movedAside().length, 1);
    assert.ok(existsSync(file()));
    await site.importPeople();
    assert.equal((await site.json<{ residents: object[] }>("residents")).residents.length, 3);
  });
});
