import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { Backups, BACKUP_EVERY_MS, type BackupsParts } from "../../gateway/app/backups.ts";
import type { SqliteJournal } from "../../gateway/adapters/journal/sqlite-journal.ts";
import { hours, minutes } from "../../gateway/core/units.ts";
import { SILENT_LOG, SILENT_METER } from "../support/memory-journal.ts";
import { SqliteFolder } from "../support/sqlite-folder.ts";
import { NOON } from "../support/test-clock.ts";
import { until } from "../support/until.ts";

describe("Backups that the gateway makes by itself", function () {
  this.timeout(120_000);
  let place: SqliteFolder;
  let journal: SqliteJournal;
  let backups: Backups;
  let faults: Map<string, string>;
  let busy: boolean;
  let free: number | null;

  beforeEach(async () => {
    place = await SqliteFolder.make();
    journal = place.journal();
    await journal.open();
    await journal.append({ at: NOON, events: [{ kind: "press.heard" }], urgent: true }).durable;
    faults = new Map();
    busy = false;
    free = null;
    backups = begin();
  });
  afterEach(async () => {
    await backups.stop();
    await place.remove();
  });

  function begin(more: Partial<BackupsParts> = {}): Backups {
    return new Backups({
      journal,
      clock: place.clock,
      log: SILENT_LOG,
      meter: SILENT_METER,
      folder: place.file("backups"),
      faults: {
        raiseFault: (key, code, detail) => void faults.set(key, `${code}: ${detail}`),
        clearFault: (key) => void faults.delete(key),
      },
      isBusy: () => busy,
      freeBytes: () => free,
      journalBytes: () => 1_000_000,
      ...more,
    });
  }

  const made = (): string[] => (existsSync(place.file("backups")) ? readdirSync(place.file("backups")).sort() : []);
  const timed = (): string[] => made().filter((name) => /^okc-\d/.test(name) && name.endsWith(".db"));

  /** Moves the clock in small steps, so that what is begun in between can go on. */
  async function forward(byMs: number): Promise<void> {
    for (let left = byMs; left > 0; left -= minutes(30)) await place.clock.forward(Math.min(left, minutes(30)));
  }

  async function restarted(): Promise<void> {
    await backups.stop();
    backups = begin();
    backups.start();
    // It looks for the newest that opens before it plans.
    await backups.settled();
  }

  it("are made every six hours, counted over a restart from the newest that opens", async () => {
    await backups.make(null);
    await restarted();
    await forward(BACKUP_EVERY_MS - minutes(30));
    await restarted();
    assert.equal(timed().length, 1);
    await forward(minutes(31));
    await until("the second", () => timed().length === 2, 20_000);

    await backups.settled();
    writeFileSync(place.file(`backups/${timed()[1]}`), "a bad block");
    await restarted();
    // Five and a half hours are over since the one that opens, and half an hour since the other.
    await forward(minutes(1));
    await until("one in its place", () => timed().length === 3, 20_000);
  });

  it("come within half an hour where there is none", async () => {
    await restarted();
    await forward(minutes(30));
    await until("the first", () => timed().length === 1, 20_000);
    assert.ok(await journal.opens(place.file(`backups/${timed()[0]}`)));
  });

  it("wait while an alarm is alerting, and no longer than an hour", async () => {
    await backups.make(null);
    await restarted();
    busy = true;
    await forward(BACKUP_EVERY_MS + minutes(30));
    assert.equal(timed().length, 1);
    await forward(minutes(31));
    await until("one all the same", () => timed().length === 2, 20_000);
  });

  it("are kept fourteen at a time; those after imports push none of them out", async () => {
    mkdirSync(place.file("backups"));
    for (let day = 10; day < 25; day++) writeFileSync(place.file(`backups/okc-202611${day}T000000.000Z.db`), "");
    for (let n = 0; n < 5; n++) {
      await place.clock.forward(1_000);
      assert.ok(await backups.makeByItself("import"));
    }
    assert.equal(made().filter((name) => name.startsWith("okc-import-")).length, 3);
    assert.ok(await backups.makeByItself("timed"));
    assert.equal(timed().length, 14);
    assert.ok(!timed().includes("okc-20261110T000000.000Z.db"));
  });

  it("are fewer where the disk is nearly full, rather than none", async () => {
    for (let n = 0; n < 3; n++) {
      await place.clock.forward(1_000);
      await backups.make(null);
    }
    free = 1_000;
    await place.clock.forward(1_000);
    assert.ok(await backups.makeByItself("timed"));
    assert.equal(timed().length, 2);
  });

  it("are a fault while they fail, until the next good one", async () => {
    writeFileSync(place.file("backups"), "a file where a folder should be");
    assert.equal(await backups.makeByItself("timed"), false);
    assert.match(faults.get("backup")!, /^backup-failed: no backup could be made: .*; see to it, then run okc backup$/);
    rmSync(place.file("backups"));
    assert.ok(await backups.makeByItself("timed"));
    assert.equal(faults.size, 0);
  });

  it("are tried again half an hour after one that failed", async () => {
    await backups.make(null);
    await restarted();
    const kept = made()[0]!;
    await forward(BACKUP_EVERY_MS - minutes(30));
    rmSync(place.file("backups"), { recursive: true });
    writeFileSync(place.file("backups"), "");
    await forward(minutes(31));
    await until("the fault", () => faults.size > 0, 20_000);
    await backups.settled();
    rmSync(place.file("backups"));
    await forward(hours(1));
    await until("one in time", () => timed().some((name) => name !== kept), 20_000);
  });
});
