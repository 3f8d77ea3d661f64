import assert from "node:assert/strict";
import mqtt from "mqtt";
import type { MqttPendant } from "../../firmware-sim/mqtt-pendant.ts";
import { seconds } from "../../gateway/core/units.ts";
import { expectFault, expectFaultOver, expectHelpCalled, journaledKinds, payloadOf } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { until } from "../support/until.ts";

describe("The broker is restarted", function () {
  this.timeout(20_000);
  let home: Home;

  afterEach(() => home.leave());

  /** A pendant tries to connect once a second. */
  const connectedAgain = async (pendant: MqttPendant): Promise<void> => {
    for (let tries = 0; tries < 10 && !pendant.isReady; tries++) await home.forward(seconds(1));
    await until("the pendant to be connected again", () => pendant.isReady);
  };

  it("a press of meanwhile comes by itself afterwards, once, with its age and marked late", async () => {
    home = await Home.build();
    const pendant = await home.mqttPendant("p-17");
    const dropped = pendant.dropped();
    await home.stop();
    await dropped;
    const pressedAt = new Date(home.clock.now()).toISOString();
    const { counter } = pendant.press();
    await home.forward(seconds(40));
    await home.start();
    await connectedAgain(pendant);
    await expectHelpCalled(home, "003");
    await home.expectSaid(pendant, "heard");
    const { presses, flags, times } = await home.alarm();
    assert.deepEqual(
      presses.map((press) => [press.counter, press.late, press.ageMs! >= 40_000]),
      [[counter, true, true]],
    );
    assert.deepEqual(flags, ["late"]);
    assert.equal(times.pressedAt, pressedAt);
    assert.equal((await journaledKinds(home))["alarm-opened"], 1);
  });

  it("a press before it goes on, and the wearer is told afterwards who has it", async () => {
    home = await Home.build();
    const pendant = await home.mqttPendant("p-17");
    pendant.press();
    await expectHelpCalled(home, "003");
    await home.alarm(({ times }) => times.hotlineReceivedAt !== null);
    const before = await home.alarm();
    const dropped = pendant.dropped();
    await home.restart();
    await dropped;
    assert.equal((await home.alarm()).id, before.id);
    assert.equal((await home.act("take", "王芳")).ok, true);
    assert.equal(pendant.isReady, false, "it is taken while the pendant is still away");
    await connectedAgain(pendant);
    await home.expectSaid(pendant, "answered");
    assert.equal((await home.alarm()).presses.length, 1);
  });

  it("one beside the gateway: a fault row, other lines go on, and presses come again when it is back", async () => {
    const broker = await new Mosquitto().start();
    home = await Home.build({ brokerUrl: broker.url });
    home.closing.push(() => broker.close());
    await broker.stop();
    await expectFault(home, "line:broker");
    const pendant = home.pendant("beef");
    pendant.press();
    await expectHelpCalled(home, "001");
    await home.expectSaid(pendant, "heard");

    await broker.start();
    await expectFaultOver(home, "line:broker");
    const client = await mqtt.connectAsync(broker.url, { reconnectPeriod: 0 });
    home.closing.unshift(() => client.endAsync(true));
    const told: string[] = [];
    client.on("message", (_topic, payload) => told.push(payload.toString()));
    await client.subscribeAsync("okc/p-17/down", { qos: 1 });
    await client.publishAsync("okc/p-17/up", payloadOf(1), { qos: 1 });
    await expectHelpCalled(home, "003");
    await until("the word heard", () => told.length > 0);
    assert.deepEqual(JSON.parse(told[0]!), { v: 1, ctr: 1, say: "heard" });
  });
});
