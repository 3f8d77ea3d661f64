import assert from "node:assert/strict";
import { SmsSite } from "../support/sms-site.ts";

describe("two modems", () => {
  let site: SmsSite;

  afterEach(() => site.end());

  const sent = (): number[] => site.modems.map(({ submits }) => submits.length);

  it("leave it to the first one while little is to be sent", async () => {
    site = await new SmsSite({ faults: [{}, {}] }).up();
    for (const key of ["k1", "k2"]) {
      site.deliver(key);
      await site.until(key, () => site.statuses(key).includes("delivered"));
    }
    assert.deepEqual(sent(), [2, 0]);
    assert.deepEqual(
      site.channel.paths.map(({ id }) => id),
      ["sms:night", "sms:night:a", "sms:night:b"],
    );
  });

  it("share a burst", async () => {
    site = await new SmsSite({ faults: [{}, {}] }).up();
    for (let n = 0; n < 12; n++) site.deliver(`k${n}`, String(n));
    await site.until("all", () => site.texts().length === 12);
    assert.ok(
      sent().every((count) => count > 0),
      String(sent()),
    );
    assert.equal(new Set(site.texts()).size, 12);
  });

  it("take over from each other: the way is up while one of them is, and nothing waits", async () => {
    site = await new SmsSite({ faults: [{}, {}] }).up();
    await site.modems[0]!.unplug();
    await site.until("a down", () => site.state("sms:night:a") === false);
    assert.equal(site.state("sms:night"), true);
    site.deliver("k1");
    await site.until("delivered", () => site.statuses("k1").includes("delivered"));
    assert.deepEqual(site.statuses("k1"), ["sent", "delivered"]);
    assert.deepEqual(sent(), [0, 1]);
    await site.modems[1]!.unplug();
    await site.until("all down", () => site.state("sms:night") === false);
    assert.match(site.why(), /^a: the port is lost.*; b: the port is lost/);
  });

  it("hand a message over whose modem is lost in the middle: the telephone shows it whole, from the other number", async () => {
    site = await new SmsSite({ faults: [{ noPrompt: 1 }, {}] }).up();
    site.deliver("k1", "张三，1号楼 2 单元 301。".repeat(8));
    site.deliver("k2", "kurz");
    await site.until("asked", () => site.modems[0]!.commands.some((command) => command.startsWith("AT+CMGS=")));
    await site.modems[0]!.unplug();
    await site.until("both", () => ["k1", "k2"].every((key) => site.statuses(key).includes("delivered")));
    assert.equal(site.texts().length, 2);
    assert.equal(sent()[0], 0);
  });

  it("pass a message on at once that one of them may not send", async () => {
    site = await new SmsSite({ faults: [{ sendErrors: [50] }, {}] }).up();
    site.deliver("k1");
    await site.until("delivered", () => site.statuses("k1").includes("delivered"));
    assert.deepEqual(site.statuses("k1"), ["failing", "sent", "delivered"]);
    assert.deepEqual(sent(), [0, 1]);
  });
});
