import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { freePorts } from "../support/free-ports.ts";
import { HttpSite } from "../support/http-site.ts";
import { Desk, PHONE } from "../support/live-page.ts";
import { accessFaults } from "../support/offer-phone.ts";
import { ReverseProxy } from "../support/reverse-proxy.ts";

describe("the page that proves the public address", function () {
  this.timeout(60_000);
  const phone = new Desk({ ...PHONE, locale: "zh-CN" });
  let proxy: ReverseProxy;
  let site: HttpSite;
  let page: Page;
  let complaints: string[];
  before(() => phone.open());
  after(() => phone.close());
  beforeEach(async () => {
    const [port] = await freePorts(1);
    proxy = await new ReverseProxy(`http://127.0.0.1:${port}`).start();
    site = await new HttpSite({ publicUrl: proxy.url, listen: { host: "127.0.0.1", port: port! } }).start();
    ({ page, complaints } = await phone.page());
  });
  afterEach(async () => {
    await page.close();
    await proxy.stop();
    await site.stop();
    assert.deepEqual(complaints, []);
  });

  async function open(): Promise<void> {
    const { body } = await site.askLocally("/api/proofs", { method: "POST", body: {} });
    await page.goto((body as { address: string }).address);
    await page.getByRole("heading", { name: "验证公网地址" }).waitFor();
  }
  const button = () => page.getByRole("button", { name: "我打开了这一页" });
  const proof = () => site.app.state.site.get("site")!.publicProof;

  it("proves nothing by being opened, nor from Wi-Fi, and all by a touch outside; then links open and answer there", async () => {
    await open();
    assert.equal(proof(), null);
    proxy.clientAddress = "192.168.1.20";
    await button().tap();
    await page.getByText("还在内网，请关闭 Wi-Fi 再点一次").waitFor();
    await page.getByText("192.168.1.20").waitFor();
    assert.equal(proof(), null);
    proxy.clientAddress = "203.0.113.7";
    await button().tap();
    await page.getByText("验证成功，可以关闭本页").waitFor();
    assert.equal(proof()?.url, proxy.url);

    await site.press();
    const [{ link, offer }] = site.phones.messages as [(typeof site.phones.messages)[0]];
    await page.goto(link!);
    await page.getByRole("button", { name: "我去", exact: true }).tap();
    await page.getByText("您已答应前往").waitFor();
    const [alarm] = [...site.app.state.alarms.values()];
    assert.equal(alarm!.offers.find(({ id }) => id === offer.id)!.state, "accepted");
  });

  it("says when its address is no longer good, and meets WCAG 2.2 AA", async () => {
    await open();
    assert.deepEqual(await accessFaults(page), []);
    await site.askLocally("/api/proofs", { method: "POST", body: {} });
    await button().tap();
    await page.getByText("这个地址已失效").waitFor();
    assert.deepEqual(await accessFaults(page), []);
  });
});
