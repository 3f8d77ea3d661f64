import assert from "node:assert/strict";
import { SipPhone } from "../support/peers/sip-phone.ts";
import { VoiceSite } from "../support/peers/voice-site.ts";
import { Sipp } from "../support/sipp.ts";

/** What baresip calls on the loopback, by the port of a SIPp. */
const uriOf = ({ port }: Sipp): string => `sip:someone@127.0.0.1:${port}`;

describe("A call that does not get through tells why, and goes on trying", function () {
  this.timeout(120_000);
  let site: VoiceSite;
  let sipp: Sipp | null;
  let phone: SipPhone | null;

  beforeEach(async () => {
    sipp = phone = null;
    site = await new VoiceSite().open();
  });

  afterEach(async () => {
    await site.close();
    await sipp?.stop();
    await phone?.close();
  });

  it("to a phone that is busy", async () => {
    sipp = await Sipp.receiver("voice-busy", [0]);
    site.ask("a1.d1", uriOf(sipp));
    await site.expect("a1.d1", "failing", "the line is busy");
    assert.ok(!site.sink.statuses("a1.d1").some((one) => one === "delivered" || one === "answered"));
  });

  it("where nobody answers it rings, and is hung up after a while", async () => {
    sipp = await Sipp.receiver("voice-ringing", [0]);
    site.ask("a1.d1", uriOf(sipp));
    await site.expect("a1.d1", "sent", "a phone rings");
    await site.expect("a1.d1", "failing", "nobody answered the phone");
  });

  it("where nobody is, it gives up by its own time", async () => {
    site.ask("a1.d1", "sip:nobody@127.0.0.1:9");
    await site.expect("a1.d1", "failing", "the phone cannot be reached");
    site.people.withdraw("a1.d1");
  });

  it("that somebody hangs up in the middle has not told its message", async () => {
    phone = await new SipPhone().open();
    site.ask("a1.d1", phone.uri);
    await phone.expect("CALL_ESTABLISHED");
    phone.hangUp();
    await site.expect("a1.d1", "failing", "a phone answered and hung up");
    await phone.expect("CALL_ESTABLISHED", 2);
    await site.expect("a1.d1", "delivered");
  });

  it("that is answered after it was busy is as good as any", async () => {
    phone = await new SipPhone({ answers: false }).open();
    site.ask("a1.d1", phone.uri);
    await phone.expect("CALL_INCOMING");
    phone.hangUp();
    await site.expect("a1.d1", "failing", "the line is busy");
    await phone.expect("CALL_INCOMING", 2);
    phone.accept();
    await site.expect("a1.d1", "delivered");
  });

  it("takes a key that comes by SIP INFO as well", async () => {
    sipp = await Sipp.receiver("voice-key", [1]);
    site.ask("a1.d1", uriOf(sipp));
    await site.expect("a1.d1", "answered");
    assert.deepEqual(site.sink.answers.items, [{ key: "a1.d1", address: null, said: "accept" }]);
  });

  it("says at once of an address that cannot be called that it cannot", async () => {
    site.ask("a1.d1", "81890");
    await site.expect("a1.d1", "failed", "the contact is no number");
  });
});
