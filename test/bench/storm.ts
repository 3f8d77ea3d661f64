import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { cpuMs, nowMs, until } from "./figures.ts";
import { MqttLine, TLS_NAME } from "./mqtt-line.ts";
import { addressOf, keyOf, MqttPendants } from "./pendants.ts";
import { openFilesMax, withFilesRaised } from "./processes.ts";
import { Receiver } from "./receiver.ts";
import { limit, Results, type Findings, type Row, type Target } from "./report.ts";
import type { StormOrder, StormResult } from "./storm-clients.ts";
import { OkcProcess, SiteTemplate, type Certificate } from "./subjects/okc-site.ts";

/*
 * `npm run bench -- --storm`: a whole community's pendants lose their connections in one moment and come back at once,
 * from a process of their own; one that kept its connection presses meanwhile.
 */

interface Storm {
  readonly name: string;
  readonly clients: number;
  readonly secure: boolean;
  /** The target. */
  readonly backMaxMs: number;
}

const STORMS: readonly Storm[] = [
  { name: "1,000", clients: 1_000, secure: false, backMaxMs: 1_500 },
  { name: "10,000", clients: 10_000, secure: false, backMaxMs: 5_000 },
  { name: "1,000 TLS", clients: 1_000, secure: true, backMaxMs: 10_000 },
];
/** Files that a process has open besides its connections. */
const OTHER_FILES = 500;
const SETTLE_MS = 1_500;
/** The press comes this long after the storm began. */
const PRESS_AFTER_MS = 100;
const ARRIVE_MAX_MS = 60_000;

type Say = (text: string) => void;

/** The process in which the pendants are. */
class StormClients {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async open(): Promise<StormClients> {
    const script = join(import.meta.dirname, "storm-clients.ts");
    const [command, args] = withFilesRaised(process.execPath, ["--import", import.meta.resolve("tsx"), script]);
    const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    await once(child, "message");
    return new StormClients(child);
  }

  /** Drops the connections there are, and connects all anew. */
  async storm(order: StormOrder): Promise<StormResult> {
    const back = once(this.#child, "message");
    this.#child.send(order);
    const [result] = (await back) as [StormResult];
    return result;
  }

  async close(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.disconnect();
    await gone;
  }
}

/** The gateway that is stormed. */
class StormedSite {
  readonly #gateway: OkcProcess;
  readonly #template: SiteTemplate;
  readonly #receiver: Receiver;
  readonly #pendants: MqttPendants;
  readonly #ca: string;

  constructor(gateway: OkcProcess, template: SiteTemplate, receiver: Receiver, certificate: Certificate) {
    this.#gateway = gateway;
    this.#template = template;
    this.#receiver = receiver;
    this.#ca = readFileSync(certificate.cert, "utf8");
    this.#pendants = new MqttPendants(gateway.mqttPort, (address) => template.secretOf(address));
  }

