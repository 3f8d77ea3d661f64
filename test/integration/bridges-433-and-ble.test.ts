import assert from "node:assert/strict";
import mqtt, { type MqttClient } from "mqtt";
import type { BridgeKind } from "../../devices/catalogue.ts";
import { seconds } from "../../gateway/core/units.ts";
import { sealBthome } from "../support/bthome.ts";
import { Home } from "../support/home.ts";
import { expectFault, expectFaultOver, expectHelpCalled, faultsOf } from "../support/home-facts.ts";

const MAC = "A0:B1:C2:D3:E4:F5";
const KEY = "00112233445566778899aabbccddeeff";

type Message = readonly [topic: string, payload: object | string];

interface Story {
  readonly name: string;
  readonly kind: BridgeKind;
  readonly base: string;
  /** A row of the table of devices, for r-1. */
  readonly address: string;
  readonly key?: string;
  /** Each message of the n-th press; what comes twice is said so by `copies`. */
  press(n: number): readonly Message[];
  readonly copies: number;
}

const hcs200 = (n: number, ok: number): Message => [
  "rtl_433/attic/events",
  { model: "Microchip-HCS200", id: "0A1B2C3", button: 2, battery_ok: ok, encrypted: `5D01E0A${n}` },
];

const encrypted = (n: number): Message => {
  const { data } = sealBthome("3a01", { mac: MAC, key: Buffer.from(KEY, "hex"), counter: n });
  return ["home/attic/BTtoMQTT/A0B1C2D3E4F5", { id: MAC, rssi: -60, servicedatauuid: "0xfcd2", servicedata: data }];
};

const STORIES: readonly Story[] = [
  {
    name: "rtl_433, a fixed code that two receivers hear",
    kind: "rtl_433",
    base: "rtl_433",
    address: "Generic Remote:21034:12",
    press: () =>
      ["attic", "cellar"].map((host) => [`rtl_433/${host}/events`, { model: "Generic-Remote", id: 21034, cmd: 12 }]),
    copies: 8,
  },
  {
    name: "rtl_433, a rolling code whose battery lamp flips",
    kind: "rtl_433",
    base: "rtl_433",
    address: "Microchip-HCS200:0a1b2c3",
    press: (n) => [hcs200(n, 0), hcs200(n, 1)],
    copies: 3,
  },
  {
    name: "OpenMQTTGateway, a code",
    kind: "openmqttgateway",
    base: "home",
    address: "433:0x141154",
    press: () => [["home/attic/433toMQTT", { value: 1315156, protocol: 1, length: 24, delay: 317 }]],
    copies: 6,
  },
  {
    name: "Theengs, a Bluetooth button that three gateways hear",
    kind: "openmqttgateway",
    base: "home",
    address: MAC,
    press: (n) =>
      ["attic", "cellar", "hall"].map((gateway) => [
        `home/${gateway}/BTtoMQTT/A0B1C2D3E4F5`,
        { id: MAC, rssi: -60, packet: n, batt: 91, button: n % 2 === 0 ? 1 : 9 },
      ]),
    copies: 2,
  },
  {
    name: "OpenMQTTGateway, an encrypted Bluetooth button with its key",
    kind: "openmqttgateway",
    base: "home",
    address: MAC,
    key: KEY,
    press: (n) => [encrypted(n)],
    copies: 4,
  },
  {
    name: "Tasmota, a Sonoff RF Bridge and a receiver on a pin",
    kind: "tasmota",
    base: "%prefix%/%topic%",
    address: "rf:0B3C57",
    press: () => [
      ["tele/attic/RESULT", { RfReceived: { Sync: 9870, Low: 320, High: 970, Data: "0B3C57", RfKey: "None" } }],
      ["tele/cellar/RESULT", { RfReceived: { Data: "0xB3C57", Bits: 24, Protocol: 1, Pulse: 322 } }],
    ],
    copies: 5,
  },
  {
    name: "Tasmota, a Zigbee SOS button",
    kind: "tasmota",
    base: "tasmota/%topic%/%prefix%",
    address: "zb/hall",
    press: () => [
      ["tasmota/zb/tele/SENSOR", { ZbReceived: { "0x2B41": { Device: "0x2B41", Name: "hall", "0501!02": "" } } }],
    ],
    copies: 4,
  },
];

