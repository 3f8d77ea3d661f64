import assert from "node:assert/strict";
import mqtt from "mqtt";
import { connectAs, expectCounted, expectHelpCalled, journaledKinds, payloadOf } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { until } from "../support/until.ts";

describe("A press comes with the retain bit set", function () {
  this.timeout(20_000);
  let home: Home;

  afterEach(() => home.leave());

  it("to the gateway's own broker: it is live, and nobody who subscribes later gets it", async () => {
    home = await Home.build();
    const client = await connectAs(home, "p-17");
    await client.publishAsync("okc/p-17/up", payloadOf(1), { qos: 1, retain: true });
    await expectHelpCalled(home, "003");
    const { presses, flags } = await home.alarm();
    assert.equal(presses.length, 1);
    assert.deepEqual(flags, [], "neither late nor unverified");

    const later = await connectAs(home, "p-17");
    const got: string[] = [];
    later.on("message", (topic, _payload, { retain }) => got.push(`${topic} ${retain}`));
    await later.subscribeAsync("okc/p-17/down", { qos: 1 });
    // The answer is what a subscription brings, and it is no retained one.
    await until("the word heard", () => got.length > 0);
    assert.deepEqual(got, ["okc/p-17/down false"]);
    const [refused] = await later.subscribeAsync("okc/p-17/up", { qos: 1 }).catch(() => [{ qos: 128 }]);
    assert.equal(refused?.qos, 128, "the up topic is nobody's to read");
  });

  it("once resolved it does not come back with the next start", async () => {
    home = await Home.build();
    const client = await connectAs(home, "p-17");
    await client.publishAsync("okc/p-17/up", payloadOf(1), { qos: 1, retain: true });
    await expectHelpCalled(home, "003");
    assert.equal((await home.act("resolve", "王芳", { outcome: "helped-on-site" })).ok, true);
    await home.restart();
    const again = await connectAs(home, "p-17");
    await again.publishAsync("okc/p-17/up", payloadOf(2, { kind: "heartbeat" }), { qos: 1 });
    assert.deepEqual(home.alarms(), []);
    assert.equal((await journaledKinds(home))["alarm-opened"], 1);
  });

  it("to another broker: live it counts, and what that broker kept of it proves nothing", async () => {
    const broker = await new Mosquitto().start();
    home = await Home.build({ brokerUrl: broker.url });
    home.closing.push(() => broker.close());
    await until("the broker", () => home.log.lines.some(({ message }) => message === "Connected to the MQTT broker."));
    const client = await mqtt.connectAsync(broker.url, { reconnectPeriod: 0 });
    home.closing.unshift(() => client.endAsync(true));
    await client.publishAsync("okc/p-17/up", payloadOf(1), { qos: 1, retain: true });
    await expectHelpCalled(home, "003");
    // One more press that only the broker's memory brings, with a counter that was never heard.
    await home.alarm(({ times }) => times.hotlineReceivedAt !== null);
    await home.stop();
    await client.publishAsync("okc/p-17/up", payloadOf(2), { qos: 0, retain: true });
    await home.start();
    await client.publishAsync("okc/p-17/up", payloadOf(3, { kind: "heartbeat" }), { qos: 1 });
    await expectCounted(home, "okc_mqtt_retained_ignored_total");
    await until("the heartbeat", () => home.running!.site.app.state.devices.get("mqtt:p-17")?.counter === 3);
    assert.deepEqual(
      (await home.alarm()).presses.map(({ counter }) => counter),
      [1],
    );
  });
});
