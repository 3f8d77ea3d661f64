import assert from "node:assert/strict";
import { KILL_AFTER_MS, RESTART_MS, Siren } from "../../gateway/adapters/siren/siren.ts";
import { SirenPeer } from "../support/peers/siren-peer.ts";
import { RecordingLog, RecordingMeter, RecordingSink } from "../support/peers/recording-sink.ts";
import { TestClock } from "../support/test-clock.ts";

const alarm = (key: string) => ({ key, alarm: `alarm-of-${key}` });

describe("the siren", () => {
  let clock: TestClock;
  let sink: RecordingSink;
  let log: RecordingLog;
  let peer: SirenPeer;
  let siren: Siren;

  async function start(command: readonly string[]): Promise<void> {
    siren = new Siren({ command, clock, log, meter: new RecordingMeter() });
    await siren.start(sink);
  }

  beforeEach(async () => {
    clock = new TestClock();
    sink = new RecordingSink();
    log = new RecordingLog();
    peer = await new SirenPeer().open();
    await peer.install();
  });

  afterEach(async () => {
    await siren.stop();
    await peer.close();
    assert.equal(clock.pending, 0, "a timer was left behind");
  });

  it("runs once for several alarms, and ends with the last", async () => {
    await start(peer.command);
    siren.deliver(alarm("k1"));
    await peer.runs.reach(1);
    siren.deliver(alarm("k2"));
    await sink.expect("k2", "sent");
    siren.withdraw("k1");
    await clock.settle();
    assert.equal(peer.sounding, 1);
    siren.withdraw("k2");
    await peer.ends.reach(1);
    assert.deepEqual(
      sink.receipts.items.map(({ key, status }) => `${key} ${status}`),
      ["k1 sent", "k2 sent"],
    );
    assert.equal(peer.runs.items.length, 1);
  });

  it("starts again a second after its last start when the command ends, and says nothing new", async () => {
    await start(peer.command);
    siren.deliver(alarm("k1"));
    await peer.runs.reach(1);
    peer.end(0);
    await sink.paths.next(({ up }) => up);
    assert.equal(peer.runs.items.length, 1);
    await clock.forward(RESTART_MS);
    await peer.runs.reach(2);
    assert.deepEqual(sink.statuses("k1"), ["sent"]);
  });

  it("says what to do when the command ends with an error, once, and goes on trying", async () => {
    await start(peer.command);
    siren.deliver(alarm("k1"));
    for (let run = 1; run <= 3; run++) {
      await peer.runs.reach(run);
      peer.end(7);
      await peer.ends.reach(run);
      while (clock.pending === 0) await clock.settle();
      await clock.forward(RESTART_MS);
    }
    await peer.runs.reach(4);
    assert.deepEqual(sink.statuses("k1"), ["sent", "failing"]);
    assert.match(sink.receipts.items[1]!.detail!, /ended with code 7; run it by hand/);
    assert.equal(log.lines.length, 1);
    assert.deepEqual(
      sink.paths.items.map(({ path, up }) => [path, up]),
      [["siren", false]],
    );
  });

  it("says what to do when there is no such command", async () => {
    await start(["/nowhere/siren"]);
    siren.deliver(alarm("k1"));
    const failing = await sink.expect("k1", "failing");
    assert.match(
      failing.detail!,
      /"\/nowhere\/siren" cannot be started \(.*ENOENT\); install it or correct siren.command/,
    );
    await clock.forward(10 * RESTART_MS);
    assert.deepEqual(sink.statuses("k1"), ["failing"]);
  });

  it("ends a command together with what it started", async () => {
    await start(["/bin/sh", "-c", `"$0" "$1"; :`, ...peer.command]);
    siren.deliver(alarm("k1"));
    await peer.runs.reach(1);
    siren.withdraw("k1");
    await peer.ends.reach(1);
    assert.equal(peer.sounding, 0);
  });

  it("kills a command that does not end when told", async () => {
    await start([...peer.command, "deaf"]);
    siren.deliver(alarm("k1"));
    await peer.runs.reach(1);
    siren.withdraw("k1");
    await peer.told.reach(1);
    assert.equal(peer.sounding, 1);
    await clock.forward(KILL_AFTER_MS);
    await peer.ends.reach(1);
  });

  it("sounds again for an alarm that comes while it is being ended", async () => {
    await start(peer.command);
    siren.deliver(alarm("k1"));
    await peer.runs.reach(1);
    siren.withdraw("k1");
    siren.deliver(alarm("k2"));
    await peer.ends.reach(1);
    while (clock.pending === 0) await clock.settle();
    await clock.forward(RESTART_MS);
    await peer.runs.reach(2);
    await sink.expect("k2", "sent");
    assert.equal(peer.sounding, 1);
  });
});
