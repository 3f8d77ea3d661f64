import assert from "node:assert/strict";
import { newSeed } from "../../firmware-sim/random.ts";
import type { WireRecord } from "../../gateway/adapters/journal/wire.ts";
import { hours } from "../../gateway/core/units.ts";
import { CommunityDay, RuleBroken, lineOf, type DayReport } from "./community-day.ts";
import { MortalDisk } from "./gateway-process.ts";

/** A day takes some seconds of real time; a busy machine takes longer. */
const DEADLINE_MS = 120_000;
const FIXED_SEED = 20261123;

async function liveThrough(seed: number): Promise<DayReport> {
  const startedAt = performance.now();
  // The seed first: if the day hangs or the process dies, this line repeats it.
  console.log(`      community-day seed=${seed} begins`);
  const report = await new CommunityDay({ seed }).run();
  console.log(`      ${lineOf(report, performance.now() - startedAt)}`);
  return report;
}

/** Every kind of trouble and every way of an alarm must have happened, or the day proves little. */
function assertEventful({ tally, disk }: DayReport): void {
  assert.ok(tally.alarms > 100 && tally.restarts > 2 && tally.comparisons > 40, JSON.stringify(tally));
  const kinds = new Set(disk.rows.map(([, , , kind]) => kind));
  const expected = [
    "alarm-taken",
    "alarm-released",
    "cancel-requested",
    "cancel-verified",
    "arrival-overdue",
    "arrived",
  ];
  const more = ["test-ended", "alarm-closed", "clock-stepped", "say-changed", "leg-stopped", "deliveries-stopped"];
  assert.deepEqual(
    [...expected, ...more].filter((kind) => !kinds.has(kind)),
    [],
  );
}

/** Says that a record with a press is on the disk, and has not kept it. */
class LyingDisk extends MortalDisk {
  override store(records: readonly WireRecord[]): void {
    const isPress = records.some(([, , , , , , ...events]) => events.some(([kind]) => kind === "alarm-opened"));
    if (!isPress || this.rows.length < 3_000) super.store(records);
  }
}

describe("a community's day", function () {
  this.timeout(DEADLINE_MS);

  it("breaks no rule with a fixed seed", async () => {
    assertEventful(await liveThrough(FIXED_SEED));
  });

  it("breaks no rule with a seed that nobody has tried", async () => {
    const { tally } = await liveThrough(newSeed());
    assert.ok(tally.alarms > 100);
  });

  it("is the same day again with the same seed", async () => {
    const options = { seed: FIXED_SEED, residents: 60, lengthMs: hours(4), troublesADay: 200 };
    const first = await new CommunityDay(options).run();
    const second = await new CommunityDay(options).run();
    assert.equal(first.digest, second.digest);
    assert.deepEqual(first.tally, second.tally);
  });

  it("is noticed when a disk lies about a press", async () => {
    const day = new CommunityDay({ seed: FIXED_SEED, disk: new LyingDisk() });
    await assert.rejects(day.run(), (error) => error instanceof RuleBroken && /is on no disk/.test(error.message));
  });
});
