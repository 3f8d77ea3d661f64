import { createHash, randomBytes } from "node:crypto";
import type { App } from "../app.ts";
import type { Definition, MqttDefinition } from "../core/definition.ts";
import type { Actor } from "../core/directory.ts";
import { GatewayError } from "../core/errors.ts";
import type { DirectoryEvent, Facilities } from "../core/events.ts";
import { hotlineCsv } from "../core/hotline-csv.ts";
import { planImport, type CsvTable } from "../core/import-rows.ts";
import type { Input, Reply } from "../core/input.ts";
import { ROLES, type Role } from "../core/kinds.ts";
import { checkPolicies } from "../core/policy-check.ts";
import type { Policy } from "../core/policy.ts";
import type { DutyPlan } from "../core/rota.ts";
import type { State } from "../core/state.ts";
import type { Clock } from "../ports/clock.ts";
import type {
  Desk,
  DeskProof,
  DeskStanding,
  Finding,
  ImportReport,
  MadeDevice,
  NewDevice,
  PathView,
  Walk,
} from "../ports/desk.ts";
import type { Journal, StoredEvent } from "../ports/journal.ts";
import type { Log, Meter } from "../ports/log.ts";
import type { Passwords } from "../ports/passwords.ts";
import type { PlatformIntake } from "../ports/platform.ts";
import type { PushDesk } from "../ports/push.ts";
import type { QrCodes } from "../ports/qr.ts";
import type { Backups, Made } from "./backups.ts";
import { DeviceMaking, type BrokerPlace } from "./device-making.ts";
import type { DeskWatch } from "./desk-watch.ts";
import { Rosters } from "./duty-desk.ts";
import { LoginDesk } from "./logins.ts";
import type { Reports } from "../ports/reports.ts";
import { examine, type Surroundings } from "./doctor.ts";
import { ReportDesk } from "./report-desk.ts";

export interface OfficeParts {
  readonly app: App;
  readonly journal: Journal;
  readonly reports: Reports;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Pick<Meter, "count" | "gauge"> & { text(): Promise<string> };
  readonly passwords: Passwords;
  readonly site: {
    readonly name: string;
    readonly timezone: string;
    readonly language: string;
    readonly demo: boolean;
    readonly phone: string | null;
  };
  readonly definitions: readonly Definition[];
  /** Those in force. */
  readonly policies: readonly Policy[];
  /** Those that the next start would put into force; throws a GatewayError that says what is wrong with their file. */
  readonly readPolicies?: () => readonly Policy[];
  /** The same of the duty file. */
  readonly duty: DutyPlan | null;
  readonly readDuty?: () => DutyPlan | null;
  readonly facilities: Facilities;
  readonly deskWatch: DeskWatch;
  readonly signer: { verify(offer: string, token: string): boolean };
  readonly readCsv: (bytes: Uint8Array) => CsvTable;
  readonly surroundings: Surroundings;
  readonly backups: Backups;
  readonly platforms: PlatformIntake;
  readonly push?: PushDesk | null;
  /** Where devices with an account find the broker, and what draws their codes. */
  readonly broker: BrokerPlace;
  readonly qr: QrCodes;
  /** Kinds of accounts for programs that are no devices: they can be added too. */
  readonly programs?: readonly MqttDefinition[];
  readonly version: string;
}

/** 128 random bits, as 22 characters that survive being typed into a device. */
const newPassword = (): string => randomBytes(16).toString("base64url");
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const random = { key: () => randomBytes(16).toString("hex"), password: newPassword, sha256 };

/** A name that can stand in a topic and a log line. */
const ACCOUNT_NAME = /^[A-Za-z0-9._-]{1,64}$/;

/** What people and their programs see and do: everything but the alarm path itself. */
export class Office implements Desk {
  readonly #parts: OfficeParts;
  #watching = false;
  readonly reports: ReportDesk;
  readonly duty: Rosters;
  readonly #listeners = new Set<(events: readonly StoredEvent[]) => void>();

  readonly logins: LoginDesk;
  readonly #making: DeviceMaking;

