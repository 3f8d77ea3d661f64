import assert from "node:assert/strict";
import mqtt from "mqtt";
import type { IClientOptions, MqttClient } from "mqtt";
import { mqttDefinition } from "../../devices/mqtt/okc.ts";
import { EmbeddedBroker } from "../../gateway/adapters/broker/embedded-broker.ts";
import type { EmbeddedBrokerOptions } from "../../gateway/adapters/broker/embedded-broker.ts";
import { eventOf, RecordingLog, RecordingMeter, RecordingSink, within } from "../support/recording-sink.ts";
import { TestClock } from "../support/test-clock.ts";

const EMERGENCY = { v: 1, kind: "emergency", ctr: 17, ageMs: 0, bat: 87 };

describe("The embedded broker", () => {
  let sink: RecordingSink;
  let meter: RecordingMeter;
  let log: RecordingLog;
  let clock: TestClock;
  let broker: EmbeddedBroker;
  let clients: MqttClient[];

  const make = (more: Partial<EmbeddedBrokerOptions> = {}): EmbeddedBroker =>
    new EmbeddedBroker({
      listen: { host: "127.0.0.1", port: 0 },
      definitions: [mqttDefinition],
      sink,
      clock,
      log,
      meter,
      ...more,
    });

  beforeEach(async () => {
    [sink, meter, log, clock, clients] = [
      new RecordingSink(),
      new RecordingMeter(),
      new RecordingLog(),
      new TestClock(),
      [],
    ];
    for (const device of ["p-17", "p-18"]) sink.addAccount(device, `secret of ${device}`, "mqtt", device);
    sink.addAccount("hub", "secret of hub", "mqtt", null);
    broker = make();
    await broker.start();
  });

  afterEach(async () => {
    for (const client of clients) client.end(true);
    await broker.stop();
  });

  const dial = (user: string, more: IClientOptions = {}): MqttClient => {
    const client = mqtt.connect(`mqtt://127.0.0.1:${broker.ports.tcp}`, {
      username: user,
      password: `secret of ${user}`,
      reconnectPeriod: 0,
      ...more,
    });
    client.on("error", () => {});
    clients.push(client);
    return client;
  };

  const connect = async (user: string, more: IClientOptions = {}): Promise<MqttClient> => {
    const client = dial(user, more);
    await within(eventOf(client, "connect"), `${user} to be connected`);
    return client;
  };

  const press = (client: MqttClient, address: string, report: object = EMERGENCY, retain = false): Promise<unknown> =>
    client.publishAsync(`okc/${address}/up`, JSON.stringify(report), { qos: 1, retain });

  it("says that the line is up once it listens", () => {
    assert.deepEqual(sink.lines, [{ line: "broker", up: true, why: "" }]);
  });

  it("acknowledges a press only after it is durable", async () => {
    const pendant = await connect("p-17");
    sink.hold();
    let acknowledged = false;
    const sent = press(pendant, "p-17").then(() => (acknowledged = true));
    await sink.until(() => sink.reports.length === 1, "the report");
    // A round trip of another kind: everything written before it has arrived.
    await within(
      pendant.subscribeAsync("okc/p-17/down", { qos: 1 }).catch(() => null),
      "the subscription",
    );
    assert.equal(acknowledged, false);
    sink.release();
    await within(sent, "the acknowledgement");
    assert.equal(acknowledged, true);
    const { receivedAt, raw, ...rest } = sink.reports[0]!;
    assert.equal(receivedAt, clock.now());
    assert.equal(raw, JSON.stringify(EMERGENCY));
    assert.deepEqual(rest, {
      bridge: "mqtt",
      address: "p-17",
      line: "broker",
      transport: "mqtt",
      kind: "emergency",
      press: "emergency",
      counter: 17,
      ageMs: 0,
      ageAtLeast: false,
      batteryPct: 87,
      proof: "valid",
    });
  });

  it("takes a press whose retain bit is set as live, and keeps no copy of it", async () => {
    await broker.stop();
    const bridgeTopics = { publish: ["okc/#"], subscribe: ["okc/#"] };
    broker = make({ definitions: [{ ...mqttDefinition, bridgeTopics }] });
    await broker.start();
    const pendant = await connect("p-17");
    await press(pendant, "p-17", EMERGENCY, true);
    assert.equal(sink.reports.length, 1);
    const hub = await connect("hub");
    await hub.publishAsync("okc/state", "kept", { qos: 1, retain: true });
    const topics: string[] = [];
    const both = new Promise<void>((resolve) =>
      hub.on("message", (topic) => void (topics.push(topic) === 2 && resolve())),
    );
    await hub.subscribeAsync("okc/#", { qos: 1 });
    await press(hub, "p-18");
    await within(both, "the retained state and the live press");
    assert.deepEqual(topics.sort(), ["okc/p-18/up", "okc/state"]);
  });

  it("takes a press at QoS 2 once", async () => {
    const pendant = await connect("p-17", { clean: false, clientId: "pendant" });
    await within(pendant.publishAsync("okc/p-17/up", JSON.stringify(EMERGENCY), { qos: 2 }), "the handshake");
    assert.equal(sink.reports.length, 1);
  });

  it("keeps for a bridge's session what came while it was away, the newest 64, and nothing it may not read", async () => {
    await broker.stop();
    const bridgeTopics = { publish: ["okc/#"], subscribe: ["okc/+/up"] };
    broker = make({ definitions: [{ ...mqttDefinition, bridgeTopics }] });
    await broker.start();
    const session = { clean: false, clientId: "archive" };
    const archive = await connect("hub", session);
    await archive.subscribeAsync(["okc/+/up", "okc/+/down"], { qos: 1 }).catch(() => null);
    archive.stream.destroy();
    await meter.until(() => meter.gauges.get("okc_mqtt_connections") === 0, "the end of the connection");
    const hub = await connect("hub");
    await hub.publishAsync("okc/p-17/down", "not for the archive", { qos: 1 });
    for (let ctr = 0; ctr < 70; ctr++) await press(hub, "p-17", { ...EMERGENCY, ctr });
    assert.equal(meter.of("okc_mqtt_session_dropped_total"), 6);
    const again = dial("hub", session);
    const kept: unknown[] = [];
    const all = new Promise<void>((resolve) =>
      again.on("message", (_topic, payload) => {
        if (kept.push((JSON.parse(payload.toString()) as { ctr: number }).ctr) === 64) resolve();
      }),
    );
    await within(all, "what was kept");
    assert.deepEqual(
      kept,
      Array.from({ length: 64 }, (_each, index) => index + 6),
    );
  });

  it("acknowledges a publish to a foreign topic, counts it, forwards nothing and keeps the client", async () => {
    const pendant = await connect("p-17");
    await within(press(pendant, "p-18"), "the acknowledgement of the foreign press");
    await within(press(pendant, "p-17"), "the acknowledgement of its own press");
    assert.deepEqual([sink.reports.length, sink.reports[0]!.address], [1, "p-17"]);
    assert.equal(meter.of('okc_mqtt_denied_total{what="publish"}'), 1);
    assert.equal(log.lines.filter((each) => each.message.includes("not its own")).length, 1);
    assert.equal(pendant.connected, true);
  });

  it("acknowledges what it cannot read, with one line and a count, so that it is not sent for ever", async () => {
    const pendant = await connect("p-17");
    await within(pendant.publishAsync("okc/p-17/up", "SOS", { qos: 1 }), "the acknowledgement");
    assert.equal(sink.reports.length, 0);
    assert.equal(meter.of('okc_mqtt_rejected_total{code="bad-json"}'), 1);
    assert.equal(log.lines.length, 1);
    assert.equal(log.lines[0]!.fields["from"], "p-17");
  });

  it("disconnects a client whose account was removed", async () => {
    const pendant = await connect("p-17");
    sink.removeAccount("p-17");
    const closed = eventOf(pendant, "close");
    press(pendant, "p-17").catch(() => null);
    await within(closed, "the end of the connection");
    assert.equal(sink.reports.length, 0);
  });

  it("refuses a wrong password, an unknown user and no user at all", async () => {
    const refusalOf = async (user: string | undefined, password: string | undefined): Promise<number | undefined> => {
      const options = { ...(user !== undefined && { username: user }), ...(password !== undefined && { password }) };
      const client = mqtt.connect(`mqtt://127.0.0.1:${broker.ports.tcp}`, { reconnectPeriod: 0, ...options });
      clients.push(client);
      const [error] = (await within(eventOf(client, "error"), "the refusal")) as [Error & { code?: number }];
      return error.code;
    };
    assert.equal(await refusalOf("p-17", "wrong"), 4);
    assert.equal(await refusalOf("p-99", "secret of p-99"), 4);
    assert.equal(await refusalOf(undefined, undefined), 5);
    assert.equal(meter.of('okc_mqtt_refused_total{why="password"}'), 2);
    assert.equal(meter.of('okc_mqtt_refused_total{why="anonymous"}'), 1);
    const lines = log.lines.filter((each) => each.message.includes("refused"));
    assert.match(lines[0]!.message, /user or password is wrong\. Give it/);
    assert.equal(lines[0]!.fields["user"], "p-17");
  });

  it("refuses an oversized payload without losing the client", async () => {
    const pendant = await connect("p-17");
    await within(pendant.publishAsync("okc/p-17/up", "x".repeat(9_000), { qos: 1 }), "the acknowledgement");
    assert.equal(meter.of('okc_mqtt_rejected_total{code="oversized"}'), 1);
    assert.equal(sink.reports.length, 0);
    await press(pendant, "p-17");
    assert.equal(sink.reports.length, 1);
  });

  it("closes a connection that announces a huge packet before it sends it", async () => {
    const pendant = await connect("p-17");
    const closed = eventOf(pendant, "close");
    // A PUBLISH whose remaining length is 16 MiB; its body never comes.
    (pendant.stream as unknown as { write(bytes: Buffer): void }).write(Buffer.from([0x32, 0x80, 0x80, 0x80, 0x08]));
    await within(closed, "the end of the connection");
    assert.equal(meter.of('okc_mqtt_rejected_total{code="oversized"}'), 1);
  });

  it("refuses a subscription to another device's topic, and to all topics", async () => {
    const pendant = await connect("p-17");
    const granted = await pendant
      .subscribeAsync(["okc/p-18/down", "#", "$SYS/#", "okc/p-17/down"], { qos: 1 })
      .then((grants) => grants.map((each) => each.qos))
      .catch((error: unknown) => (error as Error).message);
    assert.match(String(granted), /subscri|Unspecified/i);
    assert.equal(meter.of('okc_mqtt_denied_total{what="subscribe"}'), 3);
    assert.equal(pendant.connected, true);
  });

  it("drops a last will that would look like a press", async () => {
    const will = {
      topic: "okc/p-17/up",
      payload: Buffer.from(JSON.stringify(EMERGENCY)),
      qos: 1,
      retain: false,
    } as const;
    const pendant = await connect("p-17", { will });
    pendant.stream.destroy();
    await meter.until(() => meter.gauges.get("okc_mqtt_connections") === 0, "the end of the connection");
    assert.equal(sink.reports.length, 0);
    assert.equal(meter.of('okc_mqtt_denied_total{what="will"}'), 1);
  });

  it("keeps a device from ending another's connection by its client id", async () => {
    const pendant = await connect("p-17", { clientId: "pendant" });
    await connect("p-18", { clientId: "pendant" });
    await press(pendant, "p-17");
    assert.equal(sink.reports.length, 1);
  });

  it("accepts 1,000 connections at once", async () => {
    for (let index = 0; index < 1_000; index++)
      sink.addAccount(`d-${index}`, `secret of d-${index}`, "mqtt", `d-${index}`);
    const connected = Array.from({ length: 1_000 }, (_each, index) => connect(`d-${index}`));
    await within(Promise.all(connected), "1,000 connections", 15_000);
    await meter.until(() => meter.gauges.get("okc_mqtt_connections") === 1_000, "1,000 connections at the broker");
  }).timeout(20_000);

  it("gets a press again that it had read but not acknowledged when it was restarted", async () => {
    const pendant = dial("p-17", { reconnectPeriod: 20, clientId: "pendant", clean: false });
    await within(eventOf(pendant, "connect"), "the connection");
    sink.hold();
    const sent = press(pendant, "p-17");
    await sink.until(() => sink.reports.length === 1, "the press");
    const { tcp } = broker.ports;
    await broker.stop();
    sink.release();
    broker = make({ listen: { host: "127.0.0.1", port: tcp! } });
    await broker.start();
    await within(sent, "the acknowledgement by the second broker");
    assert.deepEqual(
      sink.reports.map((each) => each.counter),
      [17, 17],
    );
  });

  it("tries again when its port is taken, and says so once", async () => {
    const second = make({ listen: { host: "127.0.0.1", port: broker.ports.tcp! } });
    sink.lines.length = 0;
    await second.start();
    await clock.forward(5_000);
    assert.deepEqual([sink.lines.length, sink.lines[0]!.up], [1, false]);
    assert.match(sink.lines[0]!.why, /EADDRINUSE/);
    await broker.stop();
    await clock.forward(5_000);
    await sink.until(() => sink.lines.at(-1)!.up, "the line to be up");
    broker = second;
  });
});
