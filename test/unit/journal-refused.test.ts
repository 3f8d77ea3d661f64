import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { SqliteFolder } from "../support/sqlite-folder.ts";
import { NOON } from "../support/test-clock.ts";

const CHILD = fileURLToPath(new URL("../support/journal-child.ts", import.meta.url));

describe("A data folder that a journal must not open", function () {
  this.timeout(30_000);
  let place: SqliteFolder;

  beforeEach(async () => (place = await SqliteFolder.make()));
  afterEach(() => place.remove());

  async function filled(): Promise<void> {
    const journal = place.journal();
    await journal.open();
    await journal.append({ at: NOON, events: [{ kind: "press.heard" }], urgent: true }).durable;
    await journal.close();
  }

  it("is one that another process has open, until that process is gone", async () => {
    const child = spawn(process.execPath, ["--import", "tsx", CHILD, place.folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await assert.rejects(place.journal().open(), { code: "journal-locked", message: /in use by another process/ });
    child.stdout.resume();
    child.kill("SIGKILL");
    await once(child, "close");
    assert.equal((await place.journal().open()).damaged, null);
  });

  it("is one that this process has open already", async () => {
    await place.journal().open();
    await assert.rejects(place.journal().open(), { code: "journal-locked" });
  });

  it("is one whose key file is missing; it says which and changes nothing", async () => {
    await filled();
    await rename(place.file("key"), place.file("key.saved"));
    const key = place.file("key");
    await assert.rejects(place.journal().open(), {
      code: "key-missing",
      message: `the key file ${key} is missing, and the database beside it cannot be read without it: put the saved key file there (mode 0600)`,
    });
    await rename(place.file("key.saved"), key);
    assert.equal((await place.journal().open()).events.length, 1);
  });

  it("is one whose key file is another's", async () => {
    await filled();
    await writeFile(place.file("key"), "ab".repeat(32));
    await assert.rejects(place.journal().open(), { code: "key-wrong", message: /is not the one that .*okc\.db/ });
    await writeFile(place.file("key"), "not a key");
    await assert.rejects(place.journal().open(), { code: "key-wrong", message: /does not hold 64 hex digits/ });
  });

  it("is one that a newer release wrote: it is not damaged", async () => {
    await filled();
    const db = new Database(place.file("okc.db"));
    db.pragma("user_version = 900");
    db.close();
    await assert.rejects(place.journal().open(), { code: "journal-newer", message: /start the newer release/ });
  });

  it("is not an empty one: the key file is made, for its owner only", async () => {
    await filled();
    assert.match(await readFile(place.file("key"), "utf8"), /^[0-9a-f]{64}\n$/);
    for (const name of ["key", "okc.db", "spill.bin"]) assert.equal((await stat(place.file(name))).mode & 0o777, 0o600);
  });

  it("is not one where the first start was cut off after the key file", async () => {
    await filled();
    for (const name of ["okc.db", "spill.bin"]) await rm(place.file(name));
    const start = await place.journal().open();
    assert.deepEqual([start.created, start.damaged], [true, null]);
  });
});
