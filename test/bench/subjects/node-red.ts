import { spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { freePort, nowMs, until } from "../figures.ts";
import { MqttPendants } from "../pendants.ts";
import { end, start } from "../processes.ts";
import { Receiver } from "../receiver.ts";
import { flowOf, mosquittoConf, settingsOf } from "./node-red-flow.ts";
import type { Subject } from "./subject.ts";

const PACKAGES = ["node-red@4", "node-red-node-sqlite@1"];
const FIRST_PRESS_MAX_MS = 40_000;
/** A flow that is not subscribed yet hears nothing: presses are sent until one comes out. */
const PROBE_MS = 20;

const cacheFolder = (): string =>
  join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "okc-bench", "node-red-4");

/** Installs Node-RED beside the project, once; gives its folder, or why there is none. */
export function installNodeRed(): { readonly folder: string } | { readonly why: string } {
  if (spawnSync("mosquitto", ["-h"]).error) return { why: "mosquitto is not installed (apt-get install mosquitto)" };
  const folder = cacheFolder();
  const ready = join(folder, "installed");
  if (existsSync(ready)) return { folder };
  mkdirSync(folder, { recursive: true });
  // npm runs install scripts only where they are allowed by name; sqlite3 has to fetch or build its binary.
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, allowScripts: { sqlite3: true } }));
  const args = ["install", "--no-audit", "--no-fund", "--prefix", folder, ...PACKAGES];
  const { status, stderr } = spawnSync("npm", args, { cwd: folder, encoding: "utf8" });
  const probe = ["-e", "require('sqlite3')"];
  const loads = status === 0 && spawnSync(process.execPath, probe, { cwd: folder }).status === 0;
  if (!loads) return { why: `npm install ${PACKAGES.join(" ")}: ${lastError(stderr)}` };
  writeFileSync(ready, "");
  return { folder };
}

const lastError = (stderr: string): string =>
  stderr.split("\n").findLast((line) => line.includes("npm error")) ?? "sqlite3 does not load";

/** Node-RED 4 with its SQLite node in WAL, behind mosquitto: what one would assemble instead. */
export async function nodeRed(folder: string, modules: string): Promise<Subject> {
  const receiver = await Receiver.open();
  const database = join(folder, "presses.db");
  const places = {
    mqttPort: await freePort(),
    uiPort: await freePort(),
    receiverPort: receiver.port,
    database,
    userDir: folder,
  };
  const pendants = new MqttPendants(places.mqttPort, () => null);
  let broker: ChildProcess | null = null;
  let flow: ChildProcess | null = null;
  const startFlow = (): void => {
    const red = join(modules, "node_modules/node-red/red.js");
    const args = [red, "-s", join(folder, "settings.cjs"), "-u", folder];
    flow = start(process.execPath, args, join(folder, "node-red.log"), folder);
  };
  const firstPress = async (from: number): Promise<number> => {
    const probe = setInterval(() => void pendants.press(0).catch(() => undefined), PROBE_MS);
    const arrived = await until(async () => (await receiver.count()) > 0, FIRST_PRESS_MAX_MS, 2);
    clearInterval(probe);
    if (!arrived) throw new Error("node-red: the first press did not arrive");
    const [first] = await receiver.take();
    return first!.atMs - from;
  };
  return {
    name: "node-red",
    description: "mosquitto → Node-RED 4: function → SQLite (WAL) → DC-09 by tcp out, answers not awaited",
    receiver,
    async start() {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      makeDatabase(database);
      // A user's own nodes are looked for in the node_modules of the user folder.
      symlinkSync(join(modules, "node_modules"), join(folder, "node_modules"));
      writeFileSync(join(folder, "flows.json"), JSON.stringify(flowOf(places)));
      writeFileSync(join(folder, "settings.cjs"), settingsOf(places));
      writeFileSync(join(folder, "mosquitto.conf"), mosquittoConf(places.mqttPort));
      writeFileSync(join(folder, "package.json"), JSON.stringify({ dependencies: { "node-red-node-sqlite": "1" } }));
      pendants.forget();
      broker = start("mosquitto", ["-c", join(folder, "mosquitto.conf")], join(folder, "mosquitto.log"));
      await pendants.connectFirst();
      const from = nowMs();
      startFlow();
      return firstPress(from);
    },
    restart: () => Promise.resolve(startFlow()),
    async connect(count) {
      return { tookMs: await pendants.connectAll(count), refused: pendants.refused };
    },
    press: (index) => pendants.press(index),
    pids: () => [flow?.pid ?? -1, broker?.pid ?? -1],
    async kill() {
      await end(flow, "SIGKILL");
      flow = null;
      pendants.cut();
    },
    async stop() {
      pendants.forget();
      await end(flow, "SIGKILL");
      await end(broker, "SIGTERM");
      [flow, broker] = [null, null];
      await receiver.take();
    },
    close: () => Promise.resolve(receiver.close()),
  };
}

function makeDatabase(file: string): void {
  const db = new Database(file);
  db.pragma("journal_mode = wal");
  db.exec(`create table press (id integer primary key, device text not null, counter integer not null,
    at integer not null, raw text, unique (device, counter))`);
  db.close();
}
