import assert from "node:assert/strict";
import mqtt from "mqtt";
import { seconds } from "../../gateway/core/units.ts";
import { expectHelpCalled, payloadOf } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";
import { Mosquitto } from "../support/mosquitto.ts";

describe("A press was buffered while the gateway could not hear it", function () {
  this.timeout(30_000);
  let home: Home;

  afterEach(() => home.leave());

  it("by the pendant, whose broker was away: it opens an alarm marked late, with its age, and help is called", async () => {
    home = await Home.build();
    const pendant = home.pendant("beef");
    pendant.reach(null);
    const pressedAt = home.clock.now();
    pendant.press();
    await home.forward(seconds(90));
    home.dongle.attach(pendant);
    await home.forward(seconds(10));
    await expectHelpCalled(home, "001");
    const { flags, presses } = await home.alarm();
    assert.deepEqual(flags, ["late"]);
    assert.equal(Date.parse(presses[0]!.at), pressedAt);
    assert.ok(presses[0]!.ageMs! >= seconds(90));
  });

  it("by a broker beside a gateway that was down: delivered when it is up, marked late by the age that the pendant gave", async () => {
    const broker = await new Mosquitto().start();
    home = await Home.build({ brokerUrl: broker.url });
    home.closing.push(() => broker.close());
    await home.stop();
    const client = await mqtt.connectAsync(broker.url, { reconnectPeriod: 0 });
    home.closing.push(() => client.endAsync(true));
    await client.publishAsync("okc/p-17/up", payloadOf(1, { ageMs: 45_000 }), { qos: 1 });
    await home.start();
    await expectHelpCalled(home, "003");
    const { flags, presses } = await home.alarm();
    assert.deepEqual(flags, ["late"]);
    assert.equal(presses[0]!.late, true);
    assert.equal(presses[0]!.ageMs, 45_000);
  });
});
