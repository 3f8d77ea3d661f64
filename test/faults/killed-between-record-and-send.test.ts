import assert from "node:assert/strict";
import { until } from "../support/until.ts";
import { ONE_STEP_POLICIES, RealSite } from "../support/real-site.ts";

describe("the gateway is killed between record and send", function () {
  this.timeout(60_000);
  let site: RealSite;

  beforeEach(async () => {
    site = await RealSite.make({ policies: ONE_STEP_POLICIES, serial: true });
    await site.importPeople();
  });
  afterEach(() => site.dispose());

  it("what a serial pendant was told is heard reaches a receiver that was absent", async () => {
    await site.receiver.stop();
    await site.start();
    await site.dongle!.opened();
    const pendant = site.pendant("beef");
    const { counter } = pendant.press();
    await pendant.heard(counter);
    await site.kill();
    // Heard once, it never says it again: the journal alone knows of the press.
    pendant.powerOff();

    await site.receiver.start();
    await site.start();
    await site.expectHotline("1234/001 101");
    const [alarm, ...others] = await site.alarms();
    assert.deepEqual(others, []);
    assert.deepEqual(
      alarm!.presses.map((press) => press.counter),
      [counter],
    );
  });

  it("what the broker acknowledged reaches a receiver that was silent, and is one alarm there and here", async () => {
    site.receiver.mode = "silent";
    await site.start();
    const pendant = await site.mqttPendant("p-17");
    const { counter } = pendant.press();
    await pendant.heard(counter);
    await until("the frame at the receiver", () => site.receiver.frames.length > 0);
    await site.kill();
    await pendant.stop();

    site.receiver.mode = "ack";
    await site.start();
    await site.expectHotline("1234/003 101");
    const [alarm, ...others] = await site.alarms();
    assert.deepEqual(others, []);
    assert.equal(alarm!.presses.length, 1);
    assert.ok(alarm!.times.pressedAt);
    assert.deepEqual(site.hotline(), ["1234/003 101"]);
  });

  it("an offer that was not taken by the phones' service is offered after the restart, once", async () => {
    site.phones.failing = true;
    await site.start();
    const pendant = await site.mqttPendant("p-17");
    await pendant.heard(pendant.press().counter);
    await site.expectHotline("1234/003 101");
    await site.kill();
    await pendant.stop();

    site.phones.failing = false;
    await site.start();
    await until("an offer for v-1", () => site.phones.of("v-1").length > 0, 20_000);
    assert.equal((await site.phones.answer("v-1", "accept")).status, 200);
    assert.equal(site.phones.offers.length, 1);
    const [alarm] = await site.alarms();
    assert.deepEqual(
      alarm!.offers.map(({ responder, state }) => [responder, state]),
      [["v-1", "accepted"]],
    );
  });

  it("what a person did is still done, and is not asked of anybody again", async () => {
    await site.start();
    const pendant = await site.mqttPendant("p-17");
    await pendant.heard(pendant.press().counter);
    await site.expectHotline("1234/003 101");
    const { id } = (await site.alarms())[0]!;
    assert.equal((await site.okc("take", id, "--as", "王芳")).code, 0);
    await site.kill();
    await site.start();
    const [alarm] = await site.alarms();
    assert.deepEqual([alarm!.id, alarm!.state, alarm!.owner], [id, "owned", "王芳"]);
    assert.equal((await site.okc("resolve", id, "--outcome", "helped-on-site", "--as", "王芳")).code, 0);
    await site.kill();
    await site.start();
    assert.deepEqual(await site.alarms(), []);
    assert.equal((await site.alarms("resolved"))[0]!.outcome, "helped-on-site");
    assert.deepEqual(site.hotline(), ["1234/003 101"]);
  });
});
