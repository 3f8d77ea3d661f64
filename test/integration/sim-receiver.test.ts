import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { frameOf, stampOf } from "../../firmware-sim/dc09.ts";
import { Dc09Receiver } from "../../firmware-sim/receiver.ts";
import { NOON, TestClock } from "../support/test-clock.ts";
import { Inbox } from "../support/peers/inbox.ts";

const press = (sequence = "0001", at = NOON, zone = "007"): string =>
  frameOf(`"ADM-CID"${sequence}R0L0#1234[#1234|1101 00 ${zone}]${stampOf(at)}`);

describe("the simulated hotline receiver over TCP", () => {
  let clock: TestClock;
  let receiver: Dc09Receiver;
  let line: Socket;
  let replies: Inbox<string>;

  beforeEach(async () => {
    clock = new TestClock();
    receiver = new Dc09Receiver({ clock });
    const { port } = await receiver.start();
    line = connect(port, "127.0.0.1");
    replies = new Inbox("the receiver's replies");
    line.setEncoding("latin1").on("data", (text) => replies.push(String(text)));
    await once(line, "connect");
  });

  afterEach(async () => {
    line.destroy();
    await receiver.stop();
  });

  it("acknowledges a press and keeps what it said", async () => {
    line.write(press());
    assert.equal(await replies.next(), '\nDBE70014"ACK"0001R0L0#1234[]\r');
    const [event] = receiver.events;
    assert.deepEqual(
      [event?.account, event?.event, event?.qualifier, event?.zone, event?.sequence, event?.at],
      ["1234", "101", 1, "007", "0001", NOON],
    );
  });

  it("reads a frame that comes in pieces, and several that come at once", async () => {
    const bytes = press("0001") + press("0002");
    line.write(bytes.slice(0, 20));
    await new Promise((resolve) => setImmediate(resolve));
    line.write(bytes.slice(20));
    await replies.next((text) => text.includes("0002R0L0"));
    assert.equal(receiver.events.length, 2);
  });

  it("shows a repeated event once", async () => {
    line.write(press("0001") + press("0001") + press("0002", NOON, "008"));
    await replies.next((text) => text.includes("0002R0L0"));
    assert.equal(receiver.events.length, 3);
    assert.deepEqual(
      receiver.distinct().map(({ zone }) => zone),
      ["007", "008"],
    );
    assert.equal(receiver.distinct(({ account }) => account).length, 1);
  });

  it("in mode nak answers with its own clock and takes nothing", async () => {
    receiver.mode = "nak";
    receiver.clockOffsetMs = 3_600_000;
    line.write(press());
    assert.match(await replies.next(), /"NAK"0000R0L0A0\[\]_13:00:00,11-23-2026\r$/);
    assert.deepEqual(receiver.events, []);
  });

  it("with a window refuses a wrong time and takes the right one", async () => {
    receiver.windowMs = 20_000;
    receiver.clockOffsetMs = 3_600_000;
    line.write(press());
    assert.match(await replies.next(), /"NAK"/);
    line.write(press("0001", NOON + 3_600_000));
    assert.match(await replies.next(() => true, 2), /"ACK"0001/);
    assert.equal(receiver.events.length, 1);
  });

  it("in mode duh says that it cannot", async () => {
    receiver.mode = "duh";
    line.write(press());
    assert.equal(await replies.next(), '\nAB3F0014"DUH"0001R0L0#1234[]\r');
    assert.deepEqual(receiver.events, []);
  });

  it("in mode silent takes the frame and says nothing", async () => {
    receiver.mode = "silent";
    const frame = once(receiver, "frame");
    line.write(press("0001"));
    await frame;
    receiver.mode = "ack";
    line.write(press("0002"));
    assert.match(await replies.next(), /"ACK"0002/);
    assert.equal(receiver.frames.length, 2);
  });

  it("in mode garbage says something that is no reply", async () => {
    receiver.mode = "garbage";
    line.write(press());
    assert.doesNotMatch(await replies.next(), /"(ACK|NAK|DUH)"/);
    assert.deepEqual(receiver.events, []);
  });

  it("in mode slow acknowledges late, by its clock", async () => {
    receiver.mode = "slow";
    receiver.slowMs = 9_000;
    const frame = once(receiver, "frame");
    line.write(press());
    await frame;
    await clock.forward(8_999);
    assert.deepEqual(receiver.events, []);
    await clock.forward(1);
    assert.match(await replies.next(), /"ACK"0001/);
    assert.deepEqual(
      receiver.events.map(({ at }) => at),
      [NOON],
    );
  });

  it("in mode close ends the connection without a word", async () => {
    receiver.mode = "close";
    const closed = once(line, "close");
    line.write(press());
    await closed;
    assert.deepEqual(replies.items, []);
  });

  it("drops noise, frames that are damaged and frames without an end, and reads on", async () => {
    const rejected = new Inbox<string>("rejected frames");
    receiver.on("rejected", ({ why }) => rejected.push(why));
    line.write(`noise\r${press().replace("007", "008")}`);
    line.write("x".repeat(5_000));
    await rejected.reach(3);
    line.write(`\r${press("0003")}`);
    assert.match(await replies.next(), /"ACK"0003/);
    assert.equal(receiver.events.length, 1);
  });

  it("acknowledges signs of life and SIA, and refuses what it does not know", async () => {
    line.write(frameOf('"NULL"0000R0L0#1234[]_12:00:00,11-23-2026'));
    assert.match(await replies.next(), /"ACK"0000/);
    assert.deepEqual([receiver.signs.length, receiver.frames.length], [1, 0]);
    line.write(frameOf('"SIA-DCS"0005R0L0#1234[#1234|Nri0/QA007]'));
    assert.match(await replies.next(() => true, 2), /"ACK"0005/);
    line.write(frameOf('"FSK-CID"0006R0L0#1234[#1234|1101 00 007]'));
    assert.match(await replies.next(() => true, 3), /"DUH"0006/);
    assert.deepEqual(
      receiver.events.map(({ event, zone }) => [event, zone]),
      [["QA", "007"]],
    );
  });

  it("acknowledges a code that it does not know where it has that quirk, and shows it as invalid", async () => {
    receiver.codes = new Set(["100"]);
    line.write(press("0001"));
    assert.match(await replies.next(), /"DUH"0001/);
    receiver.quirks.add("invalid-codes");
    line.write(press("0002"));
    assert.match(await replies.next(() => true, 2), /"ACK"0002/);
    assert.deepEqual(
      receiver.events.map(({ isInvalid }) => isInvalid),
      [true],
    );
  });

  it("writes replies as strange as real receivers do", async () => {
    for (const [quirk, reply] of [
      ["lower-hex", '\ndbe70014"ACK"0001R0L0#1234[]\r'],
      ["trailing", '\nDBE70014"ACK"0001R0L0#1234[]\0\0\r'],
      ["twice", '\nDBE70014"ACK"0001R0L0#1234[]\r\nDBE70014"ACK"0001R0L0#1234[]\r'],
    ] as const) {
      receiver.quirks.clear();
      receiver.quirks.add(quirk);
      line.write(press());
      let got = "";
      while (got.length < reply.length) got += await replies.next(() => true, replies.items.length + 1);
      assert.equal(got, reply);
    }
  });

  it("comes back on the same port after a stop", async () => {
    const { port } = receiver;
    await receiver.stop();
    assert.deepEqual(await receiver.start(), { port });
  });
});
