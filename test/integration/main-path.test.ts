import assert from "node:assert/strict";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { Home } from "../support/home.ts";

describe("the main path, on real parts", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
  });

  afterEach(() => home.dispose());

  it("one press on the serial line reaches hotline and neighbours, and the wearer is told heard", async () => {
    const pendant = home.pendant("beef");
    pendant.press();
    const event = await home.expectHotline("101");
    assert.equal(event.account, "1234");
    assert.equal(event.zone, "001");
    await home.expectSaid(pendant, "heard");
    const offer = await home.expectOffer("v-1");
    assert.equal(offer.message.alarm.kind, "emergency");
    const alarm = await home.alarm(({ times }) => times.hotlineReceivedAt !== null && times.heardAt !== null);
    assert.equal(alarm.presses.length, 1);
    assert.equal(alarm.presses[0]!.transport, "serial");
    assert.ok(alarm.times.journaledAt);
    assert.ok(alarm.times.hotlineSentAt);
  });

  it("one press over MQTT does the same", async () => {
    const pendant = await home.mqttPendant("p-17");
    pendant.press();
    const event = await home.expectHotline("101");
    assert.equal(event.zone, "003");
    await home.expectSaid(pendant, "heard");
    const alarm = await home.alarm();
    assert.equal(alarm.presses[0]!.transport, "mqtt");
  });

  it("a neighbour's acceptance tells the wearer coming, and the others to stand down", async () => {
    const pendant = home.pendant("beef");
    pendant.press();
    await home.expectOffer("v-1");
    await home.expectOffer("v-2");
    assert.equal(await home.answer("v-1", "accept"), 200);
    await home.expectSaid(pendant, "coming");
    const alarm = await home.alarm(({ offers }) => offers.filter(({ state }) => state === "withdrawn").length === 2);
    assert.equal(alarm.state, "alerting");
    assert.equal(alarm.owner, null);
  });

  it("a person takes it, resolves it and closes it", async () => {
    const pendant = home.pendant("beef");
    pendant.press();
    await home.expectHotline("101");
    assert.equal((await home.act("take", "王芳")).ok, true);
    await home.expectSaid(pendant, "answered");
    assert.equal((await home.act("resolve", "王芳", { outcome: "helped-on-site" })).ok, true);
    assert.deepEqual(home.alarms(), []);
  });

  it("nobody answers: the list is gone through, and the hotline is told again that it is still present", async () => {
    home.pendant("beef").press();
    await home.expectHotline("101");
    await home.forward(seconds(60));
    await home.expectOffer("f-1");
    await home.forward(minutes(4) + seconds(1));
    await home.expectHotline("101", 6);
    const alarm = await home.alarm(({ flags }) => flags.includes("unanswered"));
    assert.ok(alarm.nextDueAt);
  });

  it("a restart in between repeats nothing that was received and goes on with the rest", async () => {
    home.pendant("beef").press();
    await home.expectHotline("101");
    const before = await home.alarm(({ times }) => times.hotlineReceivedAt !== null);
    await home.restart();
    const after = await home.alarm();
    assert.equal(after.id, before.id);
    await home.forward(minutes(5) + seconds(1));
    await home.expectHotline("101", 6);
  });
});
