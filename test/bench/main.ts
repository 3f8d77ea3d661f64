import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { nowMs } from "./figures.ts";
import { removeAtEnd } from "./processes.ts";
import { burstPhase, killPhase, ratePhase, slowPhase } from "./phases.ts";
import { decodeBench } from "./decode.ts";
import { historyBench } from "./history.ts";
import { protocolStartBench } from "./protocol-start.ts";
import { Results, ROWS, tableOf, targetsOf, type Findings } from "./report.ts";
import { bareGateway } from "./subjects/bare.ts";
import { installNodeRed, nodeRed } from "./subjects/node-red.ts";
import { okcOverMqtt } from "./subjects/okc-mqtt.ts";
import { okcOverPty } from "./subjects/okc-pty.ts";
import { reachBench } from "./reach.ts";
import { stormBench } from "./storm.ts";
import { SiteTemplate } from "./subjects/okc-site.ts";
import type { Subject } from "./subjects/subject.ts";
import { Unit } from "./unit.ts";

/*
 * `npm run bench [-- --json] [-- --quick] [-- --only okc-mqtt,bare]`: this gateway over MQTT and over a pseudo-terminal,
 * beside a bare gateway and a Node-RED flow, in interleaved runs on one machine, with the machine's own limit U beside
 * them. `--history [--history-alarms N]` and `--storm` run those phases instead (see README.md beside this file).
 * Everything runs in a folder of its own in dist/, on the checkout's disk, and goes away.
 */

const ROOT = join(import.meta.dirname, "../..");
const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    history: { type: "boolean", default: false },
    "history-alarms": { type: "string", default: "1000000" },
    storm: { type: "boolean", default: false },
    decode: { type: "boolean", default: false },
    reach: { type: "boolean", default: false },
  },
});
const RUNS = options.quick ? 1 : 5;
const SLOW_PRESSES = options.quick ? 5 : 20;
const RATE_SECONDS = options.quick ? 2 : 4;
const EMPTY_STARTS = 5;
/** Frames at the hotline before `kill -9`, run by run: while presses are still coming in, and while frames go out. */
const KILL_AFTER = options.quick ? [300] : [300, 20, 500, 100, 700];

const say = (text: string): void => void process.stderr.write(`${text}\n`);

function build(): void {
  say("building what is measured");
  const { status } = spawnSync(process.execPath, [join(ROOT, "scripts/build.mjs")], { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("the build failed; its output above says why");
}

/** What Node itself takes to start and end. */
function measureNode(results: Results): void {
  for (let round = 0; round < EMPTY_STARTS; round++) {
    const from = nowMs();
    spawnSync(process.execPath, ["-e", "0"]);
    results.add("node", { emptyMs: nowMs() - from });
  }
}

async function makeSubjects(folder: string): Promise<readonly Subject[]> {
  const wanted = (name: string): boolean => options.only?.split(",").includes(name) ?? true;
  const subjects: Subject[] = [];
  if (wanted("okc-mqtt") || wanted("okc-pty")) {
    build();
    say("importing residents and devices");
    const template = await new SiteTemplate(join(folder, "template")).make();
    if (wanted("okc-mqtt")) subjects.push(await okcOverMqtt(join(folder, "okc-mqtt"), template));
    if (wanted("okc-pty")) subjects.push(await okcOverPty(join(folder, "okc-pty"), template));
  }
  if (wanted("bare")) subjects.push(await bareGateway(join(folder, "bare")));
  if (!wanted("node-red")) return subjects;
  say("looking for Node-RED (installed once, beside the project)");
  const red = installNodeRed();
  if ("why" in red) say(`Node-RED is left out: ${red.why}`);
  else subjects.push(await nodeRed(join(folder, "node-red"), red.folder));
  return subjects;
}

async function runAll(subjects: readonly Subject[], unit: Unit, results: Results): Promise<void> {
  for (let run = 1; run <= RUNS; run++) {
    say(`run ${run} of ${RUNS}: 1/s`);
    for (const [name, figures] of await slowPhase(subjects, unit, SLOW_PRESSES)) results.add(name, figures);
    // A different one goes first in each run, so that none always has the quiet moment.
    const order = subjects.map((_, index) => subjects[(index + run) % subjects.length]!);
    for (const subject of order) {
      say(`run ${run} of ${RUNS}: ${subject.name}`);
      measureNode(results);
      results.add(subject.name, await ratePhase(subject, unit, RATE_SECONDS));
      results.add(subject.name, await burstPhase(subject, unit));
      results.add(subject.name, await killPhase(subject, KILL_AFTER[run - 1]!));
    }
  }
}

/** The gateway beside what it is compared with. */
async function comparison(folder: string): Promise<Findings> {
  const subjects: Subject[] = [];
  try {
    subjects.push(...(await makeSubjects(folder)));
    const unit = await Unit.open(folder);
    const results = new Results();
    await runAll(subjects, unit, results);
    unit.close();
    const names = subjects.map(({ name }) => name);
    return { results, subjects, rows: ROWS, targets: targetsOf(results, names) };
  } finally {
    for (const subject of subjects) {
      await subject.stop();
      await subject.close();
    }
  }
}

async function history(folder: string): Promise<Findings> {
  const alarms = Number(options["history-alarms"]);
  if (!Number.isInteger(alarms) || alarms < 1_000) throw new Error("--history-alarms takes a whole number from 1000");
  build();
  const template = await new SiteTemplate(join(folder, "template")).make();
  return historyBench(folder, template, { alarms, runs: RUNS }, say);
}

async function storm(folder: string): Promise<Findings> {
  build();
  return stormBench(folder, { runs: RUNS }, say);
}

async function reach(folder: string): Promise<Findings> {
  build();
  return reachBench(folder, { runs: RUNS }, say);
}

const decode = (): Promise<Findings> => Promise.resolve(decodeBench({ runs: RUNS }, say));

function protocolStart(folder: string): Promise<Findings> {
  build();
  return protocolStartBench(join(folder, "protocol-start"), { runs: RUNS }, say);
}

function report(all: readonly Findings[]): void {
  if (options.json) return print(JSON.stringify(jsonOf(all)));
  for (const findings of all) {
    const heads = findings.subjects.map(({ name, description }) => `${name}: ${description}`);
    print([...heads, "", tableOf(findings)].join("\n"));
  }
}

const jsonOf = (all: readonly Findings[]) => ({
  targets: all.flatMap(({ targets }) => targets),
  medians: Object.assign({}, ...all.map(({ results }) => results.medians())) as unknown,
  subjects: Object.fromEntries(
    all.flatMap(({ subjects }) => subjects.map(({ name, description }) => [name, description])),
  ),
  runs: RUNS,
  machine: { cpus: cpus().length, model: cpus()[0]?.model ?? "", node: process.version },
});

const print = (text: string): void => void process.stdout.write(`${text}\n`);

mkdirSync(join(ROOT, "dist"), { recursive: true });
const folder = mkdtempSync(join(ROOT, "dist/bench-"));
removeAtEnd(folder);
const extra = [
  ...(options.history ? [history] : []),
  ...(options.storm ? [storm] : []),
  ...(options.decode ? [decode, protocolStart] : []),
  ...(options.reach ? [reach] : []),
];
const found: Findings[] = [];
for (const run of extra.length > 0 ? extra : [comparison]) found.push(await run(folder));
report(found);
