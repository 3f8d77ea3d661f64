import assert from "node:assert/strict";
import { minutes } from "../../gateway/core/units.ts";
import { assertMatches } from "../support/json-schemas.ts";
import { HttpSite, tokenOf } from "../support/http-site.ts";

const PUBLIC_URL = "https://okc.example.org";
/** What a proxy on the gateway's machine adds for a telephone on a mobile network. */
const OUTSIDE = { host: "okc.example.org", "x-forwarded-for": "203.0.113.7" };

describe("the public address", () => {
  let site: HttpSite;
  beforeEach(async () => {
    site = await new HttpSite({ publicUrl: PUBLIC_URL }).start();
  });
  afterEach(() => site.stop());

  /** Asks for a one-time address; gives its path as people open it, and the one its button posts to. */
  async function challenge(): Promise<{ page: string; touch: string }> {
    const { body } = await site.askLocally("/api/proofs", { method: "POST", body: {} });
    const page = new URL((body as { address: string }).address);
    assert.equal(page.origin, PUBLIC_URL);
    return { page: page.pathname, touch: `/api${page.pathname.replace("/proof/", "/proofs/")}` };
  }
  const touch = (path: string, headers: Record<string, string>) =>
    site.ask(path, { method: "POST", body: {}, headers });
  const standing = async () => {
    const { body } = await site.askLocally("/api/proofs");
    assertMatches("public-proof", body);
    return body;
  };
  const links = () => site.phones.messages.map(({ link }) => link);
  const finding = async () => (await site.office.doctor()).find(({ id }) => id === "public-url")!;

  it("is proved by a touch from a public network under its own name; links are sent from then on", async () => {
    await site.press("0000cafe");
    assert.ok(links().length > 0 && links().every((link) => link === null), "no link before");
    assert.deepEqual((await finding()).level, "warning");
    const { touch: path } = await challenge();
    const { status, body } = await touch(path, OUTSIDE);
    assert.deepEqual([status, body], [200, { proved: true, from: "203.0.113.7" }]);
    assert.equal((await standing()).state, "proved");
    const at = new Date(site.clock.now()).toISOString();
    assert.deepEqual(
      [(await finding()).level, (await finding()).message],
      ["ok", `${PUBLIC_URL} was opened from a public network at ${at}`],
    );
    site.phones.messages.length = 0;
    await site.press("0000beef");
    assert.ok(site.phones.messages.length > 0);
    for (const { key, offer, link } of site.phones.messages)
      assert.equal(link, `${PUBLIC_URL}/o/${offer.id}#${tokenOf(offer.id)}.${key.split(".")[1]}`);
  });

  it("journals what was proved and when, and no address of anybody", async () => {
    const { touch: path } = await challenge();
    await touch(path, OUTSIDE);
    const events = await site.office.readAfter(0, 1_000);
    const proofs = events.filter(({ event }) => event.kind === "public-url-proved");
    assert.deepEqual(
      proofs.map(({ event }) => event),
      [{ kind: "public-url-proved", url: PUBLIC_URL, at: site.clock.now() }],
    );
  });

  it("is not proved by who only fetches the address, as messengers do", async () => {
    const { page } = await challenge();
    for (let turn = 0; turn < 3; turn++) assert.equal((await site.ask(page, { headers: OUTSIDE })).status, 200);
    assert.equal((await standing()).state, "waiting");
    assert.equal((await finding()).level, "warning");
  });

  it("is not proved from a network of the site's own, nor under another name, and says which", async () => {
    const { touch: path } = await challenge();
    for (const [headers, why] of [
      [{ host: "okc.example.org" }, /^127\.0\.0\.1 is no address of a public network/],
      [{ ...OUTSIDE, "x-forwarded-for": "192.168.1.20" }, /^192\.168\.1\.20 is no address of a public/],
      [{ ...OUTSIDE, "x-forwarded-for": "203.0.113.7, 10.0.0.8, unknown" }, /^unknown is no address/],
      [{ ...OUTSIDE, host: "192.168.1.2:8189" }, /^203\.0\.113\.7 did not come under the host of http\.publicUrl/],
    ] as const) {
      const { status, body } = await touch(path, headers);
      assert.deepEqual([status, body.error.code], [409, "not-now"]);
      assertMatches("error", body);
      assert.match(body.error.message, why);
    }
    const { state, visits } = await standing();
    assert.deepEqual([state, visits.length], ["waiting", 4]);
    assert.equal(site.app.state.site.get("site")!.publicProof, null);
    const named = { "x-forwarded-for": "203.0.113.7", "x-forwarded-host": "okc.example.org:443" };
    assert.equal((await touch(path, named)).status, 200, "a proxy may rewrite Host and say so");
  });

  it("is proved through a one-time address only: a guessed, old or replaced one is refused", async () => {
    const { touch: first } = await challenge();
    const { touch: second } = await challenge();
    for (const path of [first, "/api/proofs/0123456789abcdef0123456789abcdef"])
      assert.deepEqual((await touch(path, OUTSIDE)).status, 401);
    await site.clock.forward(minutes(10));
    assert.equal((await touch(second, OUTSIDE)).status, 401);
    assert.equal((await standing()).state, "expired");
  });

  it("is asked for by technicians only, and only where there is one", async () => {
    assert.equal((await site.ask("/api/proofs", { method: "POST", body: {} })).status, 401);
    assert.equal((await site.as("operator", "/api/proofs", { method: "POST", body: {} })).status, 403);
    assert.equal((await site.as("technician", "/api/proofs", { method: "POST", body: {} })).status, 200);
    await site.stop();
    site = await new HttpSite().start();
    const { status, body } = await site.askLocally("/api/proofs", { method: "POST", body: {} });
    assert.equal(status, 400);
    assert.match(body.error.message, /http\.publicUrl is not set/);
  });
});
