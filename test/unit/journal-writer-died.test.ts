import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createDatabase, openDatabase } from "../../gateway/adapters/journal/database.ts";
import { JournalStore } from "../../gateway/adapters/journal/journal-store.ts";
import type { WireRecord } from "../../gateway/adapters/journal/wire.ts";
import { healthOf, SqliteFolder } from "../support/sqlite-folder.ts";
import { NOON } from "../support/test-clock.ts";

const press = (counter: number) => ({ at: NOON, events: [{ kind: "press.heard", counter }], urgent: true });

describe("A writer's thread that dies", function () {
  this.timeout(20_000);
  let place: SqliteFolder;
  beforeEach(async () => (place = await SqliteFolder.make()));
  afterEach(() => place.remove());

  it("is replaced, and what it was asked to commit is committed by the next", async () => {
    const workerUrl = new URL("../support/dying-journal-worker.ts", import.meta.url);
    const journal = place.journal({ workerUrl });
    await journal.open();
    assert.equal(await journal.append(press(1)).durable, "journal");
    const failing = healthOf(journal, "failing");
    const append = journal.append(press(2));
    assert.deepEqual(await append.released, { logged: false });
    assert.equal(await append.durable, "spill");
    await failing;
    assert.ok(existsSync(place.file("died")));
    const well = new Promise<void>((resolve) => journal.onHealth(({ state }) => state === "ok" && resolve()));
    await place.clock.forward(1_000);
    await well;
    assert.equal(await journal.append(press(3)).durable, "journal");
    const read = await journal.readAfter(0, 10);
    assert.deepEqual(
      read.map(({ seq, notLogged, event }) => [seq, notLogged, event["counter"]]),
      [
        [1, false, 1],
        [2, true, 2],
        [3, false, 3],
      ],
    );
  });

  it("cannot make a record appear twice: a batch that is tried again is known by its number", () => {
    const key = randomBytes(32);
    createDatabase(place.file("okc.db"), key);
    const store = new JournalStore(openDatabase(place.file("okc.db"), null), key);
    const record = (n: number, seq: number): WireRecord => [
      "boot",
      n,
      NOON,
      1,
      0,
      seq,
      ["press", `{"n":${n}}`, null, null],
    ];
    store.commit([record(1, 1), record(2, 2)]);
    store.commit([record(1, 1), record(2, 2), record(3, 3)]);
    assert.deepEqual(
      store.read(0, 10).map(([seq, , , , , body]) => [seq, body]),
      [
        [1, '{"n":1}'],
        [2, '{"n":2}'],
        [3, '{"n":3}'],
      ],
    );
    store.close();
  });

  it("leaves nothing of a batch that failed half way", () => {
    const key = randomBytes(32);
    createDatabase(place.file("okc.db"), key);
    const store = new JournalStore(openDatabase(place.file("okc.db"), null), key);
    const good: WireRecord = ["boot", 1, NOON, 1, 0, 1, ["resident.saved", "{}", "r1", '{"name":"王芳"}']];
    const wrongPlace: WireRecord = ["boot", 2, NOON, 1, 0, 9, ["press", "{}", null, null]];
    assert.throws(() => store.commit([good, wrongPlace]), /says entry 9, the journal is at 1/);
    assert.deepEqual([store.lastSeq, store.read(0, 10), store.personKeys], [0, [], []]);
    store.commit([good]);
    assert.equal(store.tail(0)[0]?.[7], '{"name":"王芳"}');
    store.close();
  });
});
