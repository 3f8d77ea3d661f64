import assert from "node:assert/strict";
import { SmsSite, LI, WANG } from "../support/sms-site.ts";

describe("a short message", () => {
  let site: SmsSite;

  afterEach(() => site.end());

  it("is sent when the network has it and delivered when the telephone has it", async () => {
    site = await new SmsSite({ faults: [{ holdReports: true }] }).up();
    site.deliver("k1");
    await site.until("sent", () => site.statuses("k1").includes("sent"));
    assert.deepEqual(site.statuses("k1"), ["sent"]);
    assert.deepEqual(site.texts(), ["【一键通】紧急呼叫 张三，1号楼 2 301。"]);
    site.modems[0]!.releaseReports();
    await site.until("delivered", () => site.statuses("k1").includes("delivered"));
    assert.deepEqual(site.statuses("k1"), ["sent", "delivered"]);
  });

  it("of several parts is shown as one, and is delivered with the last report, whatever their order", async () => {
    site = await new SmsSite({ faults: [{ holdReports: true }] }).up();
    const text = "张三，1号楼 2 单元 301。请带钥匙。".repeat(8);
    site.deliver("k1", text);
    await site.until("sent", () => site.statuses("k1").includes("sent"));
    const parts = site.modems[0]!.submits;
    assert.equal(parts.length, 3);
    assert.ok(parts.every(({ reportWanted, validity }) => reportWanted && validity !== null));
    assert.deepEqual(site.texts(), [`【一键通】紧急呼叫 ${text}`]);
    site.modems[0]!.releaseReports(true);
    await site.until("delivered", () => site.statuses("k1").includes("delivered"));
    assert.deepEqual(site.statuses("k1"), ["sent", "delivered"]);
  });

  it("stays sent while no report comes", async () => {
    site = await new SmsSite({ faults: [{ loseReports: true }] }).up();
    site.deliver("k1");
    await site.until("sent", () => site.statuses("k1").includes("sent"));
    await site.forward(60_000);
    assert.deepEqual(site.statuses("k1"), ["sent"]);
  });

  it("goes out once, though it is given twice", async () => {
    site = await new SmsSite().up();
    site.deliver("k1");
    site.deliver("k1");
    site.deliver("k2", "x", LI);
    await site.until("both", () => site.statuses("k2").includes("delivered"));
    assert.equal(site.modems[0]!.submits.length, 2);
  });

  it("goes out before less urgent ones that wait", async () => {
    site = new SmsSite();
    site.deliver("low", "低", LI, 4);
    site.deliver("old", "旧", LI, 1);
    site.deliver("new", "新", LI, 1);
    await site.up();
    await site.until("all", () => site.texts(LI).length === 3);
    assert.deepEqual(
      site.texts(LI).map((text) => text.at(-1)),
      ["旧", "新", "低"],
    );
  });

  it("reaches a number written in any form, and says so of one that is none", async () => {
    site = await new SmsSite().up();
    for (const [at, to] of ["138 0000 0001", "+86-13800000001", "8613800000001", "008613800000001"].entries())
      site.deliver(`k${at}`, String(at), to);
    site.deliver("none", "x", "wang@example.org");
    site.deliver("gone", "x", "");
    await site.until("four", () => site.texts(WANG).length === 4);
    await site.until("failed", () => site.statuses("gone").includes("failed"));
    assert.deepEqual(site.statuses("none"), ["failed"]);
  });
});
