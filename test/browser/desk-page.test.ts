import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import type { Clock } from "../../gateway/ports/clock.ts";
import { PROOF_GOOD_MS } from "../../gateway/app/desk-watch.ts";
import { DESK_PATH } from "../../gateway/core/desk-path.ts";
import { seconds } from "../../gateway/core/units.ts";
import { HttpSite } from "../support/http-site.ts";
import { createBeatingClock, Desk } from "../support/live-page.ts";
import { accessFaults } from "../support/offer-phone.ts";
import { SseClient } from "../support/sse-client.ts";
import { TestClock } from "../support/test-clock.ts";
import { until } from "../support/until.ts";

const PROBES = readFileSync(new URL("./probes.js", import.meta.url), "utf8")
  .trim()
  .replace(/;$/, "");
const EARS = readFileSync(new URL("./ears.js", import.meta.url), "utf8");

/** The page promises to say within this that the gateway is lost. */
const LOST_WITHIN_MS = seconds(5);
/** Within what the page lets the gateway be silent. */
const STEP_MS = seconds(4);
const PASSWORD = "月湖社区夜班的密码呀";

/** What `ears.js` heard. */
interface Heard {
  readonly notes: readonly { readonly at: number; readonly pitch: number; readonly peak: number }[];
  readonly beats: number;
  readonly spoken: readonly { readonly text: string; readonly lang: string }[];
}

