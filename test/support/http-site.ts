import { BrowserPush } from "../../gateway/app/push-desk.ts";
import type { DirectoryEvent } from "../../gateway/core/events.ts";
import { PushKeys } from "../../gateway/site/push-keys.ts";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HttpServer, type HttpServerParts } from "../../gateway/adapters/http/http-server.ts";
import { qrCodes } from "../../gateway/adapters/qr/qr-codes.ts";
import { readCsv } from "../../gateway/adapters/import/read-csv.ts";
import { Argon2Passwords } from "../../gateway/adapters/passwords/argon2-passwords.ts";
import { PrometheusMeter } from "../../gateway/adapters/metrics/prometheus-meter.ts";
import { App } from "../../gateway/app.ts";
import { Backups } from "../../gateway/app/backups.ts";
import { DeskWatch } from "../../gateway/app/desk-watch.ts";
import { PlatformDesk } from "../../gateway/app/platform-desk.ts";
import { Office } from "../../gateway/app/office.ts";
import type { AlarmView } from "../../gateway/core/alarm-view.ts";
import type { Role } from "../../gateway/core/kinds.ts";
import { DEFAULT_POLICIES } from "../../gateway/core/policy-defaults.ts";
import type { DutyPlan } from "../../gateway/core/rota.ts";
import type { Report } from "../../gateway/core/report.ts";
import { GatewayError } from "../../gateway/core/errors.ts";
import type { Reports } from "../../gateway/ports/reports.ts";
import type { Channel, ChannelSink, HotlineMessage, OfferMessage, PathSpec } from "../../gateway/ports/channel.ts";
import { MemoryJournal } from "./memory-journal.ts";
import { peopleCsv } from "./people.ts";
import { RecordingLog } from "./recording-sink.ts";
import { TestClock } from "./test-clock.ts";
import { OUR_OWN } from "./spoken.ts";

/** A channel that keeps what it is given; the test says what becomes of it. */
export class KeptChannel<Message extends { readonly key: string }> implements Channel<Message> {
  readonly messages: Message[] = [];
  sink: ChannelSink | null = null;
  readonly id: string;
  readonly paths: readonly PathSpec[];

  constructor(id: string) {
    this.id = id;
    this.paths = [{ id, kind: "kept", lostAfterMs: null }];
  }

  start(sink: ChannelSink): Promise<void> {
    this.sink = sink;
    return Promise.resolve();
  }

  deliver(message: Message): void {
    this.messages.push(message);
  }

  withdraw(): void {}

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

export const PLATFORM_SECRET = "a secret of the platform";

export const tokenOf = (offer: string): string => createHash("sha256").update(`secret ${offer}`).digest("base64url");

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; the test knows its shape. */
  readonly body: ReturnType<typeof JSON.parse>;
}

export interface Question {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpSiteOptions extends Partial<HttpServerParts> {
  readonly demo?: boolean;
  readonly publicUrl?: string | null;
  readonly duty?: DutyPlan | null;
  /** Browsers are a channel. */
  readonly push?: boolean;
  /** The time of everything but the server, where `clock` is another one. */
  readonly testClock?: TestClock;
}

/** A journal in memory has no file that reports could be made of. */
const NO_REPORTS: Reports = {
  responseTimes: () => Promise.reject(new GatewayError("broken", "no reports here")),
  month: () => Promise.reject(new GatewayError("broken", "no reports here")),
  stop: () => Promise.resolve(),
};

/** A gateway of memory journal and kept channels behind a real HTTP server, with the people of `people.ts`. */
export class HttpSite {
  readonly clock: TestClock;
  readonly log = new RecordingLog();
  readonly meter = new PrometheusMeter();
  readonly folder = mkdtempSync(join(tmpdir(), "okc-http-"));
  readonly hotline = new KeptChannel<HotlineMessage>("hotline");
  readonly phones = new KeptChannel<OfferMessage>("webhook");
  readonly journal: MemoryJournal;
  readonly app: App;
  /** The city platform's desk; it signs with `PLATFORM_SECRET`. */
  readonly platforms: PlatformDesk;
  readonly office: Office;
  /** Not started: who wants to see it raise a fault starts it. */
  readonly deskWatch: DeskWatch;
  server: HttpServer;
  readonly #http: HttpServerParts;
  readonly socketPath = join(this.folder, "okc.sock");
  readonly #tokens = new Map<Role, string>();
  #counter = 0;
  url = "";

