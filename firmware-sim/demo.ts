import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { STAFF_NAME } from "./community.ts";
import { askControl, nameMeant, serveControl } from "./control.ts";
import type { DemoSite, RunOkc, Say } from "./demo-site.ts";
import { fillSite, keepInSim, okcRunner, prepareSite } from "./demo-site.ts";
import type { Json } from "./lines.ts";
import { PartProcess } from "./part-process.ts";
import type { PartName } from "./parts.ts";
import { PARTS } from "./parts.ts";
import type { SimFile } from "./sim-file.ts";
import { readSimFile } from "./sim-file.ts";

export interface DemoOptions {
  /** Absolute. */
  readonly folder: string;
  /** The program `okc`, a script for Node. */
  readonly okc: string;
  /** This program itself, to start its parts. */
  readonly script: string;
}

type Parts = ReadonlyMap<PartName, PartProcess>;

const HEALTHY_MAX_MS = 60_000;
const PROBE_EVERY_MS = 100;
const GATEWAY_STOP_MAX_MS = 30_000;
/** 128 + SIGINT: ended by the person at the keyboard before the gateway ran. */
const EXIT_INTERRUPTED = 130;

const say: Say = (text) => void process.stdout.write(`[DEMO] ${text}\n`);

/** Runs the demo site until a signal or the gateway's end. Gives the exit code: the gateway's own. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const stop = stopSignals();
  const running = await askControl(join(options.folder, "sim.sock"), { list: true }).catch(() => ({}));
  if (running) throw new Error(`a demo already runs in ${options.folder}; end it first, or give another --folder`);
  say("演示：一切均为模拟，不会呼叫任何人。Everything here is simulated; nobody is called.");
  refuseOrphan(options.folder);
  const program = [process.execPath, ...process.execArgv, options.script] as const;
  const site = await prepareSite(options.folder, program, process.env, say);
  const okc = okcRunner(options.okc, site.configFile);
  await fillSite(site, okc);
  const parts = partsOf(site, program);
  try {
    await Promise.all([...parts.values()].map((part) => part.start()));
    const control = await serveControl(site.controlSocket, (request) => route(request, parts, site));
    const code = stop.signal.aborted ? EXIT_INTERRUPTED : await runGateway(options.okc, site, okc, stop.signal);
    control.close();
    return code;
  } finally {
    await Promise.all([...parts.values()].map((part) => part.stop()));
  }
}

/** A runner that was killed leaves its gateway behind; two cannot share a folder. */
function refuseOrphan(folder: string): void {
  const pid = readSimFile(join(folder, "sim.json"))?.gatewayPid;
  if (pid === undefined || !commandOf(pid).includes(join(folder, "okc.yaml"))) return;
  throw new Error(`the gateway of an earlier demo still runs in ${folder}; end it by: kill ${pid}`);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function stopSignals(): AbortController {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
  return stop;
}

function partsOf(site: DemoSite, program: readonly [string, ...string[]]): Parts {
  const names = Object.keys(PARTS) as PartName[];
  return new Map(
    names.map((name) => {
      const command = [...program, name, "--sim", site.simFile, "--with-parent"] as const;
      return [name, new PartProcess({ name, command, note: say })];
    }),
  );
}

/** Sends a request of the control socket to the part that it concerns. */
async function route(request: Json, parts: Parts, site: DemoSite): Promise<Json> {
  if (typeof request["press"] === "string") {
    const owners = buttonsOf(site.sim);
    const name = nameMeant(request["press"], [...owners.keys()]);
    return parts.get(owners.get(name)!)!.ask({ ...request, press: name });
  }
  if (request["list"] === true) {
    const withLamps = ["dongle", "mqtt-pendant", "watches"] as const;
    const lists = await Promise.all(withLamps.map((name) => parts.get(name)!.ask(request)));
    return { pendants: lists.flatMap((list) => list["pendants"]) };
  }
  if (request["siren"] === "sounds" || request["siren"] === "silent") {
    say(`警笛 siren: ${request["siren"] === "sounds" ? "响起 sounds" : "停止 is silent"}`);
    return {};
  }
  if (request["pids"] === true) return { pids: Object.fromEntries([...parts].map(([name, { pid }]) => [name, pid])) };
  for (const name of ["receiver", "phones", "modem"] as const)
    if (request[name] !== undefined) return parts.get(name)!.ask(request);
  return parts.get("dongle")!.ask(request);
}

/** Each button's name, and the part that has it. */
function buttonsOf({ pendants, mqtt, rflink, zigbee, watches }: SimFile): ReadonlyMap<string, PartName> {
  return new Map<string, PartName>([
    ...pendants.map(({ id }) => [id, "dongle"] as const),
    ...mqtt.pendants.map(({ id }) => [id, "mqtt-pendant"] as const),
    ...rflink.remotes.map((remote) => [remote, "rflink"] as const),
    ...zigbee.devices.map(({ name }) => [name, "zigbee"] as const),
    ...watches.ids.map((id) => [`w-${id}`, "watches"] as const),
  ]);
}

async function runGateway(okcFile: string, site: DemoSite, okc: RunOkc, stop: AbortSignal): Promise<number> {
  const over = new AbortController();
  // In a group of its own: Ctrl-C reaches this program only, which then ends the gateway once and in order.
  const gateway = spawn(process.execPath, [okcFile, "start", "--config", site.configFile], {
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
  });
  if (gateway.pid !== undefined) keepInSim(site, { gatewayPid: gateway.pid });
  const ended = new Promise<number>((resolve) => {
    gateway.once("error", () => resolve(1));
    gateway.once("exit", (code) => resolve(code ?? 1));
  });
  const asked = new Promise<null>((resolve) => stop.addEventListener("abort", () => resolve(null)));
  greet(site, okc, over.signal).catch((error: Error) => say(error.message));
  const code = await Promise.race([ended, asked]);
  over.abort();
  if (code === null) return endGateway(gateway, ended);
  say(`网关已退出（${code}）。The gateway has ended (${code}).`);
  return code;
}

async function endGateway(gateway: ChildProcess, ended: Promise<number>): Promise<number> {
  say("正在停止网关。Stopping the gateway.");
  gateway.kill("SIGTERM");
  const hard = setTimeout(() => {
    say("网关未按时停止，强制结束。The gateway did not stop in time and is killed.");
    gateway.kill("SIGKILL");
  }, GATEWAY_STOP_MAX_MS);
  const code = await ended;
  clearTimeout(hard);
  return code;
}

/** Waits until the gateway is well, then says where to look and what to type. */
async function greet(site: DemoSite, okc: RunOkc, over: AbortSignal): Promise<void> {
  const page = `http://${site.http}`;
  const deadline = Date.now() + HEALTHY_MAX_MS;
  while (!over.aborted && (await statusOf(`${page}/healthz`)) !== 200) {
    if (Date.now() > deadline)
      throw new Error(`${page}/healthz 一分钟内未就绪。The gateway is not well after a minute.`);
    await pause(PROBE_EVERY_MS);
  }
  if (over.aborted) return;
  const token = await tokenFor(site, page, okc);
  say("先打开页面并点“开启声音”，否则没有人值守。First open the page and turn the sound on; else nobody is on watch.");
  say(`页面 Page:                ${page}/#token=${token}`);
  say(`志愿者手机 Phones:        http://127.0.0.1:${site.sim.phones.port}/`);
  say("按下按钮 Press a button:  npm run -s okc -- press beef      （另有 also: cafe, f00d, d00f, p-17）");
  say("外购按钮 Bought buttons:  npm run -s okc -- press c0ffe     （433 MHz；另有 also: sos-1，Zigbee）");
  say(`4G 手表 A 4G watch:       npm run -s okc -- press w-${site.sim.watches.ids[0]}`);
  say("查看警情 See the alarms:  npm run -s okc -- alarms");
  say(`接警 Take one:            npm run -s okc -- take 1 --as ${STAFF_NAME}`);
  say("停止 Stop:                Ctrl-C");
}

async function tokenFor(site: DemoSite, page: string, okc: RunOkc): Promise<string> {
  const { token: kept } = site.sim;
  if (kept && (await statusOf(`${page}/api/alarms`, kept)) === 200) return kept;
  const { code, stdout, stderr } = await okc(["token", "create", "--role", "staff", "--as", "演示", "--json"]);
  if (code !== 0) throw new Error(`okc token create gave ${code}: ${(stderr || stdout).trim()}`);
  const { token } = JSON.parse(stdout) as { token: string };
  keepInSim(site, { token });
  return token;
}

/** The HTTP status of an address; 0 when it cannot be reached. */
const statusOf = (url: string, token?: string): Promise<number> =>
  fetch(url, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(5_000),
  }).then(
    async (response) => {
      await response.body?.cancel();
      return response.status;
    },
    () => 0,
  );
