import assert from "node:assert/strict";
import { days, hours, seconds } from "../../gateway/core/units.ts";
import { expectFault, expectHelpCalled, faultsOf } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";

/** Of five volunteers these live in the same building, and these do not. */
const NEAREST = ["v-1", "v-3", "v-5"];
const NEXT = ["v-2", "v-4"];

const between = (from: string | null, to: string | null): number => Date.parse(to!) - Date.parse(from!);

describe("The machine's clock is set forward", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build({ volunteers: 5 });
  });

  afterEach(() => home.leave());

  it("nothing fires before its time, and every step comes at its distance", async () => {
    home.pendant("beef").press();
    home.pendant("cafe").heartbeat();
    await expectHelpCalled(home, "001", NEAREST);
    await home.alarm(({ times }) => times.hotlineReceivedAt !== null);
    await home.forward(seconds(30));
    home.clock.stepWall(hours(3));
    await home.forward(seconds(14));
    await home.expectNothingMore();
    assert.match((await expectFault(home, "clock")).detail, /10800 s/);
    assert.equal(faultsOf(home).length, 1, "no device counts as silent");
    const quiet = await home.alarm();
    assert.deepEqual(quiet.flags, []);
    await home.forward(seconds(1));
    for (const volunteer of NEXT) await home.expectOffer(volunteer);
    await home.forward(seconds(15));
    await home.expectOffer("f-1");
    assert.equal(await home.answer("v-1", "accept"), 200);
    const { times } = await home.alarm();
    assert.equal(between(times.pressedAt, times.acceptedAt), seconds(60));
    assert.equal(between(times.pressedAt, times.hotlineReceivedAt), 0);
  });

  it("an owner keeps the alarm for the whole of the time that shows progress", async () => {
    home.pendant("beef").press();
    await expectHelpCalled(home, "001", NEAREST);
    assert.equal((await home.act("take", "王芳")).ok, true);
    home.clock.stepWall(hours(3));
    await home.forward(seconds(60));
    assert.equal((await home.alarm()).owner, "王芳");
  });

  it("an offer made before can still be answered, and a press soon after *resolved* is still linked", async () => {
    home.pendant("beef").press();
    await expectHelpCalled(home, "001", NEAREST);
    home.clock.stepWall(days(2));
    await home.forward(seconds(2));
    assert.equal(await home.answer("v-1", "accept"), 200);
    const first = await home.alarm();
    assert.equal((await home.act("resolve", "王芳", { outcome: "helped-on-site" })).ok, true);
    home.clock.stepWall(days(2));
    await home.forward(seconds(2));
    home.pendant("beef").press();
    await expectHelpCalled(home, "001", NEAREST);
    const linked = await home.alarm();
    assert.equal(linked.linkedTo, first.id);
    assert.deepEqual(linked.flags, ["again"]);
  });

  it("while a frame waits for the hotline's reply: the frame is received once and its times are in order", async () => {
    home.receiver.mode = "slow";
    home.pendant("beef").press();
    for (const volunteer of NEAREST) await home.expectOffer(volunteer);
    await home.forward(seconds(1));
    home.clock.stepWall(hours(3));
    await home.forward(seconds(3));
    await home.expectHotline("101");
    const { times, flags } = await home.alarm((alarm) => alarm.times.hotlineReceivedAt !== null);
    assert.ok(between(times.pressedAt, times.hotlineSentAt) >= 0);
    assert.equal(between(times.pressedAt, times.hotlineReceivedAt), seconds(3));
    assert.deepEqual(flags, []);
    assert.equal(home.receiver.frames.length, 1);
  });

  it("and the gateway comes up hours ahead of its journal: what is overdue runs at once, each step once", async () => {
    home.pendant("beef").press();
    await expectHelpCalled(home, "001", NEAREST);
    await home.alarm(({ times }) => times.hotlineReceivedAt !== null);
    await home.forward(seconds(30));
    await home.stop();
    home.clock.stepWall(hours(3));
    home.clock.adoptWall();
    await home.start();
    for (const person of [...NEXT, "f-1", "s-1"]) await home.expectOffer(person);
    await home.expectHotline("101", 6);
    const { flags } = await home.alarm();
    assert.ok(flags.includes("unanswered"));
    await home.forward(seconds(5));
    assert.equal(home.phones.of("v-2").length, 1);
  });
});
