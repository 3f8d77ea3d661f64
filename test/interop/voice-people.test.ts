import assert from "node:assert/strict";
import { SipPhone, CALL_MAX_MS } from "../support/peers/sip-phone.ts";
import { VoiceSite, WORDS } from "../support/peers/voice-site.ts";
import { until } from "../support/until.ts";
import { likeness, pcmSamples } from "../support/wav.ts";

/** What was heard is what was spoken: through the codec of a telephone little is lost. */
const ALIKE = 0.9;

describe("A call to a person, with real telephones", function () {
  this.timeout(120_000);
  let site: VoiceSite;
  let phone: SipPhone;

  afterEach(async () => {
    await site.close();
    await phone.close();
  });

  it("says who, where and what, and key 1 takes it; the person hears what became of it", async () => {
    phone = await new SipPhone().open();
    site = await new VoiceSite().open();
    site.sink.reply = { taken: true, words: "谢谢您，王秀英在等您。" };
    site.ask("a1.d1", phone.uri);
    await site.expect("a1.d1", "sent");
    await site.expect("a1.d1", "delivered", "answered by a phone");
    phone.press("1");
    await site.expect("a1.d1", "answered");
    assert.deepEqual(site.sink.answers.items, [{ key: "a1.d1", address: null, said: "accept" }]);
    await phone.expect("CALL_CLOSED");
    const heard = phone.heard();
    const message = likeness(pcmSamples(await site.prompts.text(WORDS)), heard);
    const thanks = likeness(pcmSamples(await site.prompts.text("谢谢您，王秀英在等您。")), heard);
    assert.ok(message >= ALIKE, `the message was heard with ${message}`);
    assert.ok(thanks >= ALIKE, `the thanks were heard with ${thanks}`);
  });

  it("declines with key 3, and reads it again with key 2", async () => {
    phone = await new SipPhone().open();
    site = await new VoiceSite().open();
    site.ask("a1.d1", phone.uri);
    await site.expect("a1.d1", "delivered");
    const before = phone.heard().length;
    phone.press("2");
    const message = pcmSamples(await site.prompts.text(WORDS));
    await until("a second reading", () => phone.heard().length > before + 2 * message.length, CALL_MAX_MS);
    const again = likeness(message, phone.heard().subarray(before));
    assert.ok(again >= ALIKE, `it was heard again with ${again}`);
    phone.press("3");
    await site.expect("a1.d1", "answered");
    assert.equal(site.sink.answers.items[0]?.said, "decline");
    await phone.expect("CALL_CLOSED");
  });

  it("that answers and presses nothing is answered by a phone, not taken", async () => {
    phone = await new SipPhone().open();
    site = await new VoiceSite({ limits: { readings: 1 } }).open();
    site.ask("a1.d1", phone.uri);
    await phone.expect("CALL_CLOSED");
    await site.expect("a1.d1", "delivered", "answered by a phone, no key");
    assert.deepEqual(site.sink.answers.items, []);
    assert.ok(!site.sink.statuses("a1.d1").includes("answered"));
  });
});
