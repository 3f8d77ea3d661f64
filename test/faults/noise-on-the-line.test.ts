import assert from "node:assert/strict";
import { SeededRandom } from "../../firmware-sim/random.ts";
import { seconds } from "../../gateway/core/units.ts";
import { connectAs, counted, expectHelpCalled, frameOf, journaledKinds, linesAbout } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";

const SEED = 20_261_123;
const END = 0xc0;

describe("Noise on the lines", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
  });

  afterEach(() => home.leave());

  it("16 KiB of it, and the frame right behind it is read; what was refused is counted, one line a second", async () => {
    const random = new SeededRandom(SEED);
    for (let kib = 0; kib < 16; kib++) home.dongle.write(random.bytes(1_024));
    const pendant = home.pendant("beef");
    pendant.press();
    await expectHelpCalled(home, "001");
    await home.expectSaid(pendant, "heard");
    assert.ok((await counted(home, "okc_serial_rejected_total")) >= 16, `seed ${SEED}`);
    assert.equal(linesAbout(home, "not a frame of ours").length, 1);
    assert.equal((await journaledKinds(home))["report-heard"], 1);
  });

  it("without an end: it is thrown away as it comes, and the next end brings the reader back", async () => {
    home.dongle.write(Buffer.alloc(64 * 1_024, 0x55));
    home.dongle.write(frameOf(home, "beef", 1));
    await expectHelpCalled(home, "001");
    assert.equal(await counted(home, "okc_serial_rejected_total", { code: "oversized" }), 1);
  });

  it("between all frames: presses, answers and echoes get through", async () => {
    home.dongle.faults.noise = 1;
    const pendant = home.pendant("beef");
    pendant.press();
    // Noise may end in the middle of a frame of its own; then the next try is the one that is read.
    await home.forward(seconds(3));
    await expectHelpCalled(home, "001");
    await home.expectSaid(pendant, "heard");
    assert.equal((await home.alarm()).presses.length, 1);
  });

  it("half a frame without its end does not spoil the press behind it", async () => {
    home.dongle.write(frameOf(home, "cafe", 1).subarray(0, 11));
    home.dongle.write(Buffer.from([END]));
    home.dongle.write(frameOf(home, "beef", 1));
    await expectHelpCalled(home, "001");
    assert.equal((await home.alarm()).device, "okc:0000beef");
  });

  it("over MQTT: what cannot be read is acknowledged, counted and said once, and a press behind it counts", async () => {
    const client = await connectAs(home, "p-17");
    const rubbish: readonly (readonly [string, string | Buffer])[] = [
      ["bad-utf8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
      ["bad-json", "{"],
      ["bad-version", '{"v":9,"kind":"emergency","ctr":1}'],
      ["bad-field", '{"v":1,"kind":"hello","ctr":1}'],
      ["oversized", "x".repeat(10_000)],
    ];
    for (const [, payload] of rubbish) await client.publishAsync("okc/p-17/up", payload, { qos: 1 });
    for (const [code] of rubbish) {
      assert.equal(await counted(home, "okc_mqtt_rejected_total", { code }), 1, code);
      assert.equal(home.log.lines.filter(({ fields }) => fields["code"] === code).length, 1, `one line for ${code}`);
    }
    await client.publishAsync("okc/p-17/up", '{"v":1,"kind":"emergency","ctr":1,"ageMs":"soon","bat":"?"}', { qos: 1 });
    await expectHelpCalled(home, "003");
  });
});
