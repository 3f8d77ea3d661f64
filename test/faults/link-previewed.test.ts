import assert from "node:assert/strict";
import { tokenOf } from "../support/http-site.ts";
import { Desk, PHONE } from "../support/live-page.ts";
import { CalledSite } from "../support/offer-phone.ts";

/** Those that fetch a link before anybody has tapped it. */
const PREVIEWERS = [
  "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0 WeChat",
  "WhatsApp/2.23 A",
  "TelegramBot (like TwitterBot)",
  "facebookexternalhit/1.1",
  "Slackbot-LinkExpanding 1.0",
];

/** How often the page asks what is new. */
const LOOK_MS = 5_000;

describe("a link that a messenger previews", function () {
  this.timeout(60_000);
  let called: CalledSite;
  let before: string;
  beforeEach(async () => {
    called = await CalledSite.open();
    before = await standing();
  });
  afterEach(async () => {
    const after = await standing();
    await called.site.stop();
    assert.equal(after, before, "nothing was seen, accepted or changed");
  });

  /** All that the gateway knows of the alarm, and all that it has ever written down. */
  const standing = async (): Promise<string> =>
    JSON.stringify([called.alarm, (await called.site.office.readAfter(0, 1_000)).length]);

  it("shows the same empty page to every one, whatever the offer, and asks not to be kept or found", async () => {
    const { pathname } = new URL(called.link());
    const pages = new Set<string>();
    for (const agent of PREVIEWERS)
      for (const path of [pathname, "/o/memory22-99.o9", "/o/x"]) {
        const { status, text, headers } = await called.site.ask(path, { headers: { "user-agent": agent } });
        assert.equal(status, 200);
        assert.equal(headers["cache-control"], "no-store");
        assert.match(String(headers["x-robots-tag"]), /noindex/);
        assert.equal(headers["set-cookie"], undefined);
        assert.equal(headers["referrer-policy"], "no-referrer");
        pages.add(text);
      }
    assert.equal(pages.size, 1);
    for (const personal of ["李奶奶", "1号楼", tokenOf(called.offer().id)])
      assert.ok(![...pages][0]!.includes(personal));
  });

  it("is not changed by HEAD, nor by a GET of all that the page asks for, with the token", async () => {
    const { id } = called.offer();
    const head = await fetch(called.link(), { method: "HEAD" });
    assert.equal(head.status, 200);
    assert.equal(await head.text(), "");
    for (const path of [`/api/offers/${id}`, `/api/offers/${id}/answer`])
      for (let turn = 0; turn < 3; turn++)
        assert.equal((await called.site.ask(path, { token: tokenOf(id) })).status, 200);
  });

  it("is not seen by a browser that nobody touches: scripts run, timers fire, the page is scrolled, events are faked", async () => {
    const browser = await new Desk({ ...PHONE, locale: "zh-CN" }).open();
    try {
      const { page, complaints } = await browser.page();
      await page.clock.install();
      await page.goto(called.link());
      await page.getByText("您能去看看吗？").waitFor();
      await page.evaluate(`
        for (const kind of ["pointerdown", "pointerup", "touchend", "keydown", "visibilitychange"])
          document.querySelector("h1").dispatchEvent(new Event(kind, { bubbles: true }));
        window.scrollTo(0, document.body.scrollHeight);
      `);
      for (let looks = 0; looks < 3; looks++) {
        const asked = page.waitForResponse(/\/api\/offers\/[^/]+$/);
        await page.clock.fastForward(LOOK_MS);
        await asked;
      }
      await page.screenshot();
      await page.reload();
      await page.getByText("您能去看看吗？").waitFor();
      assert.deepEqual(complaints, []);
    } finally {
      await browser.close();
    }
  });
});
