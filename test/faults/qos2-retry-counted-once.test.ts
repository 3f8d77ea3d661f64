import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { seconds } from "../../gateway/core/units.ts";
import { BridgeHome, SOS } from "../support/bridge-home.ts";
import { expectHelpCalled, payloadOf } from "../support/home-facts.ts";
import { until } from "../support/until.ts";

const CONNACK = 0x20;
const PUBACK = 0x40;
const PUBREC = 0x50;
const PUBCOMP = 0x70;

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};
const packet = (first: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  assert.ok(body.length < 128 * 128);
  const length = body.length < 128 ? [body.length] : [(body.length % 128) | 0x80, body.length >> 7];
  return Buffer.concat([Buffer.from([first, ...length]), body]);
};

/** A client of which every byte is in our hand: it can lose its connection between any two packets. */
class BareClient {
  readonly #socket: Socket;
  #heard = Buffer.alloc(0);

  constructor(url: string) {
    this.#socket = connect(Number(new URL(url).port), "127.0.0.1");
    this.#socket.on("error", () => undefined);
    this.#socket.on("data", (bytes) => (this.#heard = Buffer.concat([this.#heard, Buffer.from(bytes)])));
  }

  /** A session that outlives the connection. */
  async open(user: string, password: string): Promise<void> {
    const head = Buffer.concat([text("MQTT"), Buffer.from([4, 0xc0, 0, 60])]);
    this.#socket.write(packet(0x10, head, text("bare"), text(user), text(password)));
    await this.expect(CONNACK);
  }

  publish(topic: string, payload: string, qos: 1 | 2, dup: boolean): void {
    const id = Buffer.from([0, 7]);
    this.#socket.write(packet(0x30 | (dup ? 8 : 0) | (qos << 1), text(topic), id, Buffer.from(payload)));
  }

  release(): void {
    this.#socket.write(packet(0x62, Buffer.from([0, 7])));
  }

  async expect(first: number): Promise<void> {
    await until(`a packet 0x${first.toString(16)}`, () => this.#heard.includes(first));
    this.#heard = Buffer.alloc(0);
  }

  async cut(): Promise<void> {
    if (this.#socket.destroyed) return;
    const closed = once(this.#socket, "close");
    this.#socket.destroy();
    await closed;
  }
}

describe("A press is published again because its acknowledgement was lost", function () {
  this.timeout(30_000);
  let site: BridgeHome;
  let login: { user: string; password: string };

  beforeEach(async () => {
    site = await BridgeHome.build();
    login = await site.home.running!.site.office.addAccount("second", "zigbee2mqtt");
  });

  afterEach(() => site.home.leave());

  async function opened(user: string, password: string): Promise<BareClient> {
    const client = new BareClient(site.home.mqttUrl);
    site.home.closing.unshift(() => client.cut());
    await client.open(user, password);
    return client;
  }

  const PRESS = JSON.stringify({ action: "emergency", battery: 80 });
  const TOPIC = `zigbee2mqtt/${SOS.name}`;

  /** The connection is lost before the acknowledgement is read; ten seconds later the same packet comes again. */
  async function twice(user: string, password: string, topic: string, payload: string, qos: 1 | 2): Promise<void> {
    const first = await opened(user, password);
    first.publish(topic, payload, qos, false);
    await until("the press", () => site.home.alarms().length === 1);
    await first.cut();
    await site.home.forward(seconds(10));
    const second = await opened(user, password);
    second.publish(topic, payload, qos, true);
    await second.expect(qos === 2 ? PUBREC : PUBACK);
    if (qos === 1) return;
    second.release();
    await second.expect(PUBCOMP);
  }

  for (const qos of [1, 2] as const)
    it(`a Zigbee bridge at QoS ${qos}: one press, though nothing in it counts`, async () => {
      await twice(login.user, login.password, TOPIC, PRESS, qos);
      await expectHelpCalled(site.home, "002");
      assert.equal((await site.home.alarm()).presses.length, 1);
    });

  for (const qos of [1, 2] as const)
    it(`a pendant of our own at QoS ${qos}: one press, by its counter`, async () => {
      await twice("p-17", site.home.password("p-17"), "okc/p-17/up", payloadOf(1), qos);
      await expectHelpCalled(site.home, "003");
      assert.equal((await site.home.alarm()).presses.length, 1);
    });

  it("the same words in a packet of their own are a press of their own", async () => {
    await twice(login.user, login.password, TOPIC, PRESS, 1);
    await expectHelpCalled(site.home, "002");
    const third = await opened(login.user, login.password);
    third.publish(TOPIC, PRESS, 1, false);
    await site.home.alarm(({ presses }) => presses.length === 2);
  });
});
