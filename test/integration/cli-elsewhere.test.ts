import assert from "node:assert/strict";
import type { AlarmView } from "../../gateway/core/alarm-view.ts";
import type { Role } from "../../gateway/core/kinds.ts";
import { okc, type Said } from "../support/okc-command.ts";
import { RealSite } from "../support/real-site.ts";

describe("okc on another machine", function () {
  this.timeout(60_000);
  let site: RealSite;
  const tokens = new Map<Role, string>();

  before(async () => {
    site = await RealSite.make();
    await site.importPeople();
    await site.start();
    for (const role of ["administrator", "operator", "technician", "viewer"] as const) {
      const { token } = await site.json<{ token: string }>("token", "create", "--role", role, "--as", `the ${role}`);
      tokens.set(role, token);
    }
    const pendant = await site.mqttPendant("p-17");
    await pendant.heard(pendant.press().counter);
  });
  after(() => site.dispose());

  const as = (role: Role, ...words: string[]): Promise<Said> =>
    okc([...words, "--url", site.url, "--token", tokens.get(role)!]);

  it("sees with a token what its role may see", async () => {
    const seen = async (role: Role): Promise<AlarmView> => {
      const { code, stdout, stderr } = await as(role, "alarms", "--json");
      assert.equal(code, 0, stderr);
      return (JSON.parse(stdout) as { alarms: AlarmView[] }).alarms[0]!;
    };
    assert.equal((await seen("operator")).home!.phone, "13800000003");
    const home: object = (await seen("viewer")).home!;
    assert.deepEqual(Object.keys(home), ["name", "building", "unit", "room"]);
  });

  it("takes the token from OKC_TOKEN as well, where ps does not show it", async () => {
    const said = await okc(["alarms", "--url", site.url], { env: { OKC_TOKEN: tokens.get("viewer")! } });
    assert.equal(said.code, 0);
    assert.match(said.stdout, /张阿姨/);
  });

  it("is refused what its role may not do, with one line, and nothing is done", async () => {
    for (const [role, words] of [
      ["viewer", ["take", "1"]],
      ["viewer", ["residents"]],
      ["operator", ["token", "create", "--role", "administrator", "--as", "me"]],
      ["technician", ["take", "1"]],
      ["technician", ["residents", "--hotline-csv"]],
    ] as const) {
      const said = await as(role, ...words);
      assert.equal(said.code, 1, words.join(" "));
      assert.match(said.stderr, new RegExp(`^okc: ${role} may not (GET|POST) /api/\\S+; allowed: .*\\n$`));
      assert.equal(said.stdout, "");
    }
    assert.equal((await site.alarms())[0]!.owner, null);
  });

  it("acts under the name of the token", async () => {
    const said = await as("operator", "take", "1");
    assert.equal(said.code, 0, said.stderr);
    assert.equal((await site.alarms())[0]!.owner, "the operator");
  });

  it("imports as a technician and makes accounts as an administrator", async () => {
    const file = site.write("more.csv", "id,name,building,account,zone\nr-9,新居民,1号楼,1234,009\n");
    assert.equal((await as("technician", "import", file)).code, 0);
    const account = await as("administrator", "accounts", "add", "far-1", "--bridge", "mqtt", "--json");
    assert.deepEqual(Object.keys(JSON.parse(account.stdout) as object), ["user", "password"]);
  });

  it("may make a backup, but not choose where on the gateway's machine", async () => {
    assert.equal((await as("administrator", "backup")).code, 0);
    const said = await as("administrator", "backup", "/tmp/elsewhere.db");
    assert.equal(said.code, 1);
    assert.match(said.stderr, /own machine only/);
  });

  it("a wrong token, none, or nobody there are told apart", async () => {
    const wrong = await okc(["alarms", "--url", site.url, "--token", "okc_wrong"]);
    assert.deepEqual(
      [wrong.code, wrong.stderr],
      [1, "okc: this token is not known here; make one with okc token create\n"],
    );
    const none = await okc(["alarms", "--url", site.url]);
    assert.equal(none.code, 2);
    assert.match(none.stderr, /^okc: --url needs --token TOKEN \(or the variable OKC_TOKEN\)\n/);
    const nobody = await okc(["alarms", "--url", "http://127.0.0.1:1", "--token", "okc_x"]);
    assert.deepEqual([nobody.code, nobody.stderr], [69, "okc: http://127.0.0.1:1 cannot be reached (ECONNREFUSED)\n"]);
    const watching = await okc(["watch", "--url", site.url, "--token", "okc_wrong"]);
    assert.equal(watching.code, 1);
    assert.match(watching.stderr, /this token is not known here/);
  });

  it("an address that is none, or is not a gateway's, is said", async () => {
    const word = await okc(["alarms", "--url", "gateway", "--token", "x"]);
    assert.equal(word.code, 2);
    assert.match(word.stderr, /^okc: --url gateway: must begin with http:\/\/ or https:\/\/\n/);
    const phones = new URL(site.phones.url).origin;
    const other = await okc(["alarms", "--url", phones, "--token", "x"]);
    assert.equal(other.code, 1);
    assert.match(other.stderr, /^okc: .*\n$/);
  });

  it("restore and press are refused: they are about files of this machine", async () => {
    for (const words of [
      ["restore", "x.db"],
      ["press", "p-17"],
    ]) {
      const said = await as("administrator", ...words);
      assert.equal(said.code, 2);
      assert.match(said.stderr, /works on the gateway's own machine only/);
    }
  });
});
