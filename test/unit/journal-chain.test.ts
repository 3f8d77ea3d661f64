import assert from "node:assert/strict";
import Database from "better-sqlite3";
import { SqliteFolder } from "../support/sqlite-folder.ts";
import { NOON } from "../support/test-clock.ts";

describe("The hash chain of the journal", function () {
  this.timeout(20_000);
  let place: SqliteFolder;

  beforeEach(async () => {
    place = await SqliteFolder.make();
    const journal = place.journal();
    await journal.open();
    for (let counter = 1; counter <= 5; counter++) {
      const personal = { person: "r1", data: { name: "王芳" } };
      journal.append({ at: NOON, events: [{ kind: "press.heard", counter, personal }], urgent: true });
    }
    await journal.close();
  });
  afterEach(() => place.remove());

  /** Changes the stored rows behind the journal's back, then lets it verify them. */
  async function verifyAfter(sql: string): ReturnType<ReturnType<SqliteFolder["journal"]>["verify"]> {
    const db = new Database(place.file("okc.db"));
    db.exec(sql);
    db.close();
    return place.journal().verify();
  }

  it("holds for what the journal wrote", async () => {
    assert.deepEqual(await place.journal().verify(), { ok: true, events: 5 });
  });

  for (const [what, sql] of Object.entries({
    "a changed body": `UPDATE entry SET body = '{"counter":9}' WHERE seq = 3`,
    "a changed time": "UPDATE entry SET at = at + 1000 WHERE seq = 3",
    "a changed kind": "UPDATE entry SET kind = 'press.missed' WHERE seq = 3",
    "a mark taken away or set": "UPDATE entry SET not_logged = 1 WHERE seq = 3",
    "changed personal bytes": "UPDATE entry SET sealed = zeroblob(40) WHERE seq = 3",
    "personal data given to somebody else": "UPDATE entry SET person = 'r2' WHERE seq = 3",
  })) {
    it(`finds ${what}, and where`, async () => {
      assert.deepEqual(await verifyAfter(sql), {
        ok: false,
        why: "entry 3 is not what was written: its hash differs",
      });
    });
  }

  it("finds an entry taken out", async () => {
    assert.deepEqual(await verifyAfter("DELETE FROM entry WHERE seq = 2"), { ok: false, why: "entry 2 is missing" });
  });

  it("finds the newest entries cut off", async () => {
    const found = await verifyAfter("DELETE FROM entry WHERE seq > 3");
    assert.deepEqual(found, { ok: false, why: "the newest entries are missing: 5 were written, 3 are there" });
  });

  it("verifies while the journal goes on writing", async () => {
    const journal = place.journal();
    await journal.open();
    const verified = journal.verify();
    const append = journal.append({ at: NOON, events: [{ kind: "press.heard", counter: 6 }], urgent: true });
    assert.equal(await append.durable, "journal");
    assert.equal((await verified).ok, true);
  });
});
