import assert from "node:assert/strict";
import { RESEND_MS, Watch } from "../../firmware-sim/watch.ts";
import { expectHelpCalled } from "../support/home-facts.ts";
import { freePorts } from "../support/free-ports.ts";
import { ONE_STEP_POLICIES, RealSite } from "../support/real-site.ts";
import { until } from "../support/until.ts";
import { WatchHome, WATCH_ID } from "../support/watch-home.ts";

describe("The acknowledgement of a watch's alarm is lost", function () {
  this.timeout(60_000);

  describe("on the way", () => {
    let site: WatchHome;
    afterEach(() => site.home.leave());

    it("the watch sends it again until it is answered: one press, one alarm", async () => {
      site = await WatchHome.build();
      site.watch.faults.loseReplies = 2;
      site.watch.press();
      await expectHelpCalled(site.home, "001");
      await until("the reply that is lost", () => site.watch.faults.loseReplies === 1);
      assert.equal(site.watch.lamp, "calling");
      await site.home.forward(2 * RESEND_MS);
      await site.acknowledged();
      assert.equal(site.watch.alarmsSent, 3);
      assert.equal((await site.home.alarm()).presses.length, 1);
      for (const volunteer of site.home.phones.offers.slice(3)) await site.home.expectOffer(volunteer.responder);
    });

    it("its connection breaks at the press: the same over the next one", async () => {
      site = await WatchHome.build();
      site.watch.faults.loseReplies = 1;
      site.watch.press();
      await expectHelpCalled(site.home, "001");
      site.watch.breakOff();
      await until("the break", () => !site.watch.isLoggedIn);
      site.watch.faults.loseReplies = 0;
      await site.home.forward(2_000);
      await site.acknowledged();
      assert.equal((await site.home.alarm()).presses.length, 1);
    });
  });

  describe("as the gateway is killed", () => {
    let site: RealSite;
    let watch: Watch;

    afterEach(async () => {
      watch.stop();
      await site.dispose();
    });

    it("the watch says it to the next life of the gateway: one press, one alarm, one call of the hotline", async () => {
      const [port] = await freePorts(1);
      const tcp = [{ listen: `127.0.0.1:${port}`, protocol: "watch3g" }];
      site = await RealSite.make({ policies: ONE_STEP_POLICIES, more: { tcp } });
      watch = new Watch({ id: WATCH_ID, host: "127.0.0.1", port: port! });
      await site.importPeople();
      await site.import(
        `bridge,address,resident,means,label,location,key\nwatch3g,${WATCH_ID},r-1,emergency,4G手表,随身,\n`,
      );
      await site.start();
      watch.start();
      await until("the watch to be logged in", () => watch.isLoggedIn);
      watch.faults.loseReplies = 1;
      watch.press();
      await site.expectHotline("1234/001 101");
      await site.kill();
      assert.equal(watch.lamp, "calling");

      watch.faults.loseReplies = 0;
      await site.start();
      await until("the watch to be answered", () => watch.lamp === "acknowledged", 20_000);
      const [alarm, ...others] = await site.alarms();
      assert.deepEqual(others, []);
      assert.equal(alarm!.presses.length, 1);
      assert.deepEqual(site.hotline(), ["1234/001 101"]);
    });
  });
});
