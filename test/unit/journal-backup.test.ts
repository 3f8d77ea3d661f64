import assert from "node:assert/strict";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { restoreBackup } from "../../gateway/adapters/journal/restore-backup.ts";
import type { SqliteJournal } from "../../gateway/adapters/journal/sqlite-journal.ts";
import { SqliteFolder } from "../support/sqlite-folder.ts";
import { NOON } from "../support/test-clock.ts";

const press = (counter: number) => ({
  at: NOON,
  events: [{ kind: "press.heard", counter, personal: { person: "r1", data: { name: "王芳" } } }],
  urgent: true,
});

describe("A backup", function () {
  this.timeout(30_000);
  let place: SqliteFolder;
  let journal: SqliteJournal;

  beforeEach(async () => {
    place = await SqliteFolder.make();
    journal = place.journal();
    await journal.open();
    for (let counter = 1; counter < 400; counter++) journal.append(press(counter));
    await journal.append(press(400)).durable;
  });
  afterEach(() => place.remove());

  const backup = () => place.file("backups/monday.db");

  it("is one file that stands alone, without the key file", async () => {
    assert.deepEqual(await journal.backup(backup()), { bytes: (await stat(backup())).size, lastSeq: 400 });
    assert.deepEqual(await readdir(place.file("backups")), ["monday.db"]);
    assert.equal((await stat(backup())).mode & 0o777, 0o600);
    assert.equal((await readFile(backup())).includes(await readFile(place.file("key"))), false);
  });

  it("lets commits go on while it is made", async () => {
    const copied = journal.backup(backup());
    const committed = Promise.all(Array.from({ length: 20 }, (_, n) => journal.append(press(401 + n)).durable));
    assert.ok((await committed).every((where) => where === "journal"));
    assert.ok((await copied).lastSeq >= 400);
  });

  it("is refused where the folder is not there or the name is taken", async () => {
    await assert.rejects(journal.backup(place.file("usb/monday.db")), /directory does not exist/);
    await writeFile(place.file("taken.db"), "something else");
    await assert.rejects(journal.backup(place.file("taken.db")), { code: "backup-exists" });
    assert.equal(await readFile(place.file("taken.db"), "utf8"), "something else");
  });

  it("is restored in the place of the database, which is kept; ids are not given out twice", async () => {
    await journal.backup(backup());
    await journal.append(press(401)).durable;
    const before = await place
      .journal()
      .open()
      .catch(() => null);
    assert.equal(before, null);
    await journal.close();
    const firstId = (await readId()).gatewayId;
    const restored = await restoreBackup(place.folder, backup(), place.clock);
    assert.deepEqual(restored, { lastSeq: 400, previous: place.file("okc.db.before-restore-20261123T120000Z") });
    const start = await readId();
    assert.equal(start.events.length, 400);
    assert.equal(start.events[0]?.event.personal?.data["name"], "王芳");
    assert.notEqual(start.gatewayId, firstId);
    assert.deepEqual(await place.journal().verify(), { ok: true, events: 400 });
  });

  async function readId() {
    const next = place.journal();
    const start = await next.open();
    await next.close();
    return start;
  }

  it("is not restored under a running gateway", async () => {
    await journal.backup(backup());
    await assert.rejects(restoreBackup(place.folder, backup(), place.clock), { code: "journal-locked" });
  });

  it("is not restored without its key file, and nothing is changed then", async () => {
    await journal.backup(backup());
    await journal.close();
    const key = await readFile(place.file("key"));
    await rm(place.file("key"));
    await assert.rejects(restoreBackup(place.folder, backup(), place.clock), { code: "key-missing" });
    await writeFile(place.file("key"), "ab".repeat(32));
    await assert.rejects(restoreBackup(place.folder, backup(), place.clock), {
      code: "key-wrong",
      message: new RegExp(`${place.file("key")} is not the one that ${backup()}`),
    });
    await writeFile(place.file("key"), key);
    assert.equal((await readId()).events.length, 400);
    assert.ok((await readdir(place.folder)).every((name) => !name.includes("restor")));
  });

  it("is not restored when it cannot be read", async () => {
    await journal.close();
    await writeFile(place.file("broken.db"), "no database ".repeat(1_000));
    await assert.rejects(restoreBackup(place.folder, place.file("broken.db"), place.clock), {
      code: "backup-unreadable",
    });
    await assert.rejects(restoreBackup(place.folder, place.file("none.db"), place.clock), {
      code: "backup-unreadable",
    });
    assert.equal((await readId()).events.length, 400);
  });
});