  constructor({
    demo = false,
    publicUrl = null,
    duty = null,
    push = false,
    testClock = new TestClock(),
    ...http
  }: HttpSiteOptions = {}) {
    this.clock = testClock;
    const { clock, log, meter, hotline, phones } = this;
    this.platforms = new PlatformDesk({
      platforms: [{ name: "81890", inbound: PLATFORM_SECRET }],
      clock,
      log,
      meter,
    });
    this.journal = new MemoryJournal({ clock, log, meter });
    const signer = {
      link: (offer: string, proof: { readonly url: string } | null) =>
        proof?.url === publicUrl ? `${publicUrl}/o/${offer}#${tokenOf(offer)}` : null,
      desk: () => null,
      url: (offer: string) => `${this.url}/api/offers/${offer}/answer`,
      token: tokenOf,
      verify: (offer: string, token: string) => token === tokenOf(offer),
    };
    const parts = {
      clock,
      journal: this.journal,
      log,
      meter,
      definitions: OUR_OWN,
      signer,
      facilities: { hotline: true, siren: false, channels: ["webhook"], timezone: "Asia/Shanghai" },
      policies: DEFAULT_POLICIES,
      language: "zh-CN" as const,
      duty,
      version: "0.0.0-test",
    };
    this.app = new App({ ...parts, channels: { hotline, people: new Map([["webhook", phones]]), siren: null } });
    this.platforms.use((input) => this.app.submit(input));
    this.deskWatch = new DeskWatch({ clock, faults: this.app, isCalled: true });
    this.office = new Office({
      ...parts,
      app: this.app,
      deskWatch: this.deskWatch,
      site: { name: "月湖社区", timezone: "Asia/Shanghai", language: "zh-CN", demo, phone: "0574-87654321" },
      passwords: new Argon2Passwords(),
      reports: NO_REPORTS,
      readCsv,
      surroundings: { watched: () => [], keyMark: () => null, publicUrl },
      backups: new Backups({
        clock,
        journal: this.journal,
        log,
        meter,
        folder: join(this.folder, "backups"),
        faults: this.app,
        isBusy: () => false,
        freeBytes: () => null,
        journalBytes: () => 0,
      }),
      push: push ? this.#browserPush(publicUrl) : null,
      broker: { host: "127.0.0.1", port: 1_883, tls: false, isOurs: true },
      qr: qrCodes,
      platforms: this.platforms,
    });
    const listen = { host: "127.0.0.1", port: 0 };
    const { socketPath } = this;
    this.#http = { desk: this.office, listen, tls: null, socketPath, clock, log, meter, ...http };
    this.server = new HttpServer(this.#http);
  }

  #browserPush(pagesUrl: string | null): BrowserPush {
    const { app, clock } = this;
    const keys = new PushKeys();
    keys.open(Buffer.from("the key file of a test"));
    const save = (events: readonly DirectoryEvent[]) => app.submit({ type: "save", events });
    return new BrowserPush({ channel: "push", isLocal: true, keys, clock, state: () => app.state, save, pagesUrl });
  }

