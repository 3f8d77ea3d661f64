import assert from "node:assert/strict";
import type { BridgeKind } from "../../devices/catalogue.ts";
import { BRIDGES } from "../../devices/catalogue.ts";
import { Home } from "../support/home.ts";
import { counted, expectCounted, expectFault, expectFaultOver, expectHelpCalled } from "../support/home-facts.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { Voice } from "../support/voice.ts";
import { until } from "../support/until.ts";

const ATTEMPTS_MAX = 500;

type Message = readonly [topic: string, text: string];

/** A button as it is enrolled, one press of it with all its copies, and the next one. */
interface Story {
  readonly kind: BridgeKind;
  readonly address: string;
  readonly first: readonly Message[];
  readonly next: readonly Message[];
}

const UP = "application/7c1f0a52-5a5b-4f0e-9f77-6c1a2b3c4d5e/device/24e124aabbcc0011/event/up";
const chirpstackUp = (fCnt: number, rssi: number): Message => [
  UP,
  `{"deviceInfo":{"deviceProfileName":"WS101","devEui":"24e124aabbcc0011"},"devAddr":"01a2b3c4","fCnt":${fCnt},"fPort":85,"data":"AXVk/y4B","rxInfo":[{"rssi":${rssi}}]}`,
];
const ttsUp = (fCnt: number, rssi: number): Message => [
  "v3/care@ttn/devices/button-12/up",
  `{"end_device_ids":{"device_id":"button-12","dev_eui":"E8E1E1000101AABB"},"uplink_message":{"session_key_id":"AX0=","f_port":147,"f_cnt":${fCnt},"frm_payload":"AQs3AAAHAAA=","rx_metadata":[{"rssi":${rssi}}]}}`,
];
const gen1 = (count: number): Message => [
  "shellies/shellyix3-AABBCC/input_event/0",
  `{"event":"S","event_cnt":${count}}`,
];
const gen2 = (ts: number): Message => [
  "hall-i4/events/rpc",
  `{"src":"shellyplusi4-aabbcc","method":"NotifyEvent","params":{"events":[{"component":"input:0","event":"single_push","ts":${ts}}]}}`,
];
const cord = (state: string): Message => ["hall-node/binary_sensor/help_cord/state", state];

const STORIES: readonly Story[] = [
  {
    kind: "chirpstack",
    address: "24E124AABBCC0011",
    first: [chirpstackUp(7, -110), chirpstackUp(7, -80)],
    next: [chirpstackUp(8, -80)],
  },
  { kind: "tts", address: "e8e1e1000101aabb", first: [ttsUp(3, -101), ttsUp(3, -90)], next: [ttsUp(4, -90)] },
  { kind: "shelly-gen1", address: "shellyix3-AABBCC", first: [gen1(1), gen1(1)], next: [gen1(2)] },
  { kind: "shelly-gen2", address: "hall-i4", first: [gen2(1000.5), gen2(1000.5)], next: [gen2(1001.25)] },
  { kind: "esphome", address: "hall-node:help_cord", first: [cord("ON"), cord("ON")], next: [cord("OFF"), cord("ON")] },
];

/** A place where the press of a button that announced itself is heard. */
const TRIGGER: Message = [
  "homeassistant/device_automation/0x00158d0001a2b3c4/action_single/config",
  '{"atype":"trigger","type":"action","stype":"single","t":"attic/button/action","pl":"single","dev":{"ids":["0x00158d0001a2b3c4"]}}',
];
const SINGLE: Message = ["attic/button/action", "single"];

const bridgesOf = (...kinds: readonly BridgeKind[]) => kinds.map((kind) => ({ kind, base: BRIDGES[kind].base }));
const row = (kind: BridgeKind, address: string): string => `${kind},${address},r-1,emergency,按钮,卧室,`;

