import assert from "node:assert/strict";
import mqtt, { type MqttClient } from "mqtt";
import { seconds } from "../../gateway/core/units.ts";
import { BridgeHome, BUTTON, PENDANT, SOS } from "../support/bridge-home.ts";
import { counted, expectCounted, expectHelpCalled, journaledKinds } from "../support/home-facts.ts";
import { until } from "../support/until.ts";

const PRESS = JSON.stringify({ action: "emergency", battery: 80 });

describe("A broker replays what it retained", function () {
  this.timeout(30_000);
  let site: BridgeHome;

  afterEach(() => site.home.leave());

  async function handOn(url: string): Promise<MqttClient> {
    const client = await mqtt.connectAsync(url, { reconnectPeriod: 0 });
    site.home.closing.unshift(() => client.endAsync(true));
    return client;
  }

  it("another broker: yesterday's press is no press, at every start; what comes live with the bit set is one", async () => {
    site = await BridgeHome.build({ external: true });
    const { home } = site;
    const client = await handOn(home.mqttUrl);
    await home.stop();
    for (const path of [SOS.name, PENDANT.name, `${BUTTON.name}/action`])
      await client.publishAsync(`zigbee2mqtt/${path}`, path === PENDANT.name ? '{"sos":true}' : PRESS, {
        retain: true,
      });
    for (let start = 0; start < 2; start++) {
      await home.start();
      await expectCounted(home, "okc_mqtt_retained_ignored_total", {}, 3);
      assert.deepEqual(home.alarms(), []);
      await home.stop();
    }
    await home.start();
    await until("the broker", () => home.state.faults.get("line:broker") === undefined);
    await expectCounted(home, "okc_mqtt_retained_ignored_total", {}, 3);
    await client.publishAsync(`zigbee2mqtt/${SOS.name}`, PRESS, { retain: true, qos: 1 });
    await expectHelpCalled(home, "002");
    assert.equal((await home.alarm()).presses.length, 1);
    assert.equal((await journaledKinds(home))["alarm-opened"], 1);
  });

  it("another broker: *online* that it kept does not end the fault of a dead bridge, a live word does", async () => {
    site = await BridgeHome.build({ external: true });
    const { home, zigbee } = site;
    await zigbee.die();
    await until("the last will", () => site.faults.includes("bridge-down"));
    await home.expectHotline("355");
    await home.stop();
    const client = await handOn(home.mqttUrl);
    await client.publishAsync("zigbee2mqtt/bridge/state", '{"state":"online"}', { retain: true });
    await home.start();
    await until("the broker", () => home.state.faults.get("line:broker") === undefined);
    // What a broker kept comes right behind the subscription, before anything live.
    await client.publishAsync("zigbee2mqtt/pendant", '{"linkquality":7}', { qos: 1 });
    await until("the live word", () => site.faults.length === 0);
    await home.expectHotline("355", 3);
    assert.equal((await journaledKinds(home))["fault-cleared"], 1);
  });

  it("the gateway's own broker: a press with the bit set is live, and is kept for nobody", async () => {
    site = await BridgeHome.build();
    const { home, zigbee } = site;
    await zigbee.publish(SOS.name, PRESS, { retain: true, qos: 1 });
    await expectHelpCalled(home, "002");
    await home.forward(seconds(10));
    await home.restart();
    await zigbee.publish(BUTTON.name, { linkquality: 9 }, { qos: 1 });
    assert.equal((await home.alarm()).presses.length, 1);
    assert.equal(await counted(home, "okc_mqtt_retained_ignored_total"), 0);
  });
});
