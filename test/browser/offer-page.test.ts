import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { hours, minutes } from "../../gateway/core/units.ts";
import { Desk, PHONE } from "../support/live-page.ts";
import { accessFaults, CalledSite } from "../support/offer-phone.ts";
import { until } from "../support/until.ts";

const PROBES = readFileSync(new URL("./probes.js", import.meta.url), "utf8")
  .trim()
  .replace(/;$/, "");
/** Buttons that have just changed take no tap for a moment (answer-steps.vue). */
const STEADY_MS = 800;
const LOOK_MS = 5_000;

describe("the page of an offer", function () {
  this.timeout(90_000);
  const phone = new Desk({ ...PHONE, locale: "zh-CN" });
  let called: CalledSite;
  let page: Page;
  let complaints: string[];
  before(() => phone.open());
  after(() => phone.close());
  beforeEach(async () => {
    called = await CalledSite.open();
    ({ page, complaints } = await phone.page());
    await page.clock.install();
  });
  afterEach(async () => {
    await page.context().setOffline(false);
    await page.close();
    await called.site.stop();
    assert.deepEqual(complaints, []);
  });

  const probe = (name: string): Promise<unknown> => page.evaluate(`${PROBES}.${name}()`);
  const shows = (text: string): Promise<void> => page.getByText(text).first().waitFor();
  const text = (): Promise<string> => page.locator("#app").innerText();
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  async function open(place = 0): Promise<void> {
    await page.goto(called.link(place));
    await page.locator(".standing").waitFor();
  }
  /** The page asks anew, as it does every few seconds. */
  async function nextLook(): Promise<void> {
    const asked = page.waitForResponse(/\/api\/offers\/[^/]+$/);
    await page.clock.fastForward(LOOK_MS);
    await asked;
  }
  async function tap(name: string): Promise<void> {
    await button(name).waitFor();
    await page.clock.fastForward(STEADY_MS);
    await button(name).tap();
  }

  it("shows where the wearer is only after the yes, with a link for the telephone's own map", async () => {
    await called.site.press("0000beef", { position: { lat: 29.868912, lon: 121.548345, isFix: true } });
    await open();
    assert.equal(await page.locator(".position").count(), 0);
    await tap("我去");
    const link = page.locator(".position a");
    await link.waitFor();
    assert.equal(await link.innerText(), "29.86891, 121.54834");
    assert.equal(await link.getAttribute("href"), "geo:29.86891,121.54834");
    assert.match(await page.locator(".position").innerText(), /卫星定位.*不到 1 分钟前/s);
    assert.deepEqual(await accessFaults(page), []);
  });

  it("goes with one thumb from the call to the end: seen, accepted, on the way, arrived, left", async () => {
    await open();
    for (const shown of [
      "紧急呼叫",
      "不到 1 分钟前",
      "您能去看看吗？",
      "李奶奶",
      "1号楼 1单元 101",
      "目前没有别人答应前往",
    ])
      assert.ok((await text()).includes(shown), shown);
    for (const hidden of ["门垫下", "高血压", "13800000001"]) assert.ok(!(await text()).includes(hidden), hidden);
    await tap("我去");
    await shows("您已答应前往");
    for (const shown of ["门垫下", "高血压", "13800000001"]) assert.ok((await text()).includes(shown), shown);
    await tap("我出发了");
    await shows("您在路上");
    await tap("我到了");
    await shows("您已到达");
    assert.equal(called.alarm.state, "attending");
    await tap("我离开了");
    await shows("您已离开");
    for (const personal of ["李奶奶", "门垫下", "13800000001"]) assert.ok(!(await text()).includes(personal), personal);
    assert.deepEqual(await called.history(), ["seen", "accepted", "enroute", "arrived", "left"]);
    assert.equal(await page.locator(".steps button").count(), 0);
  });

  it("is seen by a touch anywhere on it, and by nothing that a program does", async () => {
    await open();
    await page.evaluate(`
      for (const kind of ["pointerup", "touchend", "keydown", "click"]) document.body.dispatchEvent(new Event(kind, { bubbles: true }));
      window.scrollTo(0, 100);
    `);
    await nextLook();
    assert.equal(called.offer().state, "queued");
    await page.locator("h1").tap();
    await called.stands("seen");
    await page.locator("h1").tap();
    assert.deepEqual(await called.history(), ["seen"]);
  });

  it("takes a refusal, and a change of mind either way", async () => {
    await open();
    await tap("我去不了");
    await shows("您回复了：去不了");
    await tap("我还是能去");
    await shows("您已答应前往");
    await tap("我去不了了");
    await shows("您回复了：去不了");
    assert.deepEqual(await called.history(), ["seen", "declined", "accepted", "declined"]);
  });

  it("takes the second of a double tap for the same answer, not for the button that came under the thumb", async () => {
    await open();
    // The moment the buttons change, the one under the thumb is tapped again.
    await page.evaluate(`
      const steps = document.querySelector(".steps");
      new MutationObserver(() => steps.querySelector("button").click()).observe(steps, { childList: true });
    `);
    const { x, y, width, height } = (await button("我去").boundingBox())!;
    for (let taps = 0; taps < 2; taps++) await page.touchscreen.tap(x + width / 2, y + height / 2);
    await shows("您已答应前往");
    await open();
    assert.deepEqual(await called.history(), ["seen", "accepted"]);
  });

  it("shows who else is coming and how far they are, and who has taken the call", async () => {
    await called.site.clock.forward(minutes(2));
    const family = called.alarm.offers.findIndex(({ leg }) => leg === "family");
    await called.answer(family, "enroute");
    await open(family === 0 ? 1 : 0);
    assert.match(await text(), /李女儿 家属 · 在路上/);
    await called.answer(family, "arrive");
    await page.getByText("李女儿 家属 · 已到达").waitFor();
  });

  it("says who made it needless: accepted, taken, resolved", async () => {
    await called.answer(1, "accept");
    await open(0);
    await shows("志愿者3已答应前往，不用您去了");
    assert.equal(await page.locator(".steps button").count(), 0);
    assert.ok(!(await text()).includes("李奶奶"));
    await open(1);
    await shows("您已答应前往");
    await called.act("resolve", { outcome: "helped-on-site" });
    await shows("the staff已处理完毕");
    assert.ok(!(await text()).includes("门垫下"));
  });

  it("says that the desk has taken care of it, and refuses an answer that came too late", async () => {
    await open();
    await page.route("**/api/offers/*", (route) => route.abort());
    await called.act("take");
    await tap("我去");
    await shows("您的回复没有生效");
    await page.unroute("**/api/offers/*");
    await shows("the staff已接手，不用您去了");
    assert.deepEqual(
      (await called.history()).filter((state) => state === "accepted"),
      [],
    );
  });

  it("lets whoever is there say that they leave, after it was resolved", async () => {
    await called.answer(0, "arrive");
    await called.act("resolve", { outcome: "helped-on-site" });
    await open();
    await shows("离开时请点下面");
    await tap("我离开了");
    await called.stands("left");
  });

  it("keeps an answer that the network swallows, says so, and sends it when it can", async () => {
    await open();
    await page.context().setOffline(true);
    await tap("我去");
    await shows("还没有发出：我去");
    await shows("正在重试");
    assert.ok((await text()).includes("您能去看看吗？"), "no false calm");
    assert.ok(!(await text()).includes("您已答应前往"));
    await page.context().setOffline(false);
    await shows("您已答应前往");
    assert.equal(await page.getByText("还没有发出").count(), 0);
    assert.deepEqual(await called.history(), ["seen", "accepted"]);
  });

  it("keeps it over a reload too, and is one answer where only the reply was lost", async () => {
    await open();
    await page.route("**/answer", async (route) => {
      await route.fetch();
      await route.abort();
    });
    await tap("我去");
    await shows("还没有发出：我去");
    await page.unroute("**/answer");
    await page.reload();
    await shows("您已答应前往");
    assert.deepEqual(await called.history(), ["seen", "accepted"]);
  });

  it("takes no page of a captive portal for the gateway's answer", async () => {
    await open();
    const portal = { status: 200, contentType: "text/html", body: "<h1>Free Wi-Fi</h1>" };
    await page.route("**/api/**", (route) => route.fulfill(portal));
    await tap("我去");
    await shows("还没有发出：我去");
    await page.unroute("**/api/**");
    await called.stands("accepted");
  });

  it("says how old what it shows is, once the gateway is silent", async () => {
    await open();
    await page.context().setOffline(true);
    await shows("没有连上网络，下面是");
  });

  it("is calm, with nothing personal, once the alarm was closed for a day", async () => {
    const link = called.link();
    await called.act("resolve", { outcome: "helped-on-site" });
    await called.act("close");
    await called.site.clock.forward(hours(24));
    await page.goto(link);
    await shows("这次求助已结束");
    for (const personal of ["李奶奶", "1号楼", "志愿者", "the staff"]) assert.ok(!(await text()).includes(personal));
  });

  it("says that the link is broken, where its token is wrong or lost on the way", async () => {
    for (const end of ["", `#${"x".repeat(43)}`, "#short"]) {
      await page.goto("about:blank");
      await page.goto(called.link().replace(/#.*/, end));
      await shows("链接不完整");
    }
  });

  it("has text of 18 px, main buttons of 60 px, and nothing to scroll sideways, at twice the text size too", async () => {
    await called.answer(0, "accept");
    await open();
    const lowButtons = () =>
      page
        .locator(".steps button, a.phone")
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height).filter((height) => height < 60));
    const sizes = await page.locator(".steps button, a.phone").count();
    assert.ok(sizes >= 5, `${sizes} main buttons`);
    assert.deepEqual(await probe("smallTexts"), []);
    assert.deepEqual(await lowButtons(), []);
    assert.equal(await probe("fitsAcross"), true);
    await page.evaluate(`document.documentElement.style.fontSize = "250%"`);
    assert.equal(await probe("fitsAcross"), true);
    // Such buttons would hide most of what there is to read.
    await page.locator(".steps.tall").waitFor();
    await page.locator("a.phone").last().scrollIntoViewIfNeeded();
    await button("我出发了").tap();
    await called.stands("enroute");
  });

  it("meets WCAG 2.2 AA in both languages, in every standing", async () => {
    await open();
    for (const language of ["中文", "English"]) {
      const other = page.getByRole("button", { name: language, exact: true });
      if ((await other.count()) > 0) await other.tap();
      assert.deepEqual(await accessFaults(page), [], language);
    }
    await shows("Can you go and look?");
    assert.equal(await page.evaluate("document.documentElement.lang"), "en");
    await page.context().setOffline(true);
    await tap("I will come");
    await shows("Not yet sent: I will come");
    assert.deepEqual(await accessFaults(page), []);
    await page.context().setOffline(false);
    await shows("You said that you will come");
    assert.deepEqual(await accessFaults(page), []);
    await page.getByRole("button", { name: "中文", exact: true }).tap();
    await shows("您已答应前往");
    assert.deepEqual(await accessFaults(page), []);
    await page.goto(`${called.site.url}/o/x`);
    await shows("链接不完整");
    assert.deepEqual(await accessFaults(page), []);
  });

  it("asks nothing of a telephone that its browser of 2020 has not", async () => {
    await open();
    const scripts = (await page.evaluate(
      "[...document.querySelectorAll('script, link[rel=modulepreload]')].map(({ src, href }) => src || href)",
    )) as string[];
    assert.ok(scripts.length > 0);
    for (const url of scripts) {
      const code = await (await fetch(url)).text();
      const newer = /\.(findLast(Index)?|replaceAll|at|hasOwn|groupBy)\(|structuredClone\(/g;
      assert.deepEqual(code.match(newer), null, url);
    }
  });

  it("keeps nothing of the call on the phone", async () => {
    await open();
    await tap("我去");
    await shows("您已答应前往");
    await until("nothing is pending", () => called.offer().state === "accepted");
    const kept = await page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])");
    for (const personal of ["李奶奶", "门垫下", "13800000001", "accept"]) assert.ok(!String(kept).includes(personal));
  });
});
