import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { configFileOf, loadConfig, type Config } from "../config.ts";
import { GatewayError } from "../core/errors.ts";
import { socketOf } from "../site.ts";
import type { Typed } from "./arguments.ts";
import { HttpClient, type Answer, type Call, type GatewayClient } from "./gateway-client.ts";
import { wrongUse } from "./usage.ts";

/** The demo's configuration, used by every command but `start` when a checkout has no other. */
const DEMO_CONFIG = "data-demo/okc.yaml";

/** The configuration a command works with. */
export function configOf({ options }: Typed): Config {
  const given = typeof options.config === "string" ? options.config : undefined;
  const from = { ...(given === undefined ? {} : { file: given }), env: process.env, cwd: process.cwd() };
  const demo = resolve(DEMO_CONFIG);
  if (given !== undefined || process.env["OKC_CONFIG"] || existsSync(configFileOf(from)) || !existsSync(demo))
    return loadConfig(from);
  return loadConfig({ ...from, file: demo });
}

/** While the gateway does not run, its journal can be opened by these commands only. */
export type WhenStopped = "open" | "refuse";

/** The gateway of the configuration, or the one at `--url`. */
export async function connect(typed: Typed, whenStopped: WhenStopped): Promise<GatewayClient> {
  const { url, token, as } = typed.options;
  const name = typeof as === "string" ? as : null;
  if (typeof url === "string") {
    const given = typeof token === "string" ? token : process.env["OKC_TOKEN"];
    if (!given) throw wrongUse("--url needs --token TOKEN (or the variable OKC_TOKEN)", typed.command);
    return new HttpClient({ url, token: given });
  }
  const config = configOf(typed);
  const local = new HttpClient({ socket: socketOf(config), as: name });
  if (await answers(local)) return local;
  if (whenStopped === "refuse")
    throw new GatewayError("not-reachable", `no gateway runs for ${config.file}; start it with okc start`);
  const { StoppedGateway } = await import("./stopped-gateway.ts");
  return StoppedGateway.open(config, name);
}

async function answers(client: GatewayClient): Promise<boolean> {
  try {
    await client.call({ method: "GET", path: "/healthz" });
    return true;
  } catch (error) {
    if (error instanceof GatewayError && error.code === "not-reachable") return false;
    throw error;
  }
}

/** Asks, and gives the body of a good answer; everything else becomes an error that says what the gateway said. */
export async function ask<Body>(client: GatewayClient, call: Call): Promise<Body> {
  const answer = await client.call(call);
  if (answer.status < 300) return answer.body as Body;
  throw refusalOf(answer);
}

export function refusalOf({ status, body }: Answer): GatewayError {
  const message = (body as { error?: { message?: string } } | null)?.error?.message ?? `the gateway answered ${status}`;
  const codes = {
    400: "bad-input",
    401: "not-authorised",
    403: "not-allowed",
    404: "not-found",
    409: "stale",
  } as const;
  const code = status === 503 ? "not-reachable" : (codes[status as keyof typeof codes] ?? "broken");
  return new GatewayError(code, message);
}
