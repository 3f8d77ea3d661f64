import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { SipPhone } from "../support/peers/sip-phone.ts";
import { VoiceSite } from "../support/peers/voice-site.ts";

describe("A telephone that dies in the middle of a call", function () {
  this.timeout(120_000);
  let site: VoiceSite;
  let phone: SipPhone;

  afterEach(async () => {
    await site.close();
    await phone.close();
  });

  it("is started again, and the call is made again", async () => {
    phone = await new SipPhone().open();
    site = await new VoiceSite().open();
    site.ask("a1.d1", phone.uri);
    await phone.expect("CALL_ESTABLISHED");
    process.kill(baresipOf(site.folder), "SIGKILL");
    await site.expect("a1.d1", "failing", "baresip ended with signal SIGKILL; it is started again");
    await phone.expect("CALL_ESTABLISHED", 2);
    await site.expect("a1.d1", "delivered");
  });

  function baresipOf(folder: string): number {
    const found = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && commandOf(name).includes(folder));
    assert.equal(found.length, 1);
    return Number(found[0]);
  }

  function commandOf(pid: string): string {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    } catch {
      return "";
    }
  }
});
