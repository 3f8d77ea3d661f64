import assert from "node:assert/strict";
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { newSeed, SeededRandom } from "../../firmware-sim/random.ts";
import { loadConfig, type Config } from "../../gateway/config.ts";
import { isUnresolved } from "../../gateway/core/alarm.ts";
import type { JournalStart } from "../../gateway/ports/journal.ts";
import type { State } from "../../gateway/core/state.ts";
import { buildSite } from "../../gateway/site.ts";
import { cut, flip, framesOf, loseFrame, losePage, PAGE_BYTES, pagesOf } from "../support/damage.ts";
import { SILENT_LOG } from "../support/memory-journal.ts";
import { ONE_STEP_POLICIES, RealSite } from "../support/real-site.ts";
import { TestClock } from "../support/test-clock.ts";

/** `OKC_SEED` repeats one run. */
const SEED = Number(process.env["OKC_SEED"] ?? newSeed());
const RUNS = process.env["OKC_SEED"] === undefined ? 24 : 1;
/** Around the text of a row lie its length, its types and its hash. */
const AROUND_BYTES = 160;

/** An alarm that was open, and the bytes of the row that opened it. */
interface Open {
  readonly id: string;
  readonly row: Buffer;
}

describe(`a database with damage anywhere (OKC_SEED=${SEED})`, function () {
  this.timeout(180_000);
  let site: RealSite;
  let opened: readonly Open[];

  before(async () => {
    site = await RealSite.make({ policies: ONE_STEP_POLICIES, serial: true });
    await site.importPeople();
    await site.start();
    await site.dongle!.opened();
    const mqtt = await site.mqttPendant("p-17");
    for (const pendant of [site.pendant("beef"), site.pendant("cafe"), mqtt])
      await pendant.heard(pendant.press().counter);
    for (const zone of ["001", "002", "003"]) await site.expectHotline(`1234/${zone} 101`);
    await site.untilAlarms("receipts", (alarms) => alarms.every(({ offers }) => offers[0]?.state === "sent"));
    await site.kill();
    rmSync(join(site.data, "okc.sock"), { force: true });
    opened = openingsIn(site.data);
  });
  after(() => site.dispose());

  it("loses no alarm that can be read, and says so where one cannot", async () => {
    for (let run = 0; run < RUNS; run++) {
      const data = join(site.folder, `run-${run}`);
      cpSync(site.data, data, { recursive: true });
      const done = damage(join(data, "okc.db"), new SeededRandom(SEED + run));
      const left = bytesOf(data);
      const { start, state } = await reopen({ ...loadConfig({ file: site.configFile, env: {}, cwd: "/" }), data });
      const open = new Set([...state.alarms.values()].filter(isUnresolved).map(({ id }) => id));
      const told = [...state.alarms.values()].some(({ flags }) => flags.includes("rows-lost"));
      const what = `OKC_SEED=${SEED + run}: ${done}; ${start.damaged?.why ?? "no damage seen"}`;
      for (const { id, row } of opened) {
        if (left.some((bytes) => bytes.includes(row))) assert.ok(open.has(id), `${id} is lost: ${what}`);
        else assert.ok(open.has(id) || told, `nobody is told that ${id} is lost: ${what}`);
      }
      if (start.damaged) assert.equal(told, start.damaged.gap !== null, what);
      assert.equal(state.residents.get("r-1")?.name, "李奶奶", what);
      rmSync(data, { recursive: true });
    }
  });
});

const bytesOf = (data: string): Buffer[] =>
  ["okc.db", "okc.db-wal"].filter((name) => existsSync(join(data, name))).map((name) => readFileSync(join(data, name)));

/** The bytes of each opening as they lie in a page, seen once with SQLite on a copy. */
function openingsIn(data: string): Open[] {
  const [file, log] = bytesOf(data);
  const copy = `${data}-read`;
  cpSync(data, copy, { recursive: true });
  const db = new Database(join(copy, "okc.db"));
  const bodies = db.prepare<[], string>("SELECT body FROM entry WHERE kind = 'alarm-opened'").pluck().all();
  db.close();
  rmSync(copy, { recursive: true });
  return bodies.map((body) => {
    const { alarm } = JSON.parse(body) as { alarm: string };
    const bytes = log!.includes(body) ? log! : file!;
    const at = bytes.lastIndexOf(body);
    return { id: alarm, row: bytes.subarray(at - AROUND_BYTES, at + Buffer.byteLength(body) + 34) };
  });
}

/** One to four kinds of loss at places that the seed chooses. */
function damage(file: string, random: SeededRandom): string {
  const done: string[] = [];
  for (let n = 1 + random.integer(4); n > 0; n--) {
    const page = random.integer(pagesOf(file));
    const kinds: (() => string)[] = [
      () => (losePage(file, page), `page ${page} overwritten`),
      () => (losePage(file, page, 0), `page ${page} zeros`),
      () => (flip(file, page * PAGE_BYTES + 1_000), `a byte of page ${page}`),
      () => {
        const frame = random.integer(Math.max(1, framesOf(file)));
        if (framesOf(file) > 0) loseFrame(file, frame);
        return `frame ${frame} of ${framesOf(file)}`;
      },
      () => (cut(file, Math.max(1, page) * PAGE_BYTES), `cut after page ${page}`),
    ];
    done.push(kinds[random.integer(kinds.length)]!());
  }
  return done.join(", ");
}

async function reopen(config: Config): Promise<{ readonly start: JournalStart; readonly state: State }> {
  const clock = new TestClock();
  const site = await buildSite(config, clock, SILENT_LOG);
  const start = await site.open();
  const { state } = site.app;
  await site.journal.close();
  return { start, state };
}
