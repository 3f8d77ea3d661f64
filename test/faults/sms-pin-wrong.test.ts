import assert from "node:assert/strict";
import { SmsSite } from "../support/sms-site.ts";

describe("a wrong PIN", () => {
  let site: SmsSite;

  afterEach(() => site.end());

  const tries = (): number => site.modems[0]!.commands.filter((command) => command.startsWith("AT+CPIN=")).length;

  it("is tried once, whatever comes after, until the configuration has another one", async () => {
    site = await new SmsSite({ faults: [{ pin: "1234" }], pins: ["9999"] }).start();
    site.deliver("k1");
    await site.until("the fault", () => site.fault("sms-sim:sms:night") !== null);
    assert.match(site.fault("sms-sim:sms:night")!, /refuses the PIN/);
    await site.until("told", () => site.statuses("k1").includes("failing"));
    await site.forward(20_000);
    site.modems[0]!.reset();
    await site.forward(20_000);
    await site.restart();
    await site.until("told again", () => /did not take this PIN/.test(site.fault("sms-sim:sms:night") ?? ""));
    await site.forward(20_000);
    assert.equal(tries(), 1);
    assert.equal(site.modems[0]!.triesLeft, 2);
    assert.equal(site.state("sms:night"), false);

    await site.restart(["1234"]);
    await site.until("up", () => site.state("sms:night") === true);
    assert.equal(tries(), 2);
    assert.equal(site.fault("sms-sim:sms:night"), null);
  });

  it("that is missing, a SIM that is locked, and one that is not there are told each", async () => {
    site = await new SmsSite({ faults: [{ pin: "1234" }] }).start();
    await site.until("no pin", () => /give pin/.test(site.fault("sms-sim:sms:night") ?? ""));
    site.modems[0]!.triesLeft = 0;
    await site.until("locked", () => /PUK/.test(site.fault("sms-sim:sms:night") ?? ""));
    site.modems[0]!.faults.hasSim = false;
    await site.until("no SIM", () => /no SIM/.test(site.fault("sms-sim:sms:night") ?? ""));
    assert.equal(tries(), 0);
    site.modems[0]!.faults.hasSim = true;
    site.modems[0]!.faults.pin = null;
    site.modems[0]!.triesLeft = 3;
    await site.until("up", () => site.state("sms:night") === true);
    assert.equal(site.fault("sms-sim:sms:night"), null);
  });
});
