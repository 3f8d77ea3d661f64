import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
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
const ID = "rflink:ev1527:a1b2c:1";

describe("The gateway is killed while a new button waits for the press that proves it", function () {
  this.timeout(120_000);
  let site: RealSite;
  let rflink: Rflink;

  before(async () => {
    site = await RealSite.make({ policies: ONE_STEP_POLICIES });
    rflink = new Rflink({ link: join(site.folder, "rflink") });
    await rflink.start();
    site.configure({ serial: [{ path: rflink.link, protocol: "rflink" }] });
    await site.importPeople();
    await startListening();
  });
  after(async () => {
    await site.dispose();
    await rflink.stop();
  });

  /** The gateway asks the receiver for life as soon as its line is open. */
  const startListening = async (): Promise<void> => {
    const asked = rflink.commands.length;
    await site.start();
    await until("the receiver to be asked", () => rflink.commands.slice(asked).includes("10;PING;"), SAYS_MAX_MS);
  };

  const stateNow = async (): Promise<string | undefined> =>
    (await site.json<{ devices: DeviceView[] }>("devices")).devices.find(({ id }) => id === ID)?.state;

  it("it is still unproved after the restart, the third press is its test, and the fourth is real", async () => {
    const child = spawnOkc(["enrol", "--resident", "r-1", "--as", "老陈", "--config", site.configFile]);
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (said) => (text += String(said)));
    const ended = once(child, "close");
    const says = (words: string): Promise<boolean> =>
      until(`"${words}" in ${text}`, () => text.includes(words), SAYS_MAX_MS);
    await says("press the device now");
    await rflink.press(REMOTE);
    await says("press it once more");
    await pause(BETWEEN_PRESSES_MS);
    await rflink.press(REMOTE);
    await says("is enrolled, and not proved yet");
    await site.kill();
    await ended;
    assert.ok(!text.includes("is proved"), text);

    await startListening();
    assert.equal(await stateNow(), "unproved");
    await pause(BETWEEN_PRESSES_MS);
    await rflink.press(REMOTE);
    await site.expectHotline("1234/001 601");
    for (const end = performance.now() + SAYS_MAX_MS; (await stateNow()) !== "unsupervised";)
      assert.ok(performance.now() < end, "its test was received, and it is not proved");
    assert.deepEqual(await site.alarms(), []);
    await pause(BETWEEN_PRESSES_MS);
    await rflink.press(REMOTE);
    await site.expectHotline("1234/001 101");
  });
});