  /** Starts a gateway on new data; the last resident's pendant is connected to it and stays so. */
  async start(bystander: number): Promise<void> {
    this.#gateway.reset();
    this.#pendants.forget();
    this.#gateway.spawnForMany();
    await this.#pendants.connectFirst(bystander);
    await pause(SETTLE_MS);
    const stranger = MqttLine.open(this.#gateway.mqttPort, addressOf(0), "wrong", "okc/none/down");
    const refused = await stranger.then(
      () => false,
      () => true,
    );
    if (!refused) throw new Error("the gateway took a client with a wrong password");
  }

  /** Processor time it has used, in milliseconds. */
  cpuMs(): number {
    return cpuMs(this.#gateway.pid());
  }

  order({ clients, secure }: Storm): StormOrder {
    const all = Array.from({ length: clients }, (_, index) => addressOf(index));
    return {
      port: secure ? this.#gateway.tlsPort! : this.#gateway.mqttPort,
      ca: secure ? this.#ca : null,
      clients: all.map((address) => [address, this.#template.secretOf(address)]),
    };
  }

  /** Milliseconds from the bystander's press to the hotline. */
  async press(bystander: number): Promise<number> {
    const from = nowMs();
    await this.#pendants.press(bystander);
    const key = keyOf(bystander);
    const arrived = await until(async () => (await this.#receiver.missing([key])) === 0, ARRIVE_MAX_MS, 2);
    const frames = await this.#receiver.take();
    return arrived ? frames.find((frame) => frame.key === key)!.atMs - from : Number.NaN;
  }

  async stop(): Promise<void> {
    this.#pendants.cut();
    await this.#gateway.end("SIGTERM");
  }
}

/** All connect to a gateway that has just started, then lose their connections and come back. */
async function runStorm(site: StormedSite, storm: Storm, bystander: number, results: Results, say: Say): Promise<void> {
  const clients = await StormClients.open();
  try {
    await site.start(bystander);
    const order = site.order(storm);
    const first = await clients.storm(order);
    await pause(SETTLE_MS);
    const pressed = pause(PRESS_AFTER_MS).then(() => site.press(bystander));
    const cpuBeforeMs = site.cpuMs();
    const again = await clients.storm(order);
    const usedMs = site.cpuMs() - cpuBeforeMs;
    for (const { refused, why } of [first, again]) if (why !== null) say(`${refused} were refused: ${why}`);
    results.add(storm.name, {
      firstMs: first.tookMs,
      admittedMs: again.admittedMs,
      backMs: again.tookMs,
      usedMs,
      refused: first.refused + again.refused,
      pressMs: await pressed,
    });
  } finally {
    await clients.close();
    await site.stop();
  }
}

function makeCertificate(folder: string): Certificate {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const name = ["-subj", `/CN=${TLS_NAME}`, "-addext", `subjectAltName=DNS:${TLS_NAME}`];
  execFileSync("openssl", ["req", "-x509", ...kind, "-keyout", key, "-out", cert, ...name], { stdio: "ignore" });
  return { cert, key };
}

const ROWS: readonly Row[] = [
  ["first connect, all at once", "firstMs", "ms"],
  ["storm: all passwords taken", "admittedMs", "ms"],
  ["storm: all back and subscribed", "backMs", "ms"],
  ["storm: gateway's processor time", "usedMs", "ms"],
  ["storm: a press → hotline", "pressMs", "ms"],
];

const targetsOf = (results: Results): readonly Target[] =>
  STORMS.flatMap(({ name, backMaxMs }) => [
    limit(`storm: ${name} clients come back`, results.median(name, "backMs"), backMaxMs, "ms"),
    limit(`storm: ${name} clients, refused`, results.sum(name, "refused"), 0, "connections"),
  ]);

/** Runs the storms that this machine allows, in turns. */
export async function stormBench(folder: string, options: { readonly runs: number }, say: Say): Promise<Findings> {
  const filesMax = openFilesMax();
  const storms = STORMS.filter(({ name, clients }) => {
    if (filesMax >= clients + OTHER_FILES) return true;
    say(`${name} clients are left out: a process may have ${filesMax} files open here (ulimit -n)`);
    return false;
  });
  mkdirSync(folder, { recursive: true });
  const bystander = Math.max(...storms.map(({ clients }) => clients));
  say("importing residents and devices");
  const template = await new SiteTemplate(join(folder, "storm-template"), bystander + 1).make();
  const certificate = makeCertificate(folder);
  const receiver = await Receiver.open();
  const results = new Results();
  try {
    const gateway = await OkcProcess.at(join(folder, "storm"), template, receiver.port, null, certificate);
    const site = new StormedSite(gateway, template, receiver, certificate);
    for (let run = 1; run <= options.runs; run++)
      for (const storm of storms) {
        say(`run ${run} of ${options.runs}: ${storm.name} clients`);
        await runStorm(site, storm, bystander, results, say);
      }
  } finally {
    receiver.close();
  }
  const subjects = storms.map(({ name, clients, secure }) => ({
    name,
    description: `${clients} pendants reconnect at once over ${secure ? "TLS" : "plain TCP"}, passwords checked`,
  }));
  return { results, subjects, rows: ROWS, targets: targetsOf(results) };
}
