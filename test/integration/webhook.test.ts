import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import type { PostLimits } from "../../gateway/adapters/post/post-limits.ts";
import { WebhookSender } from "../../gateway/adapters/post/webhook.ts";
import { SendingChannel } from "../../gateway/app/sending-channel.ts";
import type { SendingLimits } from "../../gateway/app/sending-limits.ts";
import { seconds } from "../../gateway/core/units.ts";
import type { PersonMessage } from "../../gateway/ports/channel.ts";
import { HttpPeer } from "../support/peers/http-peer.ts";
import { offerMessage } from "../support/peers/offer-message.ts";
import { RecordingLog, RecordingMeter, RecordingSink } from "../support/peers/recording-sink.ts";
import { NOON, TestClock } from "../support/test-clock.ts";

const offer = (key: string, priority = 1): PersonMessage => offerMessage({ key, priority });

describe("a webhook", () => {
  let clock: TestClock;
  let sink: RecordingSink;
  let log: RecordingLog;
  let meter: RecordingMeter;
  let peer: HttpPeer;
  let webhook: SendingChannel<PersonMessage>;

  interface More {
    readonly secret?: string | null;
    readonly limits?: Partial<SendingLimits>;
    readonly post?: Partial<PostLimits>;
  }

  async function start({ secret = "s3cret", limits = {}, post = {} }: More = {}): Promise<void> {
    const url = `http://127.0.0.1:${peer.port}/notify?token=hidden`;
    const sender = new WebhookSender({ url, secret, clock, limits: post });
    webhook = new SendingChannel({ kind: "webhook", id: "sms", sender, clock, log, meter, limits });
    await webhook.start(sink);
  }

  const keys = (): unknown[] => peer.requests.items.map(({ headers }) => headers["idempotency-key"]);

  beforeEach(async () => {
    clock = new TestClock();
    sink = new RecordingSink();
    log = new RecordingLog();
    meter = new RecordingMeter();
    peer = await new HttpPeer().open();
  });

  afterEach(async () => {
    await webhook.stop();
    await peer.close();
    assert.equal(clock.pending, 0, "a timer was left behind");
  });

  it("posts an offer, signed, and tells that it was sent", async () => {
    await start();
    webhook.deliver(offer("k1"));
    const receipt = await sink.expect("k1", "sent");
    assert.deepEqual(receipt, { key: "k1", status: "sent", at: NOON });
    const { method, url, headers, body } = peer.requests.items[0]!;
    assert.deepEqual([method, url], ["POST", "/notify?token=hidden"]);
    const v1 = createHmac("sha256", "s3cret").update(`1795435200.${body}`).digest("hex");
    assert.equal(headers["x-okc-signature"], `t=1795435200,v1=${v1}`);
    assert.equal(headers["idempotency-key"], "k1");
    assert.match(headers["content-type"]!, /^application\/json/);
    assert.deepEqual(sink.paths.items, [{ path: "webhook:sms", up: true, why: "200" }]);
  });

  it("signs nothing without a secret", async () => {
    await start({ secret: null });
    webhook.deliver(offer("k1"));
    const { headers } = await peer.requests.next();
    assert.equal(headers["x-okc-signature"], undefined);
    await sink.expect("k1", "sent");
  });

  it("tries a 503 again under the same key, with a fresh signature, and says it fails once", async () => {
    await start();
    peer.answer = { status: 503, body: "database is down" };
    webhook.deliver(offer("k1"));
    const failing = await sink.expect("k1", "failing");
    assert.equal(failing.detail, "webhook sms: HTTP 503; still trying");
    await clock.forward(seconds(1));
    await peer.requests.reach(2);
    await clock.settle();
    peer.answer = { status: 200 };
    await clock.forward(seconds(2));
    await sink.expect("k1", "sent");
    assert.deepEqual(sink.statuses("k1"), ["failing", "sent"]);
    assert.deepEqual(keys(), ["k1", "k1", "k1"]);
    const times = peer.requests.items.map(({ headers }) => /^t=(\d+)/.exec(String(headers["x-okc-signature"]))![1]);
    assert.deepEqual(times, ["1795435200", "1795435201", "1795435203"]);
    assert.deepEqual(
      sink.paths.items.map(({ up }) => up),
      [false, true],
    );
  });

  it("waits as long as the server asks", async () => {
    await start();
    peer.answer = { status: 429, headers: { "retry-after": "30" } };
    webhook.deliver(offer("k1"));
    await sink.expect("k1", "failing");
    peer.answer = { status: 200 };
    await clock.forward(seconds(29));
    assert.equal(peer.requests.items.length, 1);
    await clock.forward(seconds(1));
    await sink.expect("k1", "sent");
  });

  it("does not try again what the server refuses, and keeps its answer out of journal and log", async () => {
    await start();
    peer.answer = { status: 422, body: "13800000000 is no number. ".repeat(100) };
    webhook.deliver(offer("k1"));
    const failed = await sink.expect("k1", "failed");
    assert.equal(failed.detail, "HTTP 422");
    await clock.forward(seconds(60));
    assert.equal(peer.requests.items.length, 1);
    assert.ok(
      log.lines.length > 0 && log.lines.every((line) => !line.includes("13800000000") && !line.includes("hidden")),
    );
  });

  it("does not follow a redirect", async () => {
    await start();
    peer.answer = { status: 307, headers: { location: `http://127.0.0.1:${peer.port}/elsewhere` } };
    webhook.deliver(offer("k1"));
    await sink.expect("k1", "failed");
    assert.deepEqual(
      peer.requests.items.map(({ url }) => url),
      ["/notify?token=hidden"],
    );
  });

  it("cuts a request that gets no answer, and tries again", async () => {
    await start();
    peer.answer = "silent";
    webhook.deliver(offer("k1"));
    await peer.requests.reach(1);
    await clock.forward(seconds(10));
    assert.match((await sink.expect("k1", "failing")).detail!, /no answer within 10s/);
    peer.answer = { status: 202 };
    await clock.forward(seconds(1));
    await sink.expect("k1", "sent");
  });

  it("counts a 2xx whose body never ends", async () => {
    await start({ post: { bodyMaxBytes: 1_000 } });
    peer.answer = { status: 200, body: "x".repeat(1_000_000) };
    webhook.deliver(offer("k1"));
    await sink.expect("k1", "sent");
    webhook.deliver(offer("k2"));
    await sink.expect("k2", "sent");
    assert.deepEqual(sink.statuses("k1"), ["sent"]);
  });

  it("uses a connection again, and makes another at once when the server closed it meanwhile", async () => {
    await start();
    webhook.deliver(offer("k1"));
    await sink.expect("k1", "sent");
    await clock.settle();
    webhook.deliver(offer("k2"));
    await sink.expect("k2", "sent");
    assert.equal(peer.connections.items.length, 1);
    await clock.settle();
    peer.cut();
    webhook.deliver(offer("k3"));
    await sink.expect("k3", "sent");
    assert.deepEqual(sink.statuses("k3"), ["sent"]);
  });

  it("has 32 requests under way at most, and sends the most urgent of the waiting first", async () => {
    await start();
    peer.answer = "hold";
    for (let n = 1; n <= 32; n++) webhook.deliver(offer(`k${n}`, 3));
    webhook.deliver(offer("later", 3));
    webhook.deliver(offer("urgent", 1));
    await peer.requests.reach(32);
    await clock.settle();
    assert.equal(peer.requests.items.length, 32);
    peer.answer = { status: 200 };
    peer.release();
    await sink.receipts.reach(34);
    assert.deepEqual(keys().slice(32), ["urgent", "later"]);
  });

  it("keeps room for a new message when all that it tries again hang", async () => {
    await start();
    peer.answer = { status: 503 };
    for (let n = 1; n <= 40; n++) webhook.deliver(offer(`k${n}`));
    await sink.receipts.reach(40);
    peer.answer = "hold";
    await clock.forward(seconds(1));
    await peer.requests.reach(40 + 24);
    await clock.settle();
    assert.equal(peer.held, 24);
    peer.answer = { status: 200 };
    webhook.deliver(offer("new"));
    await sink.expect("new", "sent");
  });

  it("tells of a withdrawn message that was under way only when the server took it", async () => {
    await start();
    peer.answer = "hold";
    webhook.deliver(offer("k1"));
    await peer.requests.reach(1);
    webhook.withdraw("k1");
    peer.release();
    await sink.expect("k1", "sent");
    peer.answer = { status: 503 };
    webhook.deliver(offer("k2"));
    await peer.requests.reach(2);
    webhook.withdraw("k2");
    await clock.forward(seconds(60));
    assert.deepEqual(sink.statuses("k2"), []);
    assert.equal(peer.requests.items.length, 2);
  });

  it("gives up the least urgent, newest message at the bound, and says so", async () => {
    await start({ limits: { queueMax: 3, inFlightMax: 1, freshReserve: 0 } });
    peer.answer = "hold";
    for (const [key, priority] of [
      ["flying", 3],
      ["old", 2],
      ["newer", 2],
      ["urgent", 1],
    ] as const) {
      webhook.deliver(offer(key, priority));
    }
    assert.match((await sink.expect("newer", "failed")).detail!, /more than 3 messages wait for webhook sms/);
    assert.equal(log.lines.filter((line) => line.startsWith("error")).length, 1);
    peer.answer = { status: 200 };
    await peer.requests.reach(1);
    peer.release();
    await sink.expect("old", "sent");
    assert.deepEqual(keys(), ["flying", "urgent", "old"]);
  });
});
