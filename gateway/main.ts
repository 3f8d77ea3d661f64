import { SystemClock } from "./adapters/clock/system-clock.ts";
import { createJsonLog } from "./adapters/log/json-log.ts";
import { ConfigError, configFileOf, loadConfig } from "./config.ts";
import { ERROR_CODES, GatewayError } from "./core/errors.ts";
import { lostConfiguration, startGateway } from "./start.ts";

/** Past this a stop is not waited for; the journal is safe at any moment. */
const STOP_MAX_MS = 10_000;

async function runGateway(argv: readonly string[]): Promise<void> {
  const at = argv.indexOf("--config");
  const given = at >= 0 ? argv[at + 1] : undefined;
  const from = { ...(given === undefined ? {} : { file: given }), env: process.env, cwd: process.cwd() };
  const lost = lostConfiguration(configFileOf(from));
  if (lost) throw new GatewayError("configuration", lost);
  const config = loadConfig(from);
  const log = createJsonLog(config.site.demo);
  const clock = new SystemClock();
  const running = await startGateway(config, clock, log);
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

/** Says what is wrong in plain lines, and leaves with the code of its kind. */
function fail(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`okc: ${message}\n`);
  if (!(error instanceof ConfigError || error instanceof GatewayError) && error instanceof Error && !("code" in error))
    process.stderr.write(`${error.stack}\n`);
  process.exit(exitCodeOf(error));
}

function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return error.exitCode;
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" && code in ERROR_CODES ? ERROR_CODES[code as keyof typeof ERROR_CODES].exit : 1;
}

const argv = process.argv.slice(2);
if (argv[0] === "start") runGateway(argv.slice(1)).catch(fail);
else
  import("./cli/main.ts")
    .then(({ runCommand }) => runCommand(argv))
    .then((code) => {
      process.exitCode = code;
    })
    .catch(fail);
