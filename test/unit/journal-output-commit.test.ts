import assert from "node:assert/strict";
import { MemoryDisk, MemoryJournal, SILENT_METER } from "../support/memory-journal.ts";
import { NOON, TestClock } from "../support/test-clock.ts";

const press = (counter: number) => ({ at: NOON, events: [{ kind: "press.heard", counter }], urgent: true });

/** What a promise gave so far; undefined while it is pending. */
function watch<T>(promise: Promise<T>): () => T | undefined {
  let value: T | undefined;
  void promise.then((given) => (value = given));
  return () => value;
}

describe("Output commit", () => {
  let clock: TestClock;
  let disk: MemoryDisk;
  let journal: MemoryJournal;
  let counts: Map<string, number>;

  beforeEach(async () => {
    clock = new TestClock();
    disk = new MemoryDisk();
    counts = new Map();
    const meter = { ...SILENT_METER, count: (name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1) };
    journal = new MemoryJournal({ clock, disk, meter });
    await journal.open();
  });

  it("holds a second batch back no longer than its own oldest record", async () => {
    journal.stall();
    journal.append(press(1));
    await clock.forward(1_500);
    const second = watch(journal.append(press(2)).released);
    await clock.forward(499);
    assert.equal(second(), undefined);
    await clock.forward(1);
    assert.deepEqual(second(), { logged: false });
  });

  it("tries a failed commit again every second, and what came first is committed first", async () => {
    journal.fail();
    const appends = [journal.append(press(1)), journal.append(press(2)), journal.append(press(3))];
    for (const append of appends) assert.deepEqual(await append.released, { logged: false });
    await clock.forward(5_000);
    assert.equal(counts.get("okc_journal_commit_failures_total"), 6);
    assert.equal(disk.rows.length, 0);
    journal.resume();
    await clock.forward(1_000);
    assert.deepEqual(
      disk.rows.map((row) => [row[0], row[2], row[5]]),
      [1, 2, 3].map((counter) => [counter, 1, JSON.stringify({ counter })]),
    );
    assert.deepEqual(disk.spill, []);
    assert.deepEqual(await journal.append(press(4)).released, { logged: true });
  });

  const probe = { at: NOON + 7, events: [], urgent: false, probe: true };

  it("answers a probe when the writer has committed it, and writes no entry", async () => {
    const append = journal.append(probe);
    await clock.forward(20);
    assert.equal(await append.durable, "journal");
    assert.deepEqual(await append.released, { logged: true });
    assert.deepEqual([disk.rows.length, disk.lastAt], [0, NOON + 7]);
  });

  it("answers a probe when the writer says that the disk takes nothing, spills none, and tries on until it is well", async () => {
    journal.fail("both");
    const kept: string[] = [];
    for (let n = 0; n < 5; n++) {
      void journal.append(probe).durable.then((where) => kept.push(where));
      await clock.forward(10_000);
    }
    assert.deepEqual(kept, Array(5).fill("refused"));
    assert.deepEqual(disk.spill, []);
    const health: string[] = [];
    journal.onHealth(({ state }) => health.push(state));
    journal.resume();
    await clock.forward(1_000);
    assert.deepEqual(health, ["failing", "ok"]);
    assert.deepEqual(await journal.append(press(1)).released, { logged: true });
  });

  it("leaves a probe without an answer while the writer stands still, whatever else is let go", async () => {
    journal.stall();
    const waiting = watch(journal.append(probe).durable);
    const released = watch(journal.append(press(1)).released);
    await clock.forward(60_000);
    assert.deepEqual(released(), { logged: false });
    assert.equal(waiting(), undefined);
    assert.equal(disk.spill.length, 1);
    journal.resume();
    await clock.forward(1_000);
    assert.equal(waiting(), "journal");
  });

  it("keeps a record pending that neither journal nor spill takes, and releases it all the same", async () => {
    journal.fail("both");
    const append = journal.append(press(1));
    const durable = watch(append.durable);
    assert.deepEqual(await append.released, { logged: false });
    await clock.forward(60_000);
    assert.equal(durable(), undefined);
    journal.resume();
    await clock.forward(1_000);
    assert.equal(durable(), "journal");
  });

  it("says that it is well again only when the spill is empty", async () => {
    const said: string[] = [];
    journal.onHealth((health) => said.push(health.state));
    journal.stall();
    journal.append(press(1));
    await clock.forward(2_000);
    journal.append(press(2));
    assert.deepEqual(said, ["slow"]);
    assert.equal(disk.spill.length, 2);
    journal.resume();
    await clock.settle();
    assert.deepEqual(said, ["slow", "ok"]);
    assert.equal(disk.spill.length, 0);
    assert.equal(disk.rows.length, 2);
  });

  it("refuses past its bound, and takes records again when there is room", async () => {
    journal.fail("both");
    for (let counter = 1; counter <= 20_000; counter++) journal.append(press(counter));
    const refused = journal.append(press(20_001));
    const durable = watch(refused.durable);
    assert.deepEqual(await refused.released, { logged: false });
    assert.equal(counts.get("okc_journal_refused_total"), 1);
    journal.resume();
    await clock.forward(1_000);
    assert.equal(disk.rows.length, 20_000);
    assert.equal(durable(), undefined);
    assert.equal(await journal.append(press(20_002)).durable, "journal");
    assert.equal(disk.rows.length, 20_001);
  });

  it("loses nothing that was durable when it is killed while its writer stands still", async () => {
    await journal.append(press(1)).durable;
    journal.stall();
    const second = watch(journal.append(press(2)).durable);
    await clock.forward(2_000);
    const third = watch(journal.append(press(3)).durable);
    await clock.settle();
    assert.deepEqual([second(), third()], ["spill", "spill"]);
    journal.kill();
    journal.resume();
    const start = await new MemoryJournal({ clock, disk }).open();
    assert.equal(start.spilled, 2);
    assert.deepEqual(
      start.events.map(({ event }) => event["counter"]),
      [1, 2, 3],
    );
    assert.equal(disk.rows.length, 3);
  });

  it("does not take what it cannot store: one such record would hold up all after it", async () => {
    assert.throws(() => journal.append({ ...press(1), at: Number.NaN }), /needs a time/);
    assert.throws(() => journal.append({ ...press(1), events: [{ kind: "x", n: 1n }] }), TypeError);
    assert.equal(await journal.append(press(2)).durable, "journal");
    assert.deepEqual(
      disk.rows.map(([seq]) => seq),
      [1],
    );
  });
});
