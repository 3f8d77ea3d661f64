import assert from "node:assert/strict";
import { RealSite } from "../support/real-site.ts";
import { freePorts } from "../support/free-ports.ts";
import { okc } from "../support/okc-command.ts";

describe("a second gateway is started", function () {
  this.timeout(60_000);
  let site: RealSite;

  beforeEach(async () => {
    site = await RealSite.make();
    await site.importPeople();
    await site.start();
  });
  afterEach(() => site.dispose());

  it("on the same data folder it ends with 69 and one clear line, and the first goes on", async () => {
    const [mqtt, http] = await freePorts(2);
    const env = { OKC_BROKER__LISTEN: `127.0.0.1:${mqtt}`, OKC_HTTP__LISTEN: `127.0.0.1:${http}` };
    const said = await okc(["start", "--config", site.configFile], { env });
    assert.equal(said.code, 69);
    assert.equal(
      said.stderr,
      `okc: the data folder ${site.data} is in use by another process: stop that gateway first, or use its command line\n`,
    );
    const pendant = await site.mqttPendant("p-17");
    await pendant.heard(pendant.press().counter);
    await site.expectHotline("1234/003 101");
    assert.equal((await site.alarms()).length, 1);
  });

  it("on a folder of its own but the same ports it runs on without them, and okc on its machine says so", async () => {
    const listen = { broker: { listen: new URL(site.mqttUrl).host }, http: { listen: new URL(site.url).host } };
    const other = await RealSite.make({ more: listen });
    try {
      await other.start();
      const { faults } = await other.json<{ faults: { key: string; detail: string }[] }>("faults");
      const detailOf = (key: string): string => faults.find((fault) => fault.key === key)!.detail;
      assert.match(detailOf("line:broker"), /EADDRINUSE/);
      assert.match(detailOf("http"), /http\.listen: 127\.0\.0\.1:\d+ cannot be had \(something else listens there\)/);
      const doctor = await other.okc("doctor");
      assert.equal(doctor.code, 1);
      assert.match(doctor.stdout, /^error +line:broker: .*EADDRINUSE/m);
    } finally {
      await other.dispose();
    }
  });

  it("after a kill -9 nothing stale keeps the next one from starting", async () => {
    await site.kill();
    await site.start();
    assert.equal((await site.json<{ residents: object[] }>("residents")).residents.length, 3);
  });

  it("a command that has the folder open at that moment does not keep it from starting", async () => {
    await site.stop();
    const lists = Array.from({ length: 3 }, () => site.okc("residents"));
    await site.start();
    for (const { code, stderr } of await Promise.all(lists)) assert.deepEqual([code, stderr], [0, ""]);
  });
});
