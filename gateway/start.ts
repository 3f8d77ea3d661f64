import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { HttpServer } from "./adapters/http/http-server.ts";
import type { App } from "./app.ts";
import { CANARY_MS } from "./app/canary.ts";
import type { Config } from "./config.ts";
import type { JournalStart } from "./ports/journal.ts";
import type { Clock, Timer } from "./ports/clock.ts";
import type { Log } from "./ports/log.ts";
import { isUnresolved } from "./core/alarm.ts";
import { gapText } from "./core/salvage.ts";
import { seconds } from "./core/units.ts";
import { buildSite, socketOf, type Site, type SiteOptions } from "./site.ts";

/** After this long a port that was taken is tried again. */
const PAGES_RETRY_MS = seconds(10);

export interface Running {
  readonly site: Site;
  stop(): Promise<void>;
}

/** Brings the gateway up: journal, then the alarm path, and only then the pages. */
export async function startGateway(
  config: Config,
  clock: Clock,
  log: Log,
  options: SiteOptions = {},
): Promise<Running> {
  const site = await buildSite(config, clock, log, options);
  const start = await site.open();
  tellStart(site, start, log);
  await site.start();
  const { service } = options;
  service?.ready();
  if (service && service.watchdogMs !== null && service.watchdogMs < 2 * CANARY_MS)
    log.warn(`WatchdogSec is ${service.watchdogMs / 1_000} s: a slow disk would restart the gateway; set 60`);
  const http = new HttpServer({
    desk: site.office,
    listen: config.http.listen,
    tls: config.http.tls,
    socketPath: socketOf(config),
    clock,
    log,
    meter: site.meter,
  });
  const pages = new Pages(http, site, clock, log);
  await pages.start();
  log.info(`${config.site.demo ? "DEMO: everything around this gateway is simulated. " : ""}the gateway is up`, {
    url: pages.url,
  });
  const { setupCode } = site.office.logins;
  if (setupCode !== null)
    log.info(`nobody can log in yet: open the page and make the first administrator with the set-up code ${setupCode}`);
  return {
    site,
    async stop() {
      service?.stopping();
      pages.stop();
      await http.stop();
      await site.stop();
    },
  };
}

/** The pages, tried until they can be opened: without them the alarm path and `okc` on this machine work, and say so. */
class Pages {
  url: string | null = null;
  readonly #http: HttpServer;
  readonly #site: Site;
  readonly #clock: Clock;
  readonly #log: Log;
  #retry: Timer | null = null;

  constructor(http: HttpServer, site: Site, clock: Clock, log: Log) {
    this.#http = http;
    this.#site = site;
    this.#clock = clock;
    this.#log = log;
  }

  async start(): Promise<void> {
    try {
      ({ url: this.url } = await this.#http.start());
      this.#site.app.clearFault("http", "the pages are open");
    } catch (error) {
      const why = `the pages cannot be opened (${(error as Error).message}); check http.listen in okc.yaml`;
      this.#log.error(why);
      this.#site.app.raiseFault("http", "http-down", why);
      this.#retry = this.#clock.after(PAGES_RETRY_MS, () => void this.start());
    }
  }

  stop(): void {
    this.#retry?.cancel();
  }
}

function tellStart({ app }: Site, start: JournalStart, log: Log): void {
  const { spilled, created, events } = start;
  log.info(created ? "a new journal was made" : "the journal was read", { events: events.length, spilled });
  raiseDamage(app, start);
}

/** Shown until people or devices were imported again: the journal itself says it only once, in the log. */
export function raiseDamage(app: App, { damaged, lastAt }: Pick<JournalStart, "damaged" | "lastAt">): void {
  if (!damaged) return;
  const { why, movedTo, backup, gap } = damaged;
  const open = [...app.state.alarms.values()].filter((one) => isUnresolved(one) && one.flags.includes("salvaged"));
  const people = backup
    ? `people and devices were taken from ${backup}: import them again to be sure`
    : "no backup was found: import people and devices again";
  app.raiseFault(
    "journal-damaged",
    "journal-damaged",
    `the database was damaged (${why}) and moved to ${movedTo}; ${people}; ` +
      `${open.length} open alarms were saved and alerted anew; ` +
      (gap === null ? "no later row is missing" : gapText(gap, lastAt ?? 0)),
  );
}

/** People without a configuration: a lost configuration must never become a simulated calm. */
export function lostConfiguration(file: string): string | null {
  const data = join(dirname(file), "data", "okc.db");
  if (existsSync(file) || !existsSync(data)) return null;
  return `${data} holds people, but their configuration ${file} is gone: put it back (it may be in a backup of this folder)`;
}
