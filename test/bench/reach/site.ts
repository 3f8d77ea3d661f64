import { execFile, type ChildProcess } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../figures.ts";
import { addressOf } from "../pendants.ts";
import { end, start } from "../processes.ts";
import type { End } from "./ends.ts";

const OKC = join(import.meta.dirname, "../../../bin/okc.cjs");

/** Below the policy's 3, so that neighbours who press together differ in urgency. */
const PRIORITIES = ["1", "2", ""] as const;
export const priorityOf = (resident: number): number => Number(PRIORITIES[resident % PRIORITIES.length]) || 3;

/** How a message names the house of resident number `index`, also to a group. */
export const houseOf = (index: number): string => `${String(index + 1).padStart(4, "0")}栋`;

const POLICIES = `policies:
  - id: emergency
    priority: 3
    steps:
      - { after: 0s, targets: [hotline, family] }
      - { after: 12h, targets: [hotline] }
`;

interface Imported {
  readonly rows: readonly { readonly fate: string; readonly message: string }[];
  readonly credentials: readonly { readonly address: string; readonly password?: string }[];
}

/** Which channel contact number `index` has, of so many. */
export type ChannelOf = (index: number) => { readonly channel: string; readonly address: string };

export interface ReachSiteParts {
  readonly folder: string;
  readonly residents: number;
  readonly contacts: number;
  readonly channelOf: ChannelOf;
  readonly ends: readonly End[];
  /** The port of the hotline's receiver. */
  readonly receiver: number;
}

/** A gateway of so many residents with a pendant each, and relatives on every channel; in a process of its own. */
export class ReachSite {
  readonly #parts: ReachSiteParts;
  readonly #passwords = new Map<string, string>();
  #child: ChildProcess | null = null;
  mqttPort = 0;

  constructor(parts: ReachSiteParts) {
    this.#parts = parts;
  }

  passwordOf = (address: string): string | null => this.#passwords.get(address) ?? null;

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  async make(): Promise<this> {
    const { folder, ends, residents, contacts, channelOf, receiver } = this.#parts;
    mkdirSync(folder, { recursive: true });
    this.mqttPort = await freePort();
    writeFileSync(join(folder, "policies.yaml"), POLICIES);
    const file = [
      "site: { name: bench }",
      "data: ./data",
      "policies: ./policies.yaml",
      `broker: { listen: "127.0.0.1:${this.mqttPort}" }`,
      `http: { listen: "127.0.0.1:${await freePort()}" }`,
      "hotline:",
      `- { kind: dc09, host: 127.0.0.1, port: ${receiver}, account: "9999" }`,
      "volunteers:",
      ...ends.flatMap((one) => one.entries()),
    ];
    writeFileSync(join(folder, "okc.yaml"), `${file.join("\n")}\n`);
    const people = Array.from({ length: residents }, (_, i) => i);
    const family = Array.from({ length: contacts }, (_, i) => i);
    await this.#import(
      "residents",
      "id,name,building,priority",
      people.map((i) => `r-${i},居民${i},${houseOf(i)},${PRIORITIES[i % 3]!}`),
    );
    await this.#import(
      "responders",
      "id,name,role,residents",
      family.map((i) => `f-${i},家属${i},family,r-${i % residents}`),
    );
    await this.#import(
      "contacts",
      "responder,channel,address,order",
      family.map((i) => `f-${i},${channelOf(i).channel},${channelOf(i).address},1`),
    );
    const { credentials } = await this.#import(
      "devices",
      "bridge,address,resident",
      people.map((i) => `mqtt,${addressOf(i)},r-${i}`),
    );
    for (const { address, password } of credentials) this.#passwords.set(address, password ?? "");
    return this;
  }

  spawn(): void {
    const { folder } = this.#parts;
    this.#child = start(
      process.execPath,
      [OKC, "start", "--config", join(folder, "okc.yaml")],
      join(folder, "gateway.log"),
    );
  }

  async end(): Promise<void> {
    await end(this.#child, "SIGTERM");
    this.#child = null;
  }

  async #import(name: string, header: string, rows: readonly string[]): Promise<Imported> {
    const { folder } = this.#parts;
    const path = join(folder, `${name}.csv`);
    writeFileSync(path, [header, ...rows, ""].join("\n"));
    const args = [OKC, "import", path, "--json", "--config", join(folder, "okc.yaml")];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 });
    const report = JSON.parse(stdout) as Imported;
    const wrong = report.rows.find(({ fate }) => fate !== "created");
    if (wrong || report.rows.length !== rows.length)
      throw new Error(`okc import ${name}.csv: ${wrong?.message ?? `${report.rows.length} of ${rows.length} rows`}`);
    return report;
  }
}
