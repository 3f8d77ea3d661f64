import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { ALARM_TOPIC, flowsProgram } from "../../devices/programs.ts";
import type { Config } from "../config.ts";
import type { Office } from "../app/office.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log, Meter } from "../ports/log.ts";
import type { Announcer, RadioAccount, ReportSink } from "../ports/radio.ts";
import type { Watch } from "../ports/watch.ts";

/** The account that the gateway gives its own Node-RED. */
const FLOWS_USER = "flows";

export interface Flows {
  readonly watch: Watch;
  /** The sink for the broker, which knows the account of the flows as well. */
  withAccount(sink: ReportSink): ReportSink;
  /** From then on the life of alarms is published. */
  publish(announcer: Announcer, office: Office): void;
}

/** Node-RED beside the gateway, on an account whose password is made anew at each start and kept in memory only. */
export async function buildFlows(config: Config, clock: Clock, log: Log, meter: Meter): Promise<Flows | null> {
  const { flows, broker } = config;
  if (!flows?.enabled) return null;
  const { NodeRed } = await import("../adapters/flows/node-red.ts");
  const { AlarmFeed } = await import("../app/alarm-feed.ts");
  const password = randomBytes(16).toString("base64url");
  const passwordSha256 = createHash("sha256").update(password).digest("hex");
  const account: RadioAccount = { user: FLOWS_USER, passwordSha256, bridge: flowsProgram.bridge, address: null };
  const login =
    broker.kind === "embedded"
      ? { url: urlOf(broker.listen), user: FLOWS_USER, password }
      : { url: broker.url, user: flows.user ?? "", password: flows.password ?? "" };
  const { listen, memoryMb, editorHash } = flows;
  const folder = join(config.data, "flows");
  return {
    watch: new NodeRed({ folder, listen, memoryMb, editorHash, broker: login, clock, log, meter }),
    withAccount: (sink) => ({ ...sink, account: (user) => (user === FLOWS_USER ? account : sink.account(user)) }),
    publish(announcer, office) {
      const feed = new AlarmFeed({ state: () => office.state, clock, meter, announcer, topic: ALARM_TOPIC });
      office.onCommitted((events) => feed.note(events));
    },
  };
}

/** A broker that listens everywhere is reached on this machine. */
function urlOf({ host, port }: { readonly host: string; readonly port: number }): string {
  const near = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `mqtt://${near.includes(":") ? `[${near}]` : near}:${port}`;
}
