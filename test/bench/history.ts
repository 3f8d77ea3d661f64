import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { median, nowMs, until } from "./figures.ts";
import { MEASURED, residentOf, seedHistory } from "./history-seed.ts";
import { HistorySite } from "./history-site.ts";
import { keyOf, MqttPendants } from "./pendants.ts";
import { Receiver } from "./receiver.ts";
import { ReportedSite } from "./history-report.ts";
import { limit, Results, type Findings, type Row, type Target } from "./report.ts";
import { OkcProcess, type SiteTemplate } from "./subjects/okc-site.ts";

/*
 * `npm run bench -- --history`: two sites that differ only in how many closed alarms their journals hold, side by side:
 * one commit, and a start after `kill -9` until the first press is at the hotline.
 */

const FEW_ALARMS = 1_000;
const COMMITS = 100;
const ARRIVE_MAX_MS = 60_000;

type Say = (text: string) => void;

/** A site with a history, as its gateway runs it. */
class LivedSite {
  readonly name: string;
  readonly alarms: number;
  readonly #gateway: OkcProcess;
  readonly #pendants: MqttPendants;
  readonly #receiver: Receiver;

  constructor(alarms: number, gateway: OkcProcess, pendants: MqttPendants, receiver: Receiver) {
    this.name = alarms.toLocaleString("en");
    this.alarms = alarms;
    this.#gateway = gateway;
    this.#pendants = pendants;
    this.#receiver = receiver;
  }

