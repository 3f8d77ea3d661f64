import assert from "node:assert/strict";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { Home } from "../support/home.ts";

const VOLUNTEERS = ["v-1", "v-2", "v-3"];

describe("The hotline's receiver acknowledges a code and shows it as invalid", function () {
  this.timeout(30_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
    home.receiver.codes = new Set(["100"]);
    home.receiver.quirks.add("invalid-codes");
  });

  afterEach(() => home.leave());

  it("it is received and never answered: nobody's turn is left out, and it is reported again", async () => {
    home.pendant("beef").press();
    assert.equal((await home.expectHotline("101")).isInvalid, true);
    for (const volunteer of VOLUNTEERS) await home.expectOffer(volunteer);
    const alarm = await home.alarm(({ times }) => times.hotlineReceivedAt !== null);
    assert.deepEqual([alarm.state, alarm.owner], ["alerting", null]);
    assert.deepEqual(
      alarm.deliveries.filter(({ type }) => type === "hotline").map(({ status }) => status),
      ["received"],
    );
    await home.forward(minutes(5) + seconds(1));
    for (const person of ["f-1", "s-1"]) await home.expectOffer(person);
    assert.equal((await home.expectHotline("101", 6)).isInvalid, true);
    const { flags, owner } = await home.alarm(({ flags: raised }) => raised.includes("unanswered"));
    assert.ok(flags.includes("unanswered"));
    assert.equal(owner, null);
  });
});
