import assert from "node:assert/strict";
import { seconds } from "../../gateway/core/units.ts";
import { connectAs, counted, expectHelpCalled, frameOf, journaledKinds, payloadOf } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";
import { until } from "../support/until.ts";

describe("One press arrives more than once", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
  });

  afterEach(() => home.leave());

  it("over the air: answered each time, counted once, and every leg runs once", async () => {
    const pendant = home.pendant("beef");
    home.dongle.faults.duplicate = 1;
    const { counter } = pendant.press();
    home.dongle.faults.duplicate = 0;
    await expectHelpCalled(home, "001");
    await home.expectSaid(pendant, "heard");
    home.dongle.write(frameOf(home, "beef", counter));
    await until("a second answer", () => home.dongle.answers.length >= 2);
    assert.equal((await home.alarm()).presses.length, 1);
    assert.equal((await journaledKinds(home))["report-heard"], 1);
    assert.ok((await counted(home, "okc_reports_total", { heard: "counted-before" })) >= 1);
  });

  it("after a restart of the gateway it still counts once", async () => {
    home.dongle.write(frameOf(home, "beef", 12));
    await expectHelpCalled(home, "001");
    await home.alarm(({ times }) => times.hotlineReceivedAt !== null);
    await home.restart();
    home.dongle.write(frameOf(home, "beef", 12));
    await until("an answer after the restart", () => home.dongle.answers.length >= 2);
    assert.equal((await home.alarm()).presses.length, 1);
    assert.equal((await journaledKinds(home))["report-heard"], 1);
  });

  it("behind a newer one, as a line that reorders brings it, it is neither new nor a forgery", async () => {
    home.dongle.write(frameOf(home, "beef", 1));
    home.dongle.write(frameOf(home, "beef", 2));
    home.dongle.write(frameOf(home, "beef", 1));
    await expectHelpCalled(home, "001");
    await until("three answers", () => home.dongle.answers.length >= 3);
    const { presses, flags } = await home.alarm();
    assert.deepEqual(
      presses.map(({ counter, unverified }) => [counter, unverified]),
      [
        [1, false],
        [2, false],
      ],
    );
    assert.deepEqual(flags, []);
  });

  it("over MQTT: every copy is acknowledged, one counts", async () => {
    const client = await connectAs(home, "p-17");
    for (let copy = 0; copy < 3; copy++) await client.publishAsync("okc/p-17/up", payloadOf(5), { qos: 1 });
    await expectHelpCalled(home, "003");
    assert.equal((await home.alarm()).presses.length, 1);
  });

  it("a worn key that closes five times is one press", async () => {
    const pendant = home.pendant("beef");
    pendant.press();
    for (let contact = 0; contact < 4; contact++) pendant.contact("emergency");
    await expectHelpCalled(home, "001");
    await home.forward(seconds(3));
    assert.equal((await home.alarm()).presses.length, 1);
  });
});
