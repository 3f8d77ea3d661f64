import { minutes, seconds } from "../core/units.ts";
import type { DurationMs } from "../core/units.ts";
import { hotlineEntry, nameOfHotline, type HotlineConfig } from "./hotline.ts";
import { bothOrNone, list, map, optional, required } from "./shape.ts";
import type { Checked, Shape } from "./shape.ts";
import { bridge, serial, tcp, type BridgeConfig, type SerialConfig, type TcpConfig } from "./lines.ts";
import { homeAssistant, type HomeAssistantConfig } from "./home-assistant.ts";
import { volunteersEntry, type VolunteersConfig } from "./volunteers.ts";
import { voice, type VoiceConfig } from "./voice.ts";
import * as value from "./values.ts";
import type { Listen } from "./values.ts";

export type { HotlineConfig } from "./hotline.ts";
export type { PlatformConfig } from "./hotline/platform.ts";
export type { VolunteersConfig } from "./volunteers.ts";
export type { VoiceConfig } from "./voice.ts";

export interface TlsFiles {
  /** Path of a PEM file. */
  readonly cert: string;
  /** Path of a PEM file. */
  readonly key: string;
}

export interface SiteConfig {
  readonly name: string;
  /** A name of the tz database. */
  readonly timezone: string;
  readonly language: "zh-CN" | "en";
  /** DEMO then stands on every page and in the log. */
  readonly demo: boolean;
  /** Where volunteers reach the community's desk; null: not shown. */
  readonly phone: string | null;
}

export type BrokerConfig =
  | {
      readonly kind: "embedded";
      readonly listen: Listen;
      readonly tls: (TlsFiles & { readonly listen: Listen }) | null;
    }
  | {
      readonly kind: "external";
      readonly url: string;
      readonly user: string | null;
      readonly password: string | null;
    };

export interface HttpConfig {
  readonly listen: Listen;
  /** Where people outside reach the gateway; without a slash at its end. Null: only by `listen`. */
  readonly publicUrl: string | null;
  readonly tls: TlsFiles | null;
}

/** A UPS that Network UPS Tools watch. */
export interface UpsConfig {
  /** Its name at upsd. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Null: upsd lets everybody read. */
  readonly user: string | null;
  readonly password: string | null;
}

/** Node-RED beside the gateway. */
export interface FlowsConfig {
  readonly enabled: boolean;
  /** Where it answers: a sign of life, pages of flows, and its editor. */
  readonly listen: Listen;
  readonly memoryMb: number;
  /** bcrypt hash of the editor's password; null: no editor. */
  readonly editorHash: string | null;
  /** Its account at an external broker; null: none, or the gateway's own broker, which makes one. */
  readonly user: string | null;
  readonly password: string | null;
}

/** What the file and the environment say, with defaults filled in. Paths are absolute. */
export interface SiteFile {
  readonly site: SiteConfig;
  /** The data folder. */
  readonly data: string;
  /** The policies' file; null: the shipped defaults. */
  readonly policies: string | null;
  /** The duty file; null: everybody of the staff is on duty always. */
  readonly duty: string | null;
  readonly broker: BrokerConfig;
  readonly http: HttpConfig;
  readonly serial: readonly SerialConfig[];
  readonly bridges: readonly BridgeConfig[];
  /** Ports that devices connect to over a mobile network. */
  readonly tcp: readonly TcpConfig[];
  /** In the order they are tried. */
  readonly hotline: readonly HotlineConfig[];
  readonly volunteers: readonly VolunteersConfig[];
  /** SIP accounts; entries of `hotline` and `volunteers` call through them. */
  readonly voice: readonly VoiceConfig[];
  readonly siren: { readonly command: readonly string[] } | null;
  /** Null: there is none, and nobody is told of the mains. */
  readonly ups: UpsConfig | null;
  readonly flows: FlowsConfig | null;
  /** Null: nothing is announced to it. */
  readonly homeAssistant: HomeAssistantConfig | null;
  readonly limits: { readonly commitMaxMs: DurationMs };
}

