import assert from "node:assert/strict";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { BridgeHome, PENDANT, SOS } from "../support/bridge-home.ts";
import { expectFault, expectHelpCalled, journaled } from "../support/home-facts.ts";
import { until } from "../support/until.ts";

const STUCK_LINE = "EV1527;ID=0a1b2c;SWITCH=01;CMD=ON;";
const DEVICE = "rflink:ev1527:a1b2c:1";

describe("A device babbles", function () {
  this.timeout(60_000);
  let site: BridgeHome;

  beforeEach(async () => {
    site = await BridgeHome.build();
  });

  afterEach(() => site.home.leave());

  const rowsOf = async (device: string): Promise<number> =>
    (await journaled(site.home)).filter(({ event }) => event["device"] === device && event.kind === "report-heard")
      .length;

  it("a key of a 433 MHz remote is stuck: one alarm, one fault, one row, and nobody else waits", async () => {
    const { home, rflink } = site;
    for (let second = 0; second < 40; second++) {
      for (let line = 0; line < 5; line++) rflink.say(STUCK_LINE);
      if (second === 0) await expectHelpCalled(home, "001");
      if (second === 20) {
        home.pendant("cafe").press();
        await expectHelpCalled(home, "002");
      }
      await home.forward(seconds(1));
    }
    const fault = await expectFault(home, `stuck:${DEVICE}`);
    await home.expectHotline("380");
    assert.deepEqual([fault.code, fault.count], ["device-stuck", 1]);
    assert.equal(home.alarms().find(({ device }) => device === DEVICE)!.presses.length, 1);
    assert.equal(await rowsOf(DEVICE), 1);
    assert.equal(home.alarms().length, 2);
  });

  it("a Zigbee button sends without end: its first press alarms, and another button's is heard in the middle", async () => {
    const { home, zigbee } = site;
    for (let second = 0; second < 40; second++) {
      for (let turn = 0; turn < 10; turn++) await zigbee.press(SOS.name);
      if (second === 0) await expectHelpCalled(home, "002");
      if (second === 20) {
        await zigbee.press(PENDANT.name);
        await expectHelpCalled(home, "003");
      }
      await home.forward(seconds(1));
    }
    await expectFault(home, `stuck:zigbee2mqtt:${SOS.name}`);
    await home.expectHotline("380");
    const { presses } = home.alarms().find(({ device }) => device === `zigbee2mqtt:${SOS.name}`)!;
    assert.equal(presses.length, 1);
    // Its availability at the start, its press, and a sign of life a minute.
    assert.ok((await rowsOf(`zigbee2mqtt:${SOS.name}`)) <= 4);
  });

  it("comes to rest: its next press counts, and ends the fault", async () => {
    const { home, rflink } = site;
    for (let second = 0; second < 32; second++) {
      rflink.say(STUCK_LINE);
      if (second === 0) await expectHelpCalled(home, "001");
      await home.forward(seconds(1));
    }
    await expectFault(home, `stuck:${DEVICE}`);
    await home.expectHotline("380");
    await home.forward(seconds(10));
    rflink.say(STUCK_LINE);
    await home.alarm(({ presses }) => presses.length === 2);
    await until("the end of the fault", () => site.faults.length === 0);
    await home.expectHotline("380", 3);
  });

  it("pauses just long enough each time: from the twentieth press on, one counts a minute", async () => {
    const { home, rflink } = site;
    const devicePresses = (): number => home.alarms()[0]?.presses.length ?? 0;
    rflink.say(STUCK_LINE);
    await expectHelpCalled(home, "001");
    await home.act("take", "王芳");
    for (let turn = 1; turn < 35; turn++) {
      await home.forward(seconds(4));
      rflink.say(STUCK_LINE);
      if (turn < 20) await until("it to be appended", () => devicePresses() === turn + 1);
    }
    await home.forward(minutes(0));
    assert.ok(devicePresses() <= 22, `${devicePresses()} presses`);
    await expectFault(home, `stuck:${DEVICE}`);
    await home.expectHotline("380");
    assert.equal(home.alarms().length, 1);
  });
});
