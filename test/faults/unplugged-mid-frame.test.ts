import assert from "node:assert/strict";
import { seconds } from "../../gateway/core/units.ts";
import {
  counted,
  expectFault,
  expectFaultOver,
  expectHelpCalled,
  frameOf,
  lineOf,
  linesAbout,
  replug,
} from "../support/home-facts.ts";
import { Home } from "../support/home.ts";
import { until } from "../support/until.ts";

describe("The dongle is unplugged in the middle of a frame", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
  });

  afterEach(() => home.leave());

  const unplug = async (): Promise<void> => {
    await home.dongle.unplug();
    // The watchdog looks every two seconds, should the port itself not have told.
    await home.forward(seconds(2));
    await expectFault(home, lineOf(home));
  };

  it("and the half before it and the half after it make no press", async () => {
    const wire = frameOf(home, "beef", 1);
    home.dongle.write(wire.subarray(0, 14));
    await home.clock.settle();
    await unplug();
    await replug(home);
    home.dongle.write(wire.subarray(14));
    await until("the second half to be refused", () => linesAbout(home, "bad-length").length > 0);
    assert.deepEqual(home.alarms(), []);
    assert.equal(await counted(home, "okc_serial_rejected_total", { code: "bad-length" }), 1);
  });

  it("and the pendant's next try brings the press, once, with the moment it was pressed", async () => {
    const pendant = home.pendant("beef");
    const pressedAt = new Date(home.clock.now()).toISOString();
    home.dongle.faults.cut = 1;
    pendant.press();
    home.dongle.faults.cut = 0;
    await home.clock.settle();
    await unplug();
    assert.deepEqual(home.alarms(), []);
    assert.ok(linesAbout(home, `${home.dongle.link}: not open`).length > 0, "a line says which port");
    await replug(home);
    await home.forward(seconds(4));
    await expectHelpCalled(home, "001");
    await home.expectSaid(pendant, "heard");
    const { presses, times } = await home.alarm();
    assert.equal(presses.length, 1);
    assert.ok(presses[0]!.ageMs! >= 2_000);
    assert.equal(times.pressedAt, pressedAt);
    await expectFaultOver(home, lineOf(home));
  });

  it("and a press over MQTT gets through meanwhile", async () => {
    const pendant = await home.mqttPendant("p-17");
    home.dongle.write(frameOf(home, "beef", 1).subarray(0, 14));
    await unplug();
    pendant.press();
    await expectHelpCalled(home, "003");
    await home.expectSaid(pendant, "heard");
  });
});
