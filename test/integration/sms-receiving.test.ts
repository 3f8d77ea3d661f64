import assert from "node:assert/strict";
import { deliverPdus } from "../../firmware-sim/gsm/pdu.ts";
import { SmsSite, LI, WANG } from "../support/sms-site.ts";

describe("a text that a person writes to the modem", () => {
  let site: SmsSite;

  afterEach(() => site.end());

  const heard = (): readonly (readonly [string | null, unknown])[] =>
    site.sink.answers.items.map(({ address, said }) => [address, said]);

  it("is handed on with its number, and the words that it is answered with go back", async () => {
    site = await new SmsSite().up();
    site.sink.reply = { taken: true, words: "已记录：您接受。" };
    site.network.write(WANG, site.modems[0]!.number, "1 4821");
    await site.until("the words", () => site.texts(WANG).length === 1);
    assert.deepEqual(heard(), [[WANG, { text: "1 4821" }]]);
    assert.deepEqual(site.texts(WANG), ["已记录：您接受。"]);
    assert.equal(site.sink.answers.items[0]!.key, null);
    assert.equal(site.modems[0]!.storage.size, 0, "the SIM has room again");
  });

  it("that lay in the SIM before the start is read, and deleted", async () => {
    site = new SmsSite();
    site.modems[0]!.receive(LI, "1");
    await site.up();
    await site.until("the text", () => site.modems[0]!.storage.size === 0);
    assert.deepEqual(heard(), [[LI, { text: "1" }]]);
  });

  it("of several parts, of characters of any alphabet, comes whole", async () => {
    site = await new SmsSite().up();
    const texts = ["我马上到。".repeat(40), "[on my way] € ".repeat(20)];
    site.modems[0]!.receive(WANG, texts[0]!);
    site.modems[0]!.receive(WANG, texts[1]!, true);
    await site.until("both", () => site.sink.answers.items.length === 2);
    assert.deepEqual(
      heard().map(([, said]) => said),
      texts.map((text) => ({ text })),
    );
    await site.until("an empty SIM", () => site.modems[0]!.storage.size === 0);
  });

  it("whose rest never comes is handed on as far as it is there", async () => {
    site = await new SmsSite({ limits: { incompleteMs: 40_000 } }).up();
    const [first] = deliverPdus(WANG, "我马上到。".repeat(40), new Date(), 9);
    site.modems[0]!.store({ kind: "text", pdu: first! });
    await site.until("it", () => site.sink.answers.items.length === 1);
    assert.equal(site.modems[0]!.storage.size, 0);
  });

  it("stays in the SIM until it was journaled", async () => {
    site = await new SmsSite().up();
    site.sink.reply = null as never;
    site.network.write(WANG, site.modems[0]!.number, "1");
    await site.until("a failed reading", () => site.sink.answers.items.length === 1);
    assert.equal(site.modems[0]!.storage.size, 1);
    site.sink.reply = { taken: true, words: null };
    await site.until("the next reading", () => site.modems[0]!.storage.size === 0);
    assert.equal(site.sink.answers.items.length, 2, "it is handed on again");
  });

  it("is handed on once, though the modem does not delete it", async () => {
    site = await new SmsSite().up();
    const [pdu] = deliverPdus(WANG, "1 57", new Date(), 1);
    site.modems[0]!.store({ kind: "text", pdu: pdu! });
    await site.until("it", () => site.sink.answers.items.length === 1);
    site.modems[0]!.store({ kind: "text", pdu: pdu! });
    await site.until("an empty SIM", () => site.modems[0]!.storage.size === 0);
    assert.equal(site.sink.answers.items.length, 1);
  });

  it("gets no reply to a service's short number or name, and not for ever to anybody", async () => {
    site = await new SmsSite({ limits: { repliesMax: 2 } }).up();
    site.sink.reply = { taken: false, words: "没有听懂" };
    for (const from of ["10086", "CMCC"]) site.modems[0]!.receive(from, "ad");
    for (let n = 0; n < 4; n++) site.modems[0]!.receive(WANG, `hello ${n}`);
    await site.until("all", () => site.sink.answers.items.length === 6 && site.texts(WANG).length === 2);
    await site.forward(3_000);
    assert.equal(site.modems[0]!.submits.length, 2);
    assert.deepEqual(
      heard()
        .map(([from]) => from)
        .slice(0, 2),
      ["10086", "CMCC"],
    );
    assert.equal(site.meter.counts.get('okc_sms_received_total{channel="night",result="not-taken"}'), 6);
    assert.ok(!site.log.lines.some((line) => line.includes("1380000")), "no number is logged");
  });

  it("that is data or half a message is deleted and told to nobody", async () => {
    site = await new SmsSite().up();
    const [whole] = deliverPdus(WANG, "我马上到。", new Date(), 1);
    site.modems[0]!.store({ kind: "text", pdu: whole!.slice(0, -8) });
    site.modems[0]!.store({ kind: "text", pdu: "00040B913108000000F10004621162804220230401020304" });
    await site.until("an empty SIM", () => site.modems[0]!.storage.size === 0);
    assert.deepEqual(heard(), []);
  });
});
