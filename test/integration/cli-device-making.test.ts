import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MqttPendant } from "../../firmware-sim/mqtt-pendant.ts";
import { ZigbeeBridge } from "../../firmware-sim/zigbee-bridge.ts";
import type { DeviceView } from "../../gateway/core/device-view.ts";
import type { RangeResult } from "../../gateway/core/range-walk.ts";
import { spawnOkc } from "../support/okc-command.ts";
import { ONE_STEP_POLICIES, RealSite } from "../support/real-site.ts";
import { assertPrinted } from "../support/json-schemas.ts";
import { until } from "../support/until.ts";

/** What a command says after something that it was waiting for, on a busy machine. */
const SAYS_MAX_MS = 30_000;
const SOS = { name: "spare sos", ieee: "0x00158d0001000021", word: "single" };

/** A command that goes on until something has happened. */
class Running {
  text = "";
  readonly ended: Promise<number | null>;

  constructor(site: RealSite, stdin: string, ...words: readonly string[]) {
    const child = spawnOkc([...words, "--as", "老陈", "--config", site.configFile], { stdin });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (this.text += String(text)));
    this.ended = once(child, "close").then(([code]) => code as number | null);
  }

  async says(words: string): Promise<void> {
    await until(`"${words}" in ${this.text}`, () => this.text.includes(words), SAYS_MAX_MS);
  }

  /** What it wrote on its way, `name value` a line. */
  valueOf(name: string): string {
    return new RegExp(`^${name} (\\S+)$`, "m").exec(this.text)![1]!;
  }
}

describe("devices that are made, replaced and walked with at a built gateway", function () {
  this.timeout(180_000);
  let site: RealSite;
  let zigbee: ZigbeeBridge;
  const pendants: MqttPendant[] = [];

  before(async () => {
    site = await RealSite.make({ policies: ONE_STEP_POLICIES });
    site.configure({ bridges: [{ kind: "zigbee2mqtt", base: "zigbee2mqtt" }] });
    await site.importPeople();
    await site.import(`bridge,address,resident,means,label,location,key\nzigbee2mqtt,${SOS.name},,,备用,,\n`);
    await site.start();
    const login = await site.json<{ user: string; password: string }>(
      ...["accounts", "add", "z2m", "--bridge", "zigbee2mqtt"],
    );
    zigbee = new ZigbeeBridge({ url: site.mqttUrl, base: "zigbee2mqtt", ...login, devices: [SOS] });
    await zigbee.start();
  });
  after(async () => {
    await Promise.all(pendants.map((pendant) => pendant.stop()));
    await zigbee?.stop();
    await site.dispose();
  });

  const deviceOf = async (id: string): Promise<DeviceView> =>
    (await site.json<{ devices: DeviceView[] }>("devices")).devices.find((one) => one.id === id)!;

  it("MQTT: an account is made and shown once, its first press proves the device, the next one calls", async () => {
    const making = new Running(site, "", "enrol", "--resident", "r-1", "--bridge", "mqtt", "--address", "p-18");
    await making.says("press the device now");
    assert.match(making.text, /mqtt:p-18 is made, and not proved yet[^]*shown once/);
    assert.equal((await deviceOf("mqtt:p-18")).state, "unproved");
    const [user, password] = [making.valueOf("user"), making.valueOf("password")];
    const pendant = new MqttPendant("p-18", { url: site.mqttUrl, user, password });
    pendants.push(pendant);
    pendant.start();
    await pendant.ready();
    await pendant.heard(pendant.press().counter);
    assert.equal(await making.ended, 0, making.text);
    assert.match(making.text, /mqtt:p-18 is proved: its test went the whole way/);
    assert.equal((await deviceOf("mqtt:p-18")).state, "live");
    assert.deepEqual([await site.alarms(), site.hotline()], [[], ["1234/001 601"]]);
    await pendant.heard(pendant.press().counter);
    await site.expectHotline("1234/001 101");
    const secret = Buffer.from(password);
    for (const file of ["okc.db", "okc.db-wal"])
      assert.ok(!readFileSync(join(site.data, file)).includes(secret), `the password stands in ${file}`);
    assert.ok(!site.log.includes(password), "the password stands in the log");
  });

  it("okc: a key is made; as JSON it has a code for a camera, and the window ends without a press", async () => {
    const words = ["enrol", "--resident", "r-2", "--bridge", "okc", "--address", "0000F00D", "--minutes", "0.05"];
    const { code, stdout } = await site.okc(...words, "--as", "老陈", "--json");
    assert.equal(code, 1, "nothing proved it");
    const { made, proved } = JSON.parse(stdout) as {
      proved: boolean;
      made: { credential: { key: string }; qr: { text: string; svg: string } };
    };
    const { key } = made.credential;
    assert.equal(proved, false);
    assert.deepEqual(JSON.parse(made.qr.text), { okc: 1, bridge: "okc", id: "0000f00d", key });
    assert.match(made.qr.svg, /^<svg/);
    const again = await site.okc(...words, "--as", "老陈");
    assert.match(again.stderr, /okc:0000f00d is enrolled already/);
    const strange = await site.okc(...words.slice(0, 6), "p 19", "--as", "老陈");
    assert.equal(strange.code, 2);
  });

  it("a spare button takes a pendant's place; the list hides what is retired, and has it with --all", async () => {
    const { device } = await site.json<{ device: DeviceView }>(
      ...["replace", "okc:0000cafe", "--with", `zigbee2mqtt:${SOS.name}`, "--as", "老陈"],
    );
    assert.deepEqual([device.standing, device.replacedBy], ["retired", `zigbee2mqtt:${SOS.name}`]);
    const fresh = await deviceOf(`zigbee2mqtt:${SOS.name}`);
    assert.deepEqual([fresh.resident, fresh.replaces, fresh.location], ["r-2", "okc:0000cafe", "卧室"]);
    const [few, all] = [(await site.okc("devices")).stdout, (await site.okc("devices", "--all")).stdout];
    assert.ok(!few.includes("okc:0000cafe  ") && all.includes("退役 retired"), all);
    assert.match(few, /未验证 unproved/);
  });

  it("a walk measures each place and tells nobody; the place that is not heard is the weakest", async () => {
    const before = site.hotline().length;
    const id = `zigbee2mqtt:${SOS.name}`;
    const walking = new Running(site, "\n", "walk", id, "--places", "阳台,卧室");
    await walking.says("now press it in 卧室");
    await zigbee.press(SOS.name);
    assert.equal(await walking.ended, 1, walking.text);
    assert.match(walking.text, /1 {2}卧室 {2}LQI \d+/);
    assert.match(walking.text, /verdict: not heard[^]*the weakest place is 阳台/);
    assert.deepEqual([(await deviceOf(id)).testMode, site.hotline().length], [null, before]);

    const json = new Running(site, "", "walk", id, "--places", "卧室", "--json");
    for (const end = performance.now() + SAYS_MAX_MS; (await deviceOf(id)).testMode?.walk !== true;)
      assert.ok(performance.now() < end, json.text);
    await zigbee.press(SOS.name);
    assert.equal(await json.ended, 0, json.text);
    assertPrinted(["walk", id], json.text);
    const { places, basis, verdict } = JSON.parse(json.text) as RangeResult;
    assert.deepEqual([places.length, places[0]!.press, basis, verdict], [1, 1, "link-quality", "unknown"]);
  });
});
