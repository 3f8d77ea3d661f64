import { execFile, type ChildProcess } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../figures.ts";
import { accountOf, addressOf, serialAddressOf, zoneOf } from "../pendants.ts";
import { end, start, withFilesRaised } from "../processes.ts";

const ROOT = join(import.meta.dirname, "../../..");
const OKC = join(ROOT, "bin/okc.cjs");

/** Everybody presses once in a phase. */
export const RESIDENTS = 1_000;

/** Nobody answers in the bench, and the hotline must not be told again while it measures. */
const POLICIES = `policies:
  - id: emergency
    steps:
      - { after: 0s, targets: [hotline] }
      - { after: 12h, targets: [hotline] }
`;

interface Credential {
  readonly address: string;
  readonly key?: string;
  readonly password?: string;
}

/** A site's folder as `okc import` left it, to begin each phase from. */
export class SiteTemplate {
  readonly folder: string;
  readonly #residents: number;
  readonly #secrets = new Map<string, string>();

  constructor(folder: string, residents = RESIDENTS) {
    this.folder = folder;
    this.#residents = residents;
  }

  /** Makes residents and devices: an MQTT and a serial pendant each. */
  async make(): Promise<this> {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, "policies.yaml"), POLICIES);
    writeFileSync(join(this.folder, "okc.yaml"), siteFile({ mqtt: 1, http: 2, receiver: 9, serial: null, tls: null }));
    const rows = <T>(row: (index: number) => T): T[] =>
      Array.from({ length: this.#residents }, (_, index) => row(index));
    const residents = rows((i) => `r-${i + 1},居民${i + 1},3号楼,${accountOf(i)},${zoneOf(i)}`);
    const mqtt = rows((i) => `mqtt,${addressOf(i)},r-${i + 1}`);
    const serial = rows((i) => `okc,${serialAddressOf(i)},r-${i + 1}`);
    await this.#import("residents.csv", "id,name,building,account,zone", residents);
    const { credentials } = await this.#import("devices.csv", "bridge,address,resident", [...mqtt, ...serial]);
    for (const { address, key, password } of credentials) this.#secrets.set(address, key ?? password ?? "");
    return this;
  }

  /** Password or key of a device. */
  secretOf(address: string): string {
    const secret = this.#secrets.get(address);
    if (secret === undefined) throw new Error(`okc import printed no credential for ${address}`);
    return secret;
  }

  async #import(file: string, header: string, rows: readonly string[]) {
    const path = join(this.folder, file);
    writeFileSync(path, [header, ...rows, ""].join("\n"));
    const args = [OKC, "import", path, "--json", "--config", join(this.folder, "okc.yaml")];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 });
    const report = JSON.parse(stdout) as {
      readonly rows: readonly { readonly fate: string; readonly message: string }[];
      readonly credentials: readonly Credential[];
    };
    const wrong = report.rows.find(({ fate }) => fate !== "created");
    if (wrong || report.rows.length !== rows.length)
      throw new Error(`okc import ${file}: ${wrong?.message ?? `${report.rows.length} of ${rows.length} rows`}`);
    return report;
  }
}

interface Lines {
  readonly mqtt: number;
  readonly http: number;
  readonly receiver: number;
  readonly serial: string | null;
  readonly tls: (Certificate & { readonly port: number }) | null;
}

/** Paths of files in PEM form. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const tlsLine = ({ port, cert, key }: NonNullable<Lines["tls"]>): string =>
  `, tls: { listen: "127.0.0.1:${port}", cert: "${cert}", key: "${key}" }`;

const siteFile = ({ mqtt, http, receiver, serial, tls }: Lines): string => `site: { name: bench }
data: ./data
policies: ./policies.yaml
broker: { listen: "127.0.0.1:${mqtt}"${tls === null ? "" : tlsLine(tls)} }
http: { listen: "127.0.0.1:${http}" }
hotline:
  - { kind: dc09, host: 127.0.0.1, port: ${receiver}, account: "9999" }
${serial === null ? "" : `serial:\n  - { path: "${serial}", protocol: okc }\n`}`;

/** This gateway as a site runs it: built, with a configuration, people and devices, in a process of its own. */
export class OkcProcess {
  readonly mqttPort: number;
  readonly #folder: string;
  readonly #template: SiteTemplate;
  readonly #lines: Lines;
  #child: ChildProcess | null = null;

  private constructor(folder: string, template: SiteTemplate, lines: Lines) {
    this.#folder = folder;
    this.#template = template;
    this.#lines = lines;
    this.mqttPort = lines.mqtt;
  }

  static async at(
    folder: string,
    template: SiteTemplate,
    receiverPort: number,
    serial: string | null,
    certificate: Certificate | null = null,
  ): Promise<OkcProcess> {
    const tls = certificate && { ...certificate, port: await freePort() };
    const lines = { mqtt: await freePort(), http: await freePort(), receiver: receiverPort, serial, tls };
    return new OkcProcess(folder, template, lines);
  }

  get folder(): string {
    return this.#folder;
  }

  /** Puts the site's data back as imported. */
  reset(): void {
    rmSync(this.#folder, { recursive: true, force: true });
    cpSync(this.#template.folder, this.#folder, { recursive: true });
    writeFileSync(join(this.#folder, "okc.yaml"), siteFile(this.#lines));
  }

  get tlsPort(): number | null {
    return this.#lines.tls?.port ?? null;
  }

  spawn(env: Readonly<Record<string, string>> = {}): void {
    this.#run(process.execPath, this.#arguments(), env);
  }

  /** With as many open files as this machine allows. */
  spawnForMany(): void {
    this.#run(...withFilesRaised(process.execPath, this.#arguments()));
  }

  #arguments(): readonly string[] {
    return [OKC, "start", "--config", join(this.#folder, "okc.yaml")];
  }

  #run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
    this.#child = start(command, args, join(this.#folder, "gateway.log"), process.cwd(), env);
  }

  pid(): number {
    return this.#child?.pid ?? -1;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    await end(this.#child, signal);
    this.#child = null;
  }
}
