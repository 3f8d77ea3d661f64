import assert from "node:assert/strict";
import { hours, seconds } from "../../gateway/core/units.ts";
import { expectFault, expectFaultOver, expectHelpCalled } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";
import { until } from "../support/until.ts";

describe("The hotline's receiver answers NAK because the clocks differ", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
    home.receiver.windowMs = seconds(20);
    home.receiver.clockOffsetMs = -hours(1);
  });

  afterEach(() => home.leave());

  const sentAt = (): (number | null)[] => home.receiver.frames.map((frame) => frame.sentAt);

  it("the frame goes once more with the receiver's time, at once, and a technician is told", async () => {
    const now = home.clock.now();
    home.pendant("beef").press();
    await expectHelpCalled(home, "001");
    assert.deepEqual(sentAt(), [now, now - hours(1)]);
    assert.deepEqual(new Set(home.receiver.frames.map(({ sequence }) => sequence)), new Set(["0001"]));
    const fault = await expectFault(home, "hotline-clock");
    assert.match(fault.detail, /3600 s behind ours/);
    const { flags, times } = await home.alarm(({ times: { hotlineReceivedAt } }) => hotlineReceivedAt !== null);
    assert.deepEqual(flags, [], "nothing is degraded: it was received");
    assert.equal(Date.parse(times.hotlineReceivedAt!), now, "what we measure is in our own time");
  });

  it("later frames carry its time from the start, until it takes ours again", async () => {
    home.pendant("beef").press();
    await expectHelpCalled(home, "001");
    home.pendant("cafe").press();
    await expectHelpCalled(home, "002");
    const now = home.clock.now();
    assert.deepEqual(sentAt(), [now, now - hours(1), now - hours(1)]);
    home.receiver.clockOffsetMs = 0;
    const pendant = await home.mqttPendant("p-17");
    pendant.press();
    await expectHelpCalled(home, "003");
    await expectFaultOver(home, "hotline-clock");
    assert.deepEqual(sentAt().slice(3), [now - hours(1), now]);
  });

  it("a restart in between keeps no fault that is over", async () => {
    home.pendant("beef").press();
    await expectHelpCalled(home, "001");
    await expectFault(home, "hotline-clock");
    await home.alarm(({ times }) => times.hotlineReceivedAt !== null);
    await home.stop();
    home.receiver.clockOffsetMs = 0;
    await home.start();
    home.pendant("cafe").press();
    await expectHelpCalled(home, "002");
    await expectFaultOver(home, "hotline-clock");
  });

  it("a receiver that takes neither time is tried again, and people stand in", async () => {
    home.receiver.mode = "nak";
    home.pendant("beef").press();
    for (const volunteer of ["v-1", "v-2", "v-3"]) await home.expectOffer(volunteer);
    await until("the second try", () => home.receiver.frames.length === 2);
    // The second NAK may be the first one written twice, so the reply is waited for.
    await home.forward(seconds(4));
    await home.expectOffer("s-1");
    await home.alarm(({ flags }) => flags.includes("degraded"));
    await home.forward(seconds(16));
    const tries = home.receiver.frames.length;
    assert.ok(tries >= 4 && tries <= 20, `${tries} tries in twenty seconds`);
    home.receiver.mode = "ack";
    await home.forward(seconds(20));
    await home.expectHotline("101");
    assert.equal(home.receiver.distinct().length, 1);
  });
});
