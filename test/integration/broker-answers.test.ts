import assert from "node:assert/strict";
import mqtt from "mqtt";
import type { IClientOptions, MqttClient } from "mqtt";
import { mqttDefinition } from "../../devices/mqtt/okc.ts";
import { EmbeddedBroker } from "../../gateway/adapters/broker/embedded-broker.ts";
import type { Say } from "../../gateway/core/kinds.ts";
import type { SayOrder } from "../../gateway/core/report.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { eventOf, RecordingLog, RecordingMeter, RecordingSink, within } from "../support/recording-sink.ts";
import { TestClock } from "../support/test-clock.ts";

const order = (say: Say, counter = 17, address = "p-17"): SayOrder => ({
  bridge: "mqtt",
  address,
  line: "broker",
  counter,
  say,
});

describe("An answer over the embedded broker", () => {
  let sink: RecordingSink;
  let meter: RecordingMeter;
  let clock: TestClock;
  let broker: EmbeddedBroker;
  let clients: MqttClient[];

  beforeEach(async () => {
    [sink, meter, clock, clients] = [new RecordingSink(), new RecordingMeter(), new TestClock(), []];
    sink.addAccount("p-17", "secret", "mqtt", "p-17");
    sink.addAccount("hub", "secret", "mqtt", null);
    broker = new EmbeddedBroker({
      listen: { host: "127.0.0.1", port: 0 },
      definitions: [mqttDefinition],
      sink,
      clock,
      log: new RecordingLog(),
      meter,
    });
    await broker.start();
  });

  afterEach(async () => {
    for (const client of clients) client.end(true);
    await broker.stop();
  });

  const connect = async (user: string, more: IClientOptions = {}): Promise<MqttClient> => {
    const url = `mqtt://127.0.0.1:${broker.ports.tcp}`;
    const client = mqtt.connect(url, { username: user, password: "secret", reconnectPeriod: 0, ...more });
    client.on("error", () => {});
    clients.push(client);
    await within(eventOf(client, "connect"), `${user} to be connected`);
    return client;
  };

  const gone = async (client: MqttClient): Promise<void> => {
    const before = meter.gauges.get("okc_mqtt_connections")!;
    client.stream.destroy();
    await meter.until(() => meter.gauges.get("okc_mqtt_connections") === before - 1, "the end of the connection");
  };

  /** A client that reads what it gets and never acknowledges it. */
  const mute = (client: MqttClient): Promise<unknown> => {
    client.handleMessage = () => {};
    return eventOf(client, "message");
  };

  const messageOf = async (client: MqttClient): Promise<unknown> => {
    const [topic, payload] = (await within(eventOf(client, "message"), "a message")) as [string, Buffer];
    return { topic, ...(JSON.parse(payload.toString()) as object) };
  };

  it("counts as said when the device acknowledges it", async () => {
    const pendant = await connect("p-17");
    await pendant.subscribeAsync("okc/p-17/down", { qos: 1 });
    const message = messageOf(pendant);
    broker.say(order("heard"));
    assert.deepEqual(await message, { topic: "okc/p-17/down", v: 1, ctr: 17, say: "heard" });
    await sink.until(() => sink.saidOrders.length === 1, "the device's PUBACK");
    assert.deepEqual(sink.saidOrders, [{ order: order("heard"), at: clock.now() }]);
    await clock.forward(minutes(6));
    assert.equal(sink.unsaidOrders.length, 0);
  });

  it("is proved for each press, though they come quickly", async () => {
    const pendant = await connect("p-17");
    await pendant.subscribeAsync("okc/p-17/down", { qos: 1 });
    for (let counter = 1; counter <= 20; counter++) broker.say(order("heard", counter));
    await sink.until(() => sink.saidOrders.length === 20, "twenty PUBACKs");
    assert.deepEqual(
      sink.saidOrders.map((each) => each.order.counter),
      Array.from({ length: 20 }, (_each, index) => index + 1),
    );
  });

  it("is given up after ten seconds without an acknowledgement, and a late one still proves it", async () => {
    const pendant = await connect("p-17");
    await pendant.subscribeAsync("okc/p-17/down", { qos: 1 });
    let acknowledge = (): void => {};
    pendant.handleMessage = (_packet, done) => void (acknowledge = () => done());
    const arrived = eventOf(pendant, "message");
    broker.say(order("heard"));
    await within(arrived, "the message");
    await clock.forward(seconds(9));
    assert.equal(sink.unsaidOrders.length, 0);
    await clock.forward(seconds(1));
    assert.deepEqual(
      sink.unsaidOrders.map((each) => each.order),
      [order("heard")],
    );
    acknowledge();
    await sink.until(() => sink.saidOrders.length === 1, "the late PUBACK");
  });

  it("waits for a device that is away: the newest of each class", async () => {
    broker.say(order("heard", 16));
    broker.say(order("heard", 17));
    broker.say(order("answered"));
    broker.say(order("coming"));
    await clock.forward(minutes(4));
    const pendant = await connect("p-17");
    await pendant.subscribeAsync("okc/p-17/down", { qos: 1 });
    await sink.until(() => sink.saidOrders.length === 2, "two PUBACKs");
    assert.deepEqual(
      sink.saidOrders.map((each) => each.order),
      [order("heard", 17), order("coming")],
    );
    assert.equal(sink.unsaidOrders.length, 0);
  });

  it("is given up when the device stays away for five minutes", async () => {
    broker.say(order("heard"));
    await clock.forward(minutes(5));
    assert.equal(sink.unsaidOrders.length, 1);
    assert.equal(clock.pending, 0);
  });

  for (const clean of [true, false])
    it(`is sent again when the link broke before the acknowledgement (clean session: ${clean})`, async () => {
      const first = await connect("p-17", { clean, clientId: "pendant" });
      await first.subscribeAsync("okc/p-17/down", { qos: 1 });
      const arrived = mute(first);
      broker.say(order("coming"));
      await within(arrived, "the message");
      await gone(first);
      const second = await connect("p-17", { clean, clientId: "pendant" });
      // A kept session needs no new subscription.
      if (clean) await second.subscribeAsync("okc/p-17/down", { qos: 1 });
      await sink.until(() => sink.saidOrders.length === 1, "the PUBACK");
      assert.deepEqual(sink.saidOrders[0]!.order, order("coming"));
    });

  it("goes to the bridge that speaks for the device when the device has no connection of its own", async () => {
    const hub = await connect("hub");
    await hub.subscribeAsync("okc/+/down", { qos: 1 });
    broker.say(order("heard", 3, "p-99"));
    await sink.until(() => sink.saidOrders.length === 1, "the bridge's PUBACK");
    assert.equal(sink.saidOrders[0]!.order.address, "p-99");
  });
});
