import assert from "node:assert/strict";
import mqtt, { type MqttClient } from "mqtt";
import { NAMES_MAX } from "../../gateway/core/names.ts";
import { BridgeHome, SOS } from "../support/bridge-home.ts";
import {
  counted,
  expectCounted,
  expectFault,
  expectFaultOver,
  expectHelpCalled,
  faultOf,
  linesAbout,
} from "../support/home-facts.ts";
import { eventOf, within } from "../support/recording-sink.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const SOS_ID = `zigbee2mqtt:${SOS.name}`;

/** `bridge/devices` of so many devices, as long as the real ones. */
const devicesOf = (count: number, description = ""): object[] =>
  Array.from({ length: count }, (_, n) => ({
    type: "EndDevice",
    friendly_name: `device ${n}`,
    ieee_address: `0x${(0xf000_0000 + n).toString(16).padStart(16, "0")}`,
    definition: { description },
  }));

/** A reset of the connection is its end as well. */
const closeOf = (client: MqttClient): Promise<void> => new Promise((resolve) => client.once("close", () => resolve()));

describe("The account of a Zigbee bridge on the gateway's own broker", function () {
  this.timeout(60_000);
  let site: BridgeHome;
  let clients: MqttClient[];

  beforeEach(async () => {
    clients = [];
    site = await BridgeHome.build();
  });
  afterEach(async () => {
    for (const client of clients) client.end(true);
    await site.home.leave();
  });

  /** One that connects once: what the broker closes stays closed. */
  const connect = async (username: string, password: string): Promise<MqttClient> => {
    const client = mqtt.connect(site.home.mqttUrl, { username, password, reconnectPeriod: 0 });
    client.on("error", () => undefined);
    clients.push(client);
    await within(eventOf(client, "connect"), `${username} to be connected`);
    return client;
  };

  const bridge = async (): Promise<MqttClient> => {
    const { user, password } = await site.home.running!.site.office.addAccount("z2m-2", "zigbee2mqtt");
    return connect(user, password);
  };

  it("publishes and reads below its base topic, nowhere else", async () => {
    const client = await bridge();
    const [own] = await client.subscribeAsync("zigbee2mqtt/#");
    assert.equal(own?.qos, 0);
    for (const foreign of ["#", "okc/#", "okc/p-17/up", "zigbee2mqtt2/#", "+/+"])
      await assert.rejects(client.subscribeAsync(foreign), foreign);
    const press = JSON.stringify({ v: 1, kind: "emergency", ctr: 1, ageMs: 0, bat: 90 });
    for (const foreign of ["okc/p-17/up", "zigbee2mqtt2/x", "zigbee2mqtt2"])
      await within(client.publishAsync(foreign, press, { qos: 1 }), `the denied ${foreign} to be acknowledged`);
    assert.deepEqual(site.home.alarms(), []);
    assert.equal(await counted(site.home, "okc_mqtt_denied_total", { what: "publish" }), 3);
    await within(client.publishAsync(`zigbee2mqtt/${SOS.name}`, '{"action":"sos"}', { qos: 1 }), "its own press");
    await expectHelpCalled(site.home, "002");
  });

  it("tells of its devices in one packet of hundreds of KiB; a longer one than 4 MiB ends its connection only", async () => {
    const client = await bridge();
    const large = JSON.stringify(devicesOf(150, "button ".repeat(300)));
    assert.ok(large.length > 300 * KIB && large.length < 400 * KIB);
    await within(client.publishAsync("zigbee2mqtt/bridge/devices", large, { qos: 1 }), "the large packet");
    assert.ok(site.home.state.names.get("zigbee2mqtt")!.some(({ name }) => name === "device 149"));

    const closed = closeOf(client);
    client.publish("zigbee2mqtt/bridge/devices", Buffer.alloc(5 * MIB, 0x20), { qos: 0 });
    await within(closed, "its connection to be closed");
    await expectCounted(site.home, "okc_mqtt_rejected_total", { code: "oversized" });
    const [said] = linesAbout(site.home, "was refused and its connection closed");
    assert.ok(Number(said?.fields["bytesMax"]) >= 4 * MIB, "the bound that it is told is its own");
    assert.ok(site.zigbee.isReady, "the other bridge is still connected");
    (await site.home.mqttPendant("p-17")).press();
    await expectHelpCalled(site.home, "003");
  });

  it("a report of a device has no more room than any other, and the account of one device has the small bound", async () => {
    const client = await bridge();
    const padded = JSON.stringify({ action: "sos", note: "x".repeat(9 * KIB) });
    await within(client.publishAsync(`zigbee2mqtt/${SOS.name}`, padded, { qos: 1 }), "its acknowledgement");
    assert.deepEqual(site.home.alarms(), []);
    assert.equal(await counted(site.home, "okc_mqtt_rejected_total", { code: "oversized" }), 1);
    const device = await connect("p-17", site.home.password("p-17"));
    const closed = closeOf(device);
    device.publish("okc/p-17/up", Buffer.alloc(300 * KIB, 0x20), { qos: 0 });
    await within(closed, "the device's connection to be closed");
    assert.equal(client.connected, true);
  });

  it("has a fault row while it has more devices than names are kept for, and its enrolled ones are still heard", async () => {
    await site.zigbee.publish("bridge/devices", devicesOf(NAMES_MAX + 1), { qos: 1 });
    const { code, detail } = await expectFault(site.home, "names:zigbee2mqtt");
    assert.deepEqual([code, /more than 1000 devices/.test(detail)], ["too-many-names", true]);
    await site.zigbee.press(SOS.name);
    await expectHelpCalled(site.home, "002");
    await site.zigbee.publish("bridge/devices", devicesOf(NAMES_MAX), { qos: 1 });
    await expectFaultOver(site.home, "names:zigbee2mqtt");
  });

  it("a device that is renamed keeps its enrolment, under either name", async () => {
    await site.zigbee.publish("bridge/devices", [{ friendly_name: "hall cord", ieee_address: SOS.ieee }], { qos: 1 });
    await site.zigbee.publish("hall cord", { action: "emergency" });
    await expectHelpCalled(site.home, "002");
    assert.equal((await site.home.alarm()).device, SOS_ID);
    await site.home.forward(4_000);
    await site.zigbee.publish(SOS.name, { action: "emergency" });
    const { presses, flags } = await site.home.alarm((alarm) => alarm.presses.length === 2);
    assert.deepEqual([presses.map(({ device }) => device), flags], [[SOS_ID, SOS_ID], []]);
  });

  it("a button that it calls unavailable is a fault until it is available or pressed", async () => {
    for (const over of ["availability", "press"]) {
      await site.zigbee.publish(`${SOS.name}/availability`, { state: "offline" }, { retain: true });
      assert.equal((await expectFault(site.home, `silent:${SOS_ID}`)).code, "device-silent");
      assert.equal((await site.home.expectHotline("381")).zone, "002");
      if (over === "press") await site.zigbee.press(SOS.name);
      else await site.zigbee.publish(`${SOS.name}/availability`, { state: "online" }, { retain: true });
      await expectFaultOver(site.home, `silent:${SOS_ID}`);
      // The call for help goes before the end of the fault.
      if (over === "press") await expectHelpCalled(site.home, "002");
      await site.home.expectHotline("381", 3);
    }
    assert.equal(faultOf(site.home, "bridge:zigbee2mqtt"), undefined);
  });
});
