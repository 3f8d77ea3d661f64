import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { stringify } from "yaml";
import {
  communityTables,
  DEVICES,
  HOTLINE_ACCOUNT,
  MODEM_NUMBER,
  REMOTE,
  RESPONDER_NAMES,
  SITE_NAME,
  TELEPHONES,
  WATCH,
  ZIGBEE_DEVICES,
} from "./community.ts";
import { newSeed } from "./random.ts";
import type { SimFile } from "./sim-file.ts";
import { readSimFile, writePrivately, writeSimFile } from "./sim-file.ts";

/** A demo site on disk, ready to be started. */
export interface DemoSite {
  readonly folder: string;
  readonly configFile: string;
  readonly simFile: string;
  readonly controlSocket: string;
  /** `host:port` of the gateway's page. */
  readonly http: string;
  sim: SimFile;
}

/** Runs the command line `okc` with this site's configuration and gives what it printed. */
export type RunOkc = (args: readonly string[]) => Promise<{ code: number; stdout: string; stderr: string }>;

export type Say = (text: string) => void;

const ZIGBEE_BASE = "zigbee2mqtt";
const PREFERRED_PORTS = { broker: 1883, http: 8189, phones: 8190, receiver: 9999, watches: 5093 } as const;

/** The port on 127.0.0.1 when it is free, else any free one, and says so. */
async function portFor(what: keyof typeof PREFERRED_PORTS, say: Say): Promise<number> {
  const preferred = PREFERRED_PORTS[what];
  const free = (await tryPort(preferred)) ?? (await tryPort(0));
  if (free === null) throw new Error(`${what}: no free port on 127.0.0.1`);
  if (free !== preferred)
    say(`端口 ${preferred} 已被占用，改用 ${free}。Port ${preferred} is taken; ${what} uses ${free}.`);
  return free;
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(null));
    probe.listen(port, "127.0.0.1", () => {
      const address = probe.address();
      const got = address !== null && typeof address === "object" ? address.port : null;
      probe.close(() => resolve(got));
    });
  });
}

/**
 * Writes the configuration and the tables of the demo. Each step can be repeated: a start that was killed half-way is
 * finished by the next one. Keys are made here and kept before the gateway learns them, so none can be lost between.
 * `program`: the simulator with its interpreter, which is also the site's siren.
 */
export async function prepareSite(
  folder: string,
  program: readonly string[],
  env: NodeJS.ProcessEnv,
  say: Say,
): Promise<DemoSite> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const simFile = join(folder, "sim.json");
  const before = readSimFile(simFile);
  const ports = {
    broker: await portFor("broker", say),
    http: await portFor("http", say),
    phones: await portFor("phones", say),
    receiver: await portFor("receiver", say),
    watches: await portFor("watches", say),
  };
  const broker = env["OKC_BROKER__LISTEN"] || `127.0.0.1:${ports.broker}`;
  const http = env["OKC_HTTP__LISTEN"] || `127.0.0.1:${ports.http}`;
  const keys = new Map(before?.pendants.map(({ id, key }) => [id, key]));
  const sim: SimFile = {
    ...(before ?? { seed: newSeed() }),
    link: join(folder, "dongle"),
    pendants: DEVICES.filter(({ bridge }) => bridge === "okc").map(({ address: id }) => {
      return { id, key: keys.get(id) ?? randomBytes(16).toString("hex") };
    }),
    mqtt: { url: `mqtt://${broker}`, pendants: before?.mqtt.pendants ?? [] },
    rflink: { link: join(folder, "rflink"), remotes: [REMOTE] },
    zigbee: { ...before?.zigbee, url: `mqtt://${broker}`, base: ZIGBEE_BASE, devices: ZIGBEE_DEVICES },
    watches: { port: ports.watches, ids: [WATCH] },
    modem: { link: join(folder, "modem"), number: MODEM_NUMBER, names: TELEPHONES },
    receiver: { port: ports.receiver },
    phones: {
      port: ports.phones,
      secret: before?.phones.secret ?? randomBytes(24).toString("hex"),
      names: RESPONDER_NAMES,
    },
  };
  writeSimFile(simFile, sim);
  const configFile = join(folder, "okc.yaml");
  const controlSocket = join(folder, "sim.sock");
  const siren = [...program, "siren", "--control", controlSocket];
  writePrivately(configFile, configOf(sim, { broker, http, siren }));
  return { folder, configFile, simFile, controlSocket, http, sim };
}

interface Surroundings {
  readonly broker: string;
  readonly http: string;
  readonly siren: readonly string[];
}

