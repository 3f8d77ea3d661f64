import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createDatabase, openDatabase } from "../../gateway/adapters/journal/database.ts";
import { JournalStore } from "../../gateway/adapters/journal/journal-store.ts";
import { SqliteJournal } from "../../gateway/adapters/journal/sqlite-journal.ts";
import type { WireRecord } from "../../gateway/adapters/journal/wire.ts";
import type { Clock } from "../../gateway/ports/clock.ts";
import { SILENT_LOG, SILENT_METER } from "../support/memory-journal.ts";

/*
 * What the writer's thread costs: one record committed in the main thread and through the thread, one after the other
 * in the same run, and 1,000 records at once. `node --import tsx test/bench/journal-hop.ts [FOLDER ON THE DISK]`.
 */

const ROUNDS = 200;
const BURSTS = 7;
const BURST_RECORDS = 1_000;

const clock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  wall: () => Date.now(),
  adoptWall: () => undefined,
  after: (afterMs, run) => {
    const timer = setTimeout(run, afterMs);
    return { cancel: () => clearTimeout(timer) };
  },
};
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const BODY = { device: "okc:0000beef", line: "/dev/ttyUSB0", raw: "c0".repeat(26), counter: 12, batteryPct: 90 };
const EVENTS = [{ kind: "press.heard", ...BODY }];

let number = 0;
let seq = 1;
function wireRecord(): WireRecord {
  const at = clock.now();
  const texts = EVENTS.map(
    ({ kind, ...rest }) => [kind, JSON.stringify(rest), null, null] as [string, string, null, null],
  );
  const record: WireRecord = ["bench", ++number, at, 1, 0, seq, ...texts];
  seq += EVENTS.length;
  return record;
}

async function run(folder: string): Promise<void> {
  const journal = new SqliteJournal({ folder, clock, log: SILENT_LOG, meter: SILENT_METER, commitMaxMs: 2_000 });
  const startedAt = performance.now();
  await journal.open();
  const openMs = performance.now() - startedAt;
  const file = join(folder, "raw.db");
  const key = randomBytes(32);
  createDatabase(file, key);
  const store = new JournalStore(openDatabase(file, null), key);
  for (const pauseMs of [0, 25]) await compareOne(journal, store, pauseMs);
  await compareBurst(journal, store);
  store.close();
  await journal.close();
  console.log(`open of an empty folder ${openMs.toFixed(0)} ms`);
}

async function compareOne(journal: SqliteJournal, store: JournalStore, pauseMs: number): Promise<void> {
  const direct: number[] = [];
  const hop: number[] = [];
  const pause = () => new Promise((resolve) => setTimeout(resolve, pauseMs));
  for (let round = 0; round < ROUNDS; round++) {
    if (pauseMs > 0) await pause();
    let from = performance.now();
    store.commit([wireRecord()]);
    direct.push(performance.now() - from);
    if (pauseMs > 0) await pause();
    from = performance.now();
    await journal.append({ at: clock.now(), events: EVENTS, urgent: true }).released;
    hop.push(performance.now() - from);
  }
  const [a, b] = [median(direct) * 1_000, median(hop) * 1_000];
  const when = pauseMs === 0 ? "in a hot loop" : `every ${2 * pauseMs} ms`;
  console.log(
    `1 record ${when}: main thread ${a.toFixed(0)} µs, writer's thread ${b.toFixed(0)} µs, hop ${(b - a).toFixed(0)} µs`,
  );
}

async function compareBurst(journal: SqliteJournal, store: JournalStore): Promise<void> {
  const direct: number[] = [];
  const hop: number[] = [];
  for (let burst = 0; burst < BURSTS; burst++) {
    let from = performance.now();
    store.commit(Array.from({ length: BURST_RECORDS }, wireRecord));
    direct.push(performance.now() - from);
    from = performance.now();
    const record = () => journal.append({ at: clock.now(), events: EVENTS, urgent: true }).released;
    await Promise.all(Array.from({ length: BURST_RECORDS }, record));
    hop.push(performance.now() - from);
  }
  console.log(
    `${BURST_RECORDS} records at once: main thread ${median(direct).toFixed(1)} ms, writer's thread ${median(hop).toFixed(1)} ms`,
  );
}

const folder = mkdtempSync(join(process.argv[2] ?? process.cwd(), "journal-hop-"));
try {
  await run(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
