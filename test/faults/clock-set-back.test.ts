import assert from "node:assert/strict";
import { hours, seconds } from "../../gateway/core/units.ts";
import { expectFault, expectHelpCalled, journaled, linesAbout } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";
import { SirenPeer } from "../support/peers/siren-peer.ts";
import { until } from "../support/until.ts";

/** Of five volunteers these live in the same building, and these do not. */
const NEAREST = ["v-1", "v-3", "v-5"];
const NEXT = ["v-2", "v-4"];

const between = (from: string | null, to: string | null): number => Date.parse(to!) - Date.parse(from!);

describe("The machine's clock is set back by three hours", function () {
  this.timeout(20_000);
  let home: Home;
  let siren: SirenPeer;

  beforeEach(async () => {
    siren = await new SirenPeer().open();
    await siren.install();
    home = await Home.build({ volunteers: 5, siren: siren.command });
  });

  afterEach(async () => {
    try {
      await home.leave();
    } finally {
      await siren.close();
    }
  });

  it("every step comes at its distance, and what is measured stays true", async () => {
    const pendant = home.pendant("beef");
    pendant.press();
    await expectHelpCalled(home, "001", NEAREST);
    await home.expectSaid(pendant, "heard");
    const before = await home.alarm(({ times }) => times.hotlineReceivedAt !== null && times.heardAt !== null);
    await home.forward(seconds(30));
    home.clock.stepWall(-hours(3));
    await home.forward(seconds(14));
    await home.expectNothingMore();
    await home.forward(seconds(1));
    for (const volunteer of NEXT) await home.expectOffer(volunteer);
    await home.forward(seconds(5));
    assert.equal(await home.answer("v-2", "seen"), 200);
    await home.forward(seconds(10));
    await home.expectOffer("f-1");
    await home.forward(seconds(59));
    await home.expectNothingMore();
    await home.forward(seconds(1));
    await home.expectOffer("s-1");
    assert.equal((await home.act("take", "王芳")).ok, true);

    const { times } = await home.alarm();
    assert.equal(between(times.pressedAt, times.seenAt), seconds(50));
    assert.equal(between(times.pressedAt, times.answeredAt), seconds(120));
    assert.equal(between(before.times.pressedAt, times.pressedAt), -hours(3), "by the clock as it is now");
    for (const name of ["heardAt", "journaledAt", "hotlineReceivedAt"] as const)
      assert.equal(between(times.pressedAt, times[name]), between(before.times.pressedAt, before.times[name]), name);
  });

  it("it is a fault row, one line and one entry of the journal", async () => {
    home.clock.stepWall(-hours(3));
    await home.forward(seconds(5));
    assert.match((await expectFault(home, "clock")).detail, /-10800 s/);
    assert.equal(linesAbout(home, "the machine's clock moved by -10800 s").length, 1);
    const steps = (await journaled(home)).filter(({ event }) => event.kind === "clock-stepped");
    assert.deepEqual(
      steps.map(({ event }) => event["byMs"]),
      [-hours(3)],
    );
  });

  it("while a frame waits for the hotline's reply: the wait is not three hours longer, and the siren goes on", async () => {
    home.receiver.mode = "silent";
    home.pendant("beef").press();
    for (const volunteer of NEAREST) await home.expectOffer(volunteer);
    await until("the first frame", () => home.receiver.frames.length === 1);
    home.clock.stepWall(-hours(3));
    await home.forward(seconds(5));
    await home.expectOffer("s-1");
    await siren.runs.reach(1);
    const { times } = await home.alarm(({ flags }) => flags.includes("degraded"));
    assert.ok(between(times.pressedAt, times.hotlineSentAt) <= seconds(5), "it did not leave three hours later");

    home.clock.stepWall(-hours(3));
    await home.forward(seconds(1));
    siren.end(0);
    await siren.ends.reach(1);
    for (let waitedS = 0; waitedS < 30 && siren.runs.items.length < 2; waitedS++) await home.forward(seconds(1));
    assert.equal(siren.runs.items.length, 2, "the siren was started again");
    home.receiver.mode = "ack";
    await home.forward(seconds(30));
    await home.expectHotline("101");
    assert.equal(home.receiver.distinct().length, 1);
  });

  it("while the wearer's pendant is away: it is told the newest word, not the one with the latest time", async () => {
    const pendant = await home.mqttPendant("p-17");
    pendant.press();
    await expectHelpCalled(home, "003", ["v-2", "v-4", "v-1"]);
    await home.expectSaid(pendant, "heard");
    await pendant.stop();
    assert.equal((await home.act("take", "王芳")).ok, true);
    home.clock.stepWall(-hours(3));
    await home.forward(seconds(1));
    assert.equal((await home.act("arrive", "王芳")).ok, true);
    pendant.start();
    await home.expectSaid(pendant, "coming");
    assert.deepEqual([...new Set(pendant.said.map(({ say }) => say))], ["heard", "coming"]);
  });

  it("and the gateway comes up with a clock behind its journal: what was pending comes at its distance", async () => {
    home.pendant("beef").press();
    await expectHelpCalled(home, "001", NEAREST);
    const before = await home.alarm(({ times }) => times.hotlineReceivedAt !== null);
    await home.forward(seconds(30));
    await home.stop();
    home.clock.stepWall(-hours(3));
    home.clock.adoptWall();
    await home.start();
    await expectFault(home, "clock");
    // The journal's last entry is of the press, so the step has its whole distance before it, and not more.
    await home.forward(seconds(14));
    await home.expectNothingMore();
    await home.forward(seconds(31));
    for (const volunteer of NEXT) await home.expectOffer(volunteer);
    const { id, times } = await home.alarm();
    assert.equal(id, before.id);
    assert.equal(between(times.pressedAt, times.hotlineReceivedAt), 0);
    home.pendant("cafe").press();
    await expectHelpCalled(home, "002", NEAREST);
  });
});
