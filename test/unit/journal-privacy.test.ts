import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { SqliteFolder } from "../support/sqlite-folder.ts";
import { NOON } from "../support/test-clock.ts";

const NAME = "王芳之母";
const PHONE = "13812345678";
const saved = (n: number) => ({
  at: NOON,
  events: [{ kind: "resident.saved", n, personal: { person: "r1", data: { name: NAME, phone: PHONE } } }],
  urgent: true,
});

describe("What is personal in a journal", function () {
  this.timeout(20_000);
  let place: SqliteFolder;
  beforeEach(async () => (place = await SqliteFolder.make()));
  afterEach(() => place.remove());

  /** The files of the folder that hold a text in clear. */
  async function filesWith(...texts: readonly (string | Buffer)[]): Promise<string[]> {
    const found: string[] = [];
    const entries = await readdir(place.folder, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((item) => item.isFile())) {
      const bytes = await readFile(`${entry.parentPath}/${entry.name}`);
      if (texts.some((text) => bytes.includes(text))) found.push(entry.name);
    }
    return found.sort();
  }

  it("stands in clear in no file: database, log, spill, snapshot, backup", async () => {
    const journal = place.journal();
    await journal.open();
    await journal.append(saved(1)).durable;
    await journal.snapshot(JSON.stringify({ residents: [{ name: NAME, phone: PHONE }] }));
    await journal.backup(place.file("backups/monday.db"));
    const go = journal.blockWriter();
    const append = journal.append(saved(2));
    await place.clock.forward(2_000);
    assert.equal(await append.durable, "spill");
    assert.deepEqual(await filesWith("resident.saved"), ["monday.db", "okc.db-wal"]);
    assert.deepEqual(await filesWith(NAME, PHONE), []);
    go();
    await journal.close();
    assert.deepEqual(await filesWith(NAME, PHONE), []);
  });

  it("cannot be opened with what is left after it was erased, not even with a saved key file", async () => {
    const journal = place.journal();
    await journal.open();
    await journal.append(saved(1)).durable;
    await journal.snapshot("王芳");
    const wrapped = await wrappedKey();
    assert.notDeepEqual(await filesWith(wrapped), []);
    await journal.erase("r1");
    assert.deepEqual(await filesWith(wrapped), []);
    await journal.append(saved(2)).durable;
    await journal.close();
    const start = await place.journal().open();
    assert.equal(start.events[0]?.event.personal, undefined);
    assert.equal(start.events[1]?.event.personal?.data["name"], NAME);
  });

  async function wrappedKey(): Promise<Buffer> {
    const Database = (await import("better-sqlite3")).default;
    const db = new Database(place.file("okc.db"), { readonly: true });
    try {
      return (
        db.prepare<[], Buffer>("SELECT wrapped FROM person_key WHERE person = 'r1'").pluck().get() ?? Buffer.alloc(1)
      );
    } finally {
      db.close();
    }
  }
});
