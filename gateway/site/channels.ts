import type { HotlineWay } from "../app/hotline-ways.ts";
import { HotlineWays } from "../app/hotline-ways.ts";
import type { Channels } from "../app/outlets.ts";
import type { Config, HotlineConfig, VolunteersConfig } from "../config.ts";
import { seconds } from "../core/units.ts";
import type { Channel, PersonMessage, SirenMessage } from "../ports/channel.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log, Meter } from "../ports/log.ts";
import type { PlatformIntake } from "../ports/platform.ts";
import { buildPlatforms, buildPlatformWay } from "./platforms.ts";
import type { PushKeys } from "./push-keys.ts";
import { buildSending } from "./senders.ts";
import { Telephones } from "./telephones.ts";

/** What every channel is built with. */
export interface ChannelParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** What city platforms say in their answers goes there. */
  readonly intake: PlatformIntake;
  readonly pushKeys: PushKeys;
}

/** Everything that messages leave by, as the configuration has it. Only what it names is loaded. */
export async function buildChannels(parts: ChannelParts): Promise<Channels> {
  const { config, clock, log, meter } = parts;
  const telephones = new Telephones(parts);
  const ways = await Promise.all(waysOf(config.hotline).map((entries) => buildWay(entries, parts, telephones)));
  const people = new Map<string, Channel<PersonMessage>>();
  for (const entry of config.volunteers) people.set(entry.name, await buildPeopleChannel(entry, parts, telephones));
  let siren: Channel<SirenMessage> | null = null;
  if (config.siren) {
    const { Siren } = await import("../adapters/siren/siren.ts");
    siren = new Siren({ command: config.siren.command, clock, log, meter });
  }
  return {
    hotline: ways.length > 0 ? new HotlineWays({ ways, clock }) : null,
    people,
    siren,
    platforms: await buildPlatforms(parts),
  };
}

/** Receivers of DC-09 that follow each other are primary and back-up of one way; every other entry is a way of its own. */
export function waysOf(entries: readonly HotlineConfig[]): readonly (readonly HotlineConfig[])[] {
  const ways: HotlineConfig[][] = [];
  for (const entry of entries) {
    const last = ways.at(-1);
    if (entry.kind === "dc09" && last?.[0]?.kind === "dc09") last.push(entry);
    else ways.push([entry]);
  }
  return ways;
}

/** Kinds of ways that take tests and technical reports. */
export const takesReportsOf = ({ kind }: HotlineConfig): boolean => REPORTING.has(kind);
const REPORTING: ReadonlySet<string> = new Set(["dc09", "scaip", "platform"]);

/** Entries that are told the end of an alarm. */
export const takesRestoreOf = (entry: HotlineConfig): boolean => entry.kind === "dc09" && entry.restore;

async function buildWay(
  entries: readonly HotlineConfig[],
  parts: ChannelParts,
  telephones: Telephones,
): Promise<HotlineWay> {
  const { clock, log, meter } = parts;
  const [first] = entries as [HotlineConfig];
  const reports = takesReportsOf(first);
  switch (first.kind) {
    case "dc09": {
      const { Dc09Hotline } = await import("../adapters/hotline/dc09-hotline.ts");
      const receivers = entries.filter((entry) => entry.kind === "dc09");
      const channel = new Dc09Hotline({ receivers, clock, log, meter });
      return { channel, lines: Infinity, reports, restores: entries.some(takesRestoreOf), patienceMs: seconds(15) };
    }
    case "platform":
      return { ...(await buildPlatformWay(first, parts)), reports };
    case "scaip": {
      const { ScaipHotline } = await import("../adapters/scaip/scaip-hotline.ts");
      const channel = new ScaipHotline({ receiver: first, clock, log, meter });
      return { channel, lines: first.lines, reports, patienceMs: seconds(15) };
    }
    case "voice":
      return {
        channel: await telephones.hotline(first),
        lines: first.lines,
        reports,
        // A phone rings, somebody listens to the message, and then to the keys.
        patienceMs: seconds(60),
      };
  }
}

async function buildPeopleChannel(
  entry: VolunteersConfig,
  parts: ChannelParts,
  telephones: Telephones,
): Promise<Channel<PersonMessage>> {
  const { config, clock, log, meter } = parts;
  switch (entry.channel) {
    case "webhook":
    case "wecom":
    case "dingtalk":
    case "feishu":
    case "push":
    case "ntfy":
    case "email": {
      const { SendingChannel } = await import("../app/sending-channel.ts");
      const sending = await buildSending(entry, parts);
      return new SendingChannel({ kind: entry.channel, id: entry.name, ...sending, clock, log, meter });
    }
    case "sms": {
      const { SmsChannel } = await import("../adapters/sms/sms-channel.ts");
      const { modemLines } = await import("../adapters/serial/modem-line.ts");
      const { name: id, country, calls, modems } = entry;
      const { language } = config.site;
      const createLine = modemLines(clock);
      const place = { folder: config.data, language, createLine };
      return new SmsChannel({ id, country, calls, modems, ...place, clock, log, meter });
    }
    case "voice":
      return telephones.people(entry);
  }
}
