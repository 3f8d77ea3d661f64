import assert from "node:assert/strict";
import { seconds } from "../../gateway/core/units.ts";
import { expectFault, expectFaultOver } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";
import { Dc09Peer, type PeerMode } from "../support/peers/dc09-peer.ts";
import { until } from "../support/until.ts";

const VOLUNTEERS = ["v-1", "v-2", "v-3"];

/** Nothing of this is an acknowledgement. */
const GARBAGE: readonly PeerMode[] = [
  "garbage",
  "wrong-crc",
  "wrong-sequence",
  "wrong-account",
  "ack-unframed",
  "ack-in-data",
  "lfcr",
  "close",
  "nak-bare",
  "duh",
  "flood",
  "drip",
];

/** As strange as these may look, the receiver has it. */
const ODD: readonly PeerMode[] = ["ack-lower-case", "ack-trailing", "ack-no-bar", "ack-close"];

describe("A hotline's receiver answers with garbage", function () {
  this.timeout(30_000);
  let home: Home;
  let peer: Dc09Peer;

  beforeEach(async () => {
    peer = await new Dc09Peer().open();
  });

  afterEach(async () => {
    try {
      await home.leave();
    } finally {
      await peer.close();
    }
  });

  const pathOf = (): string => `path:hotline:127.0.0.1:${peer.port}`;

  const press = async (mode: PeerMode, more: { readonly alone?: boolean } = {}): Promise<void> => {
    peer.mode = mode;
    home = await Home.build({ firstReceiverPort: peer.port });
    if (more.alone === true) await home.receiver.stop();
    await peer.connections.reach(1);
    await home.clock.settle();
    home.pendant("beef").press();
    for (const volunteer of VOLUNTEERS) await home.expectOffer(volunteer);
    await peer.frames.reach(1);
  };

  for (const mode of GARBAGE) {
    it(`${mode}: it is no acknowledgement; the second receiver has the alarm within seconds, once`, async () => {
      await press(mode);
      await home.forward(seconds(5));
      await home.expectHotline("101");
      await home.expectOffer("s-1");
      const { flags, times } = await home.alarm(({ times: { hotlineReceivedAt } }) => hotlineReceivedAt !== null);
      assert.ok(flags.includes("degraded"));
      assert.ok(Date.parse(times.hotlineReceivedAt!) <= Date.parse(times.pressedAt!) + seconds(5));
      assert.equal(home.receiver.distinct().length, 1);
    });
  }

  for (const mode of ODD) {
    it(`${mode}: it is one`, async () => {
      await press(mode);
      const { flags } = await home.alarm(({ times: { hotlineReceivedAt } }) => hotlineReceivedAt !== null);
      assert.deepEqual([flags, home.receiver.frames.length, peer.frames.items.length], [[], 0, 1]);
    });
  }

  it("and it is the only one: staff stand in at once, it is tried on, and in the end it has the press", async () => {
    await press("garbage", { alone: true });
    await home.forward(seconds(5));
    await home.expectOffer("s-1");
    const { flags, times } = await home.alarm(({ flags: raised }) => raised.includes("degraded"));
    assert.ok(flags.includes("degraded"));
    assert.equal(times.hotlineReceivedAt, null);
    await expectFault(home, pathOf());
    peer.mode = "ack";
    for (let turn = 0; turn < 20; turn++) await home.forward(seconds(1));
    await home.alarm(({ times: { hotlineReceivedAt } }) => hotlineReceivedAt !== null);
    await expectFaultOver(home, pathOf());
    assert.deepEqual(new Set(peer.frames.items.map(({ sequence }) => sequence)).size, 1);
  });

  it("that it pours out between two alarms: the connection is given up, and memory stays as it is", async () => {
    peer.mode = "ack";
    home = await Home.build({ firstReceiverPort: peer.port });
    await peer.connections.reach(1);
    await home.clock.settle();
    const before = process.memoryUsage().arrayBuffers;
    for (let n = 0; n < 64; n++) peer.say("x".repeat(16_384));
    await expectFault(home, pathOf());
    await until("the buffers to be freed", () => process.memoryUsage().arrayBuffers < before + 16 * 1024 * 1024);
    await home.forward(seconds(1));
    await peer.connections.reach(2);
    await home.clock.settle();
    home.pendant("beef").press();
    for (const volunteer of VOLUNTEERS) await home.expectOffer(volunteer);
    await home.alarm(({ times: { hotlineReceivedAt } }) => hotlineReceivedAt !== null);
    await expectFaultOver(home, pathOf());
  });
});
