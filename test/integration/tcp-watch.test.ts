import assert from "node:assert/strict";
import { RESEND_MS } from "../../firmware-sim/watch.ts";
import { SqliteJournal } from "../../gateway/adapters/journal/sqlite-journal.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import {
  counted,
  expectFault,
  expectFaultOver,
  expectHelpCalled,
  journaled,
  journaledKinds,
} from "../support/home-facts.ts";
import { SILENT_LOG, SILENT_METER } from "../support/memory-journal.ts";
import { until } from "../support/until.ts";
import { PARK, WatchHome, WATCH_ID } from "../support/watch-home.ts";

/** Bit 24 of the status: nobody knows what it means. */
const odd = (time: string): string => `[3G*${WATCH_ID}*0000*AL,231126,${time},V,0,N,0,E,0,0,0,0,80,77,0,0,01000000,0]`;

/** Where the watch is in these stories; buildings are elsewhere. */
const PLACE = /29\.8[67]\d\d|121\.5483/;

describe("A press of a 4G watch", function () {
  this.timeout(30_000);
  let site: WatchHome;

  afterEach(() => site.home.leave());

  it("calls for help, shows staff where its wearer is, and is acknowledged", async () => {
    site = await WatchHome.build();
    site.watch.press();
    await expectHelpCalled(site.home, "001");
    await site.acknowledged();
    const { device, flags, presses, position } = await site.home.alarm();
    assert.deepEqual([device, flags, presses.length], [`watch3g:${WATCH_ID}`, [], 1]);
    assert.deepEqual({ ...position, at: null }, { ...PARK, isFix: true, at: null, device: `watch3g:${WATCH_ID}` });
    assert.equal(await counted(site.home, "okc_tcp_connections"), 1);
  });

  it("is the same in pieces of any size", async () => {
    site = await WatchHome.build();
    site.watch.faults.pieceBytes = 3;
    site.watch.press("fall");
    await expectHelpCalled(site.home, "001");
    await site.acknowledged();
    assert.equal((await site.home.alarm()).kind, "fall");
  });

  it("follows its wearer while the alarm is open; the journal has no place in any plain row", async () => {
    site = await WatchHome.build();
    site.watch.press();
    await expectHelpCalled(site.home, "001");
    for (let minute = 1; minute <= 3; minute++) {
      site.watch.place = { ...PARK, lat: PARK.lat + minute / 1_000 };
      await site.home.forward(seconds(20));
      site.watch.tellPlace();
      await site.home.forward(seconds(20));
    }
    await site.home.alarm(({ position }) => position !== undefined && position.lat > PARK.lat + 0.0015);
    const rows = await journaled(site.home);
    assert.doesNotMatch(JSON.stringify(rows), PLACE);
    assert.doesNotMatch(JSON.stringify(site.home.log.lines), PLACE);
    assert.doesNotMatch(await site.home.running!.site.office.metrics(), PLACE);
    const positions = rows.filter(({ event }) => event.kind === "alarm-positioned").length;
    assert.ok(positions >= 1 && positions <= 2, `${positions} rows`);
    for (const person of ["f-1", "s-1"]) await site.home.expectOffer(person);
    await site.home.restart();
    await site.home.alarm(({ position }) => position !== undefined && position.lat > PARK.lat + 0.0015);
  });

  it("who is erased has been nowhere: the call stays, its place is gone", async () => {
    site = await WatchHome.build();
    site.watch.press();
    await expectHelpCalled(site.home, "001");
    await site.acknowledged();
    const { id } = await site.home.alarm(({ position }) => position !== undefined);
    site.watch.stop();
    await site.home.stop();
    const { folder, clock } = site.home;
    const journal = new SqliteJournal({ folder, clock, log: SILENT_LOG, meter: SILENT_METER, commitMaxMs: seconds(2) });
    await journal.open();
    await journal.erase("r-1");
    await journal.close();
    await site.home.start();
    const alarm = await site.home.alarm();
    assert.deepEqual([alarm.id, alarm.position, alarm.presses[0]!.position], [id, undefined, undefined]);
    assert.equal((await site.home.running!.site.journal.verify()).ok, true);
  });

  it("is answered when the journal has it, and not before; help is called all the same", async () => {
    site = await WatchHome.build({ site: { spillBytes: 64 } });
    const goOn = site.home.running!.site.journal.blockWriter();
    site.home.closing.push(goOn);
    site.watch.press();
    await site.home.alarm();
    await site.home.forward(seconds(2));
    await expectHelpCalled(site.home, "001");
    await site.home.forward(seconds(5));
    assert.equal(site.watch.lamp, "calling");
    goOn();
    await site.acknowledged();
    await expectFaultOver(site.home, "journal");
    assert.equal((await journaledKinds(site.home))["alarm-opened"], 1);
  });

  it("with a cause that nobody knows is for staff alone, and repeated it stays one", async () => {
    site = await WatchHome.build();
    const device = await site.device();
    device.send(odd("120000"));
    await device.answered(`[3G*${WATCH_ID}*0002*AL]`);
    const alarm = await site.home.alarm();
    assert.deepEqual([alarm.flags, alarm.presses[0]!.unclear], [["unclear-cause"], "AL with status 01000000"]);
    device.send(odd("120000"));
    await device.answered(`[3G*${WATCH_ID}*0002*AL]`.repeat(2));
    await site.home.forward(seconds(59));
    await site.expectStaffAlone();
    assert.equal((await site.home.alarm()).presses.length, 1);
  });

  it("is enrolled by three presses, and where that happened is in no plain row either", async () => {
    site = await WatchHome.build({ devices: [] });
    const { state, running } = site.home;
    const by = { name: "老陈", role: "technician" } as const;
    await running!.site.office.submit({ type: "learn", act: "open", by, resident: "r-2" });
    const device = `watch3g:${WATCH_ID}`;
    site.watch.press();
    await until("the candidate", () => state.learning.get("enrol")?.candidate?.device === device);
    await site.home.forward(seconds(2));
    site.watch.press();
    await until("the enrolment", () => state.enrolled.get(device)?.resident === "r-2");
    await site.home.forward(seconds(2));
    site.watch.press();
    await site.home.expectHotline("601");
    await until("its proof", () => state.devices.get(device)?.provedAt);
    await site.acknowledged();
    assert.deepEqual(site.home.alarms(), []);
    assert.doesNotMatch(JSON.stringify(await journaled(site.home)), PLACE);
  });

  it("its new connection takes the place of one that died unseen", async () => {
    site = await WatchHome.build();
    const device = await site.device();
    device.send(`[3G*${WATCH_ID}*0002*LK]`);
    await device.answered(`[3G*${WATCH_ID}*0002*LK]`);
    await until("the old connection to be closed", () => !site.watch.isLoggedIn);
    assert.equal(await counted(site.home, "okc_tcp_closed_total", { why: "replaced" }), 1);
  });

  it("a listener that is taken out of the configuration leaves no fault behind", async () => {
    site = await WatchHome.build();
    const line = `line:tcp:watch3g:${site.port}`;
    site.home.running!.site.app.raiseFault(line, "line-down", "EADDRINUSE");
    await expectFault(site.home, line);
    site.watch.stop();
    (site.home.config as { tcp: unknown }).tcp = [];
    await site.home.restart();
    await expectFaultOver(site.home, line);
    await site.home.forward(minutes(1));
  });

  it("waits for a gateway that is away", async () => {
    site = await WatchHome.build();
    await site.home.stop();
    site.watch.press();
    await site.home.start();
    await site.home.forward(RESEND_MS);
    await site.acknowledged();
    await expectHelpCalled(site.home, "001");
    assert.equal((await site.home.alarm()).presses.length, 1);
  });
});
