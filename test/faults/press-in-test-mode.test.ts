import assert from "node:assert/strict";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { expectHelpCalled } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";
import { until } from "../support/until.ts";

const BEEF = "okc:0000beef";

describe("Somebody in need presses a pendant that is being tested", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
    assert.deepEqual(await home.deviceAct("test", BEEF, minutes(10)), { ok: true, changed: true });
  });

  afterEach(() => home.leave());

  const isTested = (): boolean => home.running!.site.app.state.testModes.get(BEEF) !== undefined;

  const testPassed = (): Promise<true> =>
    until("the test to pass", () => {
      const tests = [...home.running!.site.app.state.tests.values()];
      return tests.length > 0 && tests.every(({ result }) => result === "passed");
    });

  it("once, as the technician does: a test at the hotline, nothing at the volunteers", async () => {
    const pendant = home.pendant("beef");
    pendant.press();
    assert.equal((await home.expectHotline("601")).zone, "001");
    await home.expectSaid(pendant, "heard");
    await testPassed();
    assert.deepEqual(home.alarms(), []);
  });

  it("twice in ten seconds: help is called, with both presses", async () => {
    const pendant = home.pendant("beef");
    pendant.press();
    await home.expectHotline("601");
    await home.forward(seconds(10));
    pendant.press();
    await expectHelpCalled(home, "001");
    const { presses, flags } = await home.alarm();
    assert.deepEqual(
      presses.map(({ counter, unverified }) => [counter, unverified]),
      [
        [1, false],
        [2, false],
      ],
    );
    assert.deepEqual(flags, []);
    assert.equal(isTested(), false);
  });

  it("once, and its radio repeats it until it is answered: that is still once", async () => {
    const pendant = home.pendant("beef");
    pendant.reach(null);
    pendant.press();
    await home.forward(seconds(7));
    home.dongle.attach(pendant);
    await home.forward(seconds(8));
    await home.expectHotline("601");
    await home.expectSaid(pendant, "heard");
    assert.deepEqual(home.alarms(), []);
  });

  it("once before and once after the gateway was restarted: help is called", async () => {
    const pendant = home.pendant("beef");
    pendant.press();
    await home.expectHotline("601");
    await testPassed();
    await home.restart();
    assert.equal(isTested(), true);
    pendant.press();
    await expectHelpCalled(home, "001");
    assert.equal((await home.alarm()).presses.length, 2);
  });

  it("when the ten minutes are over: help is called at the first press", async () => {
    await home.forward(minutes(10));
    assert.equal(isTested(), false);
    home.pendant("beef").press();
    await expectHelpCalled(home, "001");
  });

  it("while another resident presses: that one is helped at once", async () => {
    home.pendant("cafe").press();
    await expectHelpCalled(home, "002");
    assert.equal(isTested(), true);
  });
});
