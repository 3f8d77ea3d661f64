import assert from "node:assert/strict";
import { open, readFile, readdir, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { createDatabase } from "../../gateway/adapters/journal/database.ts";
import type { Log } from "../../gateway/ports/log.ts";
import type { Salvaged } from "../../gateway/ports/journal.ts";
import { SILENT_LOG } from "../support/memory-journal.ts";
import { SqliteFolder } from "../support/sqlite-folder.ts";
import { NOON } from "../support/test-clock.ts";

const RESIDENT = {
  kind: "directory.resident",
  id: "r1",
  personal: { person: "r1", data: { name: "王芳", phone: "13800000000" } },
};

describe("A damaged database", function () {
  this.timeout(30_000);
  let place: SqliteFolder;
  let errors: string[];
  let log: Log;
  let found: Salvaged | null;

  beforeEach(async () => {
    place = await SqliteFolder.make();
    errors = [];
    found = null;
    log = { ...SILENT_LOG, error: (message) => void errors.push(message) };
  });
  afterEach(() => place.remove());

  /** A gateway that ran, made a backup, went on and stopped; gives its id. */
  async function ran(backup = true): Promise<string> {
    const journal = place.journal();
    const { gatewayId } = await journal.open();
    await journal.append({ at: NOON, events: [RESIDENT], urgent: true }).durable;
    if (backup) await journal.backup(place.file("backups/monday.db"));
    for (let counter = 1; counter <= 200; counter++)
      journal.append({ at: NOON, events: [{ kind: "press.heard", counter, raw: "c0".repeat(60) }], urgent: true });
    await journal.close();
    return gatewayId;
  }

  const reopened = () =>
    place.journal({
      log,
      takeOver: {
        kinds: ["directory.resident"],
        plan: (what) => {
          found = what;
          return what.directory;
        },
      },
    });

  /** Damages the file at the place where one of the newest entries is. */
  async function overwriteTail(): Promise<void> {
    const bytes = await readFile(place.file("okc.db"));
    const page = Math.floor(bytes.lastIndexOf("press.heard") / 4_096);
    await overwrite(page * 4_096, Buffer.alloc(4_096, 0xa5));
  }

  async function overwrite(at: number, bytes: Buffer): Promise<void> {
    const handle = await open(place.file("okc.db"), "r+");
    await handle.write(bytes, 0, bytes.length, at);
    await handle.close();
  }

  /** What is done to the file, and how many of the 200 entries after the backup are found nevertheless, at least. */
  const DAMAGES: Readonly<Record<string, readonly [() => Promise<void>, number]>> = {
    "that is no database any more": [() => writeFile(place.file("okc.db"), "not a database".repeat(1_000)), 0],
    "that was cut to nothing": [() => truncate(place.file("okc.db"), 0), 0],
    "that was cut in the middle": [
      async () => truncate(place.file("okc.db"), Math.floor((await stat(place.file("okc.db"))).size / 2)),
      20,
    ],
    "whose newest entries are overwritten": [overwriteTail, 150],
    "whose first page is zeros": [() => overwrite(0, Buffer.alloc(4_096)), 200],
    "that is gone": [() => rename(place.file("okc.db"), place.file("elsewhere")), 0],
  };

  for (const [what, [damage, least]] of Object.entries(DAMAGES)) {
    it(`${what} is moved aside, and people and devices come from the last backup`, async () => {
      const before = await ran();
      await damage();
      const journal = reopened();
      const start = await journal.open();
      assert.equal(start.damaged?.backup, place.file("backups/monday.db"));
      assert.ok(start.created);
      assert.notEqual(start.gatewayId, before);
      assert.deepEqual(
        start.events.map(({ seq, event }) => [seq, event]),
        [[1, RESIDENT]],
      );
      assert.equal(errors.length, 1);
      assert.match(errors[0] ?? "", /damaged .* moved to .*okc\.db/);
      const presses = found!.rows.filter(({ event }) => event.kind === "press.heard");
      assert.ok(presses.length >= least, `${presses.length} of at least ${least}`);
      const seqs = presses.map(({ seq, event }) => [seq, (event["counter"] as number) + 1]);
      assert.ok(seqs.every(([seq, counter]) => seq === counter));
      assert.equal(found!.gap === null, presses.length === 200);
      assert.deepEqual(start.damaged?.gap, found!.gap);
      assert.equal(
        await journal.append({ at: NOON, events: [{ kind: "press.heard" }], urgent: true }).durable,
        "journal",
      );
      await journal.close();
      const again = await reopened().open();
      assert.equal(again.damaged, null);
      assert.deepEqual(again.events[0]?.event, RESIDENT);
      assert.equal(again.events.length, 2);
    });
  }

  it("is kept under the time it was found, with its log", async () => {
    await ran();
    await writeFile(place.file("okc.db"), "x".repeat(8_192));
    await writeFile(place.file("okc.db-wal"), "left by a crash");
    const start = await reopened().open();
    assert.equal(start.damaged?.movedTo, place.file("okc.db.damaged-20261123T120000Z"));
    const names = await readdir(place.folder);
    assert.ok(names.includes("okc.db.damaged-20261123T120000Z"));
    assert.ok(names.includes("okc.db.damaged-20261123T120000Z-wal"));
  });

  it("is given up again when the taking over was cut off, and people and devices come from the backup after all", async () => {
    await ran();
    await rm(place.file("okc.db"));
    createDatabase(place.file("okc.db"), Buffer.from(await readFile(place.file("key"), "utf8"), "hex"), {
      movedTo: place.file("elsewhere.db"),
      personKeys: [],
    });
    const start = await reopened().open();
    assert.match(start.damaged?.why ?? "", /was cut off/);
    assert.deepEqual(start.events[0]?.event, RESIDENT);
  });

  it("takes the next older backup when the newest cannot be read", async () => {
    await ran();
    await writeFile(place.file("okc.db"), "x".repeat(8_192));
    await writeFile(place.file("backups/tuesday.db"), "cut off while it was copied");
    const start = await reopened().open();
    assert.equal(start.damaged?.backup, place.file("backups/monday.db"));
    assert.equal(start.events.length, 1);
  });

  it("starts empty, and says so, when there is no backup", async () => {
    await ran(false);
    await writeFile(place.file("okc.db"), "x".repeat(8_192));
    const start = await reopened().open();
    assert.equal(start.damaged?.backup, null);
    assert.deepEqual(start.events, []);
    assert.match(errors[0] ?? "", /moved to .*; no backup could be read; some rows cannot be read/);
  });

  it("keeps running when what the backup says cannot be used", async () => {
    await ran();
    await writeFile(place.file("okc.db"), "x".repeat(8_192));
    const journal = place.journal({
      log,
      takeOver: {
        kinds: [],
        plan: () => {
          throw new Error("resident r1 has no building");
        },
      },
    });
    const start = await journal.open();
    assert.deepEqual(start.events, []);
    assert.match(errors[1] ?? "", /resident r1 has no building/);
    assert.equal(
      await journal.append({ at: NOON, events: [{ kind: "press.heard" }], urgent: true }).durable,
      "journal",
    );
  });

  it("is not what a snapshot is that cannot be opened: everything is folded instead", async () => {
    const journal = place.journal();
    await journal.open();
    journal.append({ at: NOON, events: [RESIDENT], urgent: true });
    await journal.snapshot("old");
    journal.append({ at: NOON, events: [{ kind: "press.heard" }], urgent: true });
    await journal.snapshot("new");
    await journal.close();
    const Database = (await import("better-sqlite3")).default;
    const db = new Database(place.file("okc.db"));
    db.exec("UPDATE snapshot SET state = zeroblob(60) WHERE seq = 2");
    db.close();
    const start = await reopened().open();
    assert.equal(start.damaged, null);
    assert.deepEqual(start.snapshot, { seq: 1, state: "old" });
    assert.equal(start.events.length, 1);
  });

  it("is not what a crash leaves: a log beside the database is read", async () => {
    const journal = place.journal();
    await journal.open();
    await journal.append({ at: NOON, events: [RESIDENT], urgent: true }).durable;
    const crashed = await SqliteFolder.make();
    for (const name of ["okc.db", "okc.db-wal", "key"])
      await writeFile(crashed.file(name), await readFile(place.file(name)));
    await rm(crashed.file("okc.db-shm"), { force: true });
    const start = await crashed.journal().open();
    assert.deepEqual([start.damaged, start.events.length], [null, 1]);
    await crashed.remove();
  });
});
