import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Phones } from "../../firmware-sim/phones.ts";
import { Inbox } from "../support/peers/inbox.ts";
import { TestClock } from "../support/test-clock.ts";

interface Got {
  readonly token: string | undefined;
  readonly version: number;
  readonly answer: string;
}

const SECRET = "a secret of this test";

describe("the simulated phones", () => {
  let clock: TestClock;
  let phones: Phones;
  let gateway: Server;
  let got: Inbox<Got>;
  /** What the gateway of the test replies, in turn; 200 after that. */
  let replies: { status: number; body: object }[];

  beforeEach(async () => {
    clock = new TestClock();
    phones = new Phones({ clock, secret: SECRET, names: { "v-1": "李强" } });
    got = new Inbox("answers");
    replies = [];
    gateway = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => (text += String(chunk)));
      request.on("end", () => {
        const body = JSON.parse(text) as { version: number; answer: string };
        got.push({ ...body, token: request.headers.authorization });
        const { status, body: said } = replies.shift() ?? { status: 200, body: { version: body.version + 1 } };
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(said));
      });
    });
    gateway.listen(0, "127.0.0.1");
    await once(gateway, "listening");
    await phones.start();
  });

  afterEach(async () => {
    await phones.stop();
    gateway.closeAllConnections();
    await new Promise((resolve) => gateway.close(resolve));
  });

  const offer = (type = "offer", id = "o-1"): object => ({
    type,
    offer: { id, version: 3 },
    alarm: { id: "a-1", kind: "emergency", priority: 1 },
    responder: "v-1",
    resident: { name: "陈桂英", building: "1号楼", unit: "1单元", room: "301" },
    answer: {
      url: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/answer`,
      token: "t-1",
      expiresAt: "2026-11-23T12:10:00.000Z",
    },
    reason: type === "withdrawn" ? "王芳 has taken it" : null,
  });

  const deliver = async (message: object, key: string, secret: string | null = SECRET): Promise<number> => {
    const body = JSON.stringify(message);
    const t = Math.floor(clock.now() / 1000);
    const v1 = createHmac("sha256", secret ?? "")
      .update(`${t}.${body}`)
      .digest("hex");
    const headers = { "content-type": "application/json", "idempotency-key": key };
    const response = await fetch(phones.url, {
      method: "POST",
      body,
      headers: secret === null ? headers : { ...headers, "x-okc-signature": `t=${t},v1=${v1}` },
    });
    return response.status;
  };

  it("shows a signed offer once, however often it is delivered", async () => {
    assert.equal(await deliver(offer(), "k-1"), 202);
    assert.equal(await deliver(offer(), "k-1"), 200);
    assert.equal(phones.messages.length, 1);
    assert.equal(phones.duplicates, 1);
    assert.equal(phones.of("v-1")[0]?.message.resident?.name, "陈桂英");
  });

  it("refuses a missing and a wrong signature, and a body that was changed", async () => {
    assert.equal(await deliver(offer(), "k-1", null), 401);
    assert.equal(await deliver(offer(), "k-1", "another secret"), 401);
    assert.equal(phones.refused, 2);
    assert.deepEqual(phones.messages, []);
    assert.equal(await deliver({ type: "offer" }, "k-2"), 400);
  });

  it("answers by hand with the offer's token and version, and follows the version", async () => {
    await deliver(offer(), "k-1");
    assert.equal((await phones.answer("v-1", "accept")).status, 200);
    await phones.answer("v-1", "arrive");
    assert.deepEqual(got.items, [
      { version: 3, answer: "accept", token: "Bearer t-1" },
      { version: 4, answer: "arrive", token: "Bearer t-1" },
    ]);
    assert.equal(phones.of("v-1")[0]?.answered, "arrive");
  });

  it("repeats an answer once under the current version, and shows a refusal", async () => {
    await deliver(offer(), "k-1");
    replies = [
      { status: 409, body: { offer: { id: "o-1", version: 7 } } },
      { status: 410, body: { error: "expired" } },
    ];
    assert.equal((await phones.answer("v-1", "accept")).status, 410);
    assert.deepEqual(
      got.items.map(({ version }) => version),
      [3, 7],
    );
    assert.match(phones.of("v-1")[0]?.trouble ?? "", /^410/);
    assert.equal(phones.of("v-1")[0]?.answered, null);
  });

  it("answers by a rule, step after step, each after its time", async () => {
    phones.rules.set("*", [
      { answer: "accept", afterMs: 5_000 },
      { answer: "enroute", afterMs: 10_000 },
    ]);
    await deliver(offer(), "k-1");
    const answered = once(phones, "answered");
    await clock.forward(4_999);
    assert.deepEqual(got.items, []);
    await clock.forward(1);
    await answered;
    await clock.settle();
    const second = once(phones, "answered");
    await clock.forward(10_000);
    await second;
    assert.deepEqual(
      got.items.map(({ answer }) => answer),
      ["accept", "enroute"],
    );
  });

  it("does not answer by a rule once it was told to stand down", async () => {
    phones.rules.set("v-1", [{ answer: "accept", afterMs: 5_000 }]);
    await deliver(offer(), "k-1");
    await deliver(offer("withdrawn"), "k-2");
    await clock.forward(10_000);
    assert.deepEqual(got.items, []);
    assert.equal(phones.of("v-1")[0]?.withdrawn?.reason, "王芳 has taken it");
  });

  it("is out of order when told to be", async () => {
    phones.failing = true;
    assert.equal(await deliver(offer(), "k-1"), 503);
    phones.failing = false;
    assert.equal(await deliver(offer(), "k-1"), 202);
  });

  it("has a page that says DEMO, never gives the token away, and takes answers", async () => {
    await deliver(offer(), "k-1");
    const base = new URL("/", phones.url).href;
    const page = await (await fetch(base)).text();
    assert.match(page, /DEMO/);
    const list = await (await fetch(`${base}phones.json`)).text();
    assert.match(list, /陈桂英/);
    assert.doesNotMatch(list, /t-1/);
    const post = (type: string): Promise<Response> =>
      fetch(`${base}answer`, {
        method: "POST",
        headers: { "content-type": type },
        body: JSON.stringify({ responder: "v-1", offer: "o-1", answer: "decline" }),
      });
    assert.equal((await post("text/plain")).status, 415);
    assert.equal((await post("application/json")).status, 200);
    assert.equal(got.items[0]?.answer, "decline");
    assert.equal((await fetch(`${base}elsewhere`)).status, 404);
  });

  it("opens the link that came with an offer, as a tap on the message does; the page itself has only its name", async () => {
    const link = "http://127.0.0.1:8189/o/o-1#t-1";
    await deliver({ ...offer(), link }, "k-1");
    const base = new URL("/", phones.url).href;
    assert.doesNotMatch(await (await fetch(`${base}phones.json`)).text(), /t-1/);
    const opened = await fetch(`${base}open?offer=o-1`, { redirect: "manual" });
    assert.deepEqual([opened.status, opened.headers.get("location")], [302, link]);
    assert.equal((await fetch(`${base}open?offer=o-2`)).status, 404);
  });
});
