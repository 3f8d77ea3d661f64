import assert from "node:assert/strict";
import { SipPhone } from "../support/peers/sip-phone.ts";
import { VoiceSite } from "../support/peers/voice-site.ts";

describe("One line for several calls", function () {
  this.timeout(120_000);
  const phones: SipPhone[] = [];
  let site: VoiceSite;

  afterEach(async () => {
    await site.close();
    for (const phone of phones.splice(0)) await phone.close();
  });

  it("is given to the most urgent of those that wait, and who waits is told at once", async () => {
    for (const user of ["first", "later", "urgent"]) phones.push(await new SipPhone({ user, answers: false }).open());
    const [first, later, urgent] = phones as [SipPhone, SipPhone, SipPhone];
    site = await new VoiceSite().open();
    site.ask("a1.d1", first.uri, { priority: 3 });
    await first.expect("CALL_INCOMING");
    site.ask("a1.d2", later.uri, { priority: 3 });
    site.ask("a1.d3", urgent.uri, { priority: 1 });
    await site.expect("a1.d2", "failing", "all lines are busy");
    await site.expect("a1.d3", "failing", "all lines are busy");
    first.hangUp();
    await urgent.expect("CALL_INCOMING");
    assert.equal(later.count("CALL_INCOMING"), 0);
    urgent.hangUp();
    await later.expect("CALL_INCOMING");
  });

  it("never rings a phone a second time that has a call of ours", async () => {
    phones.push(await new SipPhone({ user: "wang", answers: false }).open());
    const [wang] = phones as [SipPhone];
    site = await new VoiceSite({ lines: 2 }).open();
    site.ask("a1.d1", wang.uri, { priority: 1 });
    await wang.expect("CALL_INCOMING");
    site.ask("a1.d2", wang.uri, { priority: 1 });
    await site.expect("a1.d1", "sent");
    assert.equal(wang.count("CALL_INCOMING"), 1);
    wang.hangUp();
    await wang.expect("CALL_INCOMING", 2);
    assert.equal(wang.count("CALL_INCOMING"), 2);
  });
});
