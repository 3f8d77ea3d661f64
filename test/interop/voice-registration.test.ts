import { VoiceSite } from "../support/peers/voice-site.ts";
import { CALL_MAX_MS } from "../support/peers/sip-phone.ts";
import { Sipp } from "../support/sipp.ts";
import { until } from "../support/until.ts";

describe("An account at a SIP server", function () {
  this.timeout(120_000);

  it("is up once the server keeps its registration", async () => {
    const sipp = await Sipp.receiver("voice-registrar", [0]);
    const server = `127.0.0.1:${sipp.port}`;
    const site = await new VoiceSite({ account: { server, register: true, heartbeatS: 60 }, hotline: "81890" }).open();
    const { paths, proofs } = site.sink;
    for (const path of ["voice:voice", "hotline:voice"]) {
      await until(`${path} to be up`, () => paths.items.some((one) => one.path === path && one.up), CALL_MAX_MS);
      await until(`a proof of ${path}`, () => proofs.items.includes(path), CALL_MAX_MS);
    }
    await site.close();
    await sipp.stop();
  });
});
