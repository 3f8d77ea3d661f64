import assert from "node:assert/strict";
import { siteTimeText } from "../../gateway/core/site-time.ts";
import { days, hours } from "../../gateway/core/units.ts";
import { RealSite } from "../support/real-site.ts";

const DUTY = `rotas:
  - id: all
    layers:
      - { people: [s-1] }
`;

interface View {
  readonly rotas: readonly { readonly onDuty: readonly { readonly id: string }[] }[];
}

describe("okc duty", function () {
  this.timeout(90_000);
  let site: RealSite;

  beforeEach(async () => {
    site = await RealSite.make({ more: { duty: "./duty.yaml" } });
    site.write("duty.yaml", DUTY);
    await site.importPeople();
    await site.import("id,name,role\ns-8,老周,staff\n");
  });
  afterEach(() => site.dispose());

  const onDuty = async (): Promise<string[]> => (await site.json<View>("duty")).rotas[0]!.onDuty.map(({ id }) => id);
  const around = (): [string, string] => {
    const text = (at: number): string => siteTimeText(at, "Asia/Shanghai").slice(0, 16);
    return [text(Date.now() - hours(1)), text(Date.now() + days(1))];
  };

  it("shows the week, and changes it for a time by name while the gateway runs", async () => {
    const { stdout } = await site.okc("duty");
    assert.match(stdout, /值班表/);
    const stopped = await site.okc("duty", "override", ...around(), "s-8", "--as", "王芳");
    assert.equal(stopped.code, 69, "a stopped gateway tells nobody");
    await site.start();
    assert.deepEqual(await onDuty(), ["s-1"]);
    const made = await site.okc("duty", "override", ...around(), "s-8", "--as", "王芳");
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /^o1$/m);
    assert.match(made.stdout, /^error +unverified：.* 将无人被通知/m, "s-8 cannot be reached");
    assert.deepEqual(await onDuty(), ["s-8"]);
    assert.match((await site.okc("duty")).stdout, /o1 .*老周 \(s-8\).*王芳/);
    assert.equal((await site.okc("duty", "end", "o1", "--as", "王芳")).code, 0);
    assert.deepEqual(await onDuty(), ["s-1"]);
    const swapped = await site.json<{ override: { instead: { id: string } } }>(
      "duty",
      "swap",
      ...around(),
      "s-1",
      "s-8",
      "--as",
      "王芳",
    );
    assert.equal(swapped.override.instead.id, "s-1");
    assert.deepEqual(await onDuty(), ["s-8"]);
  });

  it("finds gaps of the file as it is now, and the gateway does not start with one that cannot be read", async () => {
    const good = await site.okc("duty", "gaps");
    assert.equal(good.code, 0, good.stdout + good.stderr);
    site.write("duty.yaml", DUTY.replace("people: [s-1]", "people: [s-1], days: [sun, mon, tue, wed, thu, fri]"));
    const gap = await site.okc("duty", "gaps");
    assert.equal(gap.code, 1);
    assert.match(gap.stdout, /^error +unverified: nobody would be called during \[Saturday 00:00–24:00\]/m);
    assert.match((await site.okc("policy", "check")).stdout, /Saturday 00:00–24:00/);
    site.write("duty.yaml", DUTY.replace("people:", "pepole:"));
    const bad = await site.okc("start");
    assert.equal(bad.code, 78);
    assert.match(bad.stderr, /duty\.yaml:4: rotas\[0\]\.layers\[0\]\.pepole: unknown key; allowed: name, people/m);
  });

  it("says how it is used", async () => {
    assert.match((await site.okc("duty", "sing")).stderr, /duty knows gaps, override, swap, end, not sing/);
    assert.match((await site.okc("duty", "override", ...around(), "s-8")).stderr, /duty needs --as/);
  });
});
