import type { HotlineWay } from "../app/hotline-ways.ts";
import type { Channels } from "../app/outlets.ts";
import type { Sendable } from "../app/sending-queue.ts";
import type { ChannelParts } from "./channels.ts";
import type { Config, PlatformConfig } from "../config.ts";
import type { Disclosure } from "../core/platform-view.ts";
import { seconds } from "../core/units.ts";
import type { Channel, NewsMessage } from "../ports/channel.ts";
import type { Sender } from "../ports/sender.ts";

/** The city platforms among the ways to the hotline. */
export const platformsOf = ({ hotline }: Pick<Config, "hotline">): readonly PlatformConfig[] =>
  hotline.filter((entry) => entry.kind === "platform");

/** A platform that is called to take alarms. */
export async function buildPlatformWay(
  entry: PlatformConfig,
  parts: ChannelParts,
): Promise<Omit<HotlineWay, "reports">> {
  const { PlatformCallSender } = await import("../adapters/post/platform.ts");
  const channel = await sendingTo(entry, parts, new PlatformCallSender(senderParts(entry, parts)));
  return { channel, lines: entry.lines ?? Infinity, patienceMs: seconds(15) };
}

/** Each platform once more, for the life of every alarm: what is told is not in the way of a call. */
export async function buildPlatforms(parts: ChannelParts): Promise<NonNullable<Channels["platforms"]>> {
  const platforms = new Map<string, Disclosure & { readonly channel: Channel<NewsMessage> }>();
  for (const entry of platformsOf(parts.config)) {
    const { PlatformNewsSender } = await import("../adapters/post/platform.ts");
    const channel = await sendingTo(entry, parts, new PlatformNewsSender(senderParts(entry, parts)));
    platforms.set(entry.name, { channel, names: entry.names });
  }
  return platforms;
}

const senderParts = (entry: PlatformConfig, { config, clock, intake }: ChannelParts) => ({
  ...entry,
  site: config.site.name,
  intake,
  clock,
});

async function sendingTo<Message extends Sendable>(
  { kind, name: id }: PlatformConfig,
  { clock, log, meter }: ChannelParts,
  sender: Sender<Message>,
): Promise<Channel<Message>> {
  const { SendingChannel } = await import("../app/sending-channel.ts");
  return new SendingChannel<Message>({ kind, id, sender, clock, log, meter });
}
