import { VoiceSite } from "../support/peers/voice-site.ts";

describe("A machine without the programs that calls need", function () {
  this.timeout(60_000);
  const { PATH } = process.env;
  let site: VoiceSite;

  afterEach(async () => {
    process.env["PATH"] = PATH;
    await site.close();
  });

  it("says of every call at once that it cannot be made, and what to install", async () => {
    process.env["PATH"] = "/nowhere";
    site = await new VoiceSite().open();
    site.ask("a1.d1", "sip:op@127.0.0.1:5060");
    site.alarm("a1.d2");
    const why = "baresip, espeak-ng, sox, setpriv cannot be found; install with: apt install baresip-core";
    await site.expect("a1.d1", "failing", why);
    await site.expect("a1.d2", "failing", why);
    await site.sink.paths.next(({ path, up }) => path === "voice:voice" && !up);
    await site.sink.paths.next(({ path, up }) => path === "hotline:voice" && !up);
  });
});
