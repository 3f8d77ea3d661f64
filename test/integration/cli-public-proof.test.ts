import assert from "node:assert/strict";
import { once } from "node:events";
import type { Finding } from "../../gateway/ports/desk.ts";
import { spawnOkc } from "../support/okc-command.ts";
import { RealSite } from "../support/real-site.ts";
import { ReverseProxy } from "../support/reverse-proxy.ts";
import { until } from "../support/until.ts";

const SAID_MAX_MS = 20_000;

/** The page of an offer; behind its token stands which message the link came by. */
const linkOf = (
  base: string,
  { offer, answer }: { readonly offer: { readonly id: string }; readonly answer: { readonly token: string } | null },
): RegExp => new RegExp(`^${base.replaceAll(".", "\\.")}/o/${offer.id}#${answer!.token}\\.d\\d+$`);

describe("okc doctor --public", function () {
  this.timeout(90_000);
  let site: RealSite;
  let proxy: ReverseProxy;

  beforeEach(async () => {
    site = await RealSite.make();
    proxy = await new ReverseProxy(site.url).start();
    site.configure({ http: { listen: new URL(site.url).host, publicUrl: proxy.url } });
    await site.importPeople();
    await site.start();
  });
  afterEach(async () => {
    await site.dispose();
    await proxy.stop();
  });

  const finding = async (): Promise<Finding> => {
    const { findings } = JSON.parse((await site.okc("doctor", "--json")).stdout) as { findings: Finding[] };
    return findings.find(({ id }) => id === "public-url")!;
  };

  /** Types the command; gives what it has printed so far and how it ended. */
  function typed() {
    const child = spawnOkc(["doctor", "--public", "--config", site.configFile]);
    const said = { text: "", ended: once(child, "close").then(([code]) => code as number) };
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (said.text += text));
    return said;
  }
  const saysSo = (said: { readonly text: string }, what: RegExp): Promise<boolean> =>
    until(`${what} in ${said.text}`, () => what.test(said.text), SAID_MAX_MS);
  const addressIn = ({ text }: { readonly text: string }): string =>
    /^https?:\/\/\S+\/proof\/[0-9a-f]{32}$/m.exec(text)![0];
  const touch = (address: string): Promise<Response> =>
    fetch(address.replace("/proof/", "/api/proofs/"), { method: "POST" });

  it("shows an address, says who opened it from where, and ends once that was a public network", async () => {
    assert.match((await finding()).todo, /okc doctor --public/);
    const said = typed();
    await saysSo(said, /\/proof\//);
    proxy.clientAddress = "192.168.1.20";
    assert.equal((await touch(addressIn(said))).status, 409);
    await saysSo(said, /192\.168\.1\.20 is no address of a public network/);
    proxy.clientAddress = "203.0.113.7";
    assert.equal((await fetch(addressIn(said))).status, 200);
    assert.equal((await touch(addressIn(said))).status, 200);
    assert.equal(await said.ended, 0);
    assert.match(said.text, /opened from 203\.0\.113\.7/);
    assert.match(said.text, /is proved: messages to responders carry links from now on/);
    assert.equal((await finding()).level, "ok");
    assert.ok(!site.log.includes("203.0.113.7"), "no address of anybody in the log");
  });

  it("proves one address for good: over a restart, but not another address", async () => {
    const said = typed();
    await saysSo(said, /\/proof\//);
    await touch(addressIn(said));
    assert.equal(await said.ended, 0);
    const pendant = await site.mqttPendant("p-17");
    await site.kill();
    await site.start();
    assert.equal((await finding()).level, "ok");
    pendant.press();
    await until("an offer with a link", () => site.phones.offers.length > 0, SAID_MAX_MS);
    const [{ message }] = site.phones.offers as [(typeof site.phones.offers)[0]];
    assert.match(message.link!, linkOf(proxy.url, message));

    await site.stop();
    site.configure({ http: { listen: new URL(site.url).host, publicUrl: "http://other.example.org" } });
    await site.start();
    assert.match((await finding()).message, /^http:\/\/other\.example\.org was never opened from a public network/);
  });

  it("proves nothing in a demo, whose links open on its own machine, and says so", async () => {
    await site.stop();
    site.configure({ site: { name: "演示", demo: true } });
    await site.start();
    const pendant = await site.mqttPendant("p-17");
    pendant.press();
    await until("an offer with a link", () => site.phones.offers.length > 0, SAID_MAX_MS);
    const [{ message }] = site.phones.offers as [(typeof site.phones.offers)[0]];
    assert.match(message.link!, linkOf(site.url, message));
    assert.equal((await fetch(message.link!)).status, 200);
    assert.equal((await finding()).message, "demo: links open on this machine only; no public address is proved");
  });

  it("gives up after --wait with exit code 1, and --wait alone is wrong use", async () => {
    const { code, stdout } = await site.okc("doctor", "--public", "--wait", "1s");
    assert.equal(code, 1);
    assert.match(stdout, /is not proved: messages to responders carry no link/);
    assert.equal((await site.okc("doctor", "--wait", "1s")).code, 2);
    assert.equal((await site.okc("doctor", "--public", "--wait", "soon")).code, 2);
  });
});
