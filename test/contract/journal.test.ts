import assert from "node:assert/strict";
import type { Journal, JournalEvent, JournalRecord, StoredEvent } from "../../gateway/ports/journal.ts";
import { MemoryDisk, MemoryJournal } from "../support/memory-journal.ts";
import { healthOf, SqliteFolder } from "../support/sqlite-folder.ts";
import { NOON, TestClock } from "../support/test-clock.ts";

/** One kind of journal on a place that outlives it. */
interface Place {
  readonly clock: TestClock;
  /** A journal on what earlier ones left. */
  make(): Journal;
  /** The writer of this journal stands still until the result is called. */
  stall(journal: Journal): () => void;
  backupName: string;
  remove(): Promise<void>;
}

const PLACES: Readonly<Record<string, () => Promise<Place>>> = {
  MemoryJournal: () => {
    const clock = new TestClock();
    const disk = new MemoryDisk();
    return Promise.resolve({
      clock,
      make: () => new MemoryJournal({ clock, disk }),
      stall: (journal) => {
        (journal as MemoryJournal).stall();
        return () => (journal as MemoryJournal).resume();
      },
      backupName: "monday.db",
      remove: () => Promise.resolve(),
    });
  },
  SqliteJournal: async () => {
    const place = await SqliteFolder.make();
    return {
      clock: place.clock,
      make: () => place.journal(),
      stall: (journal) => (journal as ReturnType<SqliteFolder["journal"]>).blockWriter(),
      backupName: place.file("monday.db"),
      remove: () => place.remove(),
    };
  },
};

const press = (counter: number): JournalEvent => ({ kind: "press.heard", device: "okc:0000beef", counter });
const record = (...events: readonly JournalEvent[]): JournalRecord => ({ at: NOON, events, urgent: true });
const moved: JournalEvent = {
  kind: "resident.saved",
  id: "r1",
  personal: { person: "r1", data: { name: "王芳", phone: "13800000000" } },
};

