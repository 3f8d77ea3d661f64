import assert from "node:assert/strict";
import { seconds } from "../../gateway/core/units.ts";
import { counted, expectHelpCalled, frameOf, journaledKinds, linesAbout } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";

describe("A bit is turned over on the way", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
  });

  afterEach(() => home.leave());

  it("no frame with one wrong bit is taken, whichever bit it is; the whole frame after them is", async () => {
    const whole = frameOf(home, "beef", 7);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const flipped = Buffer.from(whole);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      home.dongle.write(flipped);
    }
    home.dongle.write(frameOf(home, "cafe", 1));
    await expectHelpCalled(home, "002");
    assert.equal((await home.alarm()).device, "okc:0000cafe");
    assert.equal((await journaledKinds(home))["report-heard"], 1);
    assert.ok((await counted(home, "okc_serial_rejected_total", { code: "bad-crc" })) > whole.length * 6);
    // One line and a count, not a line a frame.
    assert.equal(linesAbout(home, "not a frame of ours").length, 1);
    await home.forward(seconds(1));
    assert.equal(linesAbout(home, "not a frame of ours").length, 2);
  });

  it("the pendant is not answered, tries again, and is counted once", async () => {
    const pendant = home.pendant("beef");
    home.dongle.faults.flip = 1;
    pendant.press();
    await home.clock.settle();
    assert.deepEqual(home.alarms(), []);
    assert.deepEqual(home.dongle.answers, []);
    home.dongle.faults.flip = 0;
    await home.forward(seconds(1));
    await expectHelpCalled(home, "001");
    await home.expectSaid(pendant, "heard");
    assert.equal((await home.alarm()).presses.length, 1);
  });
});
