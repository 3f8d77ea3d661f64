import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { definitionsFor } from "../../devices/catalogue.ts";
import { Dongle } from "../../firmware-sim/dongle.ts";
import { MqttPendant } from "../../firmware-sim/mqtt-pendant.ts";
import { Pendant } from "../../firmware-sim/pendant.ts";
import { Phones } from "../../firmware-sim/phones.ts";
import { Dc09Receiver, type ReceiverEvent } from "../../firmware-sim/receiver.ts";
import { readCsv } from "../../gateway/adapters/import/read-csv.ts";
import type { Receiver } from "../../gateway/adapters/hotline/dc09-limits.ts";
import type { MachineReading } from "../../gateway/adapters/machine/machine-files.ts";
import type { Config } from "../../gateway/config.ts";
import { viewAlarm, type AlarmView } from "../../gateway/core/alarm-view.ts";
import { planImport } from "../../gateway/core/import-rows.ts";
import type { ActName, DeviceActName, Reply } from "../../gateway/core/input.ts";
import type { Answer, Outcome, Say } from "../../gateway/core/kinds.ts";
import type { State } from "../../gateway/core/state.ts";
import type { Timer } from "../../gateway/ports/clock.ts";
import { startGateway, type Running } from "../../gateway/start.ts";
import type { SiteOptions } from "../../gateway/site.ts";
import { credentialsOf, peopleCsv } from "./people.ts";
import { RecordingLog } from "./recording-sink.ts";
import { keepDeskAwake } from "./open-desk.ts";
import { receiverOf } from "./peers/hotline-rig.ts";
import { TestClock } from "./test-clock.ts";
import { until, untilQuiet } from "./until.ts";

export interface HomeOptions {
  /** Fewer or other parts than a usual community has. */
  readonly hotline?: boolean;
  readonly volunteers?: number;
  /** The port of another receiver, which is tried before the usual one. */
  readonly firstReceiverPort?: number;
  /** What else the entries of the receivers say. */
  readonly receiver?: Partial<Receiver>;
  /** Where people outside reach the gateway. */
  readonly publicUrl?: string;
  readonly siren?: readonly string[] | null;
  readonly site?: SiteOptions;
  readonly commitMaxMs?: number;
  /** False: nobody has a page of the desk open. */
  readonly desk?: boolean;
  /** The address of a broker beside the gateway, instead of its own. */
  readonly brokerUrl?: string;
  /** Further serial ports, bridges on MQTT, and ports that devices connect to. */
  readonly serial?: Config["serial"];
  readonly bridges?: Config["bridges"];
  readonly tcp?: Config["tcp"];
  readonly homeAssistant?: Config["homeAssistant"];
  /** Rows of further devices: `bridge,address,resident,means,label,location,key`. */
  readonly devices?: readonly string[];
}

/** A story is about the community, not about the machine that it is told on. */
const UNREADABLE_MACHINE: MachineReading = {
  freeBytes: null,
  freePct: null,
  freeInodesPct: null,
  readOnly: null,
  flashLifeTenths: null,
  flashSpares: null,
  hottestC: null,
  memoryStallPct: null,
};

export const SECRET = "a secret of the phones";

/**
 * A community on real parts: a pseudo-terminal with a dongle, the embedded broker, a database file, a hotline receiver
 * and phones, all on one clock that the test moves. The story reads: `await home.pendant("beef").press()`.
 */
export class Home {
  readonly clock = new TestClock();
  readonly log = new RecordingLog();
  readonly folder = mkdtempSync(join(tmpdir(), "okc-home-"));
  readonly receiver = new Dc09Receiver({ clock: this.clock.world });
  readonly phones = new Phones({ secret: SECRET, clock: this.clock.world });
  readonly dongle = new Dongle({ link: join(this.folder, "dongle") });
  running: Running | null = null;
  /** What a story brought along and wants to be ended first. */
  readonly closing: (() => unknown)[] = [];
  readonly #options: HomeOptions;
  readonly #pendants = new Map<string, Pendant>();
  readonly #mqtt = new Map<string, MqttPendant>();
  readonly #expected = { hotline: 0, offers: new Map<string, number>() };
  #config: Config | null = null;
  #desk: Timer | null = null;
  #committed = 0;
  #keys = new Map<string, string>();
  #passwords = new Map<string, string>();