const DEFAULT_SITE: SiteConfig = {
  name: "一键通",
  timezone: value.DEFAULT_TIMEZONE,
  language: "zh-CN",
  demo: false,
  phone: null,
};
const DEFAULT_BROKER_LISTEN: Listen = { host: "127.0.0.1", port: 1883 };
const DEFAULT_HTTP: HttpConfig = { listen: { host: "127.0.0.1", port: 8189 }, publicUrl: null, tls: null };
/** Where upsd listens (RFC 9271, section 3). */
const DEFAULT_UPSD: Listen = { host: "127.0.0.1", port: 3_493 };
const DEFAULT_FLOWS_LISTEN: Listen = { host: "127.0.0.1", port: 1880 };
const DEFAULT_FLOWS_MEMORY_MB = 256;
const DEFAULT_COMMIT_MAX_MS = seconds(2);

const asIs = <T>(values: T): { readonly value: T } => ({ value: values });

const site = map(
  {
    name: optional(value.text, DEFAULT_SITE.name),
    timezone: optional(value.timezone, DEFAULT_SITE.timezone),
    language: optional(value.oneOf("zh-CN", "en"), DEFAULT_SITE.language),
    demo: optional(value.flag, DEFAULT_SITE.demo),
    phone: optional(value.phone, DEFAULT_SITE.phone),
  },
  asIs<SiteConfig>,
);

const tlsFields = { cert: required(value.readableFile), key: required(value.readableFile) };

const broker: Shape<BrokerConfig> = map(
  {
    listen: optional(value.listen, DEFAULT_BROKER_LISTEN),
    tls: optional(map({ listen: required(value.listen), ...tlsFields }, asIs), null),
    url: optional(value.url("mqtt:", "mqtts:"), null),
    user: optional(value.text, null),
    password: optional(value.secret, null),
  },
  ({ listen, tls, url, user, password }): Checked<BrokerConfig> =>
    url === null ? { value: { kind: "embedded", listen, tls } } : { value: { kind: "external", url, user, password } },
  (given) => {
    const has = (key: string): boolean => given.includes(key);
    const own = ["listen", "tls"].find(has);
    if (has("url") && own) {
      return { key: own, wrong: "does not go with url: either the embedded broker (listen, tls) or another one (url)" };
    }
    const login = ["user", "password"].find(has);
    if (!has("url") && login) return { key: login, wrong: "belongs to an external broker; give its url too" };
    return has("password") && !has("user") ? { key: "password", wrong: "needs user beside it" } : null;
  },
);

const http = map(
  {
    listen: optional(value.listen, DEFAULT_HTTP.listen),
    publicUrl: optional(value.url("https:", "http:"), DEFAULT_HTTP.publicUrl),
    tls: optional(map(tlsFields, asIs<TlsFiles>), null),
  },
  (values): Checked<HttpConfig> => ({ value: { ...values, publicUrl: values.publicUrl?.replace(/\/+$/, "") ?? null } }),
);

const siren = map({ command: required(list(value.text, "a list: a program and its arguments")) }, ({ command }) =>
  command.length > 0 ? { value: { command } } : { key: "command", wrong: "must name a program" },
);

const ups = map(
  {
    name: required(value.upsName),
    host: optional(value.text, DEFAULT_UPSD.host),
    port: optional(value.wholeNumber(1, 65_535), DEFAULT_UPSD.port),
    user: optional(value.text, null),
    password: optional(value.secret, null),
  },
  asIs<UpsConfig>,
  bothOrNone("user", "password"),
);

const flows: Shape<FlowsConfig> = map(
  {
    enabled: optional(value.flag, false),
    listen: optional(value.listen, DEFAULT_FLOWS_LISTEN),
    memoryMb: optional(value.wholeNumber(64, 4_096), DEFAULT_FLOWS_MEMORY_MB),
    editorHash: optional(value.secret, null),
    user: optional(value.text, null),
    password: optional(value.secret, null),
  },
  (values): Checked<FlowsConfig> =>
    values.editorHash === null || /^\$2[aby]\$\d\d\$/.test(values.editorHash)
      ? { value: values }
      : { key: "editorHash", wrong: "is no bcrypt hash; npx node-red admin hash-pw makes one" },
);

