import assert from "node:assert/strict";
import { SmsSite, WANG } from "../support/sms-site.ts";

describe("a call beside the message", () => {
  let site: SmsSite;

  afterEach(() => site.end());

  const calls = (result: string): number =>
    site.meter.counts.get(`okc_sms_calls_total{channel="night",result="${result}"}`) ?? 0;
  const phone = () => site.network.phone(WANG);

  it("rings the telephone once the message has left, and proves nothing", async () => {
    site = await new SmsSite({ calls: "ring", faults: [{ loseReports: true }] }).up();
    phone().manners = { does: "answer", keys: "1" };
    site.offer("k1");
    await site.until("the call", () => calls("taken") === 1);
    assert.equal(phone().rang, 1);
    assert.deepEqual(site.statuses("k1"), ["sent"]);
    assert.deepEqual([phone().heard, site.sink.answers.items], [[], []]);
    assert.ok(site.modems[0]!.commands.includes("AT+CHUP"));
  });

  it("is not made for what is no call for help", async () => {
    site = await new SmsSite({ calls: "ring" }).up();
    site.deliver("k1");
    await site.until("delivered", () => site.statuses("k1").includes("delivered"));
    await site.forward(3_000);
    assert.equal(phone().rang, 0);
  });

  it("is given up when nobody takes it, when it is busy, and when the person hangs up", async () => {
    site = await new SmsSite({ calls: "speak", faults: [{ loseReports: true }] }).up();
    for (const [does, result] of [
      ["ring", "not-taken"],
      ["busy", "busy"],
      ["hang-up", "ended"],
    ] as const) {
      phone().manners = { does, keys: "" };
      site.offer(does);
      await site.until(result, () => calls(result) === 1);
      assert.deepEqual(site.statuses(does), ["sent"]);
    }
  });

  it("that speaks is delivered once it was heard through, and answered by a key", async () => {
    site = await new SmsSite({ calls: "speak", faults: [{ loseReports: true }] }).up();
    site.sink.reply = { taken: true, words: "已记录：您接受。" };
    phone().manners = { does: "answer", keys: "" };
    site.offer("k1");
    await site.until("three rounds", () => calls("spoken") === 1);
    assert.deepEqual(site.statuses("k1"), ["sent", "delivered"]);
    assert.deepEqual(new Set(phone().heard), new Set(["紧急呼叫。张三。接受请按 1，不能去请按 2。"]));
    phone().manners = { does: "answer", keys: "2" };
    site.offer("k2");
    await site.until("the key", () => calls("answered") === 1);
    assert.deepEqual(site.sink.answers.items, [{ key: "k2", address: WANG, said: "decline" }]);
    assert.equal(phone().heard.at(-1), "已记录：您接受。");
  });

  it("rings only where the modem cannot speak, and is refused where it cannot call", async () => {
    site = await new SmsSite({ calls: "speak", faults: [{ loseReports: true, speechless: true }] }).up();
    phone().manners = { does: "answer", keys: "1" };
    site.offer("k1");
    await site.until("it", () => calls("speechless") === 1);
    assert.deepEqual(site.statuses("k1"), ["sent"]);
    site.modems[0]!.faults.voiceless = true;
    site.offer("k2");
    await site.until("refused", () => calls("refused") === 1);
    assert.deepEqual(site.statuses("k2"), ["sent"]);
  });

  it("ends when somebody else takes care of it", async () => {
    site = await new SmsSite({ calls: "ring" }).up();
    site.offer("k1");
    await site.until("ringing", () => phone().rang === 1);
    site.channel.withdraw("k1");
    await site.until("the end", () => calls("withdrawn") === 1);
    assert.equal(site.modems[0]!.commands.at(-1), "AT+CHUP");
  });
});
