import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { SqliteFolder } from "../support/sqlite-folder.ts";

const CHILD = fileURLToPath(new URL("../support/journal-child.ts", import.meta.url));

/** Runs the writing process, kills it once `count` records were said to be durable, and gives those said. */
async function killAfter(folder: string, mode: string, count: number): Promise<string[]> {
  const child = spawn(process.execPath, ["--import", "tsx", CHILD, folder, mode], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (said.length === count) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  assert.equal(child.signalCode, "SIGKILL");
  return said;
}

describe("A gateway killed in the middle of writing", function () {
  this.timeout(60_000);
  let place: SqliteFolder;
  beforeEach(async () => (place = await SqliteFolder.make()));
  afterEach(() => place.remove());

  it("has every record in the journal that was said to be durable, and opens without a word of damage", async () => {
    const said = await killAfter(place.folder, "flowing", 500);
    const journal = place.journal();
    const start = await journal.open();
    assert.equal(start.damaged, null);
    const found = new Set(start.events.map(({ event }) => event["counter"]));
    const lost = said.filter((line) => !found.has(Number(line.split(" ")[0])));
    assert.deepEqual(lost, []);
    assert.equal(found.size, start.events.length);
    assert.deepEqual(await journal.verify(), { ok: true, events: start.events.length });
  });

  it("folds in once, in order, what was only in the spill file", async () => {
    const said = await killAfter(place.folder, "stalled", 60);
    assert.ok(said.every((line) => line.endsWith("spill")));
    const journal = place.journal();
    const start = await journal.open();
    assert.ok(start.spilled >= 60);
    assert.deepEqual(
      start.events.map(({ event }) => event["counter"]),
      Array.from({ length: start.spilled }, (_, index) => index + 1),
    );
    assert.ok(start.events.every(({ notLogged }) => notLogged));
    await journal.close();
    const again = await place.journal().open();
    assert.deepEqual([again.spilled, again.events.length], [0, start.events.length]);
  });
});