describe("A press over a bridge for 433 MHz or Bluetooth", function () {
  this.timeout(30_000);
  let home: Home;
  let client: MqttClient;

  afterEach(() => home.leave());

  async function build({
    kind,
    base,
    address,
    key = "",
  }: Pick<Story, "kind" | "base" | "address" | "key">): Promise<void> {
    home = await Home.build({
      bridges: [{ kind, base }],
      devices: [`${kind},${address},r-1,emergency,按钮,卧室,${key}`],
    });
    const { user: username, password } = await home.running!.site.office.addAccount("bridge", kind);
    client = await mqtt.connectAsync(home.mqttUrl, { username, password });
    home.closing.push(() => client.endAsync(true));
  }

  const publish = ([topic, payload]: Message): Promise<unknown> =>
    client.publishAsync(topic, typeof payload === "string" ? payload : JSON.stringify(payload), { qos: 1 });

  for (const story of STORIES)
    it(`${story.name}: however often it is published it is one press of one alarm, and the next one is appended`, async () => {
      await build(story);
      for (let copy = 0; copy < story.copies; copy++) for (const message of story.press(1)) await publish(message);
      await expectHelpCalled(home, "001");
      const alarm = await home.alarm();
      assert.deepEqual([alarm.kind, alarm.presses.length, alarm.flags, alarm.said], ["emergency", 1, [], null]);
      await home.forward(seconds(4));
      for (let copy = 0; copy < story.copies; copy++) for (const message of story.press(2)) await publish(message);
      await home.alarm(({ presses }) => presses.length === 2);
      // A battery that stays low is a fault by then.
      await home.forward(seconds(12));
      assert.deepEqual(
        faultsOf(home).map(({ code }) => code),
        [],
      );
    });

  it("a press that the key does not prove is for staff alone", async () => {
    await build({ kind: "openmqttgateway", base: "home", address: MAC, key: "ffeeddccbbaa99887766554433221100" });
    await publish(encrypted(1));
    const alarm = await home.alarm();
    assert.deepEqual([alarm.flags, alarm.presses.length], [["unverified"], 1]);
    await home.expectOffer("s-1");
  });

  it("one receiver that goes is a row of its own; the others are heard, and its return ends the row, also when only a stranger's code tells of it", async () => {
    await build({ kind: "tasmota", base: "%prefix%/%topic%", address: "rf:0B3C57" });
    await publish(["tele/attic/LWT", "Online"]);
    await publish(["tele/attic/LWT", "Offline"]);
    const { code, detail } = await expectFault(home, "bridge:tasmota:attic");
    assert.deepEqual([code, detail], ["bridge-down", "attic says offline"]);
    await home.expectHotline("355");
    await publish(["tele/cellar/LWT", "Online"]);
    await publish(["tele/cellar/RESULT", { RfReceived: { Data: "0B3C57" } }]);
    await expectHelpCalled(home, "001");
    assert.equal(faultsOf(home).length, 1);
    await publish(["tele/attic/STATE", { Uptime: "0T00:05:00" }]);
    await expectFaultOver(home, "bridge:tasmota:attic");
    await home.expectHotline("355", 3);
    await publish(["tele/attic/LWT", "Offline"]);
    await expectFault(home, "bridge:tasmota:attic");
    await home.expectHotline("355");
    await publish(["tele/attic/RESULT", { RfReceived: { Data: "0DDDD1" } }]);
    await expectFaultOver(home, "bridge:tasmota:attic");
    await home.expectHotline("355", 3);
  });
});
