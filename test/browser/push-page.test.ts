import assert from "node:assert/strict";
import type { CDPSession, Page } from "playwright-core";
import { HttpSite, tokenOf } from "../support/http-site.ts";
import { Desk, PHONE } from "../support/live-page.ts";
import { accessFaults } from "../support/offer-phone.ts";

interface Shown {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  readonly stays: boolean;
  readonly link: string | null;
}

/** What stands on the screen, as the worker's registration knows it. */
const SHOWN = `(async () => {
  const registration = await navigator.serviceWorker.getRegistration("/notify/");
  return (await registration.getNotifications()).map(({ title, body, tag, requireInteraction: stays, data }) =>
    ({ title, body, tag, stays, link: data.link }));
})()`;
const REGISTER = `navigator.serviceWorker.register("/notify/worker.js", { scope: "/notify/" }).then((one) =>
  one.active ?? new Promise((done) => (one.installing ?? one.waiting).addEventListener("statechange", (event) =>
    event.target.state === "activated" && done()))).then(() => undefined)`;

describe("notifications on a phone", function () {
  this.timeout(90_000);
  const phone = new Desk({ ...PHONE, locale: "zh-CN", permissions: ["notifications"] });
  let site: HttpSite;
  let page: Page;
  let complaints: string[];
  before(() => phone.open());
  after(() => phone.close());
  beforeEach(async () => {
    site = await new HttpSite({ push: true, publicUrl: "https://okc.example.org" }).start();
    ({ page, complaints } = await phone.page());
  });
  afterEach(async () => {
    await page.close();
    await site.stop();
    assert.deepEqual(complaints, []);
  });

  async function openInvitation(): Promise<void> {
    const asked = await site.as("supervisor", "/api/responders/v-1/push-link", { method: "POST", body: {} });
    const { link } = asked.body as { link: string };
    await page.goto(link.replace("https://okc.example.org", site.url));
    await page.getByRole("heading", { name: "志愿者1 接收呼叫通知" }).waitFor();
  }

  it("are offered to the person whose link it is, and asked for by a touch only", async () => {
    await openInvitation();
    await page.getByRole("button", { name: "打开通知" }).waitFor();
    assert.equal(await page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)"), 0);
    assert.deepEqual(await accessFaults(page), []);
    // This browser has no push service on this machine: that is said, and nothing is called on.
    await page.getByRole("button", { name: "打开通知" }).tap();
    await page.getByText("没有成功").waitFor({ timeout: 60_000 });
    assert.ok(site.app.state.contacts.get("v-1")!.every(({ channel }) => channel !== "push"));
  });

  it("are offered on the page of a call too, below what matters", async () => {
    await site.press();
    const { offer } = site.phones.messages.find(({ type }) => type === "offer")!;
    await page.goto(`${site.url}/o/${offer.id}#${tokenOf(offer.id)}`);
    await page.getByRole("button", { name: "打开通知" }).waitFor();
    assert.ok(await page.getByRole("button", { name: "我去", exact: true }).isVisible());
    assert.deepEqual(await accessFaults(page), []);
  });

  it("say on an iPhone that the page must stand on the home screen first, and elsewhere where it can be opened", async () => {
    await page.addInitScript("delete window.PushManager");
    await openInvitation();
    await page.getByText("不支持通知").waitFor();
    await page.addInitScript(
      `Object.defineProperty(navigator, "userAgent", { get: () => "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X)" })`,
    );
    await page.reload();
    await page.getByText("添加到主屏幕").waitFor();
    const manifest = await page.getAttribute('link[rel="manifest"]', "href");
    const answer = await site.ask(manifest!);
    assert.deepEqual([answer.status, (answer.body as { display: string }).display], [200, "standalone"]);
  });

  it("say that a link is no longer good", async () => {
    await page.goto(`${site.url}/notify/abc#${"x".repeat(43)}`);
    await page.getByRole("heading", { name: /链接已失效/ }).waitFor();
  });

  describe("by the worker", () => {
    let cdp: CDPSession;
    let registrationId: string;

    beforeEach(async () => {
      await openInvitation();
      cdp = await page.context().newCDPSession(page);
      const known = new Promise<string>((resolve) =>
        cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
          // The browser remembers those of other sites.
          const ours = registrations.find(({ scopeURL }) => scopeURL.startsWith(site.url));
          if (ours) resolve(ours.registrationId);
        }),
      );
      await cdp.send("ServiceWorker.enable");
      await page.evaluate(REGISTER);
      registrationId = await known;
    });

    const push = (data: string): Promise<unknown> =>
      cdp.send("ServiceWorker.deliverPushMessage", { origin: site.url, registrationId, data });
    const shown = (): Promise<Shown[]> => page.evaluate(SHOWN);
    /** Sent again until it is there: a worker that is just being kept takes none yet. The same again changes nothing. */
    async function shownAfter(data: string, title: string): Promise<Shown[]> {
      for (let looks = 0; ; looks++) {
        if (looks % 25 === 0) await push(data);
        const all = await shown();
        if (all.some((one) => one.title === title)) return all;
        await page.waitForTimeout(20);
      }
    }

    it("show the call until somebody touches it, and in its place that it is taken care of", async () => {
      const link = `${site.url}/o/o1#t`;
      const call = { type: "offer", title: "【一键通】紧急呼叫", body: "李奶奶，1号楼 1 101。", tag: "o1", link };
      assert.deepEqual(await shownAfter(JSON.stringify(call), call.title), [
        { title: call.title, body: call.body, tag: "o1", stays: true, link },
      ]);
      const end = { ...call, type: "withdrawn", title: "【一键通】不用去了：紧急呼叫", body: "（王芳已接手）" };
      assert.deepEqual(await shownAfter(JSON.stringify(end), end.title), [
        { title: end.title, body: end.body, tag: "o1", stays: false, link },
      ]);
    });

    it("show something even of what cannot be read", async () => {
      assert.match((await shownAfter("garbage", "一键通 One-Key Call"))[0]!.body, /请给社区打电话/);
    });
  });
});
