import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { wavOf } from "../../gateway/adapters/voice/wav.ts";
import { CALL_MAX_MS, SipPhone } from "../support/peers/sip-phone.ts";
import { VoiceSite } from "../support/peers/voice-site.ts";
import { until } from "../support/until.ts";
import { likeness, pcmSamples } from "../support/wav.ts";

const ALIKE = 0.9;

describe("A call to the hotline, with real telephones", function () {
  this.timeout(180_000);
  let site: VoiceSite;
  let operator: SipPhone;
  let unit: SipPhone | null;

  beforeEach(() => (unit = null));

  afterEach(async () => {
    await site.close();
    await operator.close();
    await unit?.close();
  });

  it("is told who, where and what; key 1 takes the alarm", async () => {
    operator = await new SipPhone().open();
    site = await new VoiceSite({ hotline: operator.uri }).open();
    site.alarm("a1.d1");
    await operator.expect("CALL_ESTABLISHED");
    operator.press("1");
    await site.expect("a1.d1", "answered", "an operator pressed a key");
    await operator.expect("CALL_CLOSED");
    assert.deepEqual(site.sink.answers.items, [], "an operator's key is no answer to an offer");
  });

  it("that a phone answers without a key is not taken: it is failing, and made again", async () => {
    operator = await new SipPhone().open();
    site = await new VoiceSite({ hotline: operator.uri, limits: { readings: 1, listenMs: 500 } }).open();
    site.alarm("a1.d1");
    await site.expect("a1.d1", "failing", "answered by a phone, no key was pressed");
    await operator.expect("CALL_ESTABLISHED", 2);
    assert.ok(!site.sink.statuses("a1.d1").some((one) => one === "answered" || one === "received"));
    site.hotline.withdraw("a1.d1");
  });

  it("that is taken back says so to whoever listens", async () => {
    operator = await new SipPhone().open();
    site = await new VoiceSite({ hotline: operator.uri }).open();
    site.alarm("a1.d1");
    await until("something to be heard", () => operator.heard().length > 8_000, CALL_MAX_MS);
    site.hotline.withdraw("a1.d1");
    await operator.expect("CALL_CLOSED");
    const heard = likeness(pcmSamples(await site.prompts.phrase("not-now")), operator.heard());
    assert.ok(heard >= ALIKE, `heard with ${heard}`);
  });

  it("joins the wearer's speaking unit with key 3: each hears the other", async () => {
    const [wearer, desk] = await Promise.all([
      spoken("救命，我摔倒了，快来人。", "wearer"),
      spoken("您好，我是接线员，马上来。", "desk"),
    ]);
    operator = await new SipPhone({ says: desk.file }).open();
    unit = await new SipPhone({ says: wearer.file, user: "unit" }).open();
    site = await new VoiceSite({ hotline: operator.uri }).open();
    site.alarm("a1.d1", { sip: unit.uri });
    await operator.expect("CALL_ESTABLISHED");
    operator.press("3");
    await site.expect("a1.d1", "answered");
    await unit.expect("CALL_ESTABLISHED");
    const both = (): boolean =>
      likeness(wearer.samples, operator.heard()) >= ALIKE && likeness(desk.samples, unit!.heard()) >= ALIKE;
    const isEnough = (): boolean => unit!.heard().length > 10 * 8_000;
    await until("ten seconds of talk", isEnough, CALL_MAX_MS);
    assert.ok(both(), `${likeness(wearer.samples, operator.heard())} and ${likeness(desk.samples, unit.heard())}`);
    operator.hangUp();
    await unit.expect("CALL_CLOSED");
  });

  /** A sentence said again and again, as a file for a phone. */
  async function spoken(text: string, name: string): Promise<{ file: string; samples: Float64Array }> {
    const maker = new VoiceSite();
    const pcm = await maker.prompts.text(text);
    const file = join(maker.folder, `${name}.wav`);
    writeFileSync(file, wavOf(Buffer.concat(Array.from({ length: 40 }, () => [pcm, Buffer.alloc(8_000)]).flat())));
    return { file, samples: pcmSamples(pcm) };
  }
});
