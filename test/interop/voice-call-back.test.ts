import { seconds } from "../../gateway/core/units.ts";
import { freePorts } from "../support/free-ports.ts";
import { SipPhone } from "../support/peers/sip-phone.ts";
import { VoiceSite } from "../support/peers/voice-site.ts";

describe("A call back from the hotline", function () {
  this.timeout(120_000);
  let site: VoiceSite;
  let operator: SipPhone;
  let stranger: SipPhone;
  let gateway: string;

  beforeEach(async () => {
    const [port] = await freePorts(1);
    gateway = `sip:gateway@127.0.0.1:${port}`;
    operator = await new SipPhone({ answers: false }).open();
    stranger = await new SipPhone({ user: "stranger" }).open();
    const account = { listen: { host: "127.0.0.1", port: port! } };
    site = await new VoiceSite({ account, hotline: operator.uri, limits: { againMs: seconds(60) } }).open();
    await site.sink.proofs.reach(1);
  });

  afterEach(async () => {
    await site.close();
    await operator.close();
    await stranger.close();
  });

  it("is told the alarm that waits, and takes it with key 1", async () => {
    site.alarm("a1.d1");
    await operator.expect("CALL_INCOMING");
    operator.hangUp();
    await site.expect("a1.d1", "failing", "the line is busy");
    operator.dial(gateway);
    await operator.expect("CALL_ESTABLISHED");
    operator.press("1");
    await site.expect("a1.d1", "answered");
  });

  it("is answered while nothing waits only soon after a call; a stranger is refused", async () => {
    stranger.dial(gateway);
    await stranger.expect("CALL_CLOSED");
    operator.dial(gateway);
    await operator.expect("CALL_CLOSED");
    if (operator.count("CALL_ESTABLISHED") + stranger.count("CALL_ESTABLISHED") > 0) throw new Error("answered");
  });
});
