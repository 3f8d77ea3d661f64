import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { remoteOf, Rflink } from "../../firmware-sim/rflink.ts";
import { ZigbeeBridge } from "../../firmware-sim/zigbee-bridge.ts";
import type { DeviceView } from "../../gateway/core/device-view.ts";
import { EnrolCommand } from "../support/enrol-command.ts";
import { ONE_STEP_POLICIES, RealSite } from "../support/real-site.ts";
import { until } from "../support/until.ts";

/** Between two presses of one button: sooner is the same press, by RFLink and by Zigbee. A longer pause is as good. */
const BETWEEN_PRESSES_MS = 3_500;
/** What a command says after something that it was waiting for, on a busy machine. */
const SAYS_MAX_MS = 20_000;

const NEW_REMOTE = remoteOf("EV1527:0a1b2c:01");
const OTHER_REMOTE = remoteOf("EV1527:0dddd1:02");
const SOS = { name: "new sos", ieee: "0x00158d0001000011", word: "emergency" };
const STRANGER = { name: "flat 9 sos", ieee: "0x00158d0001000012", word: "emergency" };

describe("okc enrol at a built gateway", function () {
  this.timeout(120_000);
  let site: RealSite;
  let rflink: Rflink;
  let zigbee: ZigbeeBridge;

  before(async () => {
    site = await RealSite.make({ policies: ONE_STEP_POLICIES });
    rflink = new Rflink({ link: join(site.folder, "rflink") });
    await rflink.start();
    site.configure({
      serial: [{ path: rflink.link, protocol: "rflink" }],
      bridges: [{ kind: "zigbee2mqtt", base: "zigbee2mqtt" }],
    });
    await site.importPeople();
    await site.import(
      "bridge,address,resident,means,label,location,key\nrflink,EV1527:0dddd1:02,r-2,emergency,旧按钮,客厅,\n",
    );
    await site.start();
    await until("the receiver to be asked", () => rflink.commands.includes("10;PING;"), SAYS_MAX_MS);
    const login = await site.json<{ user: string; password: string }>(
      ...["accounts", "add", "z2m", "--bridge", "zigbee2mqtt"],
    );
    zigbee = new ZigbeeBridge({ url: site.mqttUrl, base: "zigbee2mqtt", ...login, devices: [SOS, STRANGER] });
    await zigbee.start();
  });
  after(async () => {
    await zigbee?.stop();
    await site.dispose();
    await rflink.stop();
  });
  afterEach(async () => {
    for (const { id } of await site.alarms())
      await site.okc("resolve", id, "--outcome", "ok-accidental", "--as", "王芳");
  });

  /** Whose it is, and how it stands. */
  const facts = async (id: string): Promise<readonly (string | null | undefined)[]> => {
    const { devices } = await site.json<{ devices: DeviceView[] }>("devices");
    const found = devices.find((one) => one.id === id);
    return [found?.resident, found?.state];
  };

  const opened = async (resident: string): Promise<EnrolCommand> => {
    const command = new EnrolCommand(site, resident);
    await command.says("press the device now");
    return command;
  };

  it("433 MHz: two presses enrol a button and call nobody, the third proves it at the hotline, the fourth calls", async () => {
    const command = await opened("r-1");
    await rflink.press(NEW_REMOTE);
    await command.says("rflink:ev1527:a1b2c:1: heard; press it once more");
    for (const words of ["press ON", "wire id EV1527:0a1b2c:01", "the bridge does not say", "20;"])
      await command.says(words);
    await pause(BETWEEN_PRESSES_MS);
    await rflink.press(NEW_REMOTE);
    await command.says("rflink:ev1527:a1b2c:1 is enrolled, and not proved yet");
    assert.deepEqual(await facts("rflink:ev1527:a1b2c:1"), ["r-1", "unproved"]);
    await pause(BETWEEN_PRESSES_MS);
    await rflink.press(NEW_REMOTE);
    assert.equal(await command.ended, 0, command.text);
    assert.match(command.text, /rflink:ev1527:a1b2c:1 is proved: its test went the whole way/);
    assert.deepEqual(await facts("rflink:ev1527:a1b2c:1"), ["r-1", "unsupervised"]);
    assert.deepEqual([await site.alarms(), site.hotline()], [[], ["1234/001 601"]]);
    await pause(BETWEEN_PRESSES_MS);
    await rflink.press(NEW_REMOTE);
    await site.expectHotline("1234/001 101");
  });

  it("433 MHz: a button that is enrolled for somebody else alarms at once and stays theirs", async () => {
    const command = await opened("r-1");
    await rflink.press(OTHER_REMOTE);
    await site.expectHotline("1234/002 101");
    await command.says("rflink:ev1527:dddd1:2: is enrolled already, and what it pressed is real");
    await command.says("enrolled for another resident");
    assert.equal((await facts("rflink:ev1527:dddd1:2"))[0], "r-2");
    const second = await site.okc("enrol", "--resident", "r-2", "--as", "老王");
    assert.equal(second.code, 1);
    assert.match(second.stderr, /老陈 is enrolling a device for r-1: wait, or `okc enrol --stop`/);
    const stopped = await site.okc("enrol", "--stop", "--as", "老王");
    assert.deepEqual([stopped.code, stopped.stderr], [0, ""]);
    assert.equal(await command.ended, 1);
    assert.match(command.text, /nothing was enrolled: closed by 老王/);
  });

  it("Zigbee: two emergencies enrol a button, a stranger's is before staff at once, the third proves it, the fourth calls the hotline", async () => {
    const command = await opened("r-3");
    await zigbee.press(SOS.name);
    await command.says("heard; press it once more");
    await zigbee.press(STRANGER.name);
    const [shown, ...more] = await site.untilAlarms("the stranger's emergency", (all) => all.length > 0);
    assert.deepEqual([shown!.device, shown!.flags, more], [`zigbee2mqtt:${STRANGER.name}`, ["unknown-device"], []]);
    await command.says("pressed too; only the first device is enrolled");
    for (const words of ["is enrolled, and not proved yet", "is proved"]) {
      await pause(BETWEEN_PRESSES_MS);
      await zigbee.press(SOS.name);
      await command.says(words);
    }
    assert.equal(await command.ended, 0, command.text);
    assert.equal((await facts(`zigbee2mqtt:${SOS.name}`))[0], "r-3");
    assert.equal((await site.alarms()).length, 1, "only the stranger's");
    await site.expectHotline("1234/003 601");
    await pause(BETWEEN_PRESSES_MS);
    await zigbee.press(SOS.name);
    await site.expectHotline("1234/003 101");
  });

  it("Zigbee: an emergency that was captured and not enrolled is before staff when somebody stops the window", async () => {
    const command = await opened("r-3");
    await zigbee.publish("flat 8 sos", { action: "emergency" });
    await command.says("zigbee2mqtt:flat 8 sos: heard; press it once more");
    assert.deepEqual(await site.alarms(), []);
    assert.equal((await site.okc("enrol", "--stop", "--as", "老陈")).code, 0);
    const [shown] = await site.untilAlarms("the captured emergency", (all) => all.length > 0);
    assert.deepEqual([shown!.device, shown!.flags], ["zigbee2mqtt:flat 8 sos", ["unknown-device"]]);
    assert.equal(await command.ended, 1);
  });
});
