import assert from "node:assert/strict";
import { seconds } from "../../gateway/core/units.ts";
import { BridgeHome, BUTTON, PENDANT, REMOTE, SOS } from "../support/bridge-home.ts";
import { counted, expectHelpCalled, journaled } from "../support/home-facts.ts";
import { until } from "../support/until.ts";

describe("A press over a bridge of another maker", function () {
  this.timeout(30_000);
  let site: BridgeHome;

  afterEach(() => site.home.leave());

  it("433 MHz: several lines are one press, it reaches hotline and people, and nobody says the wearer was told", async () => {
    site = await BridgeHome.build();
    await site.rflink.press(REMOTE);
    await expectHelpCalled(site.home, "001");
    const alarm = await site.home.alarm();
    assert.deepEqual([alarm.presses.length, alarm.flags, alarm.said, alarm.times.heardAt], [1, [], null, null]);
    assert.equal(alarm.presses[0]!.kind, "other");
    assert.equal(await counted(site.home, "okc_unsaid_total"), 0);
    assert.deepEqual(site.faults, []);
  });

  it("433 MHz: the next press is appended, a neighbour's remote and noise are nothing", async () => {
    site = await BridgeHome.build();
    await site.rflink.press(REMOTE);
    await expectHelpCalled(site.home, "001");
    site.rflink.noise();
    await site.rflink.press({ ...REMOTE, id: "0dddd1" });
    await site.home.forward(seconds(4));
    site.rflink.say("DEBUG;Pulses=50;ID=0a1b2c;SWITCH=01;CMD=ON;");
    await site.rflink.press(REMOTE);
    await site.home.alarm(({ presses }) => presses.length === 2);
    const rows = (await journaled(site.home)).filter(({ event }) => event["device"] === "rflink:ev1527:a1b2c:1");
    assert.deepEqual(rows.map(({ event }) => event.kind).filter((kind) => kind === "report-heard").length, 2);
  });

  for (const external of [false, true]) {
    const where = external ? "on another broker" : "on the gateway's own broker";

    it(`Zigbee, ${where}: three publishes are one press`, async () => {
      site = await BridgeHome.build({ external });
      await site.zigbee.press(SOS.name);
      await expectHelpCalled(site.home, "002");
      const alarm = await site.home.alarm();
      assert.deepEqual([alarm.kind, alarm.presses.length, alarm.flags, alarm.said], ["emergency", 1, [], null]);
      await site.home.forward(seconds(4));
      await site.zigbee.press(SOS.name);
      await site.home.alarm(({ presses }) => presses.length === 2);
    });

    it(`Zigbee, ${where}: found by the address burnt into it, though it speaks under a name`, async () => {
      site = await BridgeHome.build({ external });
      await site.zigbee.press(BUTTON.name);
      await expectHelpCalled(site.home, "003");
      assert.equal((await site.home.alarm()).device, `zigbee2mqtt:${BUTTON.ieee}`);
    });
  }

  it("Zigbee: a key that is true while it is down counts at each time that it goes down", async () => {
    site = await BridgeHome.build();
    await site.zigbee.press(PENDANT.name);
    await expectHelpCalled(site.home, "003");
    await site.zigbee.press(PENDANT.name);
    await site.home.alarm(({ presses }) => presses.length === 2);
    await site.zigbee.publish(PENDANT.name, { sos: true });
    await site.home.alarm(({ presses }) => presses.length === 3);
    await site.home.forward(seconds(5));
    await site.zigbee.publish(PENDANT.name, { sos: true });
    await site.zigbee.publish(PENDANT.name, { sos: false, battery: 3 });
    await site.home.forward(seconds(11));
    await until("the battery's fault", () => site.faults.includes("battery-low"));
    await site.home.expectHotline("384");
    assert.equal((await site.home.alarm()).presses.length, 3);
  });

  it("Zigbee: an unknown device that says emergency is shown to staff; a bare press of one is nothing", async () => {
    site = await BridgeHome.build();
    await site.zigbee.publish("lamp switch", { action: "single" });
    await site.zigbee.publish("somebody's sos", { action: "emergency" });
    const alarm = await site.home.alarm();
    assert.deepEqual(alarm.flags, ["unknown-device"]);
    assert.equal(alarm.device, "zigbee2mqtt:somebody's sos");
    await site.home.expectOffer("s-1");
  });

  it("Zigbee: a dead bridge is one row and ends with its return; a device that left is one of its own", async () => {
    site = await BridgeHome.build();
    await site.zigbee.leave(SOS.name);
    await until("the row of the device", () => site.faults.includes("device-left"));
    await site.home.expectHotline("381");
    await site.zigbee.press(SOS.name);
    await expectHelpCalled(site.home, "002");
    await until("it to be there again", () => site.faults.length === 0);
    await site.home.expectHotline("381", 3);
    await site.zigbee.die();
    await until("the row of the bridge", () => site.faults.length > 0);
    assert.deepEqual(site.faults, ["bridge-down"]);
    await site.home.expectHotline("355");
    await site.zigbee.start();
    await until("the bridge to be back", () => site.faults.length === 0);
    await site.home.expectHotline("355", 3);
  });

  it("Zigbee: that the gateway itself stops is no fault of the bridge", async () => {
    site = await BridgeHome.build();
    await site.home.restart();
    const codes = (await journaled(site.home)).map(({ event }) => event["code"]);
    assert.ok(!codes.includes("bridge-down"));
  });

  it("a receiver that is open but mute is a fault of its line, and its return ends it", async () => {
    site = await BridgeHome.build();
    site.rflink.alive = false;
    await site.home.forward(seconds(70));
    await until("the row of the line", () => site.faults.includes("line-down"));
    site.rflink.alive = true;
    await site.home.forward(seconds(20));
    await until("the line to be up", () => site.faults.length === 0);
    await site.rflink.press(REMOTE);
    await expectHelpCalled(site.home, "001");
  });
});