describe("the desk's page", function () {
  this.timeout(60_000);
  const desk = new Desk();
  let site: HttpSite;
  let page: Page;
  let complaints: string[];
  const others: Page[] = [];
  before(() => desk.open());
  after(() => desk.close());
  afterEach(async () => {
    for (const other of others.splice(0)) await other.close();
    await page.close();
    await site.stop();
    assert.deepEqual(complaints, []);
  });

  async function build(options: { demo?: boolean; quick?: boolean } = {}): Promise<void> {
    const { quick = false, demo = false } = options;
    const testClock = new TestClock(Date.now());
    const clock: Clock = createBeatingClock(testClock);
    site = await new HttpSite({ demo, testClock, clock }).start();
    ({ page, complaints } = await desk.page());
    await page.addInitScript(EARS);
    if (quick) await page.clock.install();
  }

  /** Time passes quicker for the page, where `quick`; the gateway speaks in between, so that it is not lost. */
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      const { beats } = await heard();
      site.app.raiseFault("line:a", "line-down", `unplugged ${passed}; plug it in`);
      await site.clock.forward(seconds(1));
      while ((await heard()).beats === beats) await site.ask("/healthz");
      await page.clock.runFor(STEP_MS);
    }
  }

  async function open(options: { demo?: boolean; role?: "operator" | "viewer" } = {}): Promise<void> {
    const { role = "operator", ...more } = options;
    await build(more);
    await page.goto(`${site.url}/#token=${await site.token(role)}`);
    await page.locator("#calm").waitFor();
  }

  const detail = () => page.locator(".detail");
  const row = (number: number) => page.locator(`.row[data-alarm$="-${number}"]`);
  /** What one of `probes.js` finds in the page. */
  const probe = (name: string): Promise<unknown> => page.evaluate(`${PROBES}.${name}()`);
  const heard = (): Promise<Heard> => page.evaluate("window.heard");
  /** Without those of a lost gateway, which are lower. */
  const alarmNotes = async () => (await heard()).notes.filter(({ pitch }) => pitch > 500);
  const alarm = () => [...site.app.state.alarms.values()].at(-1)!;
  const resolve = async (outcome: string, note = ""): Promise<void> => {
    await detail().locator("button.resolve").click();
    await detail().locator(`[data-outcome=${outcome}]`).click();
    await detail().locator(".outcome-note").fill(note);
    await detail().locator("button.confirm-resolve").click();
  };

  describe("who may see it", () => {
    it("asks for the first administrator, refuses a wrong code, and never asks again", async () => {
      await build();
      await page.goto(site.url);
      await page.locator("form.setup").waitFor();
      const fill = async (code: string): Promise<void> => {
        await page.locator("#code").fill(code);
        await page.locator("#name").fill("王芳");
        await page.locator("#password").fill(PASSWORD);
        await page.locator("#entry button").click();
      };
      await fill("AAAA-BBBB-CCCC");
      await page.getByText("设置码不对").waitFor();
      await fill((await site.askLocally("/api/setup-code")).body.code as string);
      await page.locator("#calm").waitFor();
      assert.match(await page.locator("#who").innerText(), /王芳.*管理员/s);
      await page.locator("#leave").click();
      await page.locator("form.login").waitFor();
      assert.equal(await page.locator("#code").count(), 0);
    });

    it("logs in by name and password, stays so over a restart of the gateway, and logs out", async () => {
      await build();
      await site.office.logins.add("李强", "staff", PASSWORD);
      await page.goto(site.url);
      await page.locator("form.login").waitFor();
      assert.deepEqual(
        [
          await page.locator("#name").getAttribute("autocomplete"),
          await page.locator("#password").getAttribute("autocomplete"),
        ],
        ["username", "current-password"],
      );
      await page.locator("#name").fill("李强");
      await page.locator("#password").fill("不是这个密码不是这个");
      await page.locator("#entry button").click();
      await page.getByText("姓名或密码不对").waitFor();
      assert.equal(await page.locator("#name").inputValue(), "李强");
      await page.locator("#password").fill(PASSWORD);
      await page.keyboard.press("Enter");
      await page.locator("#calm").waitFor();
      const { hostname, port } = new URL(site.url);
      await site.server.stop();
      await page.locator("#lost").waitFor();
      await site.restartServer({ host: hostname, port: Number(port) });
      await page.locator("#lost").waitFor({ state: "detached" });
      await page.reload();
      await page.locator("#calm").waitFor();
      await page.locator("#leave").click();
      await page.locator("form.login").waitFor();
      await page.reload();
      await page.locator("form.login").waitFor();
    });

    it("takes the token of a link out of the address bar, and opens with one click", async () => {
      await open({ demo: true });
      assert.equal(new URL(page.url()).hash, "");
      assert.match(await page.locator("#who").innerText(), /the operator/);
      assert.ok(await page.locator("#demo").isVisible());
      assert.equal(await probe("kept"), 0);
    });

    it("lets a viewer look and touch nothing", async () => {
      await open({ role: "viewer" });
      await site.press();
      await detail().waitFor();
      assert.equal(await detail().locator("button, input").count(), 0);
      assert.doesNotMatch(await detail().innerText(), /门垫下|13800000001|李女儿/);
    });
  });

  describe("an alarm", () => {
    it("shows a press at once: who, where, what to know, hotline and offers in honest words", async () => {
      await open();
      await site.press();
      await row(1).waitFor({ timeout: seconds(5) });
      const text = await detail().innerText();
      for (const shown of [
        "紧急呼叫",
        "李奶奶",
        "1号楼 1单元 101",
        "高血压",
        "门垫下",
        "李女儿",
        "卧室",
        "还没有人接警",
      ])
        assert.ok(text.includes(shown), `${shown} in ${text}`);
      assert.equal(await detail().locator("a.phone").first().getAttribute("href"), "tel:13800000001");
      const { key } = site.hotline.messages[0]!;
      site.hotline.sink!.receipt({ key, status: "sent", at: site.clock.now() });
      await site.clock.forward(seconds(1));
      await detail().getByText("已发出，未确认").waitFor();
      site.hotline.sink!.receipt({ key, status: "received", at: site.clock.now() });
      await site.clock.forward(seconds(1));
      await detail().locator(".hotline", { hasText: "不等于有人接听" }).waitFor();
    });

    it("shows where the wearer is, to be copied, and an alarm of unknown cause as one to look after", async () => {
      await open();
      await site.press("0000beef", { position: { lat: 29.868912, lon: 121.548345, isFix: false } });
      await detail().waitFor();
      assert.equal(await detail().locator(".position code").innerText(), "29.86891, 121.54834");
      assert.match(await detail().locator(".position").innerText(), /最后已知或估计的位置.*WGS-84/s);
      assert.equal(await detail().locator(".position a").count(), 0);
      await site.press("0000cafe", { kind: "other", press: null, unclear: "alarm 0x2f" });
      await row(2).click();
      await detail().locator(".unclear").waitFor();
      assert.equal(await detail().locator(".unclear").innerText(), "alarm 0x2f");
      assert.match(await detail().locator(".flag.check").innerText(), /原因不明/);
      assert.deepEqual(await accessFaults(page), []);
    });

    it("shows the alarm first that the hotline's link names, whichever is more urgent", async () => {
      await open();
      await site.press("0000beef");
      await site.press("0000cafe");
      await row(2).waitFor();
      await page.goto(`${site.url}/#alarm=${alarm().id}`);
      await page.reload();
      await page.locator(".detail[data-alarm$='-2']").waitFor();
    });

    it("counts since the press, and since nobody has had it", async () => {
      await build({ quick: true });
      await page.goto(`${site.url}/#token=${await site.token("operator")}`);
      await page.locator("#calm").waitFor();
      await site.press();
      await row(1).waitFor();
      await pass(seconds(64));
      assert.match(await detail().locator(".clocks").innerText(), /1:0\d[\s\S]*1:0\d/);
      assert.match(await row(1).innerText(), /1:0\d[\s\S]*无人接警 1:0\d/);
    });

    it("is taken, noted, attended and resolved end to end", async () => {
      await open();
      await site.press();
      await detail().locator("button.take").click();
      await detail().getByText("接警人：the operator").waitFor();
      assert.equal(await detail().locator("button.take").count(), 0);
      await detail().locator(".note-form input").fill("已打电话");
      await page.keyboard.press("Enter");
      await detail().locator(".story .note", { hasText: "the operator：已打电话" }).waitFor();
      assert.equal(await detail().locator(".note-form input").inputValue(), "");
      await detail().locator("button.arrive").click();
      await detail().locator(".arrival").waitFor();
      assert.equal(await detail().locator("button.confirm-resolve").count(), 0, "an outcome is chosen first");
      await resolve("helped-on-site", "扶起来了，没有受伤");
      await page.locator("#calm").waitFor();
      assert.deepEqual(
        alarm().notes.map(({ text }) => text),
        ["已打电话", "扶起来了，没有受伤"],
      );
      assert.deepEqual(
        [alarm().state, alarm().outcome, alarm().resolvedBy],
        ["resolved", "helped-on-site", "the operator"],
      );
    });

    it("is given back", async () => {
      await open();
      await site.press();
      await detail().locator("button.take").click();
      await detail().locator("button.release").click();
      await detail().getByText("还没有人接警").waitFor();
    });

    it("verifies a cancel only where one was asked for", async () => {
      await open();
      await site.press();
      await detail().waitFor();
      assert.equal(await detail().locator("button.verify-cancel").count(), 0);
      await site.press("0000beef", { kind: "cancel" });
      await row(1).getByText("请求取消，须核实").waitFor();
      await detail().locator("button.verify-cancel").click();
      await detail().getByText("取消已核实").waitFor();
      assert.equal(await detail().locator("button.verify-cancel").count(), 0);
      assert.equal(await row(1).locator(".check").count(), 0);
    });

    it("shows on the other desk who took it", async () => {
      await open();
      const second = await desk.page(true);
      others.push(second.page);
      await second.page.goto(`${site.url}/#token=${await site.token("staff")}`);
      await site.press();
      await second.page.locator("button.take").click();
      await row(1).getByText("the staff 已接警").waitFor();
      await detail().getByText("接警人：the staff").waitFor();
      assert.deepEqual(second.complaints, []);
    });

    it("says what changed when somebody was faster, and does nothing", async () => {
      await open();
      await site.press();
      await detail().waitFor();
      // The page does not hear of the other's act before the click.
      await page.route("**/api/alarms/*/note", async (route) => {
        const { id, version } = alarm();
        await site.as("staff", `/api/alarms/${id}/take`, { method: "POST", body: { version } });
        await route.continue();
      });
      await detail().locator(".note-form input").fill("我来晚了");
      await detail().locator(".note-form button").click();
      await page.locator("#notice", { hasText: "the staff 已接警" }).waitFor();
      assert.match(await page.locator("#notice").innerText(), /the staff has it[\s\S]*Look again/);
      assert.equal(await detail().locator(".note-form input").inputValue(), "我来晚了");
      assert.equal(alarm().notes.length, 0);
    });

    it("keeps what is being typed, and who is looked at, while others come", async () => {
      await open();
      await site.press();
      const field = detail().locator(".note-form input");
      await field.fill("她说");
      await field.focus();
      await site.press();
      await site.press("0000cafe", { kind: "fall" });
      await detail().getByText("按了 2 次").waitFor();
      await row(2).waitFor();
      await page.keyboard.type("没事");
      assert.equal(await field.inputValue(), "她说没事");
      assert.match(await detail().innerText(), /李奶奶/);
      await row(2).click();
      assert.match(await detail().innerText(), /王爷爷/);
    });

    it("shows names, notes and faults as text, whatever stands in them", async () => {
      await open();
      const evil = `<img src=x onerror="alert(1)"><script>alert(2)</script>`;
      const header = "id,name,building,unit,room,phone,notes,key_place,priority,account,zone";
      const quoted = `"${evil.replaceAll('"', '""')}"`;
      const cells = `r-1,${quoted},${quoted},1,101,,${quoted},${quoted},,1234,001`;
      await site.office.importCsv(Buffer.from(`${header}\n${cells}\n`), false);
      site.app.raiseFault("line:evil", "line-down", evil);
      await site.press();
      await detail().locator(".note-form input").fill(evil);
      await detail().locator(".note-form button").click();
      await detail().locator(".story .note").waitFor();
      await page.locator("#fault-list li").waitFor();
      assert.equal(await detail().locator(".title .who").textContent(), evil);
      assert.equal(await page.locator("main img, main script").count(), 0);
    });

    it("shows eight of them at once on a small screen, and the confirmation without scrolling", async () => {
      await open();
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.locator("#unlock").click();
      await site.enrol(8);
      for (let index = 0; index < 8; index++) await site.press(addressOf(index));
      await site.press(addressOf(0), { kind: "cancel" });
      await row(1).locator(".check").waitFor();
      const { y, height } = (await page.locator(".row").nth(7).boundingBox())!;
      assert.ok(y + height <= 800, `the eighth ends at ${y + height}`);
      await detail().locator("button.resolve").click();
      await detail().locator("[data-outcome=test]").click();
      const confirm = (await detail().locator(".confirm-resolve").boundingBox())!;
      assert.ok(confirm.y + confirm.height <= 800, `the confirmation ends at ${confirm.y + confirm.height}`);
    });

    it("stays usable with 200 of them, the most urgent first", async () => {
      await open();
      await site.enrol(200);
      for (let index = 0; index < 200; index++)
        await site.press(addressOf(index), { kind: index % 2 ? "service" : "emergency" });
      await page.locator(".row").nth(199).waitFor();
      await site.press("0000beef", { kind: "fall" });
      await page.locator(".row").nth(200).waitFor();
      const kinds = await page.locator(".row .who").allInnerTexts();
      const firstService = kinds.findIndex((kind) => kind.includes("服务请求"));
      assert.equal(firstService, 101);
      assert.ok(kinds.slice(firstService).every((kind) => kind.includes("服务请求")));
      await row(201).click();
      await detail().locator("button.take").click();
      await detail().getByText("接警人：the operator").waitFor();
    });
  });

  describe("what is heard", () => {
    it("is locked until a touch, says so in a big bar, and does not count as a path until then", async () => {
      await open();
      await page.locator("#sound-locked").waitFor();
      await page.locator("#unlock").click();
      await page.locator("#counts", { hasText: "值守中" }).waitFor();
      assert.equal(await page.locator("#sound-locked").count(), 0);
      assert.equal((await heard()).notes.length, 1, "one note to hear that the loudspeaker works");
    });

    it("is three and two pulses, higher and louder the longer nobody takes it, and ends with the take", async () => {
      await build({ quick: true });
      await page.goto(`${site.url}/#token=${await site.token("operator")}`);
      await page.locator("#unlock").click();
      await page.locator("#counts", { hasText: "值守中" }).waitFor();
      await site.press();
      await row(1).waitFor();
      await pass(seconds(2));
      const first = (await alarmNotes()).slice(1, 11);
      const gaps = first.slice(1, 5).map(({ at }, index) => Math.round((at - first[index]!.at) * 1000));
      assert.deepEqual(gaps, [250, 250, 450, 250]);
      await pass(seconds(80));
      const last = (await alarmNotes()).at(-1)!;
      assert.ok(last.pitch > first[0]!.pitch && last.peak > first[0]!.peak, JSON.stringify({ first: first[0], last }));
      await detail().locator("button.take").click();
      await detail().getByText("接警人：").waitFor();
      await pass(seconds(2));
      const { length } = await alarmNotes();
      await pass(seconds(20));
      assert.equal((await alarmNotes()).length, length);
    });

    it("pauses for two minutes, counted down, and the next alarm ends the pause", async () => {
      await build({ quick: true });
      await page.goto(`${site.url}/#token=${await site.token("operator")}`);
      await page.locator("#unlock").click();
      await site.press();
      await row(1).waitFor();
      await page.locator("#pause").click();
      await pass(seconds(10));
      assert.match(await page.locator("#pause").innerText(), /静音还剩 1[01]\d 秒/);
      const { length } = (await heard()).notes;
      await pass(seconds(20));
      assert.equal((await heard()).notes.length, length);
      await site.press("0000cafe");
      await row(2).waitFor();
      await pass(seconds(2));
      assert.ok((await heard()).notes.length > length);
      await page.locator("#pause", { hasText: "静音两分钟" }).waitFor();
    });

    it("speaks Chinese: what, where and who, and again while nobody takes it", async () => {
      await build({ quick: true });
      await page.addInitScript("window.chineseVoice = true");
      await page.goto(`${site.url}/#token=${await site.token("operator")}`);
      await page.locator("#unlock").click();
      await site.press();
      await row(1).waitFor();
      await pass(seconds(2));
      const [said] = (await heard()).spoken;
      assert.deepEqual(said, { text: "紧急呼叫，1号楼 1单元 101，李奶奶", lang: "zh-CN" });
      await pass(seconds(45));
      assert.equal((await heard()).spoken.length, 3);
    });

    it("says plainly that the computer has no Chinese voice, and sounds all the same", async () => {
      await open();
      await page.locator("#unlock").click();
      await page.locator("#voiceless", { hasText: "没有中文语音" }).waitFor();
      await site.press();
      await row(1).waitFor();
      await page.waitForFunction("window.heard.notes.length > 5");
      assert.deepEqual((await heard()).spoken, []);
    });
  });

  describe("a page that nobody can see", () => {
    const sleeping = () => site.app.state.faults.get(DESK_PATH);
    const onWatch = () => page.locator("#counts", { hasText: "值守中" }).waitFor();

    beforeEach(async () => {
      await open();
      await page.bringToFront();
      await page.locator("#unlock").click();
      await onWatch();
      site.deskWatch.start();
      await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
      await until("the proof", () => site.deskWatch.findings()[0]?.level === "ok");
    });
    afterEach(() => site.deskWatch.stop());

    it("says so itself when it goes into the background, is no desk after fifteen seconds, and one again in front", async () => {
      const become = (state: "hidden" | "visible") =>
        page.evaluate(
          `Object.defineProperty(document, "visibilityState", { configurable: true, value: "${state}" });
          document.dispatchEvent(new Event("visibilitychange"));`,
        );
      await become("hidden");
      await page.locator("#counts", { hasText: "本页暂不算值守" }).waitFor();
      await site.clock.forward(PROOF_GOOD_MS - seconds(1));
      assert.equal(sleeping(), undefined);
      await Promise.all([page.waitForResponse("**/api/desk/alive"), become("hidden")]);
      await site.clock.forward(seconds(1));
      assert.match((await until("the fault", sleeping)).detail, /in the background/);
      await become("visible");
      await until("the desk to be awake", () => !sleeping());
      await onWatch();
    });

    it("proves nothing while it stands still, and comes back by itself", async () => {
      const browser = await page.context().newCDPSession(page);
      const stream = new SseClient();
      await stream.open(site.url, await site.token("viewer"));
      // Nothing of the page runs from here on, as while a browser freezes it or its computer sleeps.
      await browser.send("Debugger.enable");
      const paused = new Promise((resolve) => browser.once("Debugger.paused", resolve));
      await browser.send("Debugger.pause");
      await paused;
      await site.clock.forward(PROOF_GOOD_MS - seconds(5));
      // A page that lives proves itself at least once in so many signs of life.
      const { comments } = stream;
      await until("four signs of life", () => stream.comments >= comments + 4, seconds(30));
      await site.clock.forward(seconds(6));
      assert.match((await until("the fault", sleeping)).detail, /or it sleeps/);
      stream.close();
      await browser.send("Debugger.resume");
      await until("the desk to be awake", () => !sleeping());
      await onWatch();
    });
  });

  describe("a lost gateway", () => {
    it("is said loudly within five seconds, goes on counting, and comes back by itself without a gap", async () => {
      await open();
      await page.locator("#unlock").click();
      await site.press();
      await row(1).waitFor();
      const { hostname, port } = new URL(site.url);
      await site.server.stop();
      await page.locator("#lost").waitFor({ timeout: LOST_WITHIN_MS });
      assert.match(await page.locator("#lost").innerText(), /与网关失去联系[\s\S]*The gateway is lost/);
      await page.waitForFunction("window.heard.notes.some(({ pitch }) => pitch === 330)");
      assert.ok(await row(1).isVisible());
      await site.press("0000cafe");
      await site.restartServer({ host: hostname, port: Number(port) });
      await page.locator("#lost").waitFor({ state: "detached" });
      await row(2).waitFor();
    });

    it("is noticed within five seconds when it falls silent without a word", async () => {
      const testClock = new TestClock(Date.now());
      site = await new HttpSite({ testClock }).start();
      ({ page, complaints } = await desk.page());
      await page.clock.install();
      await page.goto(`${site.url}/#token=${await site.token("operator")}`);
      await page.locator("#calm").waitFor();
      await page.clock.runFor(LOST_WITHIN_MS);
      await page.locator("#lost").waitFor({ timeout: seconds(2) });
    });
  });

  it("shows faults grouped and in their own place, and tests", async () => {
    await open();
    for (const line of ["a", "b"]) site.app.raiseFault(`line:${line}`, "line-down", "unplugged; plug it in");
    await site.press("0000beef", { kind: "test" });
    await page.locator("#tests li", { hasText: "okc:0000beef" }).waitFor();
    await page.locator("#fault-list .times", { hasText: "× 2" }).waitFor();
    assert.equal(await page.locator(".row").count(), 0);
    assert.match(await page.locator("#fault-list li").innerText(), /线路中断[\s\S]*怎么办：[\s\S]*请检查该线路/);
    await page.locator("#fault-list summary").click();
    await page.locator("#fault-list details p", { hasText: "line:b" }).waitFor();
  });

  it("shows each way out, and calls none of them well that nothing has proved", async () => {
    await open();
    const list = page.locator("#path-list");
    await list.locator("summary", { hasText: "2 未证实" }).click();
    await list.locator("li.unproved", { hasText: "启动以来未证实" }).first().waitFor();
    site.hotline.sink!.path("hotline", false, "ECONNREFUSED");
    await site.clock.forward(seconds(1));
    await list.locator("li.down", { hasText: "hotline" }).waitFor();
    site.hotline.sink!.path("hotline", true, "acknowledged a frame");
    await site.clock.forward(seconds(1));
    await list.locator("li.up", { hasText: "最近证实" }).waitFor();
    assert.match(await list.locator("summary").innerText(), /1 未证实[\s\S]*1 正常/);
  });

  it("shows devices in test mode and the learn window, with the time that is left", async () => {
    await open();
    const act = (path: string, body: object) => site.as("supervisor", path, { method: "POST", body });
    assert.equal((await act("/api/devices/okc:0000beef/test", { minutes: 5 })).status, 200);
    await page
      .locator(".mode", { hasText: "okc:0000beef" })
      .getByText(/^[45]:\d\d$/)
      .waitFor();
    assert.equal((await act("/api/enrol", { resident: "r-1", minutes: 2 })).status, 200);
    await page
      .locator(".learning", { hasText: "按两次即登记" })
      .getByText(/^[12]:\d\d$/)
      .waitFor();
    assert.equal((await act("/api/enrol/stop", {})).status, 200);
    await page.locator(".learning").waitFor({ state: "detached" });
  });

  it("has targets of 44 px, text of 18 px, and nothing to scroll sideways; axe finds nothing at WCAG 2.2 AA", async () => {
    await open({ demo: true });
    const axe = async (what: string): Promise<void> => assert.deepEqual(await accessFaults(page), [], what);
    await axe("calm");
    await site.press();
    await site.press("0000beef", { kind: "cancel" });
    await site.press("0000cafe");
    site.app.raiseFault("line:/dev/ttyUSB0", "line-down", "unplugged; plug it in");
    await site.clock.forward(seconds(1));
    await row(1).getByText("请求取消，须核实").waitFor();
    await page.locator("#fault-list li").waitFor();
    await detail().locator("button.resolve").click();
    await detail().locator("[data-outcome=ok-accidental]").click();
    await axe("alarms");
    assert.deepEqual(await probe("smallTargets"), []);
    assert.deepEqual(await probe("smallTexts"), []);
    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await probe("fitsAcross"), true);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.locator("#leave").click();
    await page.locator("#entry").waitFor();
    await axe("entry");
    assert.deepEqual(await probe("smallTargets"), []);
  });

  it("is used by the keyboard alone, with the focus always to be seen", async () => {
    await open();
    await site.press();
    await row(1).waitFor();
    await row(1).focus();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate("document.activeElement.className"), "take big");
    assert.notEqual(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle"), "none");
    await page.keyboard.press("Enter");
    await detail().getByText("接警人：the operator").waitFor();
  });
});

const addressOf = (index: number): string => (0x1000 + index).toString(16).padStart(8, "0");
