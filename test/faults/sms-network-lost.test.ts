import assert from "node:assert/strict";
import { SmsSite } from "../support/sms-site.ts";

describe("a mobile network that is lost", () => {
  let site: SmsSite;

  afterEach(() => site.end());

  it("is noticed by the heartbeat, and messages wait for its return", async () => {
    site = await new SmsSite().up();
    site.modems[0]!.faults.registration = 2;
    await site.until("down", () => site.state("sms:night") === false);
    assert.equal(site.why(), "the modem looks for a network");
    site.deliver("k1");
    await site.until("failing", () => site.statuses("k1").includes("failing"));
    assert.match(site.sink.receipts.items.at(-1)!.detail!, /no modem works: the modem looks for a network/);
    site.modems[0]!.faults.registration = 5;
    await site.until("delivered", () => site.statuses("k1").includes("delivered"));
    assert.deepEqual(site.statuses("k1"), ["failing", "sent", "delivered"]);
    assert.equal(site.modems[0]!.submits.length, 1);
  });

  it("is noticed at once where the modem tells", async () => {
    site = await new SmsSite().up();
    const asked = site.modems[0]!.commands.length;
    site.modems[0]!.faults.registration = 3;
    site.modems[0]!.say("+CREG: 3");
    await site.until("down", () => site.state("sms:night") === false);
    assert.equal(site.why(), "the network refuses the SIM");
    assert.ok(site.modems[0]!.commands.length - asked < 10);
  });

  it("proves itself every half minute", async () => {
    site = await new SmsSite().up();
    const proofs = site.sink.proofs.items.length;
    await site.until("three proofs", () => site.sink.proofs.items.length >= proofs + 3);
    assert.ok(site.sink.proofs.items.every((path) => path === "sms:night"));
    assert.deepEqual(
      site.channel.paths.map(({ id, lostAfterMs }) => [id, lostAfterMs]),
      [["sms:night", 90_000]],
    );
  });

  it("that is weak is a fault after two looks, and is over when it is good", async () => {
    site = await new SmsSite({ faults: [{ signal: 3 }] }).up();
    await site.until("the fault", () => site.fault("sms-signal:sms:night") !== null);
    site.modems[0]!.faults.signal = 99;
    await site.forward(31_000);
    assert.notEqual(site.fault("sms-signal:sms:night"), null, "not known is not good");
    site.modems[0]!.faults.signal = 15;
    await site.until("its end", () => site.fault("sms-signal:sms:night") === null);
  });
});
