import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { BRIDGES, TCP_PROTOCOLS } from "../../devices/catalogue.ts";
import { freePort, nowMs } from "./figures.ts";
import { end, start } from "./processes.ts";
import { limit, Results, type Findings } from "./report.ts";

/*
 * `npm run bench -- --decode`, its second table: the built gateway's start, with nothing configured and with every
 * bridge and every protocol over TCP, in turns. What is not configured is not evaluated (test/unit/catalogue.test.ts),
 * so a protocol costs only the sites that speak it: the difference, divided by their number.
 */

const OKC = join(import.meta.dirname, "../../bin/okc.cjs");
const UP = "the gateway is up";
const UP_MAX_MS = 30_000;
const LOOK_MS = 2;

const BARE = `site: { name: start }
data: ./data
broker: { listen: "127.0.0.1:0" }
http: { listen: "127.0.0.1:0" }
`;
const bridges = Object.keys(BRIDGES).map((kind) => `  - { kind: ${kind} }\n`);
const protocols = Object.keys(TCP_PROTOCOLS);

async function everything(): Promise<string> {
  const ports = await Promise.all(protocols.map(freePort));
  const tcp = protocols.map((name, index) => `  - { listen: "127.0.0.1:${ports[index]}", protocol: ${name} }\n`);
  return `${BARE}bridges:\n${bridges.join("")}tcp:\n${tcp.join("")}`;
}

/** Milliseconds from the start of the process until it says that it is up. */
async function startOnce(folder: string, name: string): Promise<number> {
  const log = join(folder, `${name}.log`);
  writeFileSync(log, "");
  const from = nowMs();
  const gateway = start(process.execPath, [OKC, "start", "--config", join(folder, name, "okc.yaml")], log, folder);
  while (!readFileSync(log, "utf8").includes(UP)) {
    if (gateway.exitCode !== null || nowMs() - from > UP_MAX_MS)
      throw new Error(`the gateway did not come up:\n${readFileSync(log, "utf8")}`);
    await pause(LOOK_MS);
  }
  const tookMs = nowMs() - from;
  await end(gateway, "SIGTERM");
  return tookMs;
}

export async function protocolStartBench(
  folder: string,
  { runs }: { readonly runs: number },
  say: (text: string) => void,
): Promise<Findings> {
  const results = new Results();
  for (const [name, text] of Object.entries({ none: BARE, all: await everything() })) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "okc.yaml"), text);
    await startOnce(folder, name);
  }
  for (let run = 1; run <= runs * 2; run++) {
    say(`run ${run} of ${runs * 2}: start`);
    const noneMs = await startOnce(folder, "none");
    const allMs = await startOnce(folder, "all");
    results.add("none", { startMs: noneMs });
    results.add("all", { startMs: allMs, eachMs: (allMs - noneMs) / (bridges.length + protocols.length) });
  }
  return {
    results,
    subjects: [
      { name: "none", description: "a site with no bridge and no protocol over TCP" },
      {
        name: "all",
        description: `the same with ${bridges.length} bridges and ${protocols.length} protocols over TCP`,
      },
    ],
    rows: [
      ["start → up", "startMs", "ms"],
      ["more for each protocol", "eachMs", "ms"],
    ],
    targets: [limit("start: with every protocol configured", results.ratio("all", "none", "startMs"), 1.25, "x none")],
  };
}