const limits = map(
  { commitMax: optional(value.duration(10, minutes(5)), DEFAULT_COMMIT_MAX_MS) },
  ({ commitMax }): Checked<SiteFile["limits"]> => ({ value: { commitMaxMs: commitMax } }),
);

/** The whole of okc.yaml. */
export const SITE_FILE: Shape<SiteFile> = map(
  {
    site: optional(site, DEFAULT_SITE),
    data: optional(value.path, "data"),
    policies: optional(value.readableFile, null),
    duty: optional(value.readableFile, null),
    broker: optional(broker, { kind: "embedded", listen: DEFAULT_BROKER_LISTEN, tls: null } as const),
    http: optional(http, DEFAULT_HTTP),
    serial: optional(
      list(serial, "a list of ports", (entry) => entry.path),
      [],
    ),
    bridges: optional(
      list(bridge, "a list of bridges", ({ kind }) => `a bridge of kind ${kind}`),
      [],
    ),
    tcp: optional(
      list(tcp, "a list of listeners", ({ listen }) => `port ${listen.port}`),
      [],
    ),
    hotline: optional(list(hotlineEntry, "a list of ways to the hotline", nameOfHotline), []),
    volunteers: optional(
      list(volunteersEntry, "a list of channels", (entry) => `the name ${entry.name}`),
      [],
    ),
    voice: optional(
      list(voice, "a list of SIP accounts", (entry) => `the name ${entry.name}`),
      [],
    ),
    siren: optional(siren, null),
    ups: optional(ups, null),
    flows: optional(flows, null),
    homeAssistant: optional(homeAssistant, null),
    limits: optional(limits, { commitMaxMs: DEFAULT_COMMIT_MAX_MS }),
  },
  (values) => {
    const wrong = sharedListen(values) ?? unknownAccount(values);
    return wrong === null ? { value: values } : wrong;
  },
);

const WILDCARDS: readonly string[] = ["0.0.0.0", "::"];

/** Two servers of this gateway that would listen on one port; null when each has its own. */
function sharedListen({ http, broker, tcp: ports }: SiteFile): { key: string; wrong: string } | null {
  const listens = [{ key: "http", listen: http.listen }];
  const also = (key: string, listen: Listen): unknown => listens.push({ key, listen });
  if (broker.kind === "embedded") also("broker", broker.listen);
  if (broker.kind === "embedded" && broker.tls) also("broker", broker.tls.listen);
  for (const { listen } of ports) also("tcp", listen);
  for (const [at, { key, listen }] of listens.entries())
    for (const other of listens.slice(at + 1))
      if (overlap(listen, other.listen))
        return { key, wrong: `${key} and ${other.key} both listen on ${other.listen.host}:${other.listen.port}` };
  return null;
}

/** An entry that calls through an account that is not there; null when each has one. */
function unknownAccount({ hotline, volunteers, voice: accounts }: SiteFile): { key: string; wrong: string } | null {
  const names = accounts.map(({ name }) => name);
  const calling = [
    ...hotline.flatMap((entry) => (entry.kind === "voice" ? [{ key: "hotline", ...entry }] : [])),
    ...volunteers.flatMap((entry) => (entry.channel === "voice" ? [{ key: "volunteers", ...entry }] : [])),
  ];
  const lost = calling.find(({ through }) => (through === null ? names.length === 0 : !names.includes(through)));
  if (!lost) return null;
  const wrong =
    names.length === 0
      ? `${lost.name} calls, but there is no SIP account; add one under voice`
      : `${lost.name} calls through ${lost.through}, which is not under voice; allowed: ${names.join(", ")}`;
  return { key: lost.key, wrong };
}

/** A wildcard takes the port on every address. */
const overlap = (one: Listen, other: Listen): boolean =>
  one.port !== 0 &&
  one.port === other.port &&
  (one.host === other.host || WILDCARDS.includes(one.host) || WILDCARDS.includes(other.host));
