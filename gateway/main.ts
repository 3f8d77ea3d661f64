import { SystemClock } from "./adapters/clock/system-clock.ts";
import { createJsonLog } from "./adapters/log/json-log.ts";
import { readArguments, takeStart, type Typed } from "./cli/arguments.ts";
import { complain } from "./cli/print.ts";
import { ConfigError, configFileOf, loadConfig, type Config } from "./config.ts";
import { ERROR_CODES, GatewayError } from "./core/errors.ts";
import type { Clock } from "./ports/clock.ts";
import type { Log } from "./ports/log.ts";
import { socketOf, type SiteOptions } from "./site.ts";
import { lostConfiguration, startGateway, type Running } from "./start.ts";

/** Past this a stop is not waited for; the journal is safe at any moment. */
const STOP_MAX_MS = 10_000;
/** A command that holds the data folder (an import, a list) is done within this; a gateway is not waited for. */
const FOLDER_MAX_MS = 5_000;
const FOLDER_LOOK_MS = 100;

async function runGateway(typed: Typed): Promise<void> {
  const given = takeStart(typed);
  const from = { ...(given === null ? {} : { file: given }), env: process.env, cwd: process.cwd() };
  const lost = lostConfiguration(configFileOf(from));
  if (lost) throw new GatewayError("configuration", lost);
  const config = loadConfig(from);
  const log = createJsonLog(config.site.demo);
  const running = await startWhenFree(config, new SystemClock(), log);
  const stop = (signal: string): void => {
    log.info(`${signal}: stopping`);
    setTimeout(() => process.exit(1), STOP_MAX_MS).unref();
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.once("SIGTERM", () => stop("SIGTERM"));
  process.once("SIGINT", () => stop("SIGINT"));
}

/** A gateway that comes back must not stay away because somebody lists its alarms at that moment. */
async function startWhenFree(config: Config, clock: Clock, log: Log): Promise<Running> {
  const end = clock.now() + FOLDER_MAX_MS;
  const service = await serviceOf(clock, log);
  for (;;) {
    try {
      return await startGateway(config, clock, log, service);
    } catch (error) {
      if (codeOf(error) !== "journal-locked" || clock.now() > end || (await anotherRuns(config))) throw error;
    }
    await new Promise<void>((again) => void clock.after(FOLDER_LOOK_MS, again));
  }
}

/** systemd, where it started us and listens. */
async function serviceOf(clock: Clock, log: Log): Promise<Pick<SiteOptions, "service">> {
  const { env } = process;
  if (!env["NOTIFY_SOCKET"]) return {};
  const { SystemdService } = await import("./adapters/systemd/systemd-service.ts");
  return { service: new SystemdService({ env, clock, log }) };
}

async function anotherRuns(config: Config): Promise<boolean> {
  const { HttpClient, isAnswered } = await import("./cli/gateway-client.ts");
  return isAnswered(new HttpClient({ socket: socketOf(config), as: null }));
}

/** Says what is wrong in plain lines, Chinese and English, and leaves with the code of its kind. */
function fail(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  complain(message);
  // Without a code it is nothing that anybody foresaw.
  if (!(error instanceof ConfigError) && codeOf(error) === null && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
  process.exit(exitCodeOf(error));
}

function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return error.exitCode;
  const code = codeOf(error);
  return code !== null && Object.hasOwn(ERROR_CODES, code) ? ERROR_CODES[code as keyof typeof ERROR_CODES].exit : 1;
}

function codeOf(error: unknown): string | null {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : null;
}

async function run(argv: readonly string[]): Promise<void> {
  const typed = readArguments(argv);
  if (typed.command === "start" && typed.options.help !== true) return runGateway(typed);
  // Whoever reads the output may stop reading: `okc watch | head`.
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    error.code === "EPIPE" ? process.exit(0) : fail(error),
  );
  const { runCommand } = await import("./cli/main.ts");
  process.exitCode = await runCommand(typed);
}

run(process.argv.slice(2)).catch(fail);
