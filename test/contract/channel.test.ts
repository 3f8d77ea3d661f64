import assert from "node:assert/strict";
import { Dc09Hotline } from "../../gateway/adapters/hotline/dc09-hotline.ts";
import { Siren } from "../../gateway/adapters/siren/siren.ts";
import { WebhookChannel } from "../../gateway/adapters/webhook/webhook-channel.ts";
import { seconds } from "../../gateway/core/units.ts";
import type { Channel } from "../../gateway/ports/channel.ts";
import { Dc09Peer } from "../support/peers/dc09-peer.ts";
import { HttpPeer } from "../support/peers/http-peer.ts";
import { RecordingLog, RecordingMeter, RecordingSink } from "../support/peers/recording-sink.ts";
import { SirenPeer } from "../support/peers/siren-peer.ts";
import { TestClock } from "../support/test-clock.ts";

interface Parts {
  readonly clock: TestClock;
  readonly log: RecordingLog;
  readonly meter: RecordingMeter;
}

/** A channel and the other side of it. Messages are named by a digit. */
interface Rig {
  readonly channel: Channel<never>;
  deliver(name: string): void;
  withdraw(name: string): void;
  /** What the other side got, in order; the siren's other side cannot tell one message from another. */
  arrived(): readonly string[];
  /** Waits until that much has arrived in all. */
  reach(total: number): Promise<unknown>;
  breakPeer(): Promise<void>;
  mendPeer(): Promise<void>;
  close(): Promise<void>;
}

const keyOf = (name: string): string => `key-${name}`;

async function hotlineRig(parts: Parts): Promise<Rig> {
  const peer = await new Dc09Peer().open();
  const receivers = [{ host: "127.0.0.1", port: peer.port, account: "1234" }];
  const channel = new Dc09Hotline({ ...parts, receivers });
  return {
    channel,
    deliver: (name) =>
      channel.deliver({
        key: keyOf(name),
        alarm: "a1",
        priority: 1,
        event: "101",
        qualifier: 1,
        account: "1234",
        zone: name,
        details: null,
      }),
    withdraw: (name) => channel.withdraw(keyOf(name)),
    arrived: () => peer.frames.items.map((frame) => String(Number(frame.zone))),
    reach: (total) => peer.frames.reach(total),
    breakPeer: () => peer.close(),
    mendPeer: async () => void (await peer.open()),
    close: () => peer.close(),
  };
}

async function webhookRig(parts: Parts): Promise<Rig> {
  const peer = await new HttpPeer().open();
  const channel = new WebhookChannel({
    ...parts,
    id: "webhook",
    url: `http://127.0.0.1:${peer.port}/notify`,
    secret: "s3cret",
  });
  return {
    channel,
    deliver: (name) =>
      channel.deliver({
        key: keyOf(name),
        type: "offer",
        offer: { id: `o${name}`, version: 1 },
        alarm: { id: "a1", kind: "emergency", priority: 1 },
        responder: "wang",
        priority: 1,
        words: { title: "t", text: name, spoken: name },
        code: null,
        address: name,
        resident: null,
        link: null,
        answer: null,
        reason: null,
      }),
    withdraw: (name) => channel.withdraw(keyOf(name)),
    arrived: () => peer.requests.items.map(({ body }) => String((JSON.parse(body) as { address: string }).address)),
    reach: (total) => peer.requests.reach(total),
    breakPeer: () => peer.close(),
    mendPeer: async () => void (await peer.open()),
    close: () => peer.close(),
  };
}

async function sirenRig(parts: Parts): Promise<Rig> {
  const peer = await new SirenPeer().open();
  await peer.install();
  const channel = new Siren({ ...parts, command: peer.command });
  return {
    channel,
    deliver: (name) => channel.deliver({ key: keyOf(name), alarm: "a1" }),
    withdraw: (name) => channel.withdraw(keyOf(name)),
    arrived: () => peer.runs.items.map(String),
    reach: (total) => peer.runs.reach(total),
    breakPeer: () => peer.remove(),
    mendPeer: () => peer.install(),
    close: () => peer.close(),
  };
}

