import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { open, readFile, stat } from "node:fs/promises";
import { SpillFile } from "../../gateway/adapters/journal/spill-file.ts";
import { healthOf, SqliteFolder } from "../support/sqlite-folder.ts";
import { NOON } from "../support/test-clock.ts";

const press = (counter: number) => ({ at: NOON, events: [{ kind: "press.heard", counter }], urgent: true });

describe("The spill file", function () {
  this.timeout(20_000);
  const key = randomBytes(32);
  let place: SqliteFolder;
  let spill: SpillFile;

  beforeEach(async () => {
    place = await SqliteFolder.make();
    spill = new SpillFile(place.file("spill.bin"), 4_096);
  });
  afterEach(async () => {
    await spill.close();
    await place.remove();
  });

  /** What a gateway finds that starts after this one was killed. */
  async function found(): Promise<string[]> {
    const next = new SpillFile(place.file("spill.bin"), 4_096);
    try {
      return await next.open(key);
    } finally {
      await next.close();
    }
  }

  it("has its full size on disk before it is needed", async () => {
    await spill.open(key);
    await spill.add("one");
    assert.equal((await stat(place.file("spill.bin"))).size, 4_096);
    assert.equal((await stat(place.file("spill.bin"))).mode & 0o777, 0o600);
  });

  it("gives back what it took, in order, and goes on after it", async () => {
    await spill.open(key);
    assert.deepEqual(await Promise.all([spill.add("one"), spill.add("two")]), [true, true]);
    await spill.close();
    spill = new SpillFile(place.file("spill.bin"), 4_096);
    assert.deepEqual(await spill.open(key), ["one", "two"]);
    await spill.add("three");
    assert.deepEqual(await found(), ["one", "two", "three"]);
  });

  it("refuses what has no room and keeps what it has", async () => {
    await spill.open(key);
    assert.equal(await spill.add("x".repeat(3_000)), true);
    assert.equal(await spill.add("y".repeat(3_000)), false);
    assert.equal(await spill.add("z"), true);
    assert.deepEqual(await found(), ["x".repeat(3_000), "z"]);
  });

  it("never gives back what was cleared, not even behind a shorter new record", async () => {
    await spill.open(key);
    for (const text of ["one", "two", "three"]) await spill.add(text);
    await spill.clear();
    assert.deepEqual(await found(), []);
    await spill.add("new");
    assert.deepEqual(await found(), ["new"]);
  });

  it("gives back what can be read around a damaged record", async () => {
    await spill.open(key);
    for (const text of ["one", "two", "three"]) await spill.add(text);
    const handle = await open(place.file("spill.bin"), "r+");
    const recordBytes = 4 + 28 + 3;
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, 40 + recordBytes + 20);
    await handle.write(Buffer.from([byte[0]! ^ 0xff]), 0, 1, 40 + recordBytes + 20);
    await handle.close();
    assert.deepEqual(await found(), ["one", "three"]);
  });

  it("holds nothing in clear", async () => {
    await spill.open(key);
    await spill.add("王芳 13800000000");
    const bytes = await readFile(place.file("spill.bin"));
    assert.equal(bytes.includes("13800000000"), false);
    assert.equal(bytes.includes("王芳"), false);
  });

  it("is folded in when a gateway was closed while its writer stood still", async () => {
    const journal = place.journal();
    await journal.open();
    journal.blockWriter();
    const appends = [journal.append(press(1)), journal.append(press(2))];
    await place.clock.forward(2_000);
    assert.deepEqual(await Promise.all(appends.map(({ durable }) => durable)), ["spill", "spill"]);
    const closed = journal.close();
    await place.clock.forward(2_000);
    await closed;
    const next = place.journal();
    const start = await next.open();
    assert.equal(start.spilled, 2);
    assert.deepEqual(
      start.events.map(({ seq, notLogged, event }) => [seq, notLogged, event["counter"]]),
      [
        [1, true, 1],
        [2, true, 2],
      ],
    );
    assert.deepEqual(await next.readAfter(0, 10), start.events);
  });

  it("can be full: then a record is released and stays pending until the journal has it", async () => {
    const journal = place.journal({ spillBytes: 128 });
    await journal.open();
    const go = journal.blockWriter();
    const append = journal.append(press(1));
    let durable: string | null = null;
    void append.durable.then((where) => (durable = where));
    const slow = healthOf(journal, "slow");
    await place.clock.forward(2_000);
    assert.deepEqual(await append.released, { logged: false });
    await slow;
    await place.clock.forward(1);
    assert.equal(durable, null);
    go();
    assert.equal(await append.durable, "journal");
  });
});
