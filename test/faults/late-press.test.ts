import assert from "node:assert/strict";
import { seconds } from "../../gateway/core/units.ts";
import { connectAs, expectHelpCalled, frameOf, payloadOf } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";

const AGE_FIELD_FULL_MS = 6_553_500;

describe("A press comes long after the key was pressed", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
  });

  afterEach(() => home.leave());

  it("out of reach for 40 s: all legs run as ever, it is marked late, and its times begin at the key", async () => {
    const pendant = home.pendant("beef");
    pendant.reach(null);
    const pressedAt = home.clock.now();
    pendant.press();
    await home.forward(seconds(40));
    home.dongle.attach(pendant);
    await home.forward(seconds(10));
    await expectHelpCalled(home, "001");
    await home.expectSaid(pendant, "heard");
    const { flags, presses, times } = await home.alarm(
      ({ times: { hotlineReceivedAt } }) => hotlineReceivedAt !== null,
    );
    assert.deepEqual(flags, ["late"]);
    assert.equal(presses.length, 1);
    assert.equal(presses[0]!.late, true);
    assert.equal(Date.parse(times.pressedAt!), pressedAt);
    assert.equal(Date.parse(presses[0]!.receivedAt) - pressedAt, presses[0]!.ageMs);
    assert.ok(Date.parse(times.hotlineReceivedAt!) - pressedAt >= seconds(40));
  });

  it("at thirty seconds it is late, a tenth before it is not", async () => {
    home.dongle.write(frameOf(home, "beef", 1, { ageMs: 29_900 }));
    await expectHelpCalled(home, "001");
    home.dongle.write(frameOf(home, "cafe", 1, { ageMs: 30_000 }));
    await expectHelpCalled(home, "002");
    assert.deepEqual(
      home.alarms().map(({ flags }) => flags),
      [[], ["late"]],
    );
  });

  it("with the age field full it is a press all the same, that old or older", async () => {
    home.dongle.write(frameOf(home, "beef", 1, { ageMs: 10 * AGE_FIELD_FULL_MS }));
    await expectHelpCalled(home, "001");
    const { presses, flags } = await home.alarm();
    assert.deepEqual(flags, ["late"]);
    assert.equal(presses[0]!.ageMs, AGE_FIELD_FULL_MS);
  });

  it("a late one joins the open alarm and marks it", async () => {
    const client = await connectAs(home, "p-17");
    await client.publishAsync("okc/p-17/up", payloadOf(2), { qos: 1 });
    await expectHelpCalled(home, "003");
    await client.publishAsync("okc/p-17/up", payloadOf(3, { ageMs: 120_000 }), { qos: 1 });
    const { presses } = await home.alarm(({ flags }) => flags.includes("late"));
    assert.deepEqual(
      presses.map(({ counter, late }) => [counter, late]),
      [
        [2, false],
        [3, true],
      ],
    );
  });
});
