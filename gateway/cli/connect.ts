import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { SystemClock } from "../adapters/clock/system-clock.ts";
import { configFileOf, loadConfig, type Config } from "../config.ts";
import { GatewayError } from "../core/errors.ts";
import { socketOf } from "../site.ts";
import type { Typed } from "./arguments.ts";
import { HttpClient, isAnswered, refusalOf, type Call, type GatewayClient } from "./gateway-client.ts";
import { wrongUse } from "./usage.ts";

/** The demo's configuration, used by every command but `start` when a checkout has no other. */
const DEMO_CONFIG = "data-demo/okc.yaml";
/** Another command, or a gateway that is just starting, holds the data folder for no longer than this. */
const FOLDER_MAX_MS = 5_000;
const FOLDER_LOOK_MS = 100;

/** The file a command's configuration is read from, whether it is there or not. */
export function configFileFor({ options }: Typed): string {
  const given = typeof options.config === "string" ? options.config : undefined;
  const from = { ...(given === undefined ? {} : { file: given }), env: process.env, cwd: process.cwd() };
  const named = configFileOf(from);
  const demo = resolve(DEMO_CONFIG);
  const isNamed = given !== undefined || Boolean(process.env["OKC_CONFIG"]);
  return isNamed || existsSync(named) || !existsSync(demo) ? named : demo;
}

/** For what happens to files of this machine. */
export function refuseElsewhere({ command, options: { url, token } }: Typed): void {
  if (url !== undefined || token !== undefined)
    throw wrongUse(`${command} works on the gateway's own machine only, without --url and --token`, command);
}

/** The configuration a command works with. */
export const configOf = (typed: Typed): Config =>
  loadConfig({ file: configFileFor(typed), env: process.env, cwd: process.cwd() });

/** While the gateway does not run, its journal can be opened by these commands only. */
export type WhenStopped = "open" | "refuse";

/** The gateway of the configuration, or the one at `--url`. */
export async function connect(typed: Typed, whenStopped: WhenStopped): Promise<GatewayClient> {
  if (typeof typed.options.url === "string") return connectElsewhere(typed, typed.options.url);
  const { as, token } = typed.options;
  if (token !== undefined)
    throw wrongUse("--token goes with --url; on the gateway's own machine none is needed", typed.command);
  const config = configOf(typed);
  const name = typeof as === "string" ? as : null;
  const local = new HttpClient({ socket: socketOf(config), as: name });
  const clock = new SystemClock();
  for (const end = clock.now() + FOLDER_MAX_MS; ;) {
    if (await isAnswered(local)) return local;
    if (whenStopped === "refuse")
      throw new GatewayError("not-reachable", `no gateway runs for ${config.file}; start it with okc start`);
    try {
      const { StoppedGateway } = await import("./stopped-gateway.ts");
      return await StoppedGateway.open(config, name);
    } catch (error) {
      if ((error as { code?: unknown }).code !== "journal-locked" || clock.now() > end) throw error;
    }
    await new Promise<void>((again) => void clock.after(FOLDER_LOOK_MS, again));
  }
}

function connectElsewhere({ command, options: { token } }: Typed, url: string): GatewayClient {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw wrongUse(`--url ${url}: must begin with http:// or https://`, command);
  const given = typeof token === "string" && token !== "" ? token : process.env["OKC_TOKEN"];
  if (!given) throw wrongUse("--url needs --token TOKEN (or the variable OKC_TOKEN)", command);
  return new HttpClient({ url, token: given });
}

/** Asks, and gives the body of a good answer; everything else becomes an error that says what the gateway said. */
export async function ask<Body extends object>(client: GatewayClient, call: Call): Promise<Body> {
  const answer = await client.call(call);
  if (answer.status >= 300) throw refusalOf(answer);
  if (typeof answer.body === "object" && answer.body !== null) return answer.body as Body;
  throw new GatewayError("broken", "what answered is no gateway; check --url");
}

/** The same for an answer that is text. */
export async function askText(client: GatewayClient, path: string): Promise<string> {
  const answer = await client.call({ method: "GET", path });
  if (answer.status >= 300) throw refusalOf(answer);
  return String(answer.body);
}
