import assert from "node:assert/strict";
import type { Fault } from "../../gateway/core/state.ts";
import { Nut } from "../support/nut.ts";
import { ONE_STEP_POLICIES, RealSite } from "../support/real-site.ts";
import { until } from "../support/until.ts";

/** The driver looks once a second, the gateway every five. */
const TOLD_MAX_MS = 25_000;

describe("the mains are lost while an alarm is open", function () {
  this.timeout(120_000);
  let site: RealSite;
  let nut: Nut;

  beforeEach(async () => {
    nut = await Nut.start("OL");
    const ups = { name: nut.name, port: nut.port };
    site = await RealSite.make({ policies: ONE_STEP_POLICIES, serial: true, more: { ups } });
    await site.importPeople();
  });
  afterEach(async () => {
    await site.dispose();
    await nut.stop();
  });

  const untilHotline = (name: string): Promise<true> =>
    until(
      `${name} at the hotline, which has ${site.hotline().join(", ")}`,
      () => site.hotline().includes(name),
      TOLD_MAX_MS,
    );

  const codes = async (): Promise<string[]> =>
    (await site.json<{ faults: Fault[] }>("faults")).faults.map(({ code }) => code);

  const openAlarm = async (): Promise<string> => {
    await site.dongle!.opened();
    const pendant = site.pendant("beef");
    await pendant.heard(pendant.press().counter);
    await site.expectHotline("1234/001 101");
    return (await site.alarms())[0]!.id;
  };

  it("the hotline is told, the battery runs low, the power ends, comes back: the alarm goes on, nothing is lost", async () => {
    await site.start();
    const alarm = await openAlarm();
    nut.say("OB DISCHRG", 60);
    await untilHotline("1234/000 301");
    nut.say("OB LB", 5, 60);
    await untilHotline("1234/000 302");
    await until("the state to be written down", () => /the state is written down/.test(site.log));
    assert.deepEqual((await codes()).sort(), ["mains-lost", "ups-battery-low"]);
    // A press on the last of the battery.
    const { counter } = site.pendant("cafe").press();
    await site.pendant("cafe").heard(counter);
    await site.expectHotline("1234/002 101");
    await site.kill();

    nut.say("OL CHRG", 40);
    await site.start();
    await untilHotline("1234/000 3301");
    await untilHotline("1234/000 3302");
    assert.deepEqual(await codes(), []);
    const [first, second, ...others] = await site.alarms();
    assert.deepEqual([first!.id, first!.state, others], [alarm, "alerting", []]);
    assert.deepEqual(
      second!.presses.map((press) => press.counter),
      [counter],
    );
    assert.equal((await site.okc("resolve", alarm, "--outcome", "helped-on-site", "--as", "王芳")).code, 0);
  });

  it("power dies before the hotline could be told: 301 and its restore reach it in order, after the alarm", async () => {
    site.receiver.mode = "silent";
    await site.start();
    await site.dongle!.opened();
    const pendant = site.pendant("beef");
    await pendant.heard(pendant.press().counter);
    nut.say("OB DISCHRG", 60);
    await until("mains lost", () => /mains: the UPS okc runs on its battery/.test(site.log), TOLD_MAX_MS);
    // The line is written before the row is on disk. A backup is made behind it by the same writer.
    assert.equal((await site.okc("backup")).code, 0);
    await site.kill();
    pendant.powerOff();

    site.receiver.mode = "ack";
    nut.say("OL");
    await site.start();
    await untilHotline("1234/000 3301");
    assert.deepEqual(site.hotline(), ["1234/001 101", "1234/000 301", "1234/000 3301"]);
    const [alarm, ...others] = await site.alarms();
    assert.deepEqual([alarm!.state, others], ["alerting", []]);
  });
});
