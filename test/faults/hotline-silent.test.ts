import assert from "node:assert/strict";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { expectFault, expectFaultOver, expectHelpCalled, linesAbout } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";
import { SirenPeer } from "../support/peers/siren-peer.ts";
import { until } from "../support/until.ts";

describe("The hotline's receiver takes frames and says nothing", function () {
  this.timeout(20_000);
  let home: Home;
  let siren: SirenPeer;

  beforeEach(async () => {
    siren = await new SirenPeer().open();
    await siren.install();
    home = await Home.build({ siren: siren.command });
    home.receiver.mode = "silent";
  });

  afterEach(async () => {
    try {
      await home.leave();
    } finally {
      await siren.close();
    }
  });

  const pathOf = (): string => `path:hotline:127.0.0.1:${home.receiver.port}`;

  it("staff and the siren stand in, it is tried again and again, and in the end it has the press once", async () => {
    const pendant = home.pendant("beef");
    pendant.press();
    for (const volunteer of ["v-1", "v-2", "v-3"]) await home.expectOffer(volunteer);
    await home.expectSaid(pendant, "heard");
    await until("the first frame", () => home.receiver.frames.length === 1);
    assert.equal(siren.sounding, 0);

    await home.forward(seconds(4));
    await home.expectOffer("s-1");
    await siren.runs.reach(1);
    assert.equal(siren.sounding, 1);
    await expectFault(home, pathOf());
    const degraded = await home.alarm(({ flags }) => flags.includes("degraded"));
    assert.equal(degraded.times.hotlineReceivedAt, null);
    assert.ok(degraded.times.hotlineSentAt);
    assert.equal(degraded.deliveries.find(({ type }) => type === "hotline")!.status, "failing");

    await home.forward(seconds(36));
    assert.ok(home.receiver.frames.length >= 3, "it is tried again");
    assert.deepEqual(new Set(home.receiver.frames.map(({ sequence }) => sequence)), new Set(["0001"]));
    assert.ok(linesAbout(home, "hotline receiver").length <= 3, "one line for an outage, not one for each try");

    home.receiver.mode = "ack";
    await home.forward(seconds(30));
    const event = await home.expectHotline("101");
    // The volunteers of 45 s were all asked already; the family's turn comes at 60 s.
    await home.expectOffer("f-1");
    await expectFaultOver(home, pathOf());
    const { times } = await home.alarm(({ times: { hotlineReceivedAt } }) => hotlineReceivedAt !== null);
    assert.equal(home.receiver.distinct().length, 1);
    assert.equal(Date.parse(times.hotlineReceivedAt!), event.at);
    assert.ok(Date.parse(times.hotlineSentAt!) < event.at);
  });

  it("every press of the time is received once", async () => {
    home.pendant("beef").press();
    for (const volunteer of ["v-1", "v-2", "v-3"]) await home.expectOffer(volunteer);
    home.pendant("cafe").press();
    for (const volunteer of ["v-1", "v-2", "v-3"]) await home.expectOffer(volunteer);
    await home.forward(seconds(30));
    for (const _alarm of ["beef", "cafe"]) await home.expectOffer("s-1");
    home.receiver.mode = "ack";
    await home.forward(seconds(20));
    const zones = [await home.expectHotline("101"), await home.expectHotline("101")].map(({ zone }) => zone);
    assert.deepEqual(zones.sort(), ["001", "002"]);
  });

  it("it stays silent past the end of the list: the alarm is unanswered, and the report is not piled up", async () => {
    home.pendant("beef").press();
    for (const volunteer of ["v-1", "v-2", "v-3"]) await home.expectOffer(volunteer);
    await home.forward(minutes(5) + seconds(1));
    for (const person of ["s-1", "f-1"]) await home.expectOffer(person);
    const { flags, deliveries, nextDueAt } = await home.alarm();
    assert.ok(flags.includes("unanswered") && flags.includes("degraded"));
    assert.equal(deliveries.filter(({ type }) => type === "hotline").length, 1);
    assert.ok(nextDueAt);
    assert.equal(siren.sounding, 1);
    assert.equal((await home.act("take", "王芳")).ok, true);
    await until("the siren to end", () => siren.sounding === 0);
    const frames = home.receiver.frames.length;
    await home.forward(seconds(30));
    assert.equal(home.receiver.frames.length, frames, "a person has it: it is not sent any more");
  });
});

describe("The hotline's receiver is not there at all", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
  });

  afterEach(() => home.leave());

  it("the press goes to people at once, and to the receiver when it is back", async () => {
    await home.receiver.stop();
    const pendant = home.pendant("beef");
    pendant.press();
    for (const person of ["v-1", "v-2", "v-3", "s-1"]) await home.expectOffer(person);
    await home.expectSaid(pendant, "heard");
    await home.alarm(({ flags }) => flags.includes("degraded"));
    await home.receiver.start();
    await home.forward(seconds(35));
    await home.expectHotline("101");
    home.pendant("cafe").press();
    await expectHelpCalled(home, "002");
  });
});
