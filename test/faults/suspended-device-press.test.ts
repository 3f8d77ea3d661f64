import assert from "node:assert/strict";
import { UNPROVED_PRESSES_MAX } from "../../gateway/core/press.ts";
import { seconds } from "../../gateway/core/units.ts";
import { connectAs, expectHelpCalled, frameOf, linesAbout, payloadOf } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";

describe("A device that was suspended is pressed", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
    for (const device of ["okc:0000beef", "mqtt:p-17"]) assert.ok((await home.deviceAct("suspend", device)).ok);
  });

  afterEach(() => home.leave());

  it("staff see an unverified press; hotline and volunteers do not, and the pendant does not go on for ever", async () => {
    const pendant = home.pendant("beef");
    pendant.press();
    await home.expectOffer("s-1");
    await home.expectSaid(pendant, "heard");
    const { flags, presses, resident } = await home.alarm();
    assert.deepEqual(flags, ["unverified", "suspended-device"]);
    assert.equal(resident, "r-1");
    assert.ok(presses[0]!.raw);
    await home.forward(seconds(60));
    assert.equal((await home.alarm()).presses.length, 1);
    assert.deepEqual(home.receiver.frames, []);
    assert.match(linesAbout(home, "okc:0000beef")[0]!.message, /suspended or retired.*okc resume/);
  });

  it("without end: so many presses are shown, and its wearer's other calls are heard beside it", async () => {
    const client = await connectAs(home, "p-17");
    for (let counter = 1; counter <= UNPROVED_PRESSES_MAX + 5; counter++)
      await client.publishAsync("okc/p-17/up", payloadOf(counter), { qos: 1 });
    await home.expectOffer("s-1");
    await home.clock.settle();
    assert.ok((await home.alarm()).presses.length <= UNPROVED_PRESSES_MAX);
    home.pendant("cafe").press();
    await expectHelpCalled(home, "002");
  });

  it("after a restart: it is still suspended, and once it is resumed help is called", async () => {
    await home.restart();
    home.dongle.write(frameOf(home, "beef", 1));
    await home.expectOffer("s-1");
    await home.act("resolve", "王芳", { outcome: "ok-accidental" });
    await home.deviceAct("resume", "okc:0000beef");
    home.dongle.write(frameOf(home, "beef", 2));
    await expectHelpCalled(home, "001");
  });
});
