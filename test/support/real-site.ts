import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { stringify } from "yaml";
import { Dongle } from "../../firmware-sim/dongle.ts";
import { MqttPendant } from "../../firmware-sim/mqtt-pendant.ts";
import { Pendant } from "../../firmware-sim/pendant.ts";
import { Phones } from "../../firmware-sim/phones.ts";
import { Dc09Receiver } from "../../firmware-sim/receiver.ts";
import type { AlarmView } from "../../gateway/core/alarm-view.ts";
import type { Timer } from "../../gateway/ports/clock.ts";
import type { ImportReport } from "../../gateway/ports/desk.ts";
import { freePorts } from "./free-ports.ts";
import { openPageOver } from "./open-desk.ts";
import { okc, spawnOkc, type Said } from "./okc-command.ts";
import { credentialsOf, peopleCsv } from "./people.ts";
import { within } from "./recording-sink.ts";
import { until } from "./until.ts";

const SECRET = "a secret of the phones";
/** From the spawn of the gateway to its answer on /healthz, on a busy machine. */
const READY_MAX_MS = 20_000;
const READY_LOOK_MS = 20;
/** From a press to its frame at the receiver, over a restart at worst. */
const ARRIVAL_MAX_MS = 20_000;

/** Nobody is told twice while a test looks; everything else is as shipped. */
export const ONE_STEP_POLICIES = `policies:
  - id: emergency
    steps:
      - { after: 0s, targets: [hotline, volunteers, desk] }
      - { after: 12h, targets: [hotline, desk] }
`;

export interface RealSiteOptions {
  /** The policies' file; absent: the shipped ones. */
  readonly policies?: string;
  /** A serial line with a dongle on a pseudo-terminal. */
  readonly serial?: boolean;
  /** What stands in okc.yaml besides the usual. */
  readonly more?: object;
}

/**
 * A site as it is installed: a folder with okc.yaml and people, the built gateway as a process on the machine's clock,
 * and a receiver, phones and pendants around it. Commands are typed as `await site.okc("alarms")`.
 */
export class RealSite {
  readonly folder = mkdtempSync(join(tmpdir(), "okc-site-"));
  readonly configFile = join(this.folder, "okc.yaml");
  readonly data = join(this.folder, "data");
  readonly receiver = new Dc09Receiver();
  readonly phones = new Phones({ secret: SECRET });
  readonly dongle: Dongle | null;
  /** What the gateway has written so far, all its lives together. */
  log = "";
  readonly #options: RealSiteOptions;
  readonly #keys = new Map<string, string>();
  readonly #passwords = new Map<string, string>();
  readonly #pendants = new Map<string, Pendant>();
  readonly #mqtt = new Map<string, MqttPendant>();
  #ports: { readonly mqtt: number; readonly http: number } = { mqtt: 0, http: 0 };
  #gateway: ChildProcess | null = null;
  #page: Timer | null = null;

  private constructor(options: RealSiteOptions) {
    this.#options = options;
    this.dongle = options.serial === true ? new Dongle({ link: join(this.folder, "dongle") }) : null;
  }

  /** Makes the folder and starts what surrounds the gateway. Nobody is imported, no gateway runs yet. */
  static async make(options: RealSiteOptions = {}): Promise<RealSite> {
    const site = new RealSite(options);
    await Promise.all([site.receiver.start(), site.phones.start(), site.dongle?.start()]);
    const [mqtt, http] = await freePorts(2);
    site.#ports = { mqtt: mqtt!, http: http! };
    site.configure(options.more ?? {});
    return site;
  }

