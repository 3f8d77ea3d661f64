import assert from "node:assert/strict";
import { seconds } from "../../gateway/core/units.ts";
import { Home } from "../support/home.ts";

/** The dongle's echoes are lost while *coming* is being told, and then it is over: it must not be said any more. */
describe("coming-no-more", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
  });

  afterEach(() => home.dispose());

  it("stops repeating *coming* once the alarm is resolved", async () => {
    home.pendant("beef").press();
    await home.expectOffer("v-1");
    const coming = (): number => home.dongle.answers.filter(({ kind }) => kind === COMING).length;
    home.dongle.faults.drop = 1;
    assert.equal(await home.answer("v-1", "accept"), 200);
    await home.forward(seconds(2));
    const before = coming();
    assert.ok(before >= 2, `coming was told ${before} times without an echo`);
    assert.equal((await home.act("resolve", "王芳", { outcome: "ok-accidental" })).ok, true);
    await home.forward(seconds(5));
    assert.equal(coming(), before);
  });
});

/** docs/protocol.md, the field `kind` of an answer. */
const COMING = 3;
