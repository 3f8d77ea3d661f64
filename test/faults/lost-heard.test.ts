import assert from "node:assert/strict";
import { seconds } from "../../gateway/core/units.ts";
import { counted, expectHelpCalled, linesAbout } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";

describe("The word heard is lost on its way", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
  });

  afterEach(() => home.leave());

  it("to the pendant: it tries again, is answered again, and is counted once", async () => {
    const pendant = home.pendant("beef");
    home.dongle.faults.dropAnswer = 1;
    const { counter } = pendant.press();
    await expectHelpCalled(home, "001");
    await home.forward(seconds(8));
    assert.deepEqual(pendant.said, []);
    assert.deepEqual(pendant.waiting, [counter]);
    assert.equal(pendant.lamp, "calling");
    home.dongle.faults.dropAnswer = 0;
    await home.forward(seconds(10));
    await home.expectSaid(pendant, "heard");
    assert.deepEqual(pendant.waiting, []);
    assert.equal((await home.alarm()).presses.length, 1);
  });

  it("on the wire back: it is said once a second, ten times at most, and then given up with one line", async () => {
    const pendant = home.pendant("beef");
    pendant.press();
    // From now on nothing comes from the dongle: no echo tells the gateway that the answer was sent on.
    home.dongle.faults.drop = 1;
    await expectHelpCalled(home, "001");
    await home.expectSaid(pendant, "heard");
    await home.forward(seconds(15));
    assert.equal(home.dongle.answers.length, 10);
    assert.equal((await home.alarm()).times.heardAt, null, "what was not proved is not measured");
    assert.equal(linesAbout(home, 'was not told "heard"').length, 1);
    assert.equal(await counted(home, "okc_unsaid_total", { say: "heard" }), 1);
  });
});
