import assert from "node:assert/strict";
import { seconds } from "../../gateway/core/units.ts";
import type { StoredEvent } from "../../gateway/ports/journal.ts";
import { counted, expectFault, expectFaultOver, expectHelpCalled, faultOf, linesAbout } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";
import { until } from "../support/until.ts";

/** Far more than one table of residents takes. */
const TABLES_MAX = 20;
const ROOM_PAGES = 1_000_000;

describe("The disk is full", function () {
  this.timeout(30_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
  });

  afterEach(() => home.leave());

  /** The database may not grow, and what was free inside it is used up. */
  async function fillDisk(): Promise<void> {
    const { journal, office } = home.running!.site;
    await journal.limitPages(1);
    for (let table = 0; table < TABLES_MAX && !faultOf(home, "journal"); table++) {
      const rows = Array.from({ length: 5 }, (_, row) => `x-${table}-${row},住户,${"长".repeat(1_900)}`);
      await office.importCsv(Buffer.from(["id,name,notes", ...rows].join("\n")), false);
    }
    await expectFault(home, "journal");
  }

  async function makeRoom(): Promise<void> {
    await home.running!.site.journal.limitPages(ROOM_PAGES);
    await home.forward(seconds(2));
    await expectFaultOver(home, "journal");
  }

  async function eventsOf(alarm: string): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    for (let page = await home.running!.site.journal.readAfter(0, 500); page.length > 0;) {
      events.push(...page);
      page = await home.running!.site.journal.readAfter(page.at(-1)!.seq, 500);
    }
    return events.filter(({ event }) => event["alarm"] === alarm);
  }

  it("a press still calls everybody, is flagged notLogged, and is not in the database", async () => {
    await fillDisk();
    const before = await counted(home, "okc_journal_not_logged_total");
    home.pendant("beef").press();
    await expectHelpCalled(home, "001");
    const alarm = await home.alarm(({ flags }) => flags.includes("notLogged"));
    assert.equal(alarm.state, "alerting");
    assert.ok((await counted(home, "okc_journal_not_logged_total")) > before);
    assert.equal(linesAbout(home, "journal: failing").length, 1);
    assert.match(faultOf(home, "journal")!.detail, /full/);
    assert.deepEqual(await eventsOf(alarm.id), []);
  });

  it("the wearer is told heard only once somebody has replied: nothing else proves that the press is kept", async () => {
    await fillDisk();
    home.receiver.mode = "silent";
    const pendant = home.pendant("beef");
    pendant.press();
    await until("the frame at the receiver", () => home.receiver.frames.length > 0);
    for (const volunteer of ["v-1", "v-2", "v-3"]) await home.expectOffer(volunteer);
    await home.clock.settle();
    assert.deepEqual(pendant.said, []);
    assert.equal(await home.answer("v-2", "accept"), 200);
    await home.expectSaid(pendant, "heard");
    await home.expectSaid(pendant, "coming");
    assert.equal((await home.alarm()).presses.length, 1);
  });

  it("when there is room again all of it is in the journal, marked, and the next press is logged as ever", async () => {
    await fillDisk();
    home.pendant("beef").press();
    await expectHelpCalled(home, "001");
    const { id } = await home.alarm(({ times }) => times.hotlineReceivedAt !== null);
    await makeRoom();
    const stored = await eventsOf(id);
    assert.ok(stored.some(({ event, notLogged }) => event.kind === "alarm-opened" && notLogged));
    assert.deepEqual(await home.running!.site.journal.verify().then(({ ok }) => ok), true);

    home.pendant("cafe").press();
    await expectHelpCalled(home, "002");
    const alarms = await until("two alarms", () => home.alarms().length === 2 && home.alarms());
    const flags = alarms.find((alarm) => alarm.id !== id)!.flags;
    assert.equal(flags.includes("notLogged"), false);
  });

  it("a gateway that is restarted meanwhile folds in what the spill holds, and calls nobody twice", async () => {
    await fillDisk();
    home.pendant("beef").press();
    await expectHelpCalled(home, "001");
    const before = await home.alarm(({ times }) => times.hotlineReceivedAt !== null);
    // The next one starts on a disk with room.
    await home.restart();
    assert.equal(linesAbout(home, "records are folded in from the spill").length, 1);
    const after = await home.alarm();
    assert.deepEqual(
      [after.id, after.presses, after.times.hotlineReceivedAt],
      [before.id, before.presses, before.times.hotlineReceivedAt],
    );
    await until("no fault of the journal", () => faultOf(home, "journal") === undefined);
    assert.ok((await eventsOf(before.id)).some(({ event }) => event.kind === "alarm-opened"));
  });
});
