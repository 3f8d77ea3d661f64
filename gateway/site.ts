import { readFileSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { definitionsFor } from "../devices/catalogue.ts";
import { programs } from "../devices/programs.ts";
import { readCsv } from "./adapters/import/read-csv.ts";
import { JournalReports } from "./adapters/journal/journal-reports.ts";
import { KEY_FILE, keyMarkOf } from "./adapters/journal/key-file.ts";
import { SqliteJournal } from "./adapters/journal/sqlite-journal.ts";
import { PrometheusMeter } from "./adapters/metrics/prometheus-meter.ts";
import type { MachineReading } from "./adapters/machine/machine-files.ts";
import { Argon2Passwords } from "./adapters/passwords/argon2-passwords.ts";
import { qrCodes } from "./adapters/qr/qr-codes.ts";
import { readDutyFile } from "./adapters/policies/read-duty-file.ts";
import { readPolicyFile } from "./adapters/policies/read-policy-file.ts";
import { App } from "./app.ts";
import { Canary } from "./app/canary.ts";
import { BridgeWatch } from "./app/bridge-watch.ts";
import { Backups, bytesOf, type BackupsParts } from "./app/backups.ts";
import { DeskWatch } from "./app/desk-watch.ts";
import type { Surroundings } from "./app/doctor.ts";
import { Office } from "./app/office.ts";
import { PlatformDesk } from "./app/platform-desk.ts";
import { brokerPlaceOf } from "./site/broker-place.ts";
import { buildChannels, takesReportsOf, takesRestoreOf } from "./site/channels.ts";
import type { Config } from "./config.ts";
import { DESK_PATH } from "./core/desk-path.ts";
import { buildFlows } from "./site/flows.ts";
import { buildHomeAssistant } from "./site/home-assistant.ts";
import type { Facilities } from "./core/events.ts";
import { planSalvage, SALVAGED_KINDS, type Found } from "./core/salvage.ts";
import { DEFAULT_POLICIES } from "./core/policy-defaults.ts";
import type { Clock } from "./ports/clock.ts";
import type { JournalEvent, JournalStart } from "./ports/journal.ts";
import type { Log } from "./ports/log.ts";
import type { Radio } from "./ports/radio.ts";
import type { Service } from "./ports/service.ts";
import type { Watch } from "./ports/watch.ts";
import { platformsOf } from "./site/platforms.ts";
import { browserPushOf } from "./site/browser-push.ts";
import { KeySigner } from "./site/key-signer.ts";
import { PushKeys } from "./site/push-keys.ts";
import { buildRadios } from "./site/radios.ts";
import { VERSION } from "./version.ts";
import { buildWatches, UPS_FAULTS } from "./site/watches.ts";

/** Settings that tests change: how long the journal's file may grow, and what is read of the machine. */
export interface SiteOptions {
  readonly maxPages?: number;
  readonly spillBytes?: number;
  readonly readMachine?: () => MachineReading;
  /** Who watches over the gateway; nobody, where it was not started as a service. */
  readonly service?: Service;
  /** False: no report of our own goes out. A test's clock may run ahead of the disk that it is kept on. */
  readonly canary?: boolean;
}

/** A whole gateway for one configuration: built here, and nowhere else. */
export interface Site {
  readonly app: App;
  readonly office: Office;
  readonly journal: SqliteJournal;
  readonly meter: PrometheusMeter;
  /** Reads the journal; the office works from then on, nothing is heard or sent yet. */
  open(): Promise<JournalStart>;
  /** Opens all lines. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The file of okc's local socket, in the data folder. */
export const socketOf = (config: Config): string => join(config.data, "okc.sock");

/** Backups in the data folder: how large they get, and what room there is. */
function backupsOf(
  { data }: Config,
  app: App,
  parts: Pick<BackupsParts, "journal" | "clock" | "log" | "meter">,
): Backups {
  const file = join(data, "okc.db");
  return new Backups({
    ...parts,
    folder: join(data, "backups"),
    faults: app,
    isBusy: () => [...app.state.alarms.values()].some(({ state }) => state === "alerting"),
    freeBytes() {
      const { bavail, bsize } = statfsSync(data);
      return bavail * bsize;
    },
    journalBytes: () => bytesOf(file) + bytesOf(`${file}-wal`),
  });
}

export async function buildSite(config: Config, clock: Clock, log: Log, options: SiteOptions = {}): Promise<Site> {
  const { readMachine, service = null, canary = true, ...journalOptions } = options;
  const meter = new PrometheusMeter();
  const journal = new SqliteJournal({
    folder: config.data,
    clock,
    log,
    meter,
    commitMaxMs: config.limits.commitMaxMs,
    takeOver: {
      kinds: SALVAGED_KINDS,
      plan: (found) => planSalvage(found as unknown as Found) as unknown as JournalEvent[],
    },
    ...journalOptions,
  });
  const reports = new JournalReports(config.data);
  const readPolicies = () => (config.policies === null ? DEFAULT_POLICIES : readPolicyFile(config.policies));
  const policies = readPolicies();
  const readDuty = () => (config.duty === null ? null : readDutyFile(config.duty, config.site.timezone));
  const duty = readDuty();
  const facilities = facilitiesOf(config);
  const signer = new KeySigner(config);
  const platforms = new PlatformDesk({ platforms: platformsOf(config), clock, log, meter });
  const pushKeys = new PushKeys();
  const channels = await buildChannels({ config, clock, log, meter, intake: platforms, pushKeys });
  const outside = await buildWatches({ config, clock, meter, ...(readMachine && { readMachine }) });
  const definitions = await definitionsFor(config);
  const parts = {
    clock,
    journal,
    log,
    meter,
    definitions,
    channels,
    signer,
    facilities,
    policies,
    language: config.site.language,
    duty,
    version: VERSION,
  };
  const app = new App(parts);
  platforms.use((input) => app.submit(input));
  const bridgeWatch = new BridgeWatch({ definitions, clock, state: () => app.state });
  const own = new Canary({ send: () => app.canary(), clock, meter, service });
  const backups = backupsOf(config, app, parts);
  const flows = await buildFlows(config, clock, log, meter);
  const homeAssistant = await buildHomeAssistant(config, clock, meter);
  const beside = [flows, homeAssistant].flatMap((one) => one?.watch ?? []);
  const watches = [...outside, backups, bridgeWatch, ...(canary ? [own] : []), ...beside];
  const isCalled = policies.some(({ steps }) => steps.some(({ targets }) => targets.includes("desk")));
  const deskWatch = new DeskWatch({ clock, faults: app, isCalled });
  const office = new Office({
    ...parts,
    app,
    deskWatch,
    meter,
    passwords: new Argon2Passwords(),
    site: config.site,
    reports,
    readCsv,
    readPolicies,
    readDuty,
    surroundings: lookAround(config, watches),
    backups,
    platforms,
    push: browserPushOf(config, { app, clock, keys: pushKeys }),
    broker: brokerPlaceOf(config),
    qr: qrCodes,
    programs: [...(flows ? programs : []), ...(homeAssistant ? [homeAssistant.program] : [])],
  });
  const radios: Radio[] = [];
  return {
    app,
    office,
    journal,
    meter,
    async open() {
      const start = await app.open();
      const key = readFileSync(join(config.data, KEY_FILE));
      signer.open(key);
      pushKeys.open(key);
      let isWell = true;
      journal.onHealth((health) => {
        isWell = health.state === "ok";
        if (health.state === "ok") app.clearFault("journal", "written again");
        else app.raiseFault("journal", "journal-failing", health.why);
      });
      // One of the life before: a journal that is well from the start says nothing of itself.
      if (isWell) app.clearFault("journal", "written again");
      return start;
    },
    async start() {
      radios.push(
        ...(await buildRadios(
          config,
          definitions,
          { app, bridgeWatch, office, flows, homeAssistant },
          clock,
          log,
          meter,
        )),
      );
      const paths = new Set(app.paths.view().map(({ id }) => `path:${id}`));
      for (const { key } of [...app.state.faults.values()])
        if (isGone(key, config, radios, paths)) app.clearFault(key, "no longer configured");
      await app.start(radios);
      deskWatch.start();
      for (const watch of watches) watch.start(app);
    },
    async stop() {
      deskWatch.stop();
      await Promise.all(watches.map((watch) => watch.stop()));
      // It reads the journal's file, which is closed next.
      await reports.stop();
      await app.stop(radios);
    },
  };
}

/** The fault of a line, a bridge, a path or a UPS that was taken out of the configuration: nobody else would ever end it. */
function isGone(fault: string, config: Config, radios: readonly Radio[], paths: ReadonlySet<string>): boolean {
  const { bridges, ups, flows } = config;
  const ofBridge = /^(?:bridge|bridge-silent|names):([^:]+)/.exec(fault);
  if (ofBridge) return !bridges.some(({ kind }) => kind === ofBridge[1]);
  if (fault.startsWith("line:")) return !radios.some(({ line }) => fault === `line:${line}`);
  if (UPS_FAULTS.has(fault)) return ups === null;
  if (fault === "flows") return !flows?.enabled;
  const ofPath = /^(?:path|sms-\w+):(.*)/.exec(fault);
  return ofPath !== null && fault !== DESK_PATH && !paths.has(`path:${ofPath[1]}`);
}

const facilitiesOf = ({ hotline, volunteers, siren, site }: Config): Facilities => ({
  hotline: hotline.length > 0,
  hotlineReports: hotline.some(takesReportsOf),
  hotlineRestore: hotline.some(takesRestoreOf),
  siren: siren !== null,
  channels: volunteers.map(({ name }) => name),
  platforms: platformsOf({ hotline }).map(({ name }) => name),
  channelKinds: Object.fromEntries(volunteers.map(({ name, channel }) => [name, channel])),
  timezone: site.timezone,
});

const lookAround = (config: Config, watches: readonly Watch[]): Surroundings => ({
  publicUrl: config.http.publicUrl,
  watched: () => watches.flatMap((watch) => watch.findings()),
  keyMark: () => keyMarkOf(join(config.data, KEY_FILE)),
});
