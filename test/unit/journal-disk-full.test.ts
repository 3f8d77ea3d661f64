import assert from "node:assert/strict";
import { healthOf, SqliteFolder } from "../support/sqlite-folder.ts";
import { NOON } from "../support/test-clock.ts";

const press = (counter: number, bytes = 3_000) => ({
  at: NOON,
  events: [{ kind: "press.heard", counter, raw: "c0".repeat(bytes / 2) }],
  urgent: true,
});

describe("A journal on a full disk", function () {
  this.timeout(20_000);
  let place: SqliteFolder;
  beforeEach(async () => (place = await SqliteFolder.make()));
  afterEach(() => place.remove());

  it("lets effects go at once, keeps the records in the spill, and takes them in when there is room", async () => {
    const journal = place.journal({ maxPages: 16 });
    await journal.open();
    const failing = healthOf(journal, "failing");
    let where = "";
    let counter = 0;
    while (where !== "spill") where = await journal.append(press(++counter)).durable;
    const health = await failing;
    assert.ok(health.state === "failing" && /full/.test(health.why));
    const next = journal.append(press(++counter));
    assert.deepEqual(await next.released, { logged: false });
    assert.equal(await next.durable, "spill");

    await journal.limitPages(10_000);
    const well = new Promise<void>((resolve) => journal.onHealth(({ state }) => state === "ok" && resolve()));
    await place.clock.forward(1_000);
    await well;
    assert.equal(await journal.append(press(++counter)).durable, "journal");
    await journal.close();
    const start = await place.journal().open();
    assert.deepEqual(
      start.events.map(({ event }) => event["counter"]),
      Array.from({ length: counter }, (_, index) => index + 1),
    );
    assert.deepEqual(
      start.events.slice(-3).map(({ notLogged }) => notLogged),
      [true, true, false],
    );
    assert.equal(start.spilled, 0);
  });

  it("starts with what is in the spill even when the disk is still full", async () => {
    const journal = place.journal({ maxPages: 16 });
    await journal.open();
    let where = "";
    let counter = 0;
    while (where !== "spill") where = await journal.append(press(++counter)).durable;
    await journal.close();

    const second = place.journal({ maxPages: 1 });
    const start = await second.open();
    assert.equal(start.spilled, 1);
    assert.equal(start.events[start.events.length - 1]?.event["counter"], counter);
    assert.equal(await second.append(press(++counter)).durable, "spill");
    await second.close();

    const third = await place.journal().open();
    assert.equal(third.spilled, 2);
    assert.deepEqual(
      third.events.map(({ seq, event }) => [seq, event["counter"]]),
      Array.from({ length: counter }, (_, index) => [index + 1, index + 1]),
    );
  });
});
