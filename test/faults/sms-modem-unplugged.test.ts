import assert from "node:assert/strict";
import { SmsSite } from "../support/sms-site.ts";

describe("a modem whose plug is pulled", () => {
  let site: SmsSite;

  afterEach(() => site.end());

  it("is down with the reason, and sends what waited when it is back", async () => {
    site = await new SmsSite().up();
    await site.modems[0]!.unplug();
    await site.until("down", () => site.state("sms:night") === false);
    site.deliver("k1");
    await site.until("failing", () => site.statuses("k1").includes("failing"));
    assert.match(site.why(), /^the port is lost: /);
    await site.modems[0]!.replug();
    await site.until("delivered", () => site.statuses("k1").includes("delivered"));
    assert.equal(site.modems[0]!.submits.length, 1);
  });

  it("in the middle of a message does not lose it", async () => {
    site = await new SmsSite({ faults: [{ noPrompt: 1 }] }).up();
    site.deliver("k1");
    await site.until("asked", () => site.modems[0]!.commands.some((command) => command.startsWith("AT+CMGS=")));
    await site.modems[0]!.unplug();
    await site.until("down", () => site.state("sms:night") === false);
    await site.modems[0]!.replug();
    await site.until("delivered", () => site.statuses("k1").includes("delivered"));
    assert.equal(site.texts().length, 1);
  });
});

describe("a modem that falls silent", () => {
  let site: SmsSite;

  afterEach(() => site.end());

  it("is down after two heartbeats without an answer, its port is opened anew, and it works again", async () => {
    site = await new SmsSite().up();
    site.modems[0]!.faults.mute = true;
    await site.until("down", () => site.state("sms:night") === false);
    assert.equal(site.why(), "the modem does not answer");
    await site.forward(30_000);
    site.modems[0]!.faults.mute = false;
    await site.until("up", () => site.state("sms:night") === true);
    site.deliver("k1");
    await site.until("delivered", () => site.statuses("k1").includes("delivered"));
  });
});
