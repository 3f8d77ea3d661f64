import assert from "node:assert/strict";
import type { DeviceView } from "../../gateway/core/device-view.ts";
import { EnrolCommand } from "../support/enrol-command.ts";
import { RealSite } from "../support/real-site.ts";

interface TestReport {
  readonly device: string;
  readonly ended: string;
  readonly alarm: string | null;
  readonly presses: readonly { readonly test: string; readonly report: string; readonly passed: boolean }[];
}

describe("okc with devices that are tested, suspended and retired", function () {
  this.timeout(60_000);
  let site: RealSite;

  before(async () => {
    site = await RealSite.make();
    await site.importPeople();
    await site.start();
  });
  after(() => site.dispose());

  const deviceOf = async (id: string): Promise<DeviceView> => {
    const { devices } = await site.json<{ devices: DeviceView[] }>("devices");
    return devices.find((one) => one.id === id)!;
  };

  const underTest = async (): Promise<void> => {
    while ((await deviceOf("mqtt:p-17")).testMode === null);
  };

  it("test prints each press with its result, until somebody stops it", async () => {
    const command = site.okc("test", "p-17", "--minutes", "5", "--as", "老陈");
    await underTest();
    assert.equal((await deviceOf("mqtt:p-17")).testMode?.by, "老陈");
    (await site.mqttPendant("p-17")).press();
    await site.expectHotline("1234/003 601");
    assert.equal((await deviceOf("mqtt:p-17")).testMode?.presses, 1);
    await site.okc("test", "p-17", "--stop", "--as", "老陈");
    const { code, stdout, stderr } = await command;
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^mqtt:p-17 until \S+Z: press it now/m);
    assert.match(stdout, /: pressed \(emergency\), on its way to the hotline/);
    assert.match(stdout, /: passed \/ 通过: the hotline received it$/m);
    assert.match(stdout, /^test mode ended \/ 测试结束: ended by 老陈$/m);
  });

  it("test ends with 1 and names the alarm when two presses in a row were real", async () => {
    const command = site.json<TestReport>("test", "p-17", "--as", "老陈").catch((error: unknown) => String(error));
    const printed = site.okc("test", "p-18", "--as", "老陈");
    assert.match((await printed).stderr, /no device p-18 is enrolled/);
    await underTest();
    const pendant = await site.mqttPendant("p-17");
    pendant.press();
    pendant.press();
    const [alarm] = await site.untilAlarms("an alarm with both presses", (all) => all[0]?.presses.length === 2);
    assert.match(String(await command), /exit 1/);
    assert.equal((await deviceOf("mqtt:p-17")).testMode, null);
    assert.equal((await site.okc("test", "p-17", "--as", "老陈")).code, 1, "no test while it is open");
    await site.okc("resolve", alarm!.id, "--outcome", "ok-accidental", "--as", "王芳");
  });

  it("refuses what is wrong before anything happens", async () => {
    const tried = await Promise.all([
      site.okc("test", "p-17"),
      site.okc("test", "p-17", "--minutes", "11", "--as", "老陈"),
      site.okc("test", "p-17", "--minutes", "soon", "--as", "老陈"),
      site.okc("test", "p-17", "--minutes", "1", "--stop", "--as", "老陈"),
      site.okc("suspend", "p-17"),
    ]);
    assert.deepEqual(
      tried.map(({ code }) => code),
      [2, 2, 2, 2, 2],
    );
    assert.match(tried[1]!.stderr, /at most 10 minutes/);
    assert.equal((await deviceOf("mqtt:p-17")).testMode, null);
  });

  it("suspend, resume and retire are by name and stay through an import", async () => {
    for (const [command, standing] of [
      ["suspend", "suspended"],
      ["resume", "in-use"],
      ["retire", "retired"],
    ] as const) {
      const { stdout, code } = await site.okc(command, "0000beef", "--as", "老陈");
      assert.deepEqual([code, stdout], [0, `okc:0000beef ${standing}\n`]);
      assert.equal((await deviceOf("okc:0000beef")).standing, standing);
    }
    const { rows } = await site.import("bridge,address,resident,label\nokc,0000beef,r-1,新键\n");
    assert.match(rows[0]!.message, /it stays retired.*okc resume okc:0000beef/);
    assert.equal((await deviceOf("okc:0000beef")).standing, "retired");
  });

  it("enrol opens one window at a time, prints what is heard, and ends when it is stopped", async () => {
    const command = new EnrolCommand(site, "r-1");
    await command.says("press the device now, and once more when it was heard");
    const second = await site.okc("enrol", "--resident", "r-2", "--as", "王芳");
    assert.notEqual(second.code, 0);
    assert.match(second.stderr, /老陈 is enrolling/);
    (await site.mqttPendant("p-17")).press();
    assert.equal((await site.okc("enrol", "--stop", "--as", "老陈")).code, 0);
    assert.equal(await command.ended, 1);
    assert.match(command.text, /^nothing was enrolled: closed by 老陈$/m);
  });
});