  async start(): Promise<this> {
    await this.app.open();
    await this.app.start([]);
    for (const csv of peopleCsv(4)) await this.office.importCsv(Buffer.from(csv), false);
    ({ url: this.url } = await this.server.start());
    return this;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.app.stop([]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** After `server.stop`: the same gateway has pages again. */
  async restartServer(listen: HttpServerParts["listen"]): Promise<void> {
    this.server = new HttpServer({ ...this.#http, listen });
    await this.server.start();
  }

  /** Residents `n-0`… with a pendant each, from address 00001000 on. */
  async enrol(count: number): Promise<void> {
    const each = Array.from({ length: count }, (_, index) => index);
    const residents = each.map((n) => `n-${n},邻居${n},3号楼,1,${n},,,,,1235,${String(n + 1).padStart(3, "0")}`);
    const devices = each.map((n) => `okc,${(0x1000 + n).toString(16).padStart(8, "0")},n-${n},emergency,,,`);
    const headers = [
      "id,name,building,unit,room,phone,notes,key_place,priority,account,zone",
      "bridge,address,resident,means,label,location,key",
    ];
    for (const rows of [residents, devices])
      await this.office.importCsv(Buffer.from([headers.shift(), ...rows].join("\n")), false);
  }

  /** The token of somebody with this role; their name is `the ROLE`. */
  async token(role: Role): Promise<string> {
    const known = this.#tokens.get(role);
    if (known) return known;
    const { token } = await this.office.createToken(`the ${role}`, role);
    this.#tokens.set(role, token);
    return token;
  }

  /** Asks over the network, with this role's token. */
  async as(role: Role, path: string, question: Question = {}): Promise<HttpAnswer> {
    return this.ask(path, { ...question, token: await this.token(role) });
  }

  /** Asks over the network; without a token unless the question has one. */
  ask(path: string, question: Question = {}): Promise<HttpAnswer> {
    const { hostname, port } = new URL(this.url);
    return sendRequest({ hostname, port }, path, question);
  }

  /** Asks over the machine's own socket. */
  askLocally(path: string, question: Question = {}): Promise<HttpAnswer> {
    return sendRequest({ socketPath: this.socketPath }, path, question);
  }

  /** 李奶奶 (or whoever wears the pendant) presses. */
  async press(address = "0000beef", more: Partial<Report> = {}): Promise<void> {
    await this.app.hear({
      bridge: "okc",
      address,
      line: "/dev/ttyTEST",
      transport: "serial",
      kind: "emergency",
      press: "emergency",
      counter: ++this.#counter,
      ageMs: 0,
      ageAtLeast: false,
      batteryPct: 90,
      proof: "valid",
      receivedAt: this.clock.now(),
      raw: "c0",
      ...more,
    });
    await this.clock.forward(0);
  }

  /** Presses, and gives the alarm that is open then. */
  async pressed(address = "0000beef"): Promise<AlarmView> {
    await this.press(address);
    const { body } = await this.askLocally("/api/alarms");
    return (body as { alarms: AlarmView[] }).alarms.find(({ device }) => device === `okc:${address}`)!;
  }
}

function sendRequest(where: object, path: string, { method = "GET", token, body, bytes, headers }: Question) {
  const payload = bytes ?? (body === undefined ? undefined : Buffer.from(JSON.stringify(body)));
  return new Promise<HttpAnswer>((resolve, reject) => {
    const request = httpRequest({ ...where, method, path, agent: false });
    request.on("error", reject);
    if (body !== undefined) request.setHeader("content-type", "application/json");
    if (bytes) request.setHeader("content-type", "text/csv");
    if (token !== undefined) request.setHeader("authorization", `Bearer ${token}`);
    for (const [name, value] of Object.entries(headers ?? {})) request.setHeader(name, value);
    request.on("response", (response) => {
      response.setEncoding("utf8");
      let text = "";
      response.on("data", (part: string) => (text += part));
      response.on("error", reject);
      response.on("end", () => {
        const isJson = String(response.headers["content-type"]).includes("json");
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          body: isJson ? JSON.parse(text) : null,
        });
      });
    });
    request.end(payload);
  });
}
