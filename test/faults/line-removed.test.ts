import assert from "node:assert/strict";
import { RealSite } from "../support/real-site.ts";

interface Fault {
  readonly key: string;
}

/** A port or a receiver was down and is then taken out of okc.yaml: its row must not stay for ever. */
describe("line-removed", function () {
  this.timeout(60_000);
  let site: RealSite;

  before(async () => {
    site = await RealSite.make();
  });
  after(() => site.dispose());

  const faults = async (): Promise<string[]> =>
    (await site.json<{ faults: Fault[] }>("faults")).faults.map(({ key }) => key).sort();

  it("the fault of what is no longer configured ends at the next start, that of what still is stays", async () => {
    const gone = { path: `${site.folder}/gone`, protocol: "okc" };
    const kept = { path: `${site.folder}/kept`, protocol: "okc" };
    site.configure({ serial: [gone, kept] });
    await site.start();
    assert.deepEqual(await faults(), [`line:serial:${gone.path}`, `line:serial:${kept.path}`]);
    await site.stop();
    site.configure({ serial: [kept] });
    await site.start();
    assert.deepEqual(await faults(), [`line:serial:${kept.path}`]);
  });
});