for (const [name, makePlace] of Object.entries(PLACES)) {
  describe(`The contract of a journal: ${name}`, function () {
    this.timeout(20_000);
    let place: Place;
    let journal: Journal;

    beforeEach(async () => {
      place = await makePlace();
      journal = place.make();
    });
    afterEach(() => place.remove());

    it("makes a journal with an id of its own and keeps that id", async () => {
      const first = await journal.open();
      assert.match(first.gatewayId, /^[a-z2-7]{8}$/);
      assert.equal(first.created, true);
      assert.deepEqual([first.events, first.lastAt, first.snapshot, first.damaged], [[], null, null, null]);
      await journal.append(record(press(1))).durable;
      await journal.close();
      const again = await place.make().open();
      assert.equal(again.gatewayId, first.gatewayId);
      assert.equal(again.created, false);
    });

    it("knows the time of its newest record, of one without events too, and makes no entry of that", async () => {
      await journal.open();
      await journal.append({ ...record(press(1)), at: NOON + 5 }).durable;
      const probe = journal.append({ at: NOON + 700, events: [], urgent: false, probe: true });
      await place.clock.forward(20);
      assert.equal(await probe.durable, "journal");
      await journal.close();
      journal = place.make();
      const start = await journal.open();
      assert.deepEqual([start.lastAt, start.events.length], [NOON + 700, 1]);
    });

    it("keeps records in the order of the calls and counts their events without a gap", async () => {
      await journal.open();
      const told: StoredEvent[] = [];
      journal.onCommitted((events) => told.push(...events));
      const appends = [];
      for (let n = 1; n <= 50; n++) appends.push(journal.append(record(press(2 * n - 1), press(2 * n))));
      await Promise.all(appends.map((append) => append.durable));
      await journal.append({ ...record(press(101)), at: NOON + 5 }).durable;
      await journal.close();
      const start = await place.make().open();
      const expected = Array.from({ length: 101 }, (_, index) => index + 1);
      assert.deepEqual(
        start.events.map(({ seq }) => seq),
        expected,
      );
      assert.deepEqual(
        start.events.map(({ event }) => event["counter"]),
        expected,
      );
      assert.equal(start.lastAt, NOON + 5);
      assert.deepEqual(told, start.events);
    });

    it("says that a record is durable in the journal and that its effects may leave", async () => {
      await journal.open();
      const append = journal.append(record(press(1)));
      assert.deepEqual(await append.released, { logged: true });
      assert.equal(await append.durable, "journal");
    });

    it("lets a record that is not urgent wait for company, 20 ms at most", async () => {
      await journal.open();
      let committed = 0;
      journal.onCommitted(() => committed++);
      const alone = journal.append({ ...record(press(1)), urgent: false });
      await place.clock.forward(19);
      assert.equal(committed, 0);
      await place.clock.forward(1);
      assert.equal(await alone.durable, "journal");
      const quiet = journal.append({ ...record(press(2)), urgent: false });
      const urgent = journal.append(record(press(3)));
      assert.deepEqual([await quiet.durable, await urgent.durable], ["journal", "journal"]);
    });

    it("reads on from any entry, without personal data", async () => {
      await journal.open();
      for (const event of [press(1), moved, press(3), press(4)]) journal.append(record(event));
      await journal.append(record(press(5))).durable;
      const read = await journal.readAfter(1, 3);
      assert.deepEqual(
        read.map(({ seq, at, notLogged, event }) => [seq, at, notLogged, event]),
        [
          [2, NOON, false, { kind: "resident.saved", id: "r1" }],
          [3, NOON, false, press(3)],
          [4, NOON, false, press(4)],
        ],
      );
      assert.deepEqual(await journal.readAfter(5, 10), []);
    });

    it("tells listeners what readers will get", async () => {
      await journal.open();
      const told = new Promise<readonly StoredEvent[]>((resolve) => journal.onCommitted(resolve));
      journal.append(record(moved));
      assert.deepEqual(await told, await journal.readAfter(0, 10));
    });

    it("starts from the newest snapshot and the entries after it", async () => {
      await journal.open();
      journal.append(record(press(1)));
      await journal.snapshot("after 1");
      journal.append(record(press(2)));
      const kept = journal.snapshot("after 2");
      journal.append(record(press(3)));
      await kept;
      await journal.snapshot("after 3");
      await journal.append(record(press(4))).durable;
      await journal.close();
      const start = await place.make().open();
      assert.deepEqual(start.snapshot, { seq: 3, state: "after 3" });
      assert.deepEqual(
        start.events.map(({ seq }) => seq),
        [4],
      );
    });

    it("gives personal data back after a restart", async () => {
      await journal.open();
      await journal.append(record(moved)).durable;
      await journal.close();
      assert.deepEqual((await place.make().open()).events[0]?.event, moved);
    });

    it("releases and spills what a stalled writer does not commit in time", async () => {
      await journal.open();
      const go = place.stall(journal);
      const append = journal.append(record(press(1)));
      let released: unknown = null;
      void append.released.then((value) => (released = value));
      await place.clock.forward(1_999);
      assert.equal(released, null);
      const slow = healthOf(journal, "slow");
      await place.clock.forward(1);
      assert.deepEqual(released, { logged: false });
      assert.equal(await append.durable, "spill");
      assert.equal((await slow).state, "slow");
      const next = journal.append(record(press(2)));
      assert.deepEqual(await next.released, { logged: false });
      assert.equal(await next.durable, "spill");
      const well = new Promise<void>((resolve) => journal.onHealth(({ state }) => state === "ok" && resolve()));
      go();
      await well;
      const later = journal.append(record(press(3)));
      assert.deepEqual(await later.released, { logged: true });
      await journal.close();
      const start = await place.make().open();
      assert.deepEqual(
        start.events.map(({ seq, notLogged, event }) => [seq, notLogged, event["counter"]]),
        [
          [1, true, 1],
          [2, true, 2],
          [3, false, 3],
        ],
      );
      assert.equal(start.spilled, 0);
      assert.deepEqual(await journal.verify(), { ok: true, events: 3 });
    });

    it("forgets a person and nothing else", async () => {
      await journal.open();
      journal.append(record(moved));
      journal.append(record({ ...moved, id: "r2", personal: { person: "r2", data: { name: "李娜" } } }));
      await journal.snapshot("王芳 and 李娜");
      await journal.erase("r1");
      assert.deepEqual(await journal.verify(), { ok: true, events: 2 });
      await journal.close();
      const start = await place.make().open();
      assert.equal(start.snapshot, null);
      assert.deepEqual(start.events[0]?.event, { kind: "resident.saved", id: "r1" });
      assert.deepEqual(start.events[1]?.event.personal?.data, { name: "李娜" });
    });

    it("closes after what was appended is safe", async () => {
      await journal.open();
      const append = journal.append({ ...record(press(1)), urgent: false });
      await journal.close();
      assert.equal(await append.durable, "journal");
      assert.equal((await place.make().open()).events.length, 1);
    });

    it("writes a backup once and never over another", async () => {
      await journal.open();
      await journal.append(record(press(1), press(2))).durable;
      const backup = await journal.backup(place.backupName);
      assert.equal(backup.lastSeq, 2);
      assert.ok(backup.bytes > 0);
      await assert.rejects(journal.backup(place.backupName), /is there already/);
    });
  });
}
