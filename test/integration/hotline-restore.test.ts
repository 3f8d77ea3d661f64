import assert from "node:assert/strict";
import { Home } from "../support/home.ts";

describe("a hotline that is told the end of alarms", function () {
  this.timeout(20_000);
  let home: Home;

  afterEach(() => home.leave());

  it("has the restore under the same account and zone when staff have resolved it", async () => {
    home = await Home.build({ receiver: { restore: true } });
    home.pendant("beef").press();
    for (const volunteer of ["v-1", "v-2", "v-3"]) await home.expectOffer(volunteer);
    const raised = await home.expectHotline("101");
    await home.alarm(({ times }) => times.hotlineReceivedAt !== null);
    await home.act("take", "王芳");
    assert.equal((await home.act("resolve", "王芳", { outcome: "ok-accidental" })).ok, true);
    const restored = await home.expectHotline("101", 3);
    assert.deepEqual([restored.account, restored.zone], [raised.account, raised.zone]);
  });

  it("is told nothing more where its entry does not say so", async () => {
    home = await Home.build();
    home.pendant("beef").press();
    for (const volunteer of ["v-1", "v-2", "v-3"]) await home.expectOffer(volunteer);
    await home.expectHotline("101");
    await home.alarm(({ times }) => times.hotlineReceivedAt !== null);
    await home.act("take", "王芳");
    await home.act("resolve", "王芳", { outcome: "ok-accidental" });
  });
});