function describeChannel(name: string, makeRig: (parts: Parts) => Promise<Rig>): void {
  describe(`${name} as a channel`, () => {
    let clock: TestClock;
    let sink: RecordingSink;
    let rig: Rig;

    beforeEach(async () => {
      clock = new TestClock();
      sink = new RecordingSink();
      rig = await makeRig({ clock, log: new RecordingLog(), meter: new RecordingMeter() });
    });

    afterEach(async () => {
      await rig.channel.stop();
      await rig.close();
      assert.equal(clock.pending, 0, "a timer was left behind");
    });

    it("delivers a message once, though it is given twice, and tells so", async () => {
      await rig.channel.start(sink);
      rig.deliver("1");
      rig.deliver("1");
      await rig.reach(1);
      const receipt = await sink.receipts.next();
      assert.equal(receipt.key, keyOf("1"));
      assert.ok(["sent", "received"].includes(receipt.status), receipt.status);
      await clock.settle();
      assert.equal(rig.arrived().length, 1);
      assert.equal(sink.receipts.items.length, 1);
    });

    it("keeps what is delivered before the start", async () => {
      rig.deliver("1");
      await clock.settle();
      assert.equal(rig.arrived().length, 0);
      await rig.channel.start(sink);
      await rig.reach(1);
      assert.equal((await sink.receipts.next()).key, keyOf("1"));
    });

    it("lets nothing leave that was withdrawn before", async () => {
      rig.deliver("1");
      rig.withdraw("1");
      rig.deliver("2");
      await rig.channel.start(sink);
      await rig.reach(1);
      await sink.receipts.next((receipt) => receipt.key === keyOf("2"));
      assert.deepEqual(sink.statuses(keyOf("1")), []);
      assert.ok(!rig.arrived().includes("1"));
    });

    it("ignores the withdrawal of what it does not know", async () => {
      await rig.channel.start(sink);
      rig.withdraw("7");
      rig.deliver("1");
      await rig.reach(1);
      assert.equal((await sink.receipts.next()).key, keyOf("1"));
    });

    it("says once that the other side does not take a message, and delivers it when it does again", async () => {
      await rig.breakPeer();
      await rig.channel.start(sink);
      rig.deliver("1");
      const failing = await sink.expect(keyOf("1"), "failing");
      assert.ok((failing.detail ?? "").length > 10, "a reason is given");
      await rig.mendPeer();
      for (let second = 0; second < 31 && rig.arrived().length === 0; second++) await clock.forward(seconds(1));
      await rig.reach(1);
      await sink.receipts.next(({ status }) => status === "sent" || status === "received");
      assert.equal(sink.statuses(keyOf("1")).filter((status) => status === "failing").length, 1);
    });

    it("does not try again what was withdrawn meanwhile", async () => {
      await rig.breakPeer();
      await rig.channel.start(sink);
      rig.deliver("1");
      await sink.expect(keyOf("1"), "failing");
      rig.withdraw("1");
      await rig.mendPeer();
      for (let second = 0; second < 31; second++) await clock.forward(seconds(1));
      rig.deliver("2");
      await rig.reach(1);
      await sink.receipts.next(({ key, status }) => key === keyOf("2") && status !== "failing");
      assert.equal(rig.arrived().length, 1);
      assert.deepEqual(sink.statuses(keyOf("1")), ["failing"]);
    });

    it("stops in the middle of its work and tells nothing afterwards", async () => {
      await rig.breakPeer();
      await rig.channel.start(sink);
      rig.deliver("1");
      await sink.expect(keyOf("1"), "failing");
      await rig.channel.stop();
      const told = sink.receipts.items.length;
      await clock.forward(seconds(60));
      assert.equal(sink.receipts.items.length, told);
      assert.equal(clock.pending, 0);
    });
  });
}

describeChannel("the hotline", hotlineRig);
describeChannel("a webhook", webhookRig);
describeChannel("the siren", sirenRig);
