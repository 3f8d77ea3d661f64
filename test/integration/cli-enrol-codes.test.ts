import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import mqtt, { type MqttClient } from "mqtt";
import { remoteOf, Rflink } from "../../firmware-sim/rflink.ts";
import type { DeviceView } from "../../gateway/core/device-view.ts";
import { spawnOkc } from "../support/okc-command.ts";
import { ONE_STEP_POLICIES, RealSite } from "../support/real-site.ts";
import { until } from "../support/until.ts";

/** Between two presses of one button: sooner is the same press. A longer pause is as good. */
const BETWEEN_PRESSES_MS = 3_500;
/** What a command says after something that it was waiting for, on a busy machine. */
const SAYS_MAX_MS = 20_000;

const REMOTE = remoteOf("EV1527:0a1b2c:01");
const ROLLING = { model: "Microchip-HCS200", id: "0A1B2C3", battery_ok: 1, button: 2, encrypted: "5D01E0AA" };

describe("what okc enrol says of a code, at a built gateway", function () {
  this.timeout(120_000);
  let site: RealSite;
  let rflink: Rflink;
  let bridge: MqttClient;

  before(async () => {
    site = await RealSite.make({ policies: ONE_STEP_POLICIES });
    rflink = new Rflink({ link: join(site.folder, "rflink") });
    await rflink.start();
    site.configure({
      serial: [{ path: rflink.link, protocol: "rflink" }],
      bridges: [{ kind: "rtl_433", base: "rtl_433" }],
    });
    await site.importPeople();
    await site.start();
    await until("the receiver to be asked", () => rflink.commands.includes("10;PING;"), SAYS_MAX_MS);
    const { user, password } = await site.json<{ user: string; password: string }>(
      ...["accounts", "add", "rtl", "--bridge", "rtl_433"],
    );
    bridge = await mqtt.connectAsync(site.mqttUrl, { username: user, password });
  });
  after(async () => {
    await bridge?.endAsync(true);
    await site.dispose();
    await rflink.stop();
  });

  const opened = async (...more: string[]) => {
    const words = ["enrol", "--resident", "r-1", "--as", "老陈", ...more, "--config", site.configFile];
    const child = spawnOkc(words);
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (said) => (text += String(said)));
    const ended = once(child, "close").then(([code]) => code as number | null);
    const says = (what: string): Promise<boolean> =>
      until(`"${what}" in ${text}`, () => text.includes(what), SAYS_MAX_MS);
    await says("press the device now");
    return { says, ended };
  };

  it("one that was heard while nobody was enrolling may be another home's; with --key one key of it is enrolled", async () => {
    await rflink.press(REMOTE);
    await pause(BETWEEN_PRESSES_MS);
    const { says, ended } = await opened("--key");
    await rflink.press(REMOTE);
    await says("heard 1 times before while nobody was enrolling");
    await says("another home may use the same code");
    for (const words of ["is enrolled, and not proved yet", "is proved"]) {
      await pause(BETWEEN_PRESSES_MS);
      await rflink.press(REMOTE);
      await says(words);
    }
    assert.equal(await ended, 0);
    const { devices } = await site.json<{ devices: DeviceView[] }>("devices");
    const found = devices.find(({ id }) => id === "rflink:ev1527:a1b2c:1:on");
    assert.deepEqual([found?.resident, found?.state], ["r-1", "unsupervised"]);
    assert.deepEqual(site.hotline(), ["1234/001 601"]);
  });

  it("a rolling one is refused, and enrolled by force only", async () => {
    const press = (encrypted: string): Promise<unknown> =>
      bridge.publishAsync("rtl_433/attic/events", JSON.stringify({ ...ROLLING, encrypted }), { qos: 1 });
    const { says, ended } = await opened();
    await press("5D01E0AA");
    await says("rtl_433:microchip-hcs200:0a1b2c3: is not enrolled");
    await says("rolling code, cannot be relied on");
    assert.equal((await site.okc("enrol", "--stop", "--as", "老陈")).code, 0);
    assert.equal(await ended, 1);
    const forced = await opened("--force");
    for (const [code, words] of [
      ["5D01E0AB", "press it once more"],
      ["5D01E0AC", "is enrolled, and not proved yet"],
      ["5D01E0AD", "is proved"],
    ] as const) {
      await press(code);
      await forced.says(words);
    }
    assert.equal(await forced.ended, 0);
    assert.deepEqual(await site.alarms(), []);
  });
});
