import assert from "node:assert/strict";
import { seconds } from "../../gateway/core/units.ts";
import {
  expectFault,
  expectFaultOver,
  expectHelpCalled,
  journaledKinds,
  lineOf,
  replug,
} from "../support/home-facts.ts";
import { Home } from "../support/home.ts";

describe("The dongle is unplugged right after the gateway has read a press", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
  });

  afterEach(() => home.leave());

  it("the press counts, the hang-up is noticed, and the wearer is told after the re-plug, once counted", async () => {
    const pendant = home.pendant("beef");
    // The answer leaves the gateway and finds nobody: the plug is out.
    home.dongle.faults.dropAnswer = 1;
    const unplugged = new Promise<void>((resolve, reject) => {
      const stop = home.dongle.onAnswer(() => {
        stop();
        home.dongle.unplug().then(resolve, reject);
      });
    });
    pendant.press();
    await expectHelpCalled(home, "001");
    await unplugged;
    assert.deepEqual(pendant.said, []);
    await home.forward(seconds(2));
    await expectFault(home, lineOf(home));
    const answersBefore = home.dongle.answers.length;
    await home.forward(seconds(3));
    assert.equal(home.dongle.answers.length, answersBefore, "nothing is written to a closed port");

    home.dongle.faults.dropAnswer = 0;
    await replug(home);
    await home.forward(seconds(8));
    await home.expectSaid(pendant, "heard");
    await expectFaultOver(home, lineOf(home));
    const { presses, state } = await home.alarm();
    assert.equal(presses.length, 1);
    assert.equal(state, "alerting");
    assert.equal((await journaledKinds(home))["alarm-opened"], 1);
  });

  it("what was said meanwhile comes after the re-plug, and nothing that is no longer true", async () => {
    const pendant = home.pendant("beef");
    pendant.press();
    await expectHelpCalled(home, "001");
    await home.expectSaid(pendant, "heard");
    await home.dongle.unplug();
    await home.forward(seconds(2));
    await expectFault(home, lineOf(home));
    assert.equal(await home.answer("v-1", "accept"), 200);
    assert.equal((await home.act("take", "王芳")).ok, true);
    await replug(home);
    await home.forward(seconds(1));
    await home.expectSaid(pendant, "coming");
    assert.deepEqual([...new Set(pendant.said.map(({ say }) => say))], ["heard", "coming"]);
  });
});
