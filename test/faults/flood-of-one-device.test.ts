import assert from "node:assert/strict";
import { seconds } from "../../gateway/core/units.ts";
import {
  connectAs,
  counted,
  expectHelpCalled,
  frameOf,
  journaledKinds,
  linesAbout,
  payloadOf,
} from "../support/home-facts.ts";
import { Home } from "../support/home.ts";
import { until } from "../support/until.ts";

describe("One device floods its line", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
  });

  afterEach(() => home.leave());

  it("on the serial line: another pendant's press in the middle of it is heard, and so is its own later", async () => {
    const [beef, cafe] = [home.pendant("beef"), home.pendant("cafe")];
    for (let counter = 1; counter <= 150; counter++) home.dongle.write(frameOf(home, "beef", counter));
    cafe.press();
    for (let counter = 151; counter <= 300; counter++) home.dongle.write(frameOf(home, "beef", counter));
    await expectHelpCalled(home, "001");
    await expectHelpCalled(home, "002");
    await home.expectSaid(cafe, "heard");
    const dropped = await counted(home, "okc_serial_flood_dropped_total");
    assert.equal(dropped, 270, "a burst of thirty passes");
    assert.equal((await journaledKinds(home))["report-heard"], 31);
    assert.equal(linesAbout(home, "okc:0000beef sends more than").length, 1);

    await home.forward(seconds(2));
    home.dongle.write(frameOf(home, "beef", 301));
    await until("the flooding pendant to be heard again", () => beef.said.some(({ counter }) => counter === 301));
  });

  it("with heartbeats: its own press is still heard at once", async () => {
    for (let counter = 1; counter <= 100; counter++)
      home.dongle.write(frameOf(home, "beef", counter, { kind: "heartbeat" }));
    home.dongle.write(frameOf(home, "beef", 101));
    await expectHelpCalled(home, "001");
    assert.ok((await counted(home, "okc_serial_flood_dropped_total")) >= 80);
  });

  it("over MQTT: its acknowledgements wait, all of it is journaled in the end, and nobody else waits", async () => {
    const client = await connectAs(home, "p-17");
    let acknowledged = 0;
    for (let ctr = 1; ctr <= 60; ctr++)
      client.publish("okc/p-17/up", payloadOf(ctr), { qos: 1 }, () => void acknowledged++);
    await expectHelpCalled(home, "003");
    const pendant = home.pendant("beef");
    pendant.press();
    await expectHelpCalled(home, "001");
    await home.expectSaid(pendant, "heard");
    await until("the burst to be acknowledged", () => acknowledged === 30);
    assert.equal(linesAbout(home, "reports faster than it may").length, 1);
    await home.forward(seconds(4));
    await until("all to be acknowledged", () => acknowledged === 60);
    assert.equal((await journaledKinds(home))["report-heard"], 61);
  });
});
