import assert from "node:assert/strict";
import type { Server } from "node:net";
import { join } from "node:path";
import { serveControl } from "../../firmware-sim/control.ts";
import type { Finding } from "../../gateway/ports/desk.ts";
import { RealSite } from "../support/real-site.ts";

const GOOD = `policies:
  - id: emergency
    steps:
      - { after: 0s, targets: [hotline, volunteers] }
      - { after: 2min, targets: [staffOnDuty] }
`;
const BAD = GOOD.replace("[staffOnDuty]", "[staf]").replace("2min", "two minutes");

describe("okc policy check and doctor", function () {
  this.timeout(60_000);
  let site: RealSite;

  beforeEach(async () => {
    site = await RealSite.make({ policies: GOOD });
  });
  afterEach(() => site.dispose());

  const findings = async (): Promise<readonly Finding[]> => {
    const { stdout } = await site.okc("doctor", "--json");
    return (JSON.parse(stdout) as { findings: Finding[] }).findings;
  };
  const messageOf = async (id: string): Promise<string | undefined> =>
    (await findings()).find((one) => one.id === id)?.message;

  it("policy check reads the file as it is now, whether the gateway runs or not, and names file, line and what is allowed", async () => {
    await site.importPeople();
    for (const runs of [false, true]) {
      site.write("policies.yaml", GOOD);
      if (runs) await site.start();
      const good = await site.okc("policy", "check");
      assert.equal(good.code, 0, good.stderr);
      assert.match(good.stdout, /^warning {2}service: during 20:00–08:00 no step calls staff/m);
      site.write("policies.yaml", BAD);
      const bad = await site.okc("policy", "check");
      assert.deepEqual([bad.code, bad.stdout], [78, ""]);
      const [first, second, ...more] = bad.stderr.trimEnd().split("\n");
      assert.match(first!, /^okc: policies\.yaml:5: policies\[0\]\.steps\[1\]\.after: .*"two minutes"/);
      assert.match(
        second!,
        /^policies\.yaml:5: policies\[0\]\.steps\[1\]\.targets\[0\]: .*staf.*allowed: .*staffOnDuty/,
      );
      assert.deepEqual(more, []);
    }
    assert.match((await site.okc("doctor")).stdout, /^error +policy-0: policies\.yaml:5: /m);
  });

  it("a gateway does not start with policies that cannot be read", async () => {
    site.write("policies.yaml", BAD);
    const said = await site.okc("start");
    assert.equal(said.code, 78);
    assert.match(said.stderr, /^okc: policies\.yaml:5: /);
  });

  it("policy check fails where nobody at all could be reached", async () => {
    site.configure({ hotline: [], volunteers: [] });
    const said = await site.okc("policy", "check");
    assert.equal(said.code, 1);
    assert.match(said.stdout, /^error +nobody can be reached: no hotline, no siren/m);
    const { problems, warnings } = JSON.parse((await site.okc("policy", "check", "--json")).stdout) as {
      problems: string[];
      warnings: string[];
    };
    assert.ok(problems.length === 1 && warnings.length > 0);
  });

  it("doctor finds a stopped gateway, residents the hotline cannot know, mute responders, and a changed policy file", async () => {
    await site.importPeople();
    await site.import("id,name,building,phone\nr-7,无分区,1号楼,135\n");
    await site.import("id,name,role\nv-7,没电话,volunteer\n");
    const stopped = await site.okc("doctor");
    assert.equal(stopped.code, 1);
    assert.match(stopped.stdout, /^error +gateway: the gateway does not run: .* → start it with okc start$/m);

    await site.start();
    const running = await site.okc("doctor");
    assert.equal(running.code, 0, running.stdout);
    assert.equal(await messageOf("gateway"), "the gateway runs");
    assert.match((await messageOf("residents-without-zone"))!, /r-7/);
    assert.match((await messageOf("responders-without-contact"))!, /v-7/);
    assert.match((await messageOf("devices-unproved"))!, /3 devices were never heard/);
    assert.equal(await messageOf("policies-changed"), undefined);
    site.write("policies.yaml", GOOD.replace("2min", "3min"));
    assert.equal(await messageOf("policies-changed"), "the policies' or the duty file was changed");
    for (const { level, todo } of await findings())
      assert.equal(level === "ok", todo === "", "each finding says what to do");
  });
});

describe("okc press", function () {
  this.timeout(60_000);
  let site: RealSite;
  let control: Server | null = null;

  beforeEach(async () => {
    site = await RealSite.make();
  });
  afterEach(async () => {
    control?.close();
    control = null;
    await site.dispose();
  });

  it("is wrong use outside the demo", async () => {
    const said = await site.okc("press", "p-17");
    assert.deepEqual(
      [said.code, said.stderr],
      [2, "okc: press works in the demo only: on a real site, press the real button\n"],
    );
  });

  it("asks the simulated buttons of the demo, and says which count it was", async () => {
    site.configure({ site: { name: "演示", demo: true } });
    const absent = await site.okc("press", "p-17");
    assert.equal(absent.code, 69);
    assert.match(
      absent.stderr,
      /^okc: the simulated pendants do not run \(connect ENOENT \S+\); npm start runs them\n$/,
    );

    await site.okc("residents");
    const asked: unknown[] = [];
    control = await serveControl(join(site.data, "sim.sock"), (request) => {
      asked.push(request);
      if (request["press"] === "nobody")
        return Promise.reject(new Error("no simulated pendant nobody; there are p-17"));
      return Promise.resolve({ counter: 7 });
    });
    assert.equal(
      (await site.okc("press", "p-17")).stdout,
      "已按下 p-17（emergency），计数 7\npressed p-17 (emergency), count 7\n",
    );
    assert.equal((await site.json<{ counter: number }>("press", "p-17", "--kind", "service")).counter, 7);
    assert.deepEqual(asked, [
      { press: "p-17", kind: "emergency" },
      { press: "p-17", kind: "service" },
    ]);
    const unknown = await site.okc("press", "nobody");
    assert.deepEqual([unknown.code, unknown.stderr], [2, "okc: no simulated pendant nobody; there are p-17\n"]);
  });
});
