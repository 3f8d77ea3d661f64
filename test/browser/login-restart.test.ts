import assert from "node:assert/strict";
import { Desk } from "../support/live-page.ts";
import { RealSite } from "../support/real-site.ts";

const PASSWORD = "月湖社区夜班的密码呀";

describe("a login at the desk of the built gateway", function () {
  this.timeout(60_000);
  const desk = new Desk();
  let site: RealSite;
  before(() => desk.open());
  after(async () => {
    await desk.close();
    await site.dispose();
  });

  it("is made with the code of the command line, and outlives a gateway that is killed", async () => {
    site = await RealSite.make();
    await site.start();
    const { page, complaints } = await desk.page();
    await page.goto(site.url);
    await page.locator("form.setup").waitFor();
    const { code } = await site.json<{ code: string }>("setup-code");
    await page.locator("#code").fill(code);
    await page.locator("#name").fill("王芳");
    await page.locator("#password").fill(PASSWORD);
    await page.locator("#entry button").click();
    await page.locator("#calm").waitFor();
    await site.kill();
    await page.locator("#lost").waitFor();
    await site.start();
    await page.locator("#lost").waitFor({ state: "detached" });
    await page.reload();
    await page.locator("#calm").waitFor();
    assert.match(await page.locator("#who").innerText(), /王芳.*管理员/s);
    await page.locator("#leave").click();
    await page.locator("form.login").waitFor();
    assert.equal((await site.json<{ code: string | null }>("setup-code")).code, null);
    assert.deepEqual(complaints, []);
  });
});
