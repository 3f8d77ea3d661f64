import { SqliteJournal } from "../../gateway/adapters/journal/sqlite-journal.ts";
import type { Clock } from "../../gateway/ports/clock.ts";
import { SILENT_LOG, SILENT_METER } from "./memory-journal.ts";

/*
 * A process that writes to a journal until it is killed, for tests that kill one: `journal-child.ts FOLDER MODE`.
 * It prints the number of each record once that is durable, and where. MODE `flowing`: the writer works;
 * `stalled`: it stands still, so everything ends in the spill file.
 */

const clock: Clock = {
  now: () => Date.now(),
  wall: () => Date.now(),
  adoptWall: () => undefined,
  after: (afterMs, run) => {
    const timer = setTimeout(run, afterMs);
    return { cancel: () => clearTimeout(timer) };
  },
};

async function write(folder: string, mode: string): Promise<void> {
  const journal = new SqliteJournal({ folder, clock, log: SILENT_LOG, meter: SILENT_METER, commitMaxMs: 200 });
  await journal.open();
  if (mode === "stalled") journal.blockWriter();
  for (let burst = 0; ; burst++) {
    const appends = Array.from({ length: 20 }, async (_, index) => {
      const counter = burst * 20 + index + 1;
      const event = { kind: "press.heard", device: "okc:0000beef", counter };
      const where = await journal.append({ at: clock.now(), events: [event], urgent: true }).durable;
      process.stdout.write(`${counter} ${where}\n`);
    });
    await Promise.all(appends);
  }
}

await write(process.argv[2] ?? "", process.argv[3] ?? "flowing");