  private constructor(options: HomeOptions) {
    this.#options = options;
    this.clock.settle = () => untilQuiet(() => this.#activity());
  }

  /** Builds it, enrols people and devices, and waits until every line is open. */
  static async build(options: HomeOptions = {}): Promise<Home> {
    const home = new Home(options);
    await home.dongle.start();
    const hotline = await home.receiver.start();
    const phones = await home.phones.start();
    home.#config = await configOf(home.folder, options, hotline.port, phones.port, home.dongle.link);
    await home.start();
    await home.#enrol();
    return home;
  }

  /** What the gateway knows now. Read only. */
  get state(): State {
    return this.running!.site.app.state;
  }

  get config(): Config {
    return this.#config!;
  }

  async start(): Promise<void> {
    this.running = await startGateway(this.config, this.clock, this.log, {
      readMachine: () => UNREADABLE_MACHINE,
      canary: false,
      ...this.#options.site,
    });
    this.running.site.office.onCommitted((events) => (this.#committed += events.length));
    if (this.#options.desk !== false) this.openDesk();
    await until("the serial port to be opened", () => this.dongle.isOpen);
  }

  /** Somebody opens the desk's page and turns its sound on; gives how to close it. */
  openDesk(): Timer {
    this.#desk?.cancel();
    return (this.#desk = keepDeskAwake(this.running!.site.office, this.clock));
  }

  async stop(): Promise<void> {
    const { running } = this;
    this.running = null;
    this.#desk?.cancel();
    await running?.stop();
  }

  /** The gateway stops and comes up again on the same folder. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** The end of a story: nothing stray was sent; then everything is taken down, whatever happened. */
  async leave(): Promise<void> {
    try {
      await this.expectNothingMore();
    } finally {
      await this.dispose();
    }
  }

  async dispose(): Promise<void> {
    for (const close of this.closing) await close();
    for (const pendant of this.#mqtt.values()) await pendant.stop();
    await this.dongle.stop();
    await this.stop();
    await this.receiver.stop();
    await this.phones.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A pendant on the dongle, by the end of its id: `beef`. Resident r-1 wears it; `cafe` belongs to r-2. */
  pendant(id: string): Pendant {
    const address = id.padStart(8, "0");
    const known = this.#pendants.get(address);
    if (known) return known;
    const pendant = new Pendant(Number.parseInt(address, 16), this.key(id), { clock: this.clock.world });
    this.#pendants.set(address, pendant);
    this.dongle.attach(pendant);
    return pendant;
  }

  /** The key of a pendant on the dongle, for frames made by hand. */
  key(id: string): Buffer {
    const key = this.#keys.get(id.padStart(8, "0"));
    if (!key) throw new Error(`no pendant ${id} is enrolled`);
    return Buffer.from(key, "hex");
  }

  /** A pendant on MQTT: `p-17` belongs to r-3. */
  async mqttPendant(id: string): Promise<MqttPendant> {
    const known = this.#mqtt.get(id);
    if (known) return known;
    const password = this.#passwords.get(id);
    if (!password) throw new Error(`no account for ${id}`);
    const pendant = new MqttPendant(id, { url: this.mqttUrl, user: id, password, clock: this.clock.world });
    this.#mqtt.set(id, pendant);
    pendant.start();
    await pendant.ready();
    return pendant;
  }

  /** The password of an MQTT account that the import made. */
  password(user: string): string {
    return this.#passwords.get(user)!;
  }

  get mqttUrl(): string {
    const { broker } = this.config;
    return broker.kind === "embedded" ? `mqtt://127.0.0.1:${broker.listen.port}` : broker.url;
  }

  /** The next event that the hotline acknowledged, after those already expected. */
  async expectHotline(event: string, qualifier = 1): Promise<ReceiverEvent> {
    const at = this.#expected.hotline++;
    const got = await until(`event ${event} at the hotline`, () => this.receiver.events[at]);
    if (got.event !== event || got.qualifier !== qualifier)
      throw new Error(`the hotline got ${got.qualifier}${got.event}, not ${qualifier}${event}`);
    return got;
  }

  /** The next offer of this person's phone that nobody expected yet. */
  async expectOffer(responder: string): Promise<ReturnType<Phones["of"]>[number]> {
    const at = this.#expected.offers.get(responder) ?? 0;
    this.#expected.offers.set(responder, at + 1);
    return until(`an offer for ${responder}`, () => this.phones.of(responder)[at]);
  }

  /** After all that was expected: fails when the hotline or somebody's phone got anything else. */
  async expectNothingMore(): Promise<void> {
    await this.clock.settle();
    const { events, rejectedFrames } = this.receiver;
    const strayEvents = events.slice(this.#expected.hotline).map(({ raw }) => raw);
    const seen = new Map<string, number>();
    const strayOffers = this.phones.offers.filter(({ responder }) => {
      seen.set(responder, (seen.get(responder) ?? 0) + 1);
      return seen.get(responder)! > (this.#expected.offers.get(responder) ?? 0);
    });
    const stray = [...strayEvents, ...strayOffers.map(({ responder }) => `an offer for ${responder}`)];
    if (stray.length > 0) throw new Error(`nobody expected ${stray.join("; ")}`);
    if (rejectedFrames + this.phones.refused > 0) throw new Error("the hotline or a phone could not read something");
  }

  async expectSaid(pendant: { readonly said: readonly { say: string }[] }, say: Say): Promise<void> {
    await until(`"${say}" at the pendant`, () => pendant.said.some((told) => told.say === say));
  }

  /** Open alarms, as the desk sees them. */
  alarms(): AlarmView[] {
    const { state } = this.running!.site.app;
    return [...state.alarms.values()]
      .filter((alarm) => alarm.state !== "resolved" && alarm.state !== "closed")
      .map((alarm) => viewAlarm(state, alarm));
  }

  /** Waits for the one open alarm, and until `when` holds for it. */
  async alarm(when: (alarm: AlarmView) => boolean = () => true): Promise<AlarmView> {
    return until(`an alarm such that ${String(when)}`, () => {
      const found = this.alarms();
      if (found.length > 1) throw new Error(`${found.length} alarms are open: ${found.map(({ id }) => id).join()}`);
      return found.find(when);
    });
  }

  async act(act: ActName, by: string, more: { text?: string; outcome?: Outcome } = {}): Promise<Reply> {
    const { id, version } = await this.alarm();
    const actor = { name: by, role: "staff" as const };
    return this.running!.site.office.submit({ type: "act", act, alarm: id, version, by: actor, ...more });
  }

  /** What a technician does with a device, by its whole id. */
  deviceAct(act: DeviceActName, device: string, forMs?: number): Promise<Reply> {
    const by = { name: "老陈", role: "technician" as const };
    const length = forMs === undefined ? {} : { forMs };
    return this.running!.site.office.submit({ type: "device-act", act, device, by, ...length });
  }

  async answer(responder: string, answer: Answer): Promise<number> {
    return (await this.phones.answer(responder, answer)).status;
  }

  forward(byMs: number): Promise<void> {
    return this.clock.forward(byMs);
  }

  #activity(): number {
    const { receiver, phones, dongle } = this;
    return receiver.frames.length + phones.messages.length + dongle.answers.length + this.#committed;
  }

  /** An import as the office does it, without the backup that it makes each time: a thread a file costs seconds. */
  async #enrol(): Promise<void> {
    const { app } = this.running!.site;
    const random = {
      key: () => randomBytes(16).toString("hex"),
      password: () => randomBytes(16).toString("base64url"),
      sha256: (text: string) => createHash("sha256").update(text).digest("hex"),
    };
    const { serial = [], bridges = [], tcp = [] } = this.#options;
    for (const csv of peopleCsv(this.#options.volunteers ?? 3, this.#options.devices)) {
      const { state } = app;
      const table = readCsv(Buffer.from(csv));
      const now = this.clock.now();
      const report = planImport({
        ...table,
        state,
        now,
        definitions: await definitionsFor({ serial, bridges, tcp }),
        channels: ["webhook"],
        random,
      });
      await app.submit({ type: "save", events: report.events });
      const refused = report.rows.filter(({ fate }) => fate === "refused");
      if (refused.length > 0) throw new Error(`import: ${JSON.stringify(refused)}`);
      const { keys, passwords } = credentialsOf(report);
      this.#keys = new Map([...this.#keys, ...keys]);
      this.#passwords = new Map([...this.#passwords, ...passwords]);
    }
  }
}

async function configOf(
  folder: string,
  options: HomeOptions,
  hotlinePort: number,
  phonesPort: number,
  link: string,
): Promise<Config> {
  const [mqtt, pages] = await freePorts();
  return {
    file: join(folder, "okc.yaml"),
    site: { name: "月湖社区", timezone: "Asia/Shanghai", language: "zh-CN", demo: false, phone: null },
    data: folder,
    policies: null,
    duty: null,
    broker: options.brokerUrl
      ? { kind: "external", url: options.brokerUrl, user: null, password: null }
      : { kind: "embedded", listen: { host: "127.0.0.1", port: mqtt }, tls: null },
    http: { listen: { host: "127.0.0.1", port: pages }, publicUrl: options.publicUrl ?? null, tls: null },
    serial: [{ path: link, protocol: "okc", baud: 115_200 }, ...(options.serial ?? [])],
    bridges: options.bridges ?? [],
    tcp: options.tcp ?? [],
    hotline: (options.hotline === false ? [] : [options.firstReceiverPort, hotlinePort]).flatMap((port) =>
      port === undefined ? [] : { kind: "dc09" as const, ...receiverOf({ port, ...options.receiver }) },
    ),
    volunteers: [{ channel: "webhook", name: "webhook", url: `http://127.0.0.1:${phonesPort}/notify`, secret: SECRET }],
    voice: [],
    siren: options.siren ? { command: options.siren } : null,
    ups: null,
    flows: null,
    homeAssistant: options.homeAssistant ?? null,
    limits: { commitMaxMs: options.commitMaxMs ?? 2_000 },
  };
}

/** Two ports that are free now: the gateway keeps its own over a restart. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return [ports[0]!, ports[1]!];
}