describe("A button behind a bridge that names it", function () {
  this.timeout(60_000);
  let home: Home;

  const voiceFor = async (kind: BridgeKind, url: string, own: boolean): Promise<Voice> => {
    const login = own ? await home.running!.site.office.addAccount("bridge", kind) : {};
    const voice = await Voice.join(url, login);
    home.closing.push(() => voice.leave());
    return voice;
  };

  const presses = async (count: number): Promise<void> => {
    await home.alarm((alarm) => alarm.presses.length === count);
  };

  afterEach(() => home.leave());

  for (const { kind, address, first, next } of STORIES)
    it(`${kind}: copies are one press and one alarm, the next press is appended, however soon`, async () => {
      home = await Home.build({ bridges: bridgesOf(kind), devices: [row(kind, address)] });
      const voice = await voiceFor(kind, home.mqttUrl, true);
      for (const [topic, text] of first) await voice.say(topic, text);
      await expectHelpCalled(home, "001");
      await presses(1);
      for (const [topic, text] of next) await voice.say(topic, text);
      await presses(2);
      for (const [topic, text] of next.slice(-1)) await voice.say(topic, text);
      await home.clock.settle();
      await presses(2);
      assert.equal(await counted(home, "okc_mqtt_denied_total"), 0);
    });

  for (const own of [true, false])
    it(`a node that dies is a fault of its cord, on ${own ? "the gateway's own" : "another"} broker`, async () => {
      const broker = own ? null : await new Mosquitto().start();
      home = await Home.build({
        bridges: bridgesOf("esphome"),
        devices: [row("esphome", "hall-node:help_cord")],
        ...(broker && { brokerUrl: broker.url }),
      });
      home.closing.push(() => broker?.close());
      const login = own ? await home.running!.site.office.addAccount("node", "esphome") : {};
      const node = await Voice.join(home.mqttUrl, { ...login, will: { topic: "hall-node/status", text: "offline" } });
      await node.say("hall-node/status", "online", true);
      await node.die();
      await expectFault(home, "silent:esphome:hall-node:help_cord");
      const again = await Voice.join(home.mqttUrl, login);
      home.closing.unshift(() => again.leave());
      await again.say("hall-node/status", "online", true);
      await expectFaultOver(home, "silent:esphome:hall-node:help_cord");
      await home.expectHotline("381");
      await home.expectHotline("381", 3);
    });

  it("on another broker: what it retained is no press, of any of them", async () => {
    const broker = await new Mosquitto().start();
    const early = await Voice.join(broker.url);
    for (const { first } of STORIES) await early.say(...first[0]!, true);
    for (const message of [TRIGGER, SINGLE]) await early.say(...message, true);
    home = await Home.build({
      brokerUrl: broker.url,
      bridges: bridgesOf(...STORIES.map(({ kind }) => kind), "ha-discovery"),
      devices: [...STORIES.map(({ kind, address }) => row(kind, address)), row("ha-discovery", "0x00158d0001a2b3c4")],
    });
    home.closing.push(
      () => early.leave(),
      () => broker.close(),
    );
    const ignored = STORIES.length + 1;
    await expectCounted(home, "okc_mqtt_retained_ignored_total", {}, ignored);
    await home.clock.settle();
    assert.deepEqual(home.alarms(), []);
    await early.say(...SINGLE);
    await expectHelpCalled(home, "001");
  });

  for (const own of [true, false]) {
    const where = own ? "on the gateway's own broker" : "on another broker";

    it(`Home Assistant's discovery, ${where}: heard where it announced itself, after a restart too`, async () => {
      const broker = own ? null : await new Mosquitto().start();
      home = await Home.build({
        bridges: bridgesOf("ha-discovery"),
        devices: [row("ha-discovery", "0x00158d0001a2b3c4")],
        ...(broker && { brokerUrl: broker.url }),
      });
      const voice = await voiceFor("ha-discovery", home.mqttUrl, own);
      home.closing.push(() => broker?.close());
      await until("the broker", () => home.state.faults.get("line:broker") === undefined);
      await voice.say(...TRIGGER, true);
      await voice.say("attic/button/state", "single");
      await pressUntilHeard(voice, 1);
      await expectHelpCalled(home, "001");
      await home.restart();
      await until("the broker", () => home.state.faults.get("line:broker") === undefined);
      // A broker of the gateway's own has forgotten it, and its devices say it again when they connect.
      if (own) {
        await until("the connection", () => voice.connections > 1);
        await voice.say(...TRIGGER, true);
      }
      await home.forward(5_000);
      await pressUntilHeard(voice, 2);
    });
  }

  it("Home Assistant's discovery: what another broker kept while the gateway was away is a press", async () => {
    const broker = await new Mosquitto().start();
    home = await Home.build({
      brokerUrl: broker.url,
      bridges: bridgesOf("ha-discovery"),
      devices: [row("ha-discovery", "0x00158d0001a2b3c4")],
    });
    const voice = await voiceFor("ha-discovery", home.mqttUrl, false);
    home.closing.push(() => broker.close());
    await voice.say(...TRIGGER, true);
    await pressUntilHeard(voice, 1);
    await expectHelpCalled(home, "001");
    await home.stop();
    await home.forward(5_000);
    await voice.say(...SINGLE);
    await home.start();
    await presses(2);
  });

  it("Home Assistant's discovery: its account may use any topics but ours", async () => {
    home = await Home.build({ bridges: bridgesOf("ha-discovery") });
    const voice = await voiceFor("ha-discovery", home.mqttUrl, true);
    await voice.say("attic/button/state", "on");
    assert.equal(await counted(home, "okc_mqtt_denied_total"), 0);
    for (const topic of ["okc/p-17/down", "okc/p-17/up", "okc/alarms/1"]) await voice.say(topic, "{}");
    await expectCounted(home, "okc_mqtt_denied_total", {}, 3);
  });

  it("Home Assistant's discovery: heard beside Zigbee2MQTT on the same topic, an enrolled button alarms once", async () => {
    const broker = await new Mosquitto().start();
    home = await Home.build({
      brokerUrl: broker.url,
      bridges: bridgesOf("zigbee2mqtt", "ha-discovery"),
      devices: [row("ha-discovery", "0x00158d0001a2b3c4")],
    });
    const voice = await voiceFor("zigbee2mqtt", home.mqttUrl, false);
    home.closing.push(() => broker.close());
    await voice.say(TRIGGER[0], TRIGGER[1].replace("attic/", "zigbee2mqtt/"), true);
    await pressUntilHeard(voice, 1, ["zigbee2mqtt/button/action", "single"]);
    await expectHelpCalled(home, "001");
  });

  /** The gateway may listen to the topic a moment later; copies within three seconds are one press. */
  async function pressUntilHeard(voice: Voice, count: number, message = SINGLE): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      await voice.say(...message);
      await home.clock.settle();
      if (home.alarms()[0]?.presses.length === count) return;
    }
    assert.fail(`press ${count} was not heard`);
  }
});