  /** Writes okc.yaml and policies.yaml anew. */
  configure(more: object = {}): void {
    const { policies } = this.#options;
    if (policies !== undefined) this.write("policies.yaml", policies);
    const config = {
      site: { name: "月湖社区", timezone: "Asia/Shanghai", language: "zh-CN" },
      data: "./data",
      ...(policies === undefined ? {} : { policies: "./policies.yaml" }),
      broker: { listen: `127.0.0.1:${this.#ports.mqtt}` },
      http: { listen: `127.0.0.1:${this.#ports.http}` },
      ...(this.dongle ? { serial: [{ path: this.dongle.link, protocol: "okc" }] } : {}),
      hotline: [{ kind: "dc09", host: "127.0.0.1", port: this.receiver.port, account: "1234" }],
      volunteers: [{ channel: "webhook", url: this.phones.url, secret: SECRET }],
      ...more,
    };
    this.write("okc.yaml", stringify(config));
  }

  /** Writes a file of the site's folder and gives its path. */
  write(name: string, content: string | Uint8Array): string {
    const file = join(this.folder, name);
    writeFileSync(file, content);
    return file;
  }

  get mqttUrl(): string {
    return `mqtt://127.0.0.1:${this.#ports.mqtt}`;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.http}`;
  }

  get pid(): number {
    return this.#gateway?.pid ?? -1;
  }

  /** Types a command with this site's configuration. */
  okc(...args: string[]): Promise<Said> {
    return okc([...args, "--config", this.configFile]);
  }

  /** Types one, and pipes this in. */
  okcFed(stdin: string, ...args: string[]): Promise<Said> {
    return okc([...args, "--config", this.configFile], { stdin });
  }

  /** The same for one that must be done with exit code 0; gives what it printed as JSON. */
  async json<Printed>(...args: string[]): Promise<Printed> {
    const { code, stdout, stderr } = await this.okc(...args, "--json");
    if (code !== 0) throw new Error(`okc ${args.join(" ")}: exit ${code}: ${stderr}`);
    return JSON.parse(stdout) as Printed;
  }

  /** Imports one table by the command line and keeps the secrets that it prints. */
  async import(csv: string): Promise<ImportReport> {
    const report = await this.json<ImportReport>("import", this.write("import.csv", csv));
    const { keys, passwords } = credentialsOf(report);
    for (const [address, key] of keys) this.#keys.set(address, key);
    for (const [user, password] of passwords) this.#passwords.set(user, password);
    return report;
  }

  /** A small community: residents r-1 to r-3, pendants beef, cafe and p-17, a volunteer, a daughter, staff. */
  async importPeople(): Promise<void> {
    if (!existsSync(this.data)) return this.#copyPeople();
    for (const csv of peopleCsv(1)) await this.import(csv);
  }

  /** What the import of everybody leaves behind is made once: it costs more than most tests do. */
  async #copyPeople(): Promise<void> {
    const { folder, keys, passwords } = await (peopled ??= makePeopled());
    cpSync(folder, this.data, { recursive: true });
    for (const [address, key] of keys) this.#keys.set(address, key);
    for (const [user, password] of passwords) this.#passwords.set(user, password);
  }

  passwordOf(user: string): string {
    return this.#passwords.get(user)!;
  }

  /** Starts the gateway and waits until it answers. */
  async start(env: NodeJS.ProcessEnv = {}): Promise<void> {
    const child = spawnOkc(["start", "--config", this.configFile], { env });
    this.#gateway = child;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (this.log += String(text)));
    const end = performance.now() + READY_MAX_MS;
    while (!(await isWell(join(this.data, "okc.sock")))) {
      if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}: ${this.log}`);
      if (performance.now() > end) throw new Error(`the gateway is not up after ${READY_MAX_MS} ms: ${this.log}`);
      await pause(READY_LOOK_MS);
    }
    this.#page = openPageOver(join(this.data, "okc.sock"));
  }

  /** Stops it as a service is stopped. */
  stop(): Promise<void> {
    return this.#end("SIGTERM");
  }

  /** kill -9: whatever was only in memory is gone. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#gateway;
    this.#gateway = null;
    this.#page?.cancel();
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "close");
    child.kill(signal);
    await ended;
  }

  /** A pendant on the dongle, as `beef`. The same one each time: it counts on. */
  pendant(id: string): Pendant {
    const address = id.padStart(8, "0");
    const known = this.#pendants.get(address);
    if (known) return known;
    const pendant = new Pendant(Number.parseInt(address, 16), Buffer.from(this.#keys.get(address)!, "hex"));
    this.dongle!.attach(pendant);
    this.#pendants.set(address, pendant);
    return pendant;
  }

  /** A pendant on MQTT, as `p-17`, switched on and connected. The same one each time. */
  async mqttPendant(id: string): Promise<MqttPendant> {
    const known = this.#mqtt.get(id);
    const pendant = known ?? new MqttPendant(id, { url: this.mqttUrl, user: id, password: this.passwordOf(id) });
    this.#mqtt.set(id, pendant);
    pendant.start();
    await within(pendant.ready(), `${id} to be connected`, READY_MAX_MS);
    return pendant;
  }

  async alarms(state = "open"): Promise<AlarmView[]> {
    return (await this.json<{ alarms: AlarmView[] }>("alarms", "--state", state)).alarms;
  }

  /** Asks for the open alarms until they are as wanted. */
  async untilAlarms(what: string, when: (alarms: readonly AlarmView[]) => boolean): Promise<AlarmView[]> {
    const end = performance.now() + ARRIVAL_MAX_MS;
    for (;;) {
      const alarms = await this.alarms();
      if (when(alarms)) return alarms;
      if (performance.now() > end) throw new Error(`waited in vain for ${what}: ${JSON.stringify(alarms)}`);
    }
  }

  /** Waits for what the receiver has acknowledged: account, zone and event, as `1234/001 101`. */
  async expectHotline(name: string): Promise<void> {
    await until(
      `${name} at the hotline, which has ${this.hotline().join(", ")}`,
      () => this.hotline().includes(name),
      ARRIVAL_MAX_MS,
    );
  }

  /** What an operator sees at the receiver, each event once, in the order of its arrival. */
  hotline(): string[] {
    const nameOf = (event: { account: string; zone: string; event: string; qualifier: number }): string =>
      `${event.account}/${event.zone} ${event.qualifier === 1 ? "" : event.qualifier}${event.event}`;
    return this.receiver.distinct(nameOf).map(nameOf);
  }

  async dispose(): Promise<void> {
    await this.#end("SIGKILL");
    await Promise.all([...this.#mqtt.values()].map((pendant) => pendant.stop()));
    await Promise.all([this.dongle?.stop(), this.receiver.stop(), this.phones.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

interface Peopled {
  readonly folder: string;
  readonly keys: ReadonlyMap<string, string>;
  readonly passwords: ReadonlyMap<string, string>;
}

let peopled: Promise<Peopled> | null = null;

/** A data folder with everybody in it, as the command line leaves it. */
async function makePeopled(): Promise<Peopled> {
  const folder = mkdtempSync(join(tmpdir(), "okc-people-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const config = join(folder, "okc.yaml");
  const volunteers = [{ channel: "webhook", url: "http://127.0.0.1:9/notify" }];
  writeFileSync(config, stringify({ site: { name: "月湖社区" }, data: "./data", volunteers }));
  const [keys, passwords] = [new Map<string, string>(), new Map<string, string>()];
  for (const csv of peopleCsv(1)) {
    writeFileSync(join(folder, "people.csv"), csv);
    const { code, stdout, stderr } = await okc(["import", join(folder, "people.csv"), "--json", "--config", config]);
    if (code !== 0) throw new Error(`okc import: ${stderr}`);
    const made = credentialsOf(JSON.parse(stdout) as ImportReport);
    for (const [address, key] of made.keys) keys.set(address, key);
    for (const [user, password] of made.passwords) passwords.set(user, password);
  }
  return { folder: join(folder, "data"), keys, passwords };
}

/** Over the machine's own socket: it is there even where somebody else has the port. */
function isWell(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ socketPath, path: "/healthz", timeout: READY_MAX_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once("error", () => resolve(false));
  });
}
