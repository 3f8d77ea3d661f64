import assert from "node:assert/strict";
import mqtt from "mqtt";
import { Pendant } from "../../firmware-sim/pendant.ts";
import { UNPROVED_PRESSES_MAX } from "../../gateway/core/press.ts";
import { seconds } from "../../gateway/core/units.ts";
import { counted, expectHelpCalled, frameOf, payloadOf } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";

const STRANGE_KEY = Buffer.alloc(16, 0x77);

describe("A device that nobody enrolled", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
  });

  afterEach(() => home.leave());

  const stranger = (): Pendant => {
    const pendant = new Pendant(0x0bad_cafe, STRANGE_KEY, { clock: home.clock.world });
    home.dongle.attach(pendant);
    return pendant;
  };

  it("presses: staff see it with its raw message, the hotline and volunteers do not, and nobody says heard", async () => {
    const pendant = stranger();
    const { counter } = pendant.press();
    await home.expectOffer("s-1");
    const { flags, presses, resident, device } = await home.alarm();
    assert.deepEqual(flags, ["unknown-device"]);
    assert.equal(device, "okc:0badcafe");
    assert.equal(resident, null);
    assert.equal(presses[0]!.counter, counter);
    assert.ok(presses[0]!.raw?.startsWith("01010badcafe00000001"));
    assert.deepEqual(home.dongle.answers, []);
    assert.deepEqual(home.receiver.frames, []);
  });

  it("tries again and again, since nobody can answer it: that is one press, and a new press is another", async () => {
    const pendant = stranger();
    pendant.press();
    await home.forward(seconds(20));
    await home.expectOffer("s-1");
    assert.equal((await home.alarm()).presses.length, 1);
    pendant.press();
    await home.forward(seconds(3));
    assert.equal((await home.alarm()).presses.length, 2);
  });

  it("presses without end: one alarm, so many presses in it, and an enrolled pendant is heard beside it", async () => {
    for (let counter = 1; counter <= 100; counter++)
      home.dongle.write(frameOf(home, "0badcafe", counter, { key: STRANGE_KEY }));
    const pendant = home.pendant("beef");
    pendant.press();
    await expectHelpCalled(home, "001");
    await home.expectSaid(pendant, "heard");
    await home.expectOffer("s-1");
    const [strange, ...others] = home.alarms();
    assert.equal(others.length, 1);
    assert.equal(strange!.presses.length, UNPROVED_PRESSES_MAX);
  });

  it("gives a sign of life: nothing happens", async () => {
    stranger().heartbeat();
    home.dongle.write(frameOf(home, "beef", 1, { kind: "heartbeat" }));
    await home.forward(seconds(1));
    assert.deepEqual(home.alarms(), []);
    assert.ok((await counted(home, "okc_reports_total", { heard: "ignored" })) >= 1);
  });

  it("behind an MQTT bridge presses: staff see it, and the bridge gets its acknowledgement", async () => {
    const { user, password } = await home.running!.site.office.addAccount("hub", "mqtt");
    const client = await mqtt.connectAsync(home.mqttUrl, { username: user, password, reconnectPeriod: 0 });
    home.closing.push(() => client.endAsync(true));
    await client.publishAsync("okc/p-99/up", payloadOf(1), { qos: 1 });
    await home.expectOffer("s-1");
    const { flags, device, presses } = await home.alarm();
    assert.deepEqual(flags, ["unknown-device"]);
    assert.equal(device, "mqtt:p-99");
    assert.equal(presses[0]!.raw, payloadOf(1));
  });

  it("with no account of its own is not let in by the broker, and that is counted", async () => {
    const client = mqtt.connect(home.mqttUrl, { username: "p-99", password: "guessed", reconnectPeriod: 0 });
    home.closing.push(() => client.endAsync(true));
    const refused = await new Promise<Error>((resolve) => client.on("error", resolve));
    assert.match(refused.message, /refused/i);
    assert.ok((await counted(home, "okc_mqtt_refused_total")) >= 1);
    assert.deepEqual(home.alarms(), []);
  });
});
