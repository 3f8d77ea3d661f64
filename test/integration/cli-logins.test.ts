import assert from "node:assert/strict";
import { RealSite } from "../support/real-site.ts";

const PASSWORD = "月湖社区夜班的密码呀";
const HEADERS = { "content-type": "application/json", "x-okc-page": "test" };

describe("okc logins", function () {
  this.timeout(60_000);
  let site: RealSite;
  before(async () => {
    site = await RealSite.make();
  });
  after(() => site.dispose());

  const type = (stdin: string, ...args: string[]) => site.okcFed(stdin, ...args);
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${site.url}${path}`, { method: "POST", headers: HEADERS, body: JSON.stringify(body) });
  const status = async (cookie: string): Promise<number> =>
    (await fetch(`${site.url}/api/alarms`, { headers: { cookie } })).status;

  it("says at the start how the first administrator is made, and again when asked", async () => {
    await site.start();
    const { code } = await site.json<{ code: string }>("setup-code");
    assert.ok(site.log.includes(`set-up code ${code}`), site.log);
    assert.match((await site.okc("logins")).stdout, /nobody may log in yet/);
    const made = await post("/api/setup", { code, name: "王芳", password: PASSWORD });
    assert.equal(made.status, 200);
    assert.match((await site.okc("setup-code")).stdout, /made already/);
  });

  it("keeps a session over kill -9, and the set-up is over after it too", async () => {
    const { headers } = await post("/api/session", { name: "王芳", password: PASSWORD });
    const cookie = headers.get("set-cookie")!.split(";")[0]!;
    assert.equal(await status(cookie), 200);
    await site.kill();
    const before = site.log.length;
    await site.start();
    assert.equal(await status(cookie), 200);
    assert.doesNotMatch(site.log.slice(before), /set-up code/);
  });

  for (const runs of [true, false])
    describe(`while the gateway ${runs ? "runs" : "is stopped"}`, () => {
      const name = runs ? "李强" : "赵敏";
      before(async () => {
        if (!runs) await site.stop();
      });

      it("adds with a password from standard input, changes, removes, and lists", async () => {
        const added = await type("李强自己想的密码一个\n", "logins", "add", name, "--role", "staff");
        assert.deepEqual([added.code, added.stderr], [0, ""]);
        assert.match(added.stdout, new RegExp(`${name} +staff`));
        assert.equal((await type("另外一个密码另外一个\n", "logins", "passwd", name)).code, 0);
        const { logins } = await site.json<{ logins: object[] }>("logins");
        assert.deepEqual(logins, [
          { name: "王芳", role: "administrator" },
          { name, role: "staff" },
        ]);
        assert.equal((await site.okc("logins", "remove", name)).code, 0);
      });

      it("refuses a short password, an unknown role, a name that is not there, and a password as an argument", async () => {
        const short = await type("short\n", "logins", "add", name, "--role", "staff");
        assert.equal(short.code, 2);
        assert.match(short.stderr, /5 characters; it needs 10/);
        assert.equal((await type("x\n", "logins", "add", name, "--role", "boss")).code, 2);
        assert.equal((await type(`${PASSWORD}\n`, "logins", "passwd", "没有")).code, 1);
        assert.equal((await type("", "logins", "add", name, PASSWORD, "--role", "staff")).code, 2);
        assert.match((await type("", "logins", "add", name, "--role", "staff")).stderr, /no password came/);
      });
    });
});
