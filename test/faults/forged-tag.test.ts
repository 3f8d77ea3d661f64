import assert from "node:assert/strict";
import { UNPROVED_PRESSES_MAX } from "../../gateway/core/press.ts";
import { seconds } from "../../gateway/core/units.ts";
import { counted, expectHelpCalled, frameOf, journaledKinds, linesAbout } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";

const WRONG_KEY = Buffer.alloc(16, 0x5a);

describe("Somebody sends frames with the id of a pendant and a wrong tag", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
  });

  afterEach(() => home.leave());

  const forge = (counter: number): boolean => home.dongle.write(frameOf(home, "beef", counter, { key: WRONG_KEY }));

  it("staff see an unverified press with its raw message; hotline and volunteers get nothing", async () => {
    forge(1);
    await home.expectOffer("s-1");
    const { flags, presses, kind, resident } = await home.alarm();
    assert.deepEqual(flags, ["unverified"]);
    assert.equal(kind, "emergency");
    assert.equal(resident, "r-1");
    assert.equal(presses[0]!.unverified, true);
    assert.ok(presses[0]!.raw?.startsWith("01010000beef00000001"));
    await home.forward(seconds(60));
    assert.deepEqual(home.dongle.answers, [], "nobody is told heard");
    assert.deepEqual(home.receiver.frames, []);
  });

  it("a flood of them is limited for this id, and the pendant's own press goes through in the middle of it", async () => {
    const pendant = home.pendant("beef");
    for (let counter = 1; counter <= 100; counter++) forge(counter);
    pendant.press();
    for (let counter = 101; counter <= 200; counter++) forge(counter);
    await expectHelpCalled(home, "001");
    await home.expectSaid(pendant, "heard");
    await home.expectOffer("s-1");
    await home.clock.settle();
    const [forged, real, ...others] = home.alarms();
    assert.deepEqual(others, []);
    assert.deepEqual(forged!.flags, ["unverified"]);
    assert.ok(forged!.presses.length <= UNPROVED_PRESSES_MAX);
    assert.deepEqual(real!.flags, []);
    assert.equal(real!.presses.filter(({ unverified }) => !unverified).length, 1);
    assert.ok((await counted(home, "okc_serial_flood_dropped_total")) >= 150);
    assert.equal(linesAbout(home, "okc:0000beef sends more than").length, 1);
    assert.ok(((await journaledKinds(home))["press-appended"] ?? 0) <= 2 * UNPROVED_PRESSES_MAX);
  });

  it("a forged counter does not make the pendant's own presses old", async () => {
    const pendant = home.pendant("beef");
    forge(0xffff_ffff);
    await home.expectOffer("s-1");
    pendant.press();
    await expectHelpCalled(home, "001");
    await home.expectSaid(pendant, "heard");
  });

  it("a recorded press that is played back later calls nobody", async () => {
    const recorded = frameOf(home, "beef", 1);
    home.dongle.write(recorded);
    await expectHelpCalled(home, "001");
    assert.equal((await home.act("resolve", "王芳", { outcome: "ok-accidental" })).ok, true);
    home.dongle.write(recorded);
    home.dongle.write(frameOf(home, "cafe", 1));
    await expectHelpCalled(home, "002");
    assert.equal((await home.alarm()).resident, "r-2");
  });

  it("an old counter that never counted is shown to staff and called unverified", async () => {
    home.dongle.write(frameOf(home, "beef", 100, { kind: "heartbeat" }));
    home.dongle.write(frameOf(home, "beef", 50));
    await home.expectOffer("s-1");
    assert.deepEqual((await home.alarm()).flags, ["unverified"]);
    assert.equal(home.running!.site.app.state.faults.get("counter:okc:0000beef")?.code, "counter-old");
    assert.deepEqual(home.receiver.frames, []);
  });
});
