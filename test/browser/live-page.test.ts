import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import type { Clock } from "../../gateway/ports/clock.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { HttpSite } from "../support/http-site.ts";
import { createBeatingClock, Desk } from "../support/live-page.ts";
import { TestClock } from "../support/test-clock.ts";

const PROBES = readFileSync(new URL("./probes.js", import.meta.url), "utf8")
  .trim()
  .replace(/;$/, "");

/** The page promises to say within this that the gateway is lost. */
const LOST_WITHIN_MS = seconds(5);

describe("the live page", function () {
  this.timeout(60_000);
  const desk = new Desk();
  let site: HttpSite;
  let page: Page;
  let complaints: string[];
  before(() => desk.open());
  after(() => desk.close());
  afterEach(async () => {
    await page.close();
    await site.stop();
    assert.deepEqual(complaints, []);
  });

  async function open(options: { demo?: boolean; silent?: boolean; role?: "operator" | "viewer" } = {}): Promise<void> {
    const { demo = false, silent = false, role = "operator" } = options;
    const testClock = new TestClock();
    const clock: Clock = silent ? testClock : createBeatingClock(testClock);
    site = await new HttpSite({ demo, testClock, clock }).start();
    ({ page, complaints } = await desk.page());
    await page.goto(`${site.url}/#token=${await site.token(role)}`);
    await page.locator("#alarms").waitFor();
  }

  const card = () => page.locator(".alarm").first();
  /** What one of `probes.js` finds in the page. */
  const probe = (name: string): Promise<unknown> => page.evaluate(`${PROBES}.${name}()`);

  it("takes the token out of the address bar and keeps it over a reload", async () => {
    await open();
    assert.equal(new URL(page.url()).hash, "");
    await page.getByText("没有未结警情").waitFor();
    assert.match(await page.locator("#who").innerText(), /the operator/);
    await page.reload();
    await page.locator("#alarms").waitFor();
    await page.locator("#leave").click();
    await page.locator("#login").waitFor();
    assert.equal(await probe("kept"), 0);
  });

  it("asks for a token, says when it is wrong, and takes a right one", async () => {
    await open();
    await page.locator("#leave").click();
    await page.locator("#token").fill("okc_wrong");
    await page.locator("#login button").click();
    await page.getByText("this token is not known here").waitFor();
    await page.locator("#token").fill(await site.token("viewer"));
    await page.locator("#login button").click();
    await page.locator("#alarms").waitFor();
  });

  it("shows a press at once: who, where, how long, hotline and offers in honest words", async () => {
    await open({ demo: true });
    await page.getByText("没有未结警情").waitFor();
    await site.press();
    await card().waitFor();
    const text = await card().innerText();
    for (const shown of ["紧急呼叫", "Emergency", "李奶奶", "1号楼 1单元 101", "门垫下", "还没有人接警", "排队"])
      assert.ok(text.includes(shown), `${shown} in ${text}`);
    const { key } = site.hotline.messages[0]!;
    site.hotline.sink!.receipt({ key, status: "sent", at: site.clock.now() });
    await site.clock.forward(seconds(1));
    await card().getByText("已发出，未确认").waitFor();
    site.hotline.sink!.receipt({ key, status: "received", at: site.clock.now() });
    await site.clock.forward(seconds(1));
    await card().getByText("接警中心设备已收到").waitFor();
    assert.ok(!(await card().innerText()).includes("已送达"));
    assert.ok(await page.locator("#demo").isVisible());
  });

  it("takes, notes, arrives and resolves by its buttons", async () => {
    await open();
    await site.press();
    await card().locator("button.take").click();
    await card().getByText("接警人：the operator").waitFor();
    assert.equal(await card().locator("button.take").isVisible(), false);
    await card().locator("form.note-form input").fill("已打电话");
    await card().locator("form.note-form button").click();
    await card().getByText("the operator：已打电话").waitFor();
    assert.equal(await card().locator("form.note-form input").inputValue(), "");
    await card().locator("button.arrive").click();
    await card().locator(".state", { hasText: "已到场" }).waitFor();
    await card().locator("select").selectOption("helped-on-site");
    await card().locator("button.resolve").click();
    await page.getByText("没有未结警情").waitFor();
    const [alarm] = [...site.app.state.alarms.values()];
    assert.deepEqual([alarm!.state, alarm!.outcome, alarm!.resolvedBy], ["resolved", "helped-on-site", "the operator"]);
  });

  it("verifies a cancel only where one was asked for", async () => {
    await open();
    await site.press();
    await card().waitFor();
    assert.equal(await card().locator("button.verify-cancel").isVisible(), false);
    await site.press("0000beef", { kind: "cancel" });
    await card().getByText("请求取消，须核实").waitFor();
    await card().locator("button.verify-cancel").click();
    await card().getByText("取消已核实").waitFor();
    assert.equal(await card().locator("button.verify-cancel").isVisible(), false);
  });

  it("says that somebody was faster, and shows the alarm as it is", async () => {
    await open();
    await site.press();
    await card().waitFor();
    // The page does not hear of the other's act before the click: its version is then the old one.
    await page.route("**/api/alarms/memory22-1/note", async (route) => {
      const body = JSON.stringify({ version: 0, text: "x" });
      await route.continue({ postData: body });
    });
    await card().locator("form.note-form input").fill("我来晚了");
    await card().locator("form.note-form button").click();
    await page.getByText("警情已变，请看清后再操作").waitFor();
    assert.equal(await card().locator("form.note-form input").inputValue(), "我来晚了");
  });

  it("keeps what is being typed while the alarm changes around it", async () => {
    await open();
    await site.press();
    const field = card().locator("form.note-form input");
    await field.fill("她说");
    await field.focus();
    await site.press();
    await card().getByText("按了 2 次").waitFor();
    await page.keyboard.type("没事");
    assert.equal(await field.inputValue(), "她说没事");
  });

  it("lets a viewer look and touch nothing", async () => {
    await open({ role: "viewer" });
    await site.press();
    await card().waitFor();
    assert.equal(await card().locator("button, input, select").count(), 0);
    assert.ok(!(await card().innerText()).includes("门垫下"));
  });

  it("shows names, notes and faults as text, whatever stands in them", async () => {
    await open();
    const evil = `<img src=x onerror="alert(1)"><script>alert(2)</script>`;
    const header = "id,name,building,unit,room,phone,notes,key_place,priority,account,zone";
    const quoted = `"${evil.replaceAll('"', '""')}"`;
    const row = `r-1,${quoted},${quoted},1,101,,${quoted},${quoted},,1234,001`;
    await site.office.importCsv(Buffer.from(`${header}\n${row}\n`), false);
    site.app.raiseFault("line:evil", "line-down", evil);
    await site.press();
    await card().waitFor();
    await card().locator("form.note-form input").fill(evil);
    await card().locator("form.note-form button").click();
    await card().locator("p.note").waitFor();
    await page.locator("#fault-list li").waitFor();
    assert.equal(await card().locator(".who").textContent(), evil);
    assert.equal(await page.locator("main img, main script").count(), 0);
  });

  it("says loudly when the gateway dies, goes on counting, and comes back by itself", async () => {
    await open();
    await site.press();
    await card().waitFor();
    const { hostname, port } = new URL(site.url);
    await site.server.stop();
    await page.locator("#lost").waitFor({ timeout: LOST_WITHIN_MS });
    assert.match(await page.locator("#lost").innerText(), /与网关失去联系[\s\S]*The gateway is lost/);
    assert.ok(await card().isVisible());
    await site.restartServer({ host: hostname, port: Number(port) });
    await page.locator("#lost").waitFor({ state: "hidden" });
    await site.press("0000cafe");
    await page.getByText("王爷爷").waitFor();
  });

  it("says within five seconds when the gateway falls silent without a word", async () => {
    const testClock = new TestClock();
    site = await new HttpSite({ testClock }).start();
    ({ page, complaints } = await desk.page());
    await page.clock.install();
    await page.goto(`${site.url}/#token=${await site.token("operator")}`);
    await page.locator("#alarms").waitFor();
    await page.clock.runFor(LOST_WITHIN_MS);
    await page.locator("#lost").waitFor({ timeout: 2_000 });
  });

  it("stays usable with 200 alarms, the most urgent first", async () => {
    await open();
    await site.enrol(200);
    for (let index = 0; index < 200; index++)
      await site.press(addressOf(index), { kind: index % 2 ? "service" : "emergency" });
    await page.locator(".alarm").nth(199).waitFor();
    await site.press("0000beef", { kind: "fall" });
    await page.locator(".alarm").nth(200).waitFor();
    const kinds = await page.locator(".kind").allInnerTexts();
    const firstService = kinds.findIndex((kind) => kind.includes("服务请求"));
    assert.equal(firstService, 101);
    assert.ok(kinds.slice(firstService).every((kind) => kind.includes("服务请求")));
    await card().locator("button.take").click();
    await card().getByText("接警人：the operator").waitFor();
    const tickMs = (await probe("layoutMs")) as number;
    assert.ok(tickMs < 500, `${tickMs} ms to lay 201 alarms out anew`);
  });

  it("has targets of 44 px, text of 18 px, contrast of 4.5 and nothing to scroll sideways", async () => {
    await open({ demo: true });
    await site.press();
    await site.press("0000beef", { kind: "cancel" });
    site.app.raiseFault("line:/dev/ttyUSB0", "line-down", "unplugged; plug it in");
    await site.clock.forward(minutes(1));
    await page.getByText("请求取消，须核实").waitFor();
    await page.locator("#fault-list li").waitFor();
    assert.deepEqual(await probe("smallTargets"), []);
    assert.deepEqual(await probe("smallTexts"), []);
    assert.deepEqual(await probe("paleTexts"), []);
    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await probe("fitsAcross"), true);
  });
});

const addressOf = (index: number): string => (0x1000 + index).toString(16).padStart(8, "0");
