import assert from "node:assert/strict";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { AlarmView } from "../../gateway/core/alarm-view.ts";
import { cut, flip, framesOf, loseFrame, losePage, PAGE_BYTES, pagesOf, placeOf } from "../support/damage.ts";
import { ONE_STEP_POLICIES, RealSite } from "../support/real-site.ts";
import { until } from "../support/until.ts";

interface Fault {
  readonly key: string;
  readonly detail: string;
}

describe("the database is damaged while an alarm is open", function () {
  this.timeout(120_000);
  let site: RealSite;

  beforeEach(async () => {
    site = await RealSite.make({ policies: ONE_STEP_POLICIES });
    await site.importPeople();
  });
  afterEach(() => site.dispose());

  const file = (): string => join(site.data, "okc.db");

  /** r-3 has pressed; the hotline and a volunteer were told; then the gateway is gone from one moment to the next. */
  async function pressedAndKilled(): Promise<AlarmView> {
    await site.start();
    const pendant = await site.mqttPendant("p-17");
    await pendant.heard(pendant.press().counter);
    await site.expectHotline("1234/003 101");
    await until("an offer for v-1", () => site.phones.of("v-1").length > 0);
    const [alarm] = await site.untilAlarms("receipts", ([one]) => one?.offers[0]?.state === "sent");
    await site.kill();
    await pendant.stop();
    return alarm!;
  }

  const offersTo = (responder: string): number =>
    site.phones.messages.filter((message) => message.responder === responder && message.type === "offer").length;

  /** Everything that was committed is moved from the log into the file, as a checkpoint does. */
  function checkpoint(): void {
    const db = new Database(file());
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
  }

  /** The alarm is there under its old id, and everybody hears of it again. */
  async function expectAlertedAnew(before: AlarmView): Promise<AlarmView> {
    const frames = site.receiver.events.length;
    const messages = offersTo("v-1");
    await site.start();
    assert.match(site.log, /"level":"error"[^\n]*the database is damaged/);
    await until(
      "a new report at the hotline",
      () => site.receiver.events.slice(frames).some(({ event, zone }) => event === "101" && zone === "003"),
      20_000,
    );
    const again = site.receiver.events.slice(frames).find(({ zone }) => zone === "003")!;
    assert.equal(again.qualifier, 1);
    await until("an offer anew for v-1", () => offersTo("v-1") > messages, 20_000);
    const alarm = (await site.alarms()).find(({ id }) => id === before.id)!;
    assert.ok(alarm.flags.includes("salvaged"), alarm.flags.join());
    assert.deepEqual([alarm.resident, alarm.state], ["r-3", "alerting"]);
    return alarm;
  }

  async function damageFault(): Promise<string> {
    const { faults } = await site.json<{ faults: Fault[] }>("faults");
    return faults.find(({ key }) => key === "journal-damaged")!.detail;
  }

  const DAMAGES: Readonly<Record<string, () => void>> = {
    "the head of the file is zeros": () => losePage(file(), 0, 0),
    "the root of the entries is overwritten": () => {
      checkpoint();
      losePage(file(), 3);
    },
    "a block of the log is lost": () => loseFrame(file(), Math.floor(framesOf(file()) / 3)),
    "the head of the log is zeros": () => flip(`${file()}-wal`, 18),
    "the index of runs cannot be read": () => {
      checkpoint();
      const db = new Database(file(), { readonly: true });
      const root = db
        .prepare("SELECT rootpage FROM sqlite_schema WHERE name LIKE 'sqlite_autoindex_boot%'")
        .pluck()
        .get() as number;
      db.close();
      losePage(file(), root - 1);
    },
    "one bit of a newer entry is another": () => {
      checkpoint();
      flip(file(), placeOf(file(), "wearer-told") + 2);
    },
  };

  for (const [what, damage] of Object.entries(DAMAGES)) {
    it(`${what}: it is alerted again, under its id`, async () => {
      const before = await pressedAndKilled();
      damage();
      const alarm = await expectAlertedAnew(before);
      assert.equal((await site.okc("take", alarm.id, "--as", "王芳")).code, 0);
      const [offer] = alarm.offers;
      assert.ok(offer && before.offers.every(({ id, responder }) => id !== offer.id || responder === offer.responder));
    });
  }

  it("the opening of the alarm is lost: later rows name it, and the report of the press says who it was", async () => {
    const before = await pressedAndKilled();
    checkpoint();
    const at = placeOf(file(), `"alarmKind"`);
    flip(file(), at + 3);
    await site.start();
    const [alarm] = await site.untilAlarms("the alarm", (alarms) => alarms.some(({ id }) => id === before.id));
    assert.deepEqual([alarm!.resident, alarm!.priority], ["r-3", 1]);
    assert.match(await damageFault(), /1 rows from \S+ to \S+ unreadable: check with residents who pressed between/);
  });

  it("what cannot be read is an alarm for staff and a report to the hotline, until somebody has checked", async () => {
    const before = await pressedAndKilled();
    checkpoint();
    // The newest rows are gone for good, with the alarm.
    cut(file(), Math.min(pagesOf(file()), 4) * PAGE_BYTES);
    rmSync(`${file()}-wal`, { force: true });
    await site.start();
    await until("the report", () => site.receiver.events.some(({ event }) => event === "621"), 20_000);
    const lost = (await site.alarms()).find(({ flags }) => flags.includes("rows-lost"))!;
    assert.match(lost.presses[0]!.raw!, /unreadable: check with residents who pressed between$/);
    assert.match(lost.presses[0]!.raw!, /^.*记录无法读出/);
    await until(
      "staff to be told",
      () => site.phones.offers.some(({ responder }) => responder.startsWith("s-")),
      20_000,
    );
    assert.equal((await site.okc("resolve", lost.id, "--outcome", "ok-accidental", "--as", "王芳")).code, 0);
    assert.notEqual(lost.id, before.id);
  });

  it("killed while it takes over, it takes over again", async () => {
    const before = await pressedAndKilled();
    losePage(file(), 0, 0);
    const { code } = await site.okc("residents");
    assert.equal(code, 0);
    // As if that had been cut off before its end.
    const db = new Database(file());
    const [aside] = readdirSync(site.data).filter((name) => /^okc\.db\.damaged-[^-]+$/.test(name));
    db.prepare("INSERT INTO meta (name, value) VALUES ('carry_over', ?)").run(aside);
    db.exec("DELETE FROM entry");
    db.close();
    await expectAlertedAnew(before);
  });
});