  get data(): string {
    return join(this.#gateway.folder, "data");
  }

  /** Milliseconds from process start to this resident's first press at the receiver; then `kill -9`. */
  async restart(resident: number): Promise<number> {
    const from = nowMs();
    this.#gateway.spawn();
    await this.#pendants.connectFirst(resident);
    await this.#pendants.press(resident);
    const key = keyOf(resident);
    const arrived = await until(async () => (await this.#receiver.missing([key])) === 0, ARRIVE_MAX_MS, 2);
    const frames = await this.#receiver.take();
    await this.end();
    if (!arrived) throw new Error(`the press of resident ${resident} did not arrive after a restart on ${this.name}`);
    return frames.find((frame) => frame.key === key)!.atMs - from;
  }

  /** The gateway while a report over all its alarms is made, and this resident presses. */
  async report(resident: number, results: Results, say: Say): Promise<void> {
    await new ReportedSite(this.#gateway, this.#pendants, resident).measure(this.name, results, say);
    await this.end();
  }

  async end(): Promise<void> {
    await this.#gateway.end("SIGKILL");
    this.#pendants.cut();
  }

  /** Entries that the last start read. */
  entriesRead(): number {
    const log = readFileSync(join(this.#gateway.folder, "gateway.log"), "utf8");
    const lines = log.split("\n").filter((line) => line.includes("the journal was read"));
    return (JSON.parse(lines.at(-1)!) as { readonly events: number }).events;
  }

  /** Drops the journal's pages from the kernel's cache: the next start finds them on the disk only. */
  forgetCache(): void {
    for (const file of ["okc.db", "okc.db-wal"]) {
      const args = [`of=${join(this.data, file)}`, "oflag=nocache", "conv=notrunc,fdatasync", "count=0", "status=none"];
      const { status } = spawnSync("dd", args, { stdio: ["ignore", "ignore", "inherit"] });
      if (status !== 0) throw new Error(`the cached pages of ${file} could not be dropped`);
    }
  }
}

async function seedSite(folder: string, alarms: number, template: SiteTemplate, receiver: Receiver, say: Say) {
  const gateway = await OkcProcess.at(join(folder, `alarms-${alarms}`), template, receiver.port, null);
  gateway.reset();
  const pendants = new MqttPendants(gateway.mqttPort, (address) => template.secretOf(address));
  const site = new LivedSite(alarms, gateway, pendants, receiver);
  say(`seeding ${site.name} closed alarms`);
  const seeded = await seedHistory(gateway.folder, alarms, (done) => done > 0 && say(`  ${done} alarms`));
  const dbMb = statSync(join(site.data, "okc.db")).size / 1024 / 1024;
  say(`  ${seeded.entries} entries, ${Math.round(dbMb)} MB, in ${Math.round(seeded.tookMs / 1_000)} s`);
  return { site, figures: { storedAlarms: alarms, storedEntries: seeded.entries, dbMb, seedS: seeded.tookMs / 1_000 } };
}

/** A start after `kill -9`, with the database in the kernel's cache and without. */
async function restartAll(sites: readonly LivedSite[], runs: number, results: Results, say: Say): Promise<void> {
  let resident = 0;
  const next = (): number => {
    if (resident >= MEASURED) throw new Error("no resident is left to press");
    return resident++;
  };
  // The first start finds a journal that was closed in order: it is not counted.
  const first = next();
  for (const site of sites) await site.restart(first);
  for (let run = 1; run <= runs; run++) {
    say(`run ${run} of ${runs}: restart`);
    const order = run % 2 === 0 ? sites : sites.toReversed();
    const [warm, cold] = [next(), next()];
    for (const site of order) {
      const restartMs = await site.restart(warm);
      results.add(site.name, { restartMs, readEntries: site.entriesRead() });
    }
    for (const site of order) {
      site.forgetCache();
      results.add(site.name, { coldRestartMs: await site.restart(cold) });
    }
  }
}

/** One press at a time into both journals, in turns. */
async function commitAll(sites: readonly LivedSite[], runs: number, results: Results, say: Say): Promise<void> {
  const journals = sites.map((site) => ({ name: site.name, journal: new HistorySite(site.data) }));
  for (const { journal } of journals) await journal.open();
  let alarm = 0;
  for (let run = 1; run <= runs; run++) {
    say(`run ${run} of ${runs}: commit`);
    const took = new Map(sites.map(({ name }): [string, number[]] => [name, []]));
    for (let turn = 0; turn < COMMITS; turn++, alarm++)
      for (const { name, journal } of turn % 2 === 0 ? journals : journals.toReversed()) {
        const from = nowMs();
        await journal.press(residentOf(alarm)).append!.durable;
        took.get(name)!.push(nowMs() - from);
      }
    for (const [name, tookMs] of took) results.add(name, { commitMs: median(tookMs) });
  }
  for (const { journal } of journals) await journal.close();
}

/** On the site with more alarms: a report over all of them beside presses. Who presses did not take part before. */
async function reportAll(site: LivedSite, runs: number, results: Results, say: Say): Promise<void> {
  for (let run = 1; run <= runs; run++) {
    say(`run ${run} of ${runs}: report`);
    await site.report(MEASURED - run, results, say);
  }
}

const ROWS: readonly Row[] = [
  ["closed alarms in the journal", "storedAlarms", ""],
  ["entries", "storedEntries", ""],
  ["database", "dbMb", "MB"],
  ["seeding it took", "seedS", "s"],
  ["one commit", "commitMs", "ms"],
  ["start reads after the snapshot", "readEntries", ""],
  ["kill -9, start → press delivered", "restartMs", "ms"],
  ["the same, database not cached", "coldRestartMs", "ms"],
  ["report over all, no reports.db", "coldS", "s"],
  ["the same again", "warmS", "s"],
  ["reports.db", "reportsMb", "MB"],
  ["event loop late, max: no report", "quietLoopMaxMs", "ms"],
  ["… of an idle process beside it", "quietIdleMaxMs", "ms"],
  ["while reports.db is made", "coldLoopMaxMs", "ms"],
  ["… of an idle process beside it", "coldIdleMaxMs", "ms"],
  ["while a report is made", "warmLoopMaxMs", "ms"],
  ["… of an idle process beside it", "warmIdleMaxMs", "ms"],
  ["event loop late, p99: no report", "quietLoopP99Ms", "ms"],
  ["… of an idle process beside it", "quietIdleP99Ms", "ms"],
  ["while reports.db is made", "coldLoopP99Ms", "ms"],
  ["… of an idle process beside it", "coldIdleP99Ms", "ms"],
  ["while a report is made", "warmLoopP99Ms", "ms"],
  ["… of an idle process beside it", "warmIdleP99Ms", "ms"],
  ["press → PUBACK, p50: no report", "quietPressMs", "ms"],
  ["while reports.db is made", "coldPressMs", "ms"],
  ["while a report is made", "warmPressMs", "ms"],
  ["press → PUBACK, p99: no report", "quietPressP99Ms", "ms"],
  ["while reports.db is made", "coldPressP99Ms", "ms"],
  ["while a report is made", "warmPressP99Ms", "ms"],
];

function targetsOf(results: Results, few: LivedSite, many: LivedSite): readonly Target[] {
  const of = `${many.name} against ${few.name} stored alarms`;
  const late = (figure: string): number => results.median(many.name, figure);
  const ratio = (figure: string): number => results.ratio(many.name, few.name, figure);
  return [
    limit(`history: commit, ${of}`, ratio("commitMs"), 1.15, "x"),
    limit(`history: restart with recovery, ${of}`, ratio("restartMs"), 2, "x"),
    limit(`history: the same, database not cached, ${of}`, ratio("coldRestartMs"), 2, "x"),
    limit(
      `history: event loop late at most while a report over ${many.name} alarms is made`,
      late("warmLoopMaxMs"),
      20,
      "ms",
    ),
    limit("history: the same while reports.db is made for it", late("coldLoopMaxMs"), 20, "ms"),
  ];
}

/** Seeds both sites in `folder` and measures them in turns. */
export async function historyBench(
  folder: string,
  template: SiteTemplate,
  options: { readonly alarms: number; readonly runs: number },
  say: Say,
): Promise<Findings> {
  const receiver = await Receiver.open();
  const results = new Results();
  const sites: LivedSite[] = [];
  try {
    for (const alarms of [FEW_ALARMS, options.alarms]) {
      const { site, figures } = await seedSite(folder, alarms, template, receiver, say);
      sites.push(site);
      results.add(site.name, figures);
    }
    await restartAll(sites, options.runs, results, say);
    await commitAll(sites, options.runs, results, say);
    await reportAll(sites.at(-1)!, options.runs, results, say);
  } finally {
    for (const site of sites) await site.end();
    receiver.close();
  }
  const [few, many] = sites as [LivedSite, LivedSite];
  const subjects = sites.map(({ name }) => ({
    name,
    description: `a site of 1,000 with ${name} closed alarms behind it`,
  }));
  return { results, subjects, rows: ROWS, targets: targetsOf(results, few, many) };
}
