import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt from "mqtt";
import { mqttDefinition } from "../../devices/mqtt/okc.ts";
import { EmbeddedBroker } from "../../gateway/adapters/broker/embedded-broker.ts";
import { eventOf, RecordingLog, RecordingMeter, RecordingSink, within } from "../support/recording-sink.ts";
import { TestClock } from "../support/test-clock.ts";

describe("The embedded broker over TLS", () => {
  const folder = mkdtempSync(join(tmpdir(), "okc-broker-tls-"));
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  let sink: RecordingSink;
  let broker: EmbeddedBroker;

  before(() => {
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    const keyOptions = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const files = ["-keyout", key, "-out", cert, "-days", "2"];
    execFileSync("openssl", ["req", "-x509", ...keyOptions, ...files, ...subject], { stdio: "ignore" });
  });

  after(() => rmSync(folder, { recursive: true }));

  afterEach(() => broker.stop());

  const start = async (certFile: string): Promise<void> => {
    sink = new RecordingSink();
    sink.addAccount("p-17", "secret", "mqtt", "p-17");
    const [clock, log, meter] = [new TestClock(), new RecordingLog(), new RecordingMeter()];
    const listen = { host: "127.0.0.1", port: 0 };
    const tls = { ...listen, cert: certFile, key };
    broker = new EmbeddedBroker({ listen, tls, definitions: [mqttDefinition], sink, clock, log, meter });
    await broker.start();
  };

  it("takes a press", async () => {
    await start(cert);
    const client = mqtt.connect(`mqtts://localhost:${broker.ports.tls}`, {
      username: "p-17",
      password: "secret",
      ca: readFileSync(cert),
      reconnectPeriod: 0,
    });
    await within(eventOf(client, "connect"), "the connection");
    await client.publishAsync("okc/p-17/up", '{"v":1,"kind":"emergency","ctr":1}', { qos: 1 });
    assert.equal(sink.reports.length, 1);
    client.end(true);
  });

  it("says what is wrong with its certificate and serves the plain port meanwhile", async () => {
    await start(join(folder, "absent.pem"));
    assert.equal(sink.lines.at(-1)!.up, false);
    assert.match(sink.lines.at(-1)!.why, /MQTT over TLS: .*absent\.pem/);
    assert.notEqual(broker.ports.tcp, null);
  });
});
