import assert from "node:assert/strict";
import { Rhythm } from "../../gateway/app/rhythm.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { CoreHome } from "../support/core-home.ts";
import { MemoryJournal, SILENT_LOG } from "../support/memory-journal.ts";
import { TestClock } from "../support/test-clock.ts";

describe("the rhythm of due times", () => {
  it("plans for an entry that came too early, also beside one that was decided", async () => {
    const home = new CoreHome();
    const clock = new TestClock(home.now);
    const rhythm = new Rhythm({ clock, journal: new MemoryJournal({ clock }), log: SILENT_LOG }, (input) => {
      home.now = clock.now();
      const { events } = home.decide(input);
      // As the main path does: what changed nothing is not told.
      if (events.length > 0) rhythm.decided(home.state, events.length);
    });
    const passed = async (ms: number): Promise<void> => {
      await clock.forward(ms);
      home.now = clock.now();
    };
    const first = home.press().id;
    rhythm.start(home.state);
    await passed(minutes(5));
    const second = home.press({ address: "cafe" }).id;
    home.act("take", { alarm: second });
    await passed(seconds(5));
    // Both were due at ten minutes; the note has moved the second five seconds on.
    home.act("note", { alarm: second, text: "on the phone" });
    await passed(minutes(5));
    const { timers } = home.state.alarms.get(first)!;
    assert.equal(timers.step, home.now + minutes(5) - seconds(5), "the first alarm was repeated at ten minutes");
    await passed(seconds(1));
    assert.equal(home.state.alarms.get(second)!.owner, null, "the second lost its owner five seconds later");
    rhythm.stop();
  });
});

describe("the rhythm of snapshots", () => {
  /** A rhythm over a journal of its own; `busy` says something every second for that long, `events` at a time. */
  function site() {
    const home = new CoreHome();
    const clock = new TestClock(home.now);
    const journal = new MemoryJournal({ clock });
    const rhythm = new Rhythm({ clock, journal, log: SILENT_LOG }, () => undefined);
    const busy = async (forMs: number, events: number): Promise<void> => {
      for (let at = 0; at < forMs; at += seconds(1)) {
        rhythm.decided(home.state, events);
        await clock.forward(seconds(1));
      }
    };
    return { home, clock, rhythm, busy, snapshots: () => journal.disk.snapshots.length };
  }

  it("waits for a pause, so that no press meets it", async () => {
    const { home, clock, rhythm, busy, snapshots } = site();
    rhythm.start(home.state);
    await busy(seconds(10), 1_000);
    assert.equal(snapshots(), 0, "something was decided every second");
    await clock.forward(seconds(4));
    assert.equal(snapshots(), 1, "nothing for five seconds");
    rhythm.stop();
  });

  it("waits for no pause where some device always speaks", async () => {
    const { home, rhythm, busy, snapshots } = site();
    rhythm.start(home.state);
    await busy(seconds(30), 1_000);
    assert.equal(snapshots(), 1, "once 20,000 events came, within five seconds");
    rhythm.stop();
  });

  it("counts what the start has read, so that power cuts do not let it grow", async () => {
    const { home, clock, rhythm, snapshots } = site();
    rhythm.read({ events: Array.from({ length: 5_000 }), lastAt: null } as never);
    rhythm.start(home.state);
    await clock.forward(seconds(5));
    assert.equal(snapshots(), 1, "five seconds after the start");
    rhythm.stop();
  });
});
