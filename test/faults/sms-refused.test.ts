import assert from "node:assert/strict";
import { SmsSite } from "../support/sms-site.ts";

describe("a message that is not taken", () => {
  let site: SmsSite;

  afterEach(() => site.end());

  const details = (status: string): string[] =>
    site.sink.receipts.items.filter((receipt) => receipt.status === status).map(({ detail }) => detail ?? "");

  it("by a congested network is tried again, and only the part that is missing", async () => {
    site = await new SmsSite({ faults: [{ sendErrors: [0, 42] }] }).up();
    site.deliver("k1", "张三，1号楼 2 单元 301。".repeat(8));
    await site.until("delivered", () => site.statuses("k1").includes("delivered"));
    assert.deepEqual(
      site.modems[0]!.submits.map(({ joined }) => joined!.part),
      [1, 2, 3],
    );
    assert.deepEqual(site.statuses("k1"), ["failing", "sent", "delivered"]);
    assert.match(details("failing")[0]!, /congested \(CMS 42\)/);
    assert.equal(site.texts().length, 1);
  });

  it("because nobody has the number is refused for good", async () => {
    site = await new SmsSite({ faults: [{ sendErrors: [1] }] }).up();
    site.deliver("k1");
    await site.until("failed", () => site.statuses("k1").includes("failed"));
    await site.forward(60_000);
    assert.deepEqual(site.statuses("k1"), ["failed"]);
    assert.deepEqual(details("failed"), ["nobody has this number (CMS 1)"]);
    assert.equal(site.modems[0]!.submits.length, 0);
  });

  it("because the modem asks for no PDU is tried again after an ESC", async () => {
    site = await new SmsSite({ faults: [{ noPrompt: 1 }] }).up();
    site.deliver("k1");
    await site.until("failing", () => site.statuses("k1").includes("failing"));
    assert.match(details("failing")[0]!, /asks for no message/);
    await site.until("delivered", () => site.statuses("k1").includes("delivered"));
    assert.equal(site.texts().length, 1);
  });

  it("or may have been, nobody knows, is sent again: twice is better than never", async () => {
    site = await new SmsSite({ faults: [{ noResult: 1 }] }).up();
    site.deliver("k1");
    await site.until("delivered", () => site.statuses("k1").includes("delivered"));
    assert.equal(site.modems[0]!.submits.length, 2);
  });

  it("by the telephone yet is failing, then delivered", async () => {
    site = await new SmsSite({ faults: [{ reportStatuses: [0x22] }] }).up();
    site.deliver("k1");
    await site.until("failing", () => site.statuses("k1").includes("failing"));
    assert.deepEqual(site.statuses("k1"), ["sent", "failing"]);
    assert.match(details("failing")[0]!, /switched off or out of reach; the network still tries/);
    site.modems[0]!.releaseReports();
    await site.until("delivered", () => site.statuses("k1").includes("delivered"));
    assert.equal(site.modems[0]!.submits.length, 1);
  });

  it("and that the network gave up is sent again, a few times, then failed", async () => {
    site = await new SmsSite({ faults: [{ reportStatuses: [0x62, 0x62, 0x62] }] }).up();
    site.deliver("k1");
    await site.until("failed", () => site.statuses("k1").includes("failed"));
    assert.equal(site.modems[0]!.submits.length, 3);
    assert.match(details("failed")[0]!, /gave it up: the telephone does not answer/);
  });

  it("and that a network cannot prove stays sent", async () => {
    site = await new SmsSite({ faults: [{ reportStatuses: [0x01] }] }).up();
    site.deliver("k1");
    await site.until("sent", () => site.statuses("k1").includes("sent"));
    await site.forward(3_000);
    assert.deepEqual(site.statuses("k1"), ["sent"]);
  });

  it("and whose subscriber is gone is failed", async () => {
    site = await new SmsSite({ faults: [{ reportStatuses: [0x45] }] }).up();
    site.deliver("k1");
    await site.until("failed", () => site.statuses("k1").includes("failed"));
    assert.deepEqual(details("failed"), ["the network could not deliver it: no such subscriber any more"]);
  });

  it("and is withdrawn meanwhile never leaves", async () => {
    site = await new SmsSite({ faults: [{ sendErrors: [41] }] }).up();
    site.deliver("k1");
    await site.until("failing", () => site.statuses("k1").includes("failing"));
    site.channel.withdraw("k1");
    await site.forward(70_000);
    assert.equal(site.modems[0]!.submits.length, 0);
  });

  it("by a modem that tells no reports is sent, and never called delivered", async () => {
    site = await new SmsSite({ faults: [{ reports: "none" }] }).up();
    site.deliver("k1");
    await site.until("sent", () => site.statuses("k1").includes("sent"));
    assert.match(site.fault("sms-reports:sms:night")!, /no delivery reports/);
    await site.forward(3_000);
    assert.deepEqual(site.statuses("k1"), ["sent"]);
  });

  it("by a modem that stores its reports is delivered all the same", async () => {
    site = await new SmsSite({ faults: [{ reports: "stored" }] }).up();
    site.deliver("k1");
    await site.until("delivered", () => site.statuses("k1").includes("delivered"));
    await site.until("room", () => site.modems[0]!.storage.size === 0);
  });
});
