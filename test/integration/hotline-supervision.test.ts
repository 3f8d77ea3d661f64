import assert from "node:assert/strict";
import { hours, minutes, seconds } from "../../gateway/core/units.ts";
import { emergency } from "../support/peers/hotline-rig.ts";
import { SupervisedRig } from "../support/peers/supervised-rig.ts";
import { until } from "../support/until.ts";

const KEY = "00112233445566778899AABBCCDDEEFF";

describe("the hotline asks its receivers whether they live", function () {
  this.timeout(30_000);
  let rig: SupervisedRig;

  afterEach(() => rig.close());

  it("at once when it is connected, and again each minute where there is one receiver", async () => {
    rig = await SupervisedRig.open();
    await rig.proved(1);
    assert.match(rig.receiver.signs[0]!.raw, /^D67F0029"NULL"0000R0L0#1234\[\]_12:00:00,11-23-2026$/);
    assert.deepEqual(rig.pathStates(), [true]);
    await rig.forward(seconds(59));
    assert.equal(rig.receiver.signs.length, 1);
    await rig.forward(seconds(1));
    await rig.proved(2);
    assert.deepEqual(rig.hotline.paths, [{ id: "hotline:a", kind: "dc09", lostAfterMs: minutes(2) }]);
  });

  it("each thirty seconds where there are two, and one that falls silent is known to be lost within ninety", async () => {
    rig = await SupervisedRig.open([{}, {}]);
    await rig.proved(1, "a");
    await rig.proved(1, "b");
    assert.deepEqual(
      rig.hotline.paths.map(({ lostAfterMs }) => lostAfterMs),
      [seconds(90), seconds(90)],
    );
    rig.receiver.mode = "silent";
    await rig.forward(seconds(34));
    assert.deepEqual([rig.pathStates("a"), rig.pathStates("b")], [[true, false], [true]]);
    assert.match(rig.sink.paths.items.at(-1)!.why, /no reply within 4s/);
  });

  it("an alarm is a proof as good: a busy line is not asked", async () => {
    rig = await SupervisedRig.open();
    await rig.proved(1);
    for (let turn = 1; turn <= 3; turn++) {
      await rig.forward(seconds(50));
      rig.hotline.deliver(emergency(`k${turn}`));
      await rig.sink.expect(`k${turn}`, "received");
    }
    assert.deepEqual([rig.receiver.signs.length, rig.receiver.frames.length], [1, 3]);
    assert.equal(rig.proofs(), 4);
  });

  it("and no alarm waits for the answer", async () => {
    rig = await SupervisedRig.open();
    await rig.proved(1);
    rig.receiver.mode = "silent";
    await rig.forward(seconds(60));
    await rig.signs(2);
    rig.receiver.mode = "ack";
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "received");
    assert.equal(rig.receiver.signs.length, 2, "it went past the question that has no answer yet");
    assert.deepEqual(rig.pathStates(), [true]);
  });

  it("a late answer to what an alarm went past is a proof, and no acknowledgement of the alarm", async () => {
    rig = await SupervisedRig.open();
    await rig.proved(1);
    await passSlowQuestion();
    await rig.forward(seconds(2));
    assert.equal(rig.proofs(), 2);
    assert.deepEqual(rig.sink.statuses("k1"), []);
  });

  it("and a late refusal of it is no refusal of the alarm", async () => {
    rig = await SupervisedRig.open();
    await rig.proved(1);
    rig.receiver.quirks.add("refuses-plain-null");
    await passSlowQuestion();
    await rig.forward(seconds(2));
    assert.deepEqual([rig.proofs(), rig.sink.statuses("k1")], [1, []]);
    rig.receiver.mode = "ack";
    await rig.forward(seconds(12));
    await rig.sink.expect("k1", "received");
  });

  /** The receiver takes two seconds for a question, and an alarm is sent meanwhile, which it says nothing to. */
  const passSlowQuestion = async (): Promise<void> => {
    rig.receiver.mode = "slow";
    rig.receiver.slowMs = seconds(2);
    await rig.forward(seconds(60));
    await rig.signs(2);
    rig.receiver.mode = "silent";
    rig.hotline.deliver(emergency("k1"));
    await until("the alarm's frame", () => rig.receiver.frames.length === 1);
  };

  it("the first receiver is used again as soon as it answers, and no alarm had to find out", async () => {
    rig = await SupervisedRig.open([{}, {}]);
    await rig.proved(1, "a");
    await rig.proved(1, "b");
    rig.receiver.mode = "silent";
    await rig.forward(seconds(34));
    rig.hotline.deliver(emergency("k1"));
    assert.equal((await rig.sink.expect("k1", "received")).detail, "b");
    assert.equal(rig.receiver.frames.length, 0);
    // It is reachable, and asked again and again; it says nothing.
    await rig.forward(seconds(1));
    rig.hotline.deliver(emergency("k2"));
    assert.equal((await rig.sink.expect("k2", "received")).detail, "b");
    assert.equal(rig.receiver.frames.length, 0, "a receiver that is being asked costs an alarm not even a second");
    rig.receiver.mode = "ack";
    await rig.forward(seconds(60));
    assert.deepEqual(rig.pathStates("a"), [true, false, true]);
    rig.hotline.deliver(emergency("k3"));
    assert.equal((await rig.sink.expect("k3", "received")).detail, "a");
  });

  it("one that was restarted is proved by its answer, not by its connection", async () => {
    rig = await SupervisedRig.open();
    await rig.proved(1);
    await rig.receiver.stop();
    await until("the loss to be told", () => rig.pathStates().at(-1) === false);
    rig.receiver.mode = "silent";
    await rig.receiver.start();
    await rig.forward(seconds(3));
    await until("it to be asked", () => rig.receiver.signs.length > 1);
    assert.equal(rig.pathStates().at(-1), false);
    rig.receiver.mode = "ack";
    await rig.forward(seconds(40));
    assert.equal(rig.pathStates().at(-1), true);
  });

  it("one that refuses a plain NULL has proved nothing, says so, and is used all the same", async () => {
    rig = await SupervisedRig.open([{}], ([receiver]) => receiver!.quirks.add("refuses-plain-null"));
    await until("it to be told", () => rig.pathStates().length > 0);
    const [told] = rig.sink.paths.items;
    assert.deepEqual([told!.up, told!.why], [false, "answers NAK to a plain NULL; choose another supervision.style"]);
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "received");
    assert.deepEqual(rig.pathStates(), [false, true]);
    // The alarm was a proof: it holds for two minutes.
    await rig.forward(seconds(119));
    assert.deepEqual(rig.pathStates(), [false, true]);
    await rig.forward(seconds(61));
    assert.deepEqual(rig.pathStates(), [false, true, false]);
  });

  it("one that never answers a NULL and takes alarms has them at once, however long it was not connected", async () => {
    rig = await SupervisedRig.open();
    await rig.proved(1);
    rig.receiver.mode = "silent";
    // Asked again and again, with longer and longer pauses: 0.5, 1, 2, 4, 8 s … between the tries.
    await rig.forward(minutes(4), seconds(2));
    while (rig.receiver.connections > 0) await rig.forward(seconds(1));
    await rig.forward(seconds(1));
    assert.equal(rig.receiver.connections, 0, "it waits for its next try");
    rig.receiver.mode = "ack";
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "received");
  });

  it("by an encrypted NULL where it takes no other", async () => {
    const pair = { key: KEY, supervision: { style: "encrypted", everyMs: seconds(10) } } as const;
    rig = await SupervisedRig.open([pair], ([receiver]) => receiver!.quirks.add("refuses-plain-null"));
    await rig.proved(1);
    await rig.forward(seconds(20));
    assert.deepEqual([rig.receiver.signs.length, rig.proofs()], [3, 3]);
    assert.ok(rig.receiver.signs.every(({ encrypted, data }) => encrypted && data === ""));
    assert.deepEqual(rig.hotline.paths[0]!.lostAfterMs, seconds(30));
  });

  it("by a periodic test, 602, in its place; one that got lost is repeated with its number", async () => {
    rig = await SupervisedRig.open([{ supervision: { style: "test", everyMs: minutes(5) } }]);
    await rig.proved(1);
    rig.receiver.losesFrames = 1;
    await rig.forward(minutes(5) + seconds(10), seconds(2));
    await rig.proved(2);
    assert.deepEqual(
      rig.receiver.events.map(({ event, account, zone, sequence }) => [event, account, zone, sequence]),
      [
        ["602", "1234", "000", "0001"],
        ["602", "1234", "000", "0002"],
      ],
    );
    assert.deepEqual(rig.receiver.signs, []);
  });

  it("a periodic test is sent beside NULL, and whatever else was sent", async () => {
    rig = await SupervisedRig.open([{ periodicTestMs: minutes(10) }]);
    await rig.proved(1);
    await rig.forward(minutes(11), seconds(20));
    assert.deepEqual(
      rig.receiver.events.map(({ event }) => event),
      ["602", "602"],
    );
    assert.ok(rig.receiver.signs.length >= 8, `${rig.receiver.signs.length} signs of life`);
  });

  it("not at all where that is switched off: then nothing is promised", async () => {
    rig = await SupervisedRig.open([{ supervision: { style: "off", everyMs: null } }]);
    await rig.forward(minutes(10), seconds(30));
    assert.deepEqual([rig.receiver.signs.length, rig.sink.paths.items.length], [0, 0]);
    assert.equal(rig.hotline.paths[0]!.lostAfterMs, null);
  });

  it("with the receiver's time after its NAK, and a technician is told", async () => {
    rig = await SupervisedRig.open([{}], ([receiver]) => {
      receiver!.windowMs = seconds(20);
      receiver!.clockOffsetMs = hours(1);
    });
    await rig.proved(1);
    assert.deepEqual(
      rig.receiver.signs.map(({ sentAt }) => sentAt! - rig.clock.now()),
      [0, hours(1)],
    );
    assert.deepEqual(
      rig.sink.faults.items.map(({ fault, active }) => [fault, active]),
      [["hotline-clock", true]],
    );
  });

  it("also after our clock was set back by an hour", async () => {
    rig = await SupervisedRig.open();
    await rig.proved(1);
    rig.clock.stepWall(-hours(1));
    rig.clock.adoptWall();
    await rig.forward(minutes(2));
    assert.ok(rig.receiver.signs.length >= 2, `${rig.receiver.signs.length} signs of life`);
  });
});
