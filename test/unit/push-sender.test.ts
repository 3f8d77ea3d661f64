import assert from "node:assert/strict";
import { PushSender } from "../../gateway/adapters/post/push.ts";
import { isPublic } from "../../gateway/adapters/http/public-network.ts";
import { writeSubscription } from "../../gateway/core/push-subscription.ts";
import type { PersonMessage } from "../../gateway/ports/channel.ts";
import type { Verdict } from "../../gateway/ports/sender.ts";
import { PushKeys } from "../../gateway/site/push-keys.ts";
import { HttpPeer } from "../support/peers/http-peer.ts";
import { offerMessage } from "../support/peers/offer-message.ts";
import { PushBrowser, senderOf } from "../support/peers/push-browser.ts";
import { NOON, TestClock } from "../support/test-clock.ts";

const KEY = Buffer.from("the key file of a test");

describe("a notification of a browser", () => {
  const keys = new PushKeys();
  keys.open(KEY);
  const browser = new PushBrowser();
  let peer: HttpPeer;

  beforeEach(async () => {
    peer = await new HttpPeer().open();
    peer.answer = { status: 201 };
  });

  afterEach(() => peer.close());

  const endpoint = (): string => `http://127.0.0.1:${peer.port}/push/abc`;
  const address = (): string => writeSubscription(browser.subscription(endpoint()));

  async function send(message: PersonMessage, isLocal = true): Promise<Verdict> {
    const clock = new TestClock();
    const parts = { subject: "mailto:okc@example.org", keys: () => keys.vapid, isLocal, isPublic, clock };
    const sender = new PushSender(parts);
    await sender.open();
    const verdict = await sender.send(message, { attempt: 1, wallAt: NOON });
    await sender.close();
    return verdict;
  }

  it("can be read by that browser alone, and holds no more than the message", async () => {
    assert.deepEqual(await send(offerMessage({ offer: { id: "okc-aaaa1111-7.o1", version: 1 }, address: address() })), {
      fate: "sent",
      works: true,
      result: "201",
    });
    const [request] = peer.requests.items as [(typeof peer.requests.items)[0]];
    assert.deepEqual(browser.open(request), {
      type: "offer",
      title: "【一键通】紧急呼叫",
      body: "李奶奶，3 2 501。回复 1 4711 接受，2 4711 拒绝。",
      tag: "okc-aaaa1111-7.o1",
      link: "https://okc.example.org/o/o1#t0ken",
    });
    assert.throws(() => new PushBrowser().open(request));
    assert.ok(![request.body, JSON.stringify(request.headers)].some((text) => text.includes("aaaa1111")));
  });

  it("says by a signature who sends it, with the same key at each start", async () => {
    await send(offerMessage({ address: address() }));
    const sender = senderOf(peer.requests.items[0]!);
    const again = new PushKeys();
    again.open(KEY);
    assert.deepEqual(
      [sender.aud, sender.sub, sender.publicKey],
      [`http://127.0.0.1:${peer.port}`, "mailto:okc@example.org", again.vapid.publicKey],
    );
  });

  it("is urgent, and its end takes its place: at the push service and on the screen", async () => {
    await send(offerMessage({ address: address() }));
    await send(offerMessage({ address: address(), key: "k2", type: "withdrawn", reason: "王芳已接受" }));
    const [call, end] = peer.requests.items as [(typeof peer.requests.items)[0], (typeof peer.requests.items)[0]];
    assert.deepEqual([call.headers["urgency"], call.headers["ttl"]], ["high", "3600"]);
    assert.match(String(call.headers["topic"]), /^[\w-]{32}$/);
    assert.deepEqual([end.headers["topic"], end.headers["urgency"]], [call.headers["topic"], "high"]);
    assert.equal((browser.open(end) as { tag: string }).tag, "o1");
    assert.ok(Number(end.headers["ttl"]) > Number(call.headers["ttl"]), "an end comes late rather than never");
  });

  it("tells that a subscription is no more, and whose", async () => {
    peer.answer = { status: 410 };
    const verdict = await send(offerMessage({ address: address() }));
    assert.deepEqual("gone" in verdict ? verdict.gone : null, { responder: "wang", address: address() });
  });

  it("does not go into the local network for an address that somebody sent", async () => {
    const refused = async (at: string): Promise<void> => {
      const verdict = await send(offerMessage({ address: writeSubscription(browser.subscription(at)) }), false);
      assert.notEqual(verdict.fate, "sent", at);
    };
    for (const at of [
      endpoint(),
      `https://127.0.0.1:${peer.port}/`,
      `https://localhost:${peer.port}/`,
      `https://[::1]:${peer.port}/`,
      "https://192.168.1.1/",
      "https://u:p@push.example.org/",
      "file:///etc/passwd",
      "nonsense",
    ])
      await refused(at);
    assert.equal(peer.connections.items.length, 0);
  });

  it("is refused, not tried for ever, where the contact's address is no subscription", async () => {
    const { keys: good } = browser.subscription("https://push.example.org/x");
    const bad = [
      "",
      "13800000000",
      "{}",
      JSON.stringify({ endpoint: endpoint(), keys: { ...good, auth: "short" } }),
      JSON.stringify({ endpoint: endpoint(), keys: { ...good, p256dh: `B${"A".repeat(86)}` } }),
    ];
    for (const one of bad) assert.equal((await send(offerMessage({ address: one }))).fate, "failed", one);
    assert.equal(peer.requests.items.length, 0);
  });
});
