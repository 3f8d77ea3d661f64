import assert from "node:assert/strict";
import { Dc09Hotline } from "../../../gateway/adapters/hotline/dc09-hotline.ts";
import type { Dc09Limits, Receiver } from "../../../gateway/adapters/hotline/dc09-limits.ts";
import type { HotlineDetails, HotlineMessage } from "../../../gateway/ports/channel.ts";
import { NOON, TestClock } from "../test-clock.ts";
import { Dc09Peer } from "./dc09-peer.ts";
import type { PeerMode } from "./dc09-peer.ts";
import { RecordingLog, RecordingMeter, RecordingSink } from "./recording-sink.ts";

export const emergency = (key: string, more: Partial<HotlineMessage> = {}): HotlineMessage => ({
  key,
  alarm: `alarm-of-${key}`,
  priority: 1,
  event: "101",
  qualifier: 1,
  account: "1234",
  zone: "007",
  details: null,
  ...more,
});

/** What an alarm tells beside its code. */
export const detailsOf = (more: Partial<HotlineDetails> = {}): HotlineDetails => ({
  kind: "emergency",
  flags: [],
  means: "emergency",
  openedAt: NOON,
  pressedAt: NOON,
  resident: null,
  position: null,
  link: null,
  sip: null,
  words: { title: "t", text: "t", spoken: "t" },
  ...more,
});

/** A receiver as okc.yaml names it in its plainest form, and that nobody asks whether it lives: time stands still in tests. */
export const receiverOf = (more: Partial<Receiver> = {}): Receiver => ({
  host: "127.0.0.1",
  port: 0,
  account: "1234",
  transport: "tcp",
  format: "adm-cid",
  key: null,
  receiverNumber: "0",
  lineNumber: "0",
  supervision: { style: "off", everyMs: null },
  periodicTestMs: null,
  restore: false,
  events: {},
  extended: { position: false, link: false, mac: null },
  ...more,
});

/** A started hotline with its clock, what it tells, and its receivers `a`, `b` … in order of preference. */
export class HotlineRig {
  readonly clock = new TestClock();
  readonly sink = new RecordingSink();
  readonly log = new RecordingLog();
  readonly meter = new RecordingMeter();
  readonly peers: readonly Dc09Peer[];
  readonly hotline: Dc09Hotline;

  private constructor(peers: readonly Dc09Peer[], limits: Partial<Dc09Limits>) {
    const { clock, log, meter } = this;
    this.peers = peers;
    const receivers = peers.map(({ port }, index) => {
      return receiverOf({ port, account: `AAA${index + 1}`, id: "abcdef"[index]! });
    });
    this.hotline = new Dc09Hotline({ receivers, clock, log, meter, limits });
  }

  /** A receiver for each mode; resolves when the hotline is connected to all of them. */
  static async open(modes: readonly PeerMode[], limits: Partial<Dc09Limits> = {}): Promise<HotlineRig> {
    const peers = await Promise.all(modes.map(() => new Dc09Peer().open()));
    const rig = new HotlineRig(peers, limits);
    for (const [index, peer] of peers.entries()) {
      peer.mode = modes[index]!;
      peer.clock = () => rig.clock.now();
    }
    await rig.hotline.start(rig.sink);
    for (const peer of peers) await peer.connections.reach(1);
    await rig.clock.settle();
    return rig;
  }

  /** The first receiver. */
  get peer(): Dc09Peer {
    return this.peers[0]!;
  }

  /** Stops all, and checks that no timer is left. */
  async close(): Promise<void> {
    await this.hotline.stop();
    for (const peer of this.peers) await peer.close();
    assert.equal(this.clock.pending, 0, "a timer was left behind");
  }
}
