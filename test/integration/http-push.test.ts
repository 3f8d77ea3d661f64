import assert from "node:assert/strict";
import { readSubscription } from "../../gateway/core/push-subscription.ts";
import { days, hours } from "../../gateway/core/units.ts";
import { assertMatches } from "../support/json-schemas.ts";
import { HttpSite, tokenOf, type HttpAnswer } from "../support/http-site.ts";
import { PushBrowser } from "../support/peers/push-browser.ts";

const PUBLIC_URL = "https://okc.example.org";

describe("a browser that becomes a contact", () => {
  let site: HttpSite;
  beforeEach(async () => {
    site = await new HttpSite({ push: true, publicUrl: PUBLIC_URL }).start();
  });
  afterEach(() => site.stop());

  const contactsOf = (responder: string) => site.app.state.contacts.get(responder) ?? [];
  const endpointsOf = (responder: string): unknown[] =>
    contactsOf(responder).flatMap(({ channel, address }) =>
      channel === "push" ? [readSubscription(address)?.endpoint] : [],
    );
  const subscribe = (path: string, token: string, endpoint: string): Promise<HttpAnswer> =>
    site.ask(path, {
      method: "POST",
      token,
      body: { ...new PushBrowser().subscription(endpoint), expirationTime: null },
    });
  async function invited(responder: string): Promise<{ readonly path: string; readonly token: string }> {
    const { status, body, text } = await site.as("supervisor", `/api/responders/${responder}/push-link`, {
      method: "POST",
      body: {},
    });
    assert.equal(status, 200, text);
    const { link } = body as { link: string };
    const [, id = "", token = ""] = /^https:\/\/okc\.example\.org\/notify\/([\w-]+)#([\w-]{43})$/.exec(link) ?? [];
    return { path: `/api/push/${id}`, token };
  }

  it("by the page of an offer: the person who holds it, and after the contacts that the site has", async () => {
    await site.press();
    const { offer, responder } = site.phones.messages.find(({ type }) => type === "offer")!;
    const path = `/api/offers/${offer.id}/push`;
    const before = await site.ask(path, { token: tokenOf(offer.id) });
    assert.deepEqual([before.status, before.body.subscribed], [200, false]);
    assertMatches("push", before.body);
    const after = await subscribe(path, tokenOf(offer.id), "https://push.example.org/one");
    assert.deepEqual([after.status, after.body.subscribed], [200, true]);
    assert.deepEqual(
      contactsOf(responder).map(({ channel, order }) => [channel, order]),
      [
        ["webhook", 1],
        ["push", 2],
      ],
    );
    assert.deepEqual(endpointsOf(responder), ["https://push.example.org/one"]);
  });

  it("by a link made for the person; a new browser takes the place of the old one", async () => {
    const { path, token } = await invited("v-2");
    assert.equal((await site.ask(path, { token })).body.name, "志愿者2");
    for (const endpoint of ["https://push.example.org/old", "https://push.example.org/new"])
      assert.equal((await subscribe(path, token, endpoint)).status, 200);
    assert.deepEqual(endpointsOf("v-2"), ["https://push.example.org/new"]);
    assert.deepEqual(endpointsOf("v-1"), []);
  });

  it("not with another token, nor when the link's week is over", async () => {
    const { path, token } = await invited("v-2");
    const { path: other } = await invited("v-1");
    assert.equal((await subscribe(other, token, "https://push.example.org/x")).status, 401);
    assert.equal((await subscribe("/api/offers/okc-1.o1/push", token, "https://push.example.org/x")).status, 401);
    await site.clock.forward(days(7));
    const late = await subscribe(path, token, "https://push.example.org/x");
    assert.equal(late.status, 401);
    assert.match(late.text, /okc push-link makes a new one/);
    assert.deepEqual([endpointsOf("v-1"), endpointsOf("v-2")], [[], []]);
  });

  it("not with what is no subscription, and not again and again", async () => {
    const { path, token } = await invited("v-2");
    const { keys } = new PushBrowser().subscription("https://x");
    for (const body of [
      {},
      { endpoint: "https://push.example.org", keys: { ...keys, auth: "short" } },
      { endpoint: "ftp://push.example.org", keys },
    ])
      assert.equal((await site.ask(path, { method: "POST", token, body })).status, 400);
    for (let n = 0; n < 10; n++) await subscribe(path, token, `https://push.example.org/${n}`);
    assert.equal((await subscribe(path, token, "https://push.example.org/more")).status, 429);
    await site.clock.forward(hours(1));
    assert.equal((await subscribe(path, token, "https://push.example.org/more")).status, 200);
  });

  it("is forgotten when its push service says that it is no more, and only it", async () => {
    const { path, token } = await invited("v-2");
    await subscribe(path, token, "https://push.example.org/one");
    const { address } = contactsOf("v-2").find(({ channel }) => channel === "push")!;
    await site.app.submit({ type: "contact-gone", channel: "push", responder: "v-2", address: "another" });
    assert.equal(endpointsOf("v-2").length, 1);
    await site.app.submit({ type: "contact-gone", channel: "push", responder: "v-2", address });
    assert.deepEqual(
      contactsOf("v-2").map(({ channel }) => channel),
      ["webhook"],
    );
  });

  it("is nobody's business of an operator, and no way where okc.yaml has none", async () => {
    const asked = await site.as("operator", "/api/responders/v-2/push-link", { method: "POST", body: {} });
    assert.equal(asked.status, 403);
    const unknown = await site.as("supervisor", "/api/responders/nobody/push-link", { method: "POST", body: {} });
    assert.equal(unknown.status, 404);
    const without = await new HttpSite().start();
    const refused = await without.as("supervisor", "/api/responders/v-2/push-link", { method: "POST", body: {} });
    assert.match(refused.text, /no entry with channel push/);
    await without.stop();
  });
});
