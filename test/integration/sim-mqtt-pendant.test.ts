import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import { Aedes } from "aedes";
import { MqttPendant } from "../../firmware-sim/mqtt-pendant.ts";
import { Inbox } from "../support/peers/inbox.ts";
import { TestClock } from "../support/test-clock.ts";

interface Up {
  readonly topic: string;
  readonly qos: number;
  readonly body: Record<string, unknown>;
}

/** A broker that knows one account. */
class Broker {
  readonly ups = new Inbox<Up>("the broker");
  port = 0;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #aedes: Aedes | null = null;

  async start(): Promise<void> {
    const aedes = await Aedes.createBroker();
    aedes.authenticate = (_client, user, password, done) =>
      done(null, user === "p-17" && password?.toString() === "secret");
    aedes.on("publish", (packet, client) => {
      if (!client) return;
      const body = JSON.parse(packet.payload.toString()) as Record<string, unknown>;
      this.ups.push({ topic: packet.topic, qos: packet.qos, body });
    });
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      aedes.handle(socket);
    });
    server.listen(this.port, "127.0.0.1");
    await once(server, "listening");
    this.port = (server.address() as AddressInfo).port;
    this.#aedes = aedes;
    this.#server = server;
  }

  say(ctr: number, say: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const payload = Buffer.from(JSON.stringify({ v: 1, ctr, say }));
      const packet = { cmd: "publish", topic: "okc/p-17/down", payload, qos: 1, dup: false, retain: false } as const;
      this.#aedes!.publish(packet, (error) => (error ? reject(error) : resolve()));
    });
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const [aedes, server] = [this.#aedes!, this.#server!];
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

describe("the simulated MQTT pendant at a real broker", () => {
  let clock: TestClock;
  let broker: Broker;
  let pendant: MqttPendant;

  beforeEach(async () => {
    clock = new TestClock();
    broker = new Broker();
    await broker.start();
    const url = `mqtt://127.0.0.1:${broker.port}`;
    pendant = new MqttPendant("p-17", { url, user: "p-17", password: "secret", clock, batteryPct: 87 });
    pendant.start();
    await pendant.ready();
  });

  afterEach(async () => {
    await pendant.stop();
    await broker.stop();
  });

  it("publishes a press at QoS 1 and repeats it with its age until it is heard", async () => {
    const { counter } = pendant.press();
    const first = await broker.ups.next();
    assert.deepEqual(first, {
      topic: "okc/p-17/up",
      qos: 1,
      body: { v: 1, kind: "emergency", ctr: counter, ageMs: 0, bat: 87 },
    });
    await clock.forward(1_000);
    assert.equal((await broker.ups.next(() => true, 2)).body["ageMs"], 1_000);
    const heard = pendant.heard(counter);
    await broker.say(counter, "heard");
    await heard;
    assert.equal(pendant.lamp, "heard");
    assert.equal(clock.pending, 0);
  });

  it("shows that help is coming", async () => {
    const { counter } = pendant.press("fall");
    const coming = pendant.told("coming", counter);
    await broker.say(counter, "coming");
    await coming;
    assert.equal(pendant.lamp, "coming");
  });

  it("keeps a press over an outage of the broker and sends it with its true age", async () => {
    const down = pendant.dropped();
    await broker.stop();
    await down;
    const { counter } = pendant.press();
    await broker.start();
    const back = pendant.ready();
    await clock.forward(20_000);
    await back;
    await clock.forward(10_000);
    const ups = await broker.ups.reach(1);
    assert.ok(ups.every(({ body }) => body["ctr"] === counter));
    assert.ok((ups[0]!.body["ageMs"] as number) >= 1_000, JSON.stringify(ups[0]));
  });

  it("tries again for ever with a wrong password, without a press being lost", async () => {
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const stranger = new MqttPendant("p-18", { url, user: "p-18", password: "wrong", clock });
    stranger.start();
    await stranger.dropped();
    const { counter } = stranger.press();
    assert.equal(stranger.isReady, false);
    assert.deepEqual(stranger.waiting, [counter]);
    await stranger.stop();
    assert.deepEqual(broker.ups.items, []);
  });
});
