import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt from "mqtt";
import type { MqttClient } from "mqtt";
import { mqttDefinition } from "../../devices/mqtt/okc.ts";
import { ExternalBroker } from "../../gateway/adapters/broker/external-broker.ts";
import type { ExternalBrokerOptions } from "../../gateway/adapters/broker/external-broker.ts";
import { minutes } from "../../gateway/core/units.ts";
import { eventOf, RecordingLog, RecordingMeter, RecordingSink, within } from "../support/recording-sink.ts";
import { TestClock } from "../support/test-clock.ts";

const ORDER = { bridge: "mqtt", address: "p-17", line: "broker", counter: 17, say: "heard" } as const;

describe("An external broker", () => {
  let folder: string;
  let port: number;
  let mosquitto: ChildProcess;
  let sink: RecordingSink;
  let meter: RecordingMeter;
  let log: RecordingLog;
  let clock: TestClock;
  let radio: ExternalBroker;
  let clients: MqttClient[];

  const startMosquitto = async (): Promise<void> => {
    const config = join(folder, "mosquitto.conf");
    const lines = [`listener ${port} 127.0.0.1`, "allow_anonymous true", "persistence false"];
    writeFileSync(config, lines.join("\n"));
    mosquitto = spawn("/usr/sbin/mosquitto", ["-c", config, "-v"], { stdio: ["ignore", "ignore", "pipe"] });
    let output = "";
    const running = new Promise<void>((resolve) =>
      mosquitto.stderr!.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (/mosquitto version \S+ running/.test(output)) resolve();
      }),
    );
    await within(running, "mosquitto to run");
  };

  const stopMosquitto = async (): Promise<void> => {
    if (mosquitto.exitCode !== null || mosquitto.signalCode !== null) return;
    const ended = once(mosquitto, "exit");
    mosquitto.kill("SIGTERM");
    await within(ended, "mosquitto to end");
  };

  const make = (more: Partial<ExternalBrokerOptions> = {}): ExternalBroker =>
    new ExternalBroker({
      url: `mqtt://127.0.0.1:${port}`,
      clientId: "okc-test",
      definitions: [mqttDefinition],
      sink,
      clock,
      log,
      meter,
      ...more,
    });

  const started = async (more: Partial<ExternalBrokerOptions> = {}): Promise<void> => {
    radio = make(more);
    await radio.start();
    await sink.until(() => sink.lines.at(-1)?.up === true, "the line to be up");
  };

  const connect = async (): Promise<MqttClient> => {
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`);
    client.on("error", () => {});
    clients.push(client);
    await within(eventOf(client, "connect"), "the connection");
    return client;
  };

  const press = (client: MqttClient, ctr: number, retain = false): Promise<unknown> =>
    client.publishAsync("okc/p-17/up", JSON.stringify({ v: 1, kind: "emergency", ctr }), { qos: 1, retain });

  const counters = (): (number | null)[] => sink.reports.map((each) => each.counter);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "okc-mosquitto-"));
    const probe = createServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    port = (probe.address() as AddressInfo).port;
    probe.close();
    [sink, meter, log, clock, clients] = [
      new RecordingSink(),
      new RecordingMeter(),
      new RecordingLog(),
      new TestClock(),
      [],
    ];
    await startMosquitto();
  });

  afterEach(async () => {
    for (const client of clients) client.end(true);
    await radio.stop();
    await stopMosquitto();
    rmSync(folder, { recursive: true });
  });

  it("brings a press", async () => {
    await started();
    await press(await connect(), 17);
    await sink.until(() => sink.reports.length === 1, "the report");
    const { bridge, address, line, kind, counter } = sink.reports[0]!;
    assert.deepEqual({ bridge, address, line, kind, counter }, { ...pick(ORDER), kind: "emergency", counter: 17 });
  });

  it("brings a press again that was not durable when the gateway died", async () => {
    await started();
    const pendant = await connect();
    sink.hold();
    await press(pendant, 1);
    await press(pendant, 2);
    await sink.until(() => sink.reports.length === 2, "both reports, the second without waiting for the first");
    sink.releaseWhere((report) => report.counter === 1);
    await radio.stop();
    sink.release();
    await press(pendant, 3);
    await started();
    // The acknowledgement of the first may or may not have left before the end: then it comes again too.
    const again = (): (number | null)[] => counters().slice(2);
    await sink.until(() => again().includes(3), "the reports after the restart");
    assert.deepEqual(
      again().filter((counter) => counter !== 1),
      [2, 3],
    );
  });

  it("acknowledges each press to the broker, more than its window holds", async () => {
    await started();
    const pendant = await connect();
    await Promise.all(Array.from({ length: 100 }, (_each, ctr) => press(pendant, ctr)));
    await sink.until(() => sink.reports.length === 100, "100 reports");
    assert.equal(new Set(counters()).size, 100);
  });

  it("ignores retained messages and counts them", async () => {
    const pendant = await connect();
    await press(pendant, 1, true);
    await started();
    await meter.until(() => meter.of("okc_mqtt_retained_ignored_total") === 1, "the retained message");
    await press(pendant, 2, true);
    await sink.until(() => sink.reports.length === 1, "the live press with the same retain bit");
    assert.deepEqual(counters(), [2]);
  });

  it("acknowledges what it cannot read, with a line and a count", async () => {
    await started();
    const pendant = await connect();
    await pendant.publishAsync("okc/p-17/up", "SOS", { qos: 1 });
    await meter.until(() => meter.of('okc_mqtt_rejected_total{code="bad-json"}') === 1, "the rejection");
    assert.equal(log.lines.filter((each) => each.level === "warn").length, 1);
  });

  it("publishes an answer, which proves nothing about the device", async () => {
    await started();
    const pendant = await connect();
    await pendant.subscribeAsync("okc/p-17/down", { qos: 1 });
    const message = eventOf(pendant, "message");
    radio.say(ORDER);
    const [, payload] = (await within(message, "the answer")) as [string, Buffer];
    assert.deepEqual(JSON.parse(payload.toString()), { v: 1, ctr: 17, say: "heard" });
    await clock.forward(minutes(6));
    assert.deepEqual([sink.saidOrders, sink.unsaidOrders], [[], []]);
  });

  it("reconnects after the broker was away, and then tells what waited", async () => {
    await started();
    await stopMosquitto();
    await sink.until(() => sink.lines.at(-1)!.up === false, "the line to be down");
    radio.say(ORDER);
    await startMosquitto();
    const pendant = await connect();
    await pendant.subscribeAsync("okc/p-17/down", { qos: 1 });
    const message = eventOf(pendant, "message");
    await sink.until(() => sink.lines.at(-1)!.up, "the line to be up");
    await within(message, "the answer that waited");
    await press(pendant, 5);
    await sink.until(() => sink.reports.length === 1, "a press after the reconnection");
    assert.equal(log.lines.filter((each) => each.level === "error").length, 1);
  });

  it("gives an answer up that the broker did not take within five minutes", async () => {
    await started();
    await stopMosquitto();
    await sink.until(() => sink.lines.at(-1)!.up === false, "the line to be down");
    radio.say(ORDER);
    await clock.forward(minutes(5));
    assert.deepEqual(
      sink.unsaidOrders.map((each) => each.order),
      [ORDER],
    );
  });
});

const pick = ({ bridge, address, line }: typeof ORDER) => ({ bridge, address, line });