const configOf = (sim: SimFile, { broker, http, siren }: Surroundings): string =>
  "# 演示站点，每次启动重写。The demo site; written anew at each start.\n" +
  stringify({
    site: { name: SITE_NAME, timezone: "Asia/Shanghai", language: "zh-CN", demo: true },
    data: ".",
    broker: { listen: broker },
    http: { listen: http },
    serial: [
      { path: sim.link, protocol: "okc" },
      { path: sim.rflink.link, protocol: "rflink" },
    ],
    bridges: [{ kind: "zigbee2mqtt", base: sim.zigbee.base }],
    tcp: [{ listen: `127.0.0.1:${sim.watches.port}`, protocol: "watch3g" }],
    hotline: [{ kind: "dc09", host: "127.0.0.1", port: sim.receiver.port, account: HOTLINE_ACCOUNT }],
    volunteers: [
      { channel: "webhook", url: `http://127.0.0.1:${sim.phones.port}/notify`, secret: sim.phones.secret },
      { channel: "sms", modems: [{ path: sim.modem.link }] },
    ],
    siren: { command: siren },
  });

/** Imports people and devices, unless just these were imported before and the database is still there. */
export async function fillSite(site: DemoSite, okc: RunOkc): Promise<void> {
  // Logins are the database's: where it was deleted, what opened the old one opens nothing.
  if (!existsSync(join(site.folder, "okc.db"))) forgetLogins(site);
  const keys = new Map(site.sim.pendants.map(({ id, key }) => [id, key]));
  const tables = communityTables((address) => keys.get(address) ?? "");
  const imported = digestOf(tables);
  if (site.sim.imported !== imported) await importTables(site, tables, okc);
  await ensureLogins(site, okc);
  keepInSim(site, { imported });
}

function forgetLogins(site: DemoSite): void {
  const { imported: _imported, ...sim } = site.sim;
  const { login: _login, ...zigbee } = sim.zigbee;
  site.sim = { ...sim, mqtt: { ...sim.mqtt, pendants: [] }, zigbee };
  writeSimFile(site.simFile, site.sim);
}

const digestOf = (tables: ReadonlyMap<string, string>): string =>
  createHash("sha256")
    .update(JSON.stringify([...tables]))
    .digest("hex");

async function importTables(site: DemoSite, tables: ReadonlyMap<string, string>, okc: RunOkc): Promise<void> {
  for (const [name, text] of tables) {
    const file = join(site.folder, name);
    writePrivately(file, text);
    keepCredentials(site, await toldBy(okc, ["import", file, "--json"]));
  }
}

/** What a command prints as JSON. */
async function toldBy(okc: RunOkc, args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await okc(args);
  if (code === 0) return JSON.parse(stdout) as unknown;
  const named = args.slice(0, 2).map((arg) => basename(arg));
  throw new Error(`okc ${named.join(" ")} gave ${code}: ${(stderr || stdout).trim()}`);
}

/** Changes what the simulated parts are told when they next start. */
export function keepInSim(site: DemoSite, more: Partial<SimFile>): void {
  site.sim = { ...site.sim, ...more };
  writeSimFile(site.simFile, site.sim);
}

interface Credential {
  readonly bridge: string;
  readonly address: string;
  readonly user?: string;
  readonly password?: string;
}

interface Login {
  readonly user: string;
  readonly password: string;
}

function keepCredentials(site: DemoSite, told: unknown): void {
  const { credentials = [] } = told as { credentials?: readonly Credential[] };
  for (const { bridge, address, user, password } of credentials)
    if (bridge === "mqtt" && user !== undefined && password !== undefined) keepLogin(site, address, { user, password });
}

function keepLogin(site: DemoSite, id: string, login: Login): void {
  const others = site.sim.mqtt.pendants.filter((pendant) => pendant.id !== id);
  keepInSim(site, { mqtt: { ...site.sim.mqtt, pendants: [...others, { id, ...login }] } });
}

/** A password is printed once. Where a killed start has lost it, the pendant or the bridge gets a new account. */
async function ensureLogins(site: DemoSite, okc: RunOkc): Promise<void> {
  for (const { bridge, address: id } of DEVICES) {
    if (bridge !== "mqtt" || site.sim.mqtt.pendants.some((pendant) => pendant.id === id)) continue;
    keepLogin(site, id, await newLogin(okc, id, "mqtt"));
  }
  if (site.sim.zigbee.login) return;
  keepInSim(site, { zigbee: { ...site.sim.zigbee, login: await newLogin(okc, "zigbee", "zigbee2mqtt") } });
}

async function newLogin(okc: RunOkc, whose: string, bridge: string): Promise<Login> {
  const name = `demo-${whose}-${randomBytes(3).toString("hex")}`;
  const { user, password } = (await toldBy(okc, ["accounts", "add", name, "--bridge", bridge, "--json"])) as Login;
  return { user, password };
}

/** Makes the runner for `okc`, a child process each time. Rejects when it cannot be started. */
export const okcRunner =
  (okcFile: string, configFile: string): RunOkc =>
  (args) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [okcFile, ...args, "--config", configFile], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      let stdout = "";
      let stderr = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      child.once("error", reject);
      child.once("close", (code) => resolve({ code: code ?? 1, stdout, stderr }));
    });
