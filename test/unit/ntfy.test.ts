import assert from "node:assert/strict";
import { NtfySender, type NtfyParts } from "../../gateway/adapters/post/ntfy.ts";
import type { OfferMessage } from "../../gateway/ports/channel.ts";
import type { Verdict } from "../../gateway/ports/sender.ts";
import { HttpPeer } from "../support/peers/http-peer.ts";
import { offerMessage } from "../support/peers/offer-message.ts";
import { NOON, TestClock } from "../support/test-clock.ts";

describe("a message over ntfy", () => {
  let peer: HttpPeer;

  beforeEach(async () => {
    peer = await new HttpPeer().open();
    peer.answer = { status: 200, body: '{"id":"x1","event":"message"}' };
  });

  afterEach(() => peer.close());

  async function send(said: Partial<OfferMessage> = {}, login: NtfyParts["login"] = null): Promise<Verdict> {
    const url = `http://127.0.0.1:${peer.port}`;
    const sender = new NtfySender({ url, login, openLabel: "打开", clock: new TestClock() });
    await sender.open();
    const message = offerMessage({ key: "okc-a1-d3", address: "okc-wang-3f9a", ...said });
    const verdict = await sender.send(message, { attempt: 1, wallAt: NOON });
    await sender.close();
    return verdict;
  }

  const body = (): unknown => JSON.parse(peer.requests.items.at(-1)!.body);

  it("goes to the person's topic, loud, with a button that opens the page", async () => {
    assert.equal((await send()).fate, "sent");
    const link = "https://okc.example.org/o/o1#t0ken";
    assert.deepEqual(body(), {
      topic: "okc-wang-3f9a",
      title: "【一键通】紧急呼叫",
      message: "李奶奶，3 2 501。回复 1 4711 接受，2 4711 拒绝。",
      priority: 5,
      tags: ["rotating_light"],
      sequence_id: "okc-a1-d3",
      click: link,
      actions: [{ action: "view", label: "打开", url: link }],
    });
  });

  it("is quieter where it is no emergency, and opens nothing without a link", async () => {
    await send({ priority: 3, link: null });
    const { priority, tags, click, actions } = body() as Record<string, unknown>;
    assert.deepEqual([priority, tags, click, actions], [3, [], undefined, undefined]);
  });

  it("says who writes by a token or by user and password", async () => {
    const said = (): unknown => peer.requests.items.at(-1)!.headers.authorization;
    await send();
    assert.equal(said(), undefined);
    await send({}, { token: "tk_1" });
    assert.equal(said(), "Bearer tk_1");
    await send({}, { user: "okc", password: "夜班" });
    assert.equal(said(), `Basic ${Buffer.from("okc:夜班").toString("base64")}`);
  });

  it("leaves to no address that is no topic", async () => {
    for (const address of ["", "a/b", "李", "x".repeat(65)]) assert.equal((await send({ address })).fate, "failed");
    assert.equal(peer.requests.items.length, 0);
  });
});