  constructor(parts: OfficeParts) {
    this.#parts = parts;
    this.#making = new DeviceMaking({ ...parts, random, save: (events) => this.#save(events) });
    this.logins = new LoginDesk({ ...parts, save: (events) => this.#save(events) });
    this.duty = new Rosters(parts);
    const { reports, clock, site } = parts;
    this.reports = new ReportDesk({ reports, clock, site, state: () => this.state });
  }

  get push(): PushDesk | null {
    return this.#parts.push ?? null;
  }

  get version(): string {
    return this.#parts.version;
  }

  get demo(): boolean {
    return this.#parts.site.demo;
  }

  get site(): Desk["site"] {
    return this.#parts.site;
  }

  get publicUrl(): string | null {
    return this.#parts.surroundings.publicUrl;
  }

  get platforms(): PlatformIntake {
    return this.#parts.platforms;
  }

  get state(): State {
    return this.#parts.app.state;
  }

  submit(input: Input): Promise<Reply> {
    return this.#parts.app.submit(input);
  }

  async importCsv(csv: Uint8Array, dryRun: boolean): Promise<ImportReport> {
    const { app, clock, definitions, facilities, readCsv } = this.#parts;
    const plan = planImport({
      ...readCsv(csv),
      state: app.state,
      now: clock.now(),
      definitions,
      channels: facilities.channels,
      random,
    });
    const { events, ...report } = plan;
    // A trial run prints no secrets: nothing was made.
    if (dryRun) return { ...report, credentials: [] };
    await this.#save(events);
    if (report.rows.every(({ fate }) => fate !== "refused"))
      app.clearFault("journal-damaged", "people or devices were imported again");
    return report;
  }

  makeDevice(wanted: NewDevice): Promise<MadeDevice> {
    return this.#making.make(this.state, wanted);
  }

  walkOf(device: string): Walk | null {
    return this.#parts.app.hearing.walks.started(this.state, device);
  }

  async addAccount(user: string, bridge: string): Promise<{ user: string; password: string }> {
    const { definitions, programs = [] } = this.#parts;
    const bridges = [...definitions, ...programs].filter((one) => one.transport === "mqtt").map((one) => one.bridge);
    if (!bridges.includes(bridge))
      throw new GatewayError("bad-input", `no bridge of kind ${bridge} speaks MQTT; allowed: ${bridges.join(", ")}`);
    if (!ACCOUNT_NAME.test(user))
      throw new GatewayError(
        "bad-input",
        `${user}: an account's name is 1–64 of A–Z, a–z, 0–9, dot, underscore, hyphen`,
      );
    const known = this.state.accounts.get(user);
    if (known?.address != null)
      throw new GatewayError(
        "bad-input",
        `${user} is the account of device ${known.bridge}:${known.address}; take another name`,
      );
    const password = newPassword();
    await this.#save([{ kind: "account-saved", user, passwordSha256: sha256(password), bridge, address: null }]);
    return { user, password };
  }

  async createToken(name: string, role: Role): Promise<{ token: string; name: string; role: Role }> {
    if (!ROLES.includes(role)) throw new GatewayError("bad-input", `no role ${role}; allowed: ${ROLES.join(", ")}`);
    if (name.trim() === "") throw new GatewayError("bad-input", "a token needs the name of who holds it: --as NAME");
    const token = `okc_${randomBytes(24).toString("base64url")}`;
    await this.#save([{ kind: "token-saved", sha256: sha256(token), name, role }]);
    return { token, name, role };
  }

  actorOf(token: string): Actor | null {
    const known = this.state.tokens.get(sha256(token));
    return known ? { name: known.name, role: known.role } : null;
  }

  isOfferToken(offer: string, token: string): boolean {
    return this.#parts.signer.verify(offer, token);
  }

  proveDesk(proof: DeskProof): DeskStanding {
    return this.#parts.deskWatch.note(proof);
  }

  readAfter(seq: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.#parts.journal.readAfter(seq, limit);
  }

  onCommitted(listener: (events: readonly StoredEvent[]) => void): () => void {
    // Only asked for once somebody watches: telling costs the journal something on every commit.
    if (!this.#watching) {
      this.#watching = true;
      this.#parts.journal.onCommitted((events) => {
        for (const one of this.#listeners) one(events);
      });
    }
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  hotlineCsv(): string {
    return hotlineCsv(this.state);
  }

  /** Looks at the file as it is now: that is asked before a restart. */
  checkPolicies(): { problems: readonly string[]; warnings: readonly string[] } {
    try {
      const policies = this.#nextPolicies();
      const found = checkPolicies(policies, this.state, this.#parts.facilities);
      const roster = this.duty.findings(policies);
      return {
        problems: [...found.problems, ...roster.problems],
        warnings: [...found.warnings, ...roster.warnings],
      };
    } catch (error) {
      return { problems: (error as Error).message.split("\n"), warnings: [] };
    }
  }

  paths(): readonly PathView[] {
    return this.#parts.app.paths.view();
  }

  doctor(): Promise<readonly Finding[]> {
    const { surroundings, facilities, deskWatch } = this.#parts;
    const policies = { ...this.checkPolicies(), changed: this.#policiesChanged() || this.duty.isChanged };
    const machine = { ...surroundings, demo: this.demo };
    return Promise.resolve([...deskWatch.findings(), ...examine(this.state, facilities, policies, machine)]);
  }

  #nextPolicies(): readonly Policy[] {
    const { policies, readPolicies } = this.#parts;
    return readPolicies ? readPolicies() : policies;
  }

  #policiesChanged(): boolean {
    try {
      return JSON.stringify(this.#nextPolicies()) !== JSON.stringify(this.#parts.policies);
    } catch {
      return false;
    }
  }

  backup(file: string | null): Promise<Made> {
    return this.#parts.backups.make(file);
  }

  async confirmKeyCopy(mark: string, by: Actor): Promise<void> {
    if (mark !== this.#parts.surroundings.keyMark())
      throw new GatewayError("bad-input", "this is not a copy of the key file that is in use");
    await this.submit({ type: "key-copy", mark, by: by.name });
  }

  metrics(): Promise<string> {
    const { meter } = this.#parts;
    for (const { id: path, kind, state, lastProofAt } of this.paths()) {
      meter.gauge("okc_path_up", state === "up" ? 1 : 0, { path, kind });
      if (lastProofAt !== null)
        meter.gauge("okc_path_last_proof_seconds", Date.parse(lastProofAt) / 1_000, { path, kind });
    }
    return this.#parts.meter.text();
  }

  /** People and devices changed: kept, and a backup made at once, so that a damaged database loses nobody. */
  async #save(events: readonly DirectoryEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.submit({ type: "save", events });
    await this.#parts.backups.makeByItself("import");
  }
}
