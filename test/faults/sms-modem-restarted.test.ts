import assert from "node:assert/strict";
import { SmsSite } from "../support/sms-site.ts";

describe("a modem that starts anew in the middle of a message", () => {
  let site: SmsSite;

  afterEach(() => site.end());

  it("is down until it was set up again, and the message goes out then, once", async () => {
    site = await new SmsSite({ faults: [{ pin: "1234" }], pins: ["1234"] }).up();
    site.modems[0]!.faults.resetInSending = 1;
    site.deliver("k1");
    await site.until("down", () => site.state("sms:night") === false);
    assert.equal(site.why(), "the modem has started anew");
    await site.until("delivered", () => site.statuses("k1").includes("delivered"));
    assert.equal(site.texts().length, 1);
    assert.equal(site.statuses("k1")[0], "failing");
    assert.equal(site.state("sms:night"), true);
    assert.deepEqual(
      site.modems[0]!.commands.filter((command) => command.startsWith("AT+CPIN=")).length,
      2,
      "its SIM asked again",
    );
  });
});
