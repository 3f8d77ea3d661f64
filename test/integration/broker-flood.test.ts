import assert from "node:assert/strict";
import mqtt from "mqtt";
import type { MqttClient } from "mqtt";
import { mqttDefinition } from "../../devices/mqtt/okc.ts";
import { EmbeddedBroker } from "../../gateway/adapters/broker/embedded-broker.ts";
import { seconds } from "../../gateway/core/units.ts";
import { eventOf, RecordingLog, RecordingMeter, RecordingSink, within } from "../support/recording-sink.ts";
import { TestClock } from "../support/test-clock.ts";

describe("A flood from one device", () => {
  let sink: RecordingSink;
  let meter: RecordingMeter;
  let clock: TestClock;
  let broker: EmbeddedBroker;
  let clients: MqttClient[];

  beforeEach(async () => {
    [sink, meter, clock, clients] = [new RecordingSink(), new RecordingMeter(), new TestClock(), []];
    for (const device of ["p-17", "p-18"]) sink.addAccount(device, "secret", "mqtt", device);
    sink.addAccount("hub", "secret", "mqtt", null);
    const log = new RecordingLog();
    const listen = { host: "127.0.0.1", port: 0 };
    broker = new EmbeddedBroker({ listen, definitions: [mqttDefinition], sink, clock, log, meter });
    await broker.start();
  });

  afterEach(async () => {
    for (const client of clients) client.end(true);
    await broker.stop();
  });

  const connect = async (user: string): Promise<MqttClient> => {
    const url = `mqtt://127.0.0.1:${broker.ports.tcp}`;
    const client = mqtt.connect(url, { username: user, password: "secret", reconnectPeriod: 0 });
    client.on("error", () => {});
    clients.push(client);
    await within(eventOf(client, "connect"), `${user} to be connected`);
    return client;
  };

  const send = (client: MqttClient, address: string, kind: string, ctr: number): Promise<unknown> =>
    client.publishAsync(`okc/${address}/up`, JSON.stringify({ v: 1, kind, ctr }), { qos: 1 });

  const of = (address: string, kind: string): number =>
    sink.reports.filter((each) => each.address === address && each.kind === kind).length;

  it("delays its own acknowledgements, loses nothing, and another's press is not held up", async () => {
    const [flooder, other] = [await connect("p-17"), await connect("p-18")];
    let acknowledged = 0;
    const all = Array.from({ length: 50 }, (_each, ctr) =>
      send(flooder, "p-17", "emergency", ctr).then(() => acknowledged++),
    );
    await meter.until(() => meter.of("okc_mqtt_held_total") === 20, "twenty reports to be held");
    assert.equal(of("p-17", "emergency"), 30);
    await within(send(other, "p-18", "emergency", 1), "the other's acknowledgement");
    assert.equal(of("p-18", "emergency"), 1);
    assert.ok(acknowledged <= 30);
    await clock.forward(seconds(2));
    await within(Promise.all(all), "every acknowledgement");
    assert.equal(of("p-17", "emergency"), 50);
  });

  it("of heartbeats is dropped and counted, and leaves its own press free", async () => {
    const flooder = await connect("p-17");
    await within(
      Promise.all(Array.from({ length: 100 }, (_each, ctr) => send(flooder, "p-17", "heartbeat", ctr))),
      "the acknowledgements",
    );
    assert.equal(of("p-17", "heartbeat"), 15);
    assert.equal(meter.of("okc_mqtt_heartbeats_dropped_total"), 85);
    await within(send(flooder, "p-17", "emergency", 101), "the acknowledgement of the press");
    assert.equal(of("p-17", "emergency"), 1);
  });

  it("behind a bridge does not hold up the other devices of the bridge", async () => {
    const hub = await connect("hub");
    const flood = Array.from({ length: 200 }, (_each, ctr) => send(hub, "p-1", "emergency", ctr));
    await within(send(hub, "p-2", "emergency", 1), "the other device's acknowledgement");
    await within(Promise.all(flood), "the flood's acknowledgements");
    assert.equal(of("p-1", "emergency"), 200);
  });

  it("of connections ends its own oldest ones only", async () => {
    const other = await connect("p-18");
    const first = await connect("p-17");
    const closed = eventOf(first, "close");
    for (let more = 0; more < 8; more++) await connect("p-17");
    await within(closed, "the end of the oldest connection");
    await within(send(other, "p-18", "emergency", 1), "the other's acknowledgement");
    assert.equal(meter.of('okc_mqtt_connections_closed_total{why="too-many"}'), 1);
  });
});
