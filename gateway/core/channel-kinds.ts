/** What a way to people can do, by the kind of its entry under `volunteers`. */
export interface ChannelKind {
  /** A group reads along: it gets building and code only, and no link of a person. */
  readonly audience: "person" | "group";
  /**
   * The furthest that the way itself can prove. `sent`: the next machine took it. `delivered`: the person's own
   * telephone has it. `answered`: the person replies on it. *Seen* comes from the page only, by a person's touch.
   */
  readonly proves: "sent" | "delivered" | "answered";
  /** Its message has a link to the page. A call has none, and says itself when nobody takes it. */
  readonly page: boolean;
}

const person = (proves: ChannelKind["proves"], page = true): ChannelKind => ({ audience: "person", proves, page });
const group: ChannelKind = { audience: "group", proves: "sent", page: false };

export const CHANNEL_KINDS = {
  webhook: person("sent"),
  sms: person("answered"),
  voice: person("answered", false),
  push: person("sent"),
  ntfy: person("sent"),
  email: person("sent"),
  wecom: group,
  dingtalk: group,
  feishu: group,
} as const satisfies Readonly<Record<string, ChannelKind>>;

export type ChannelKindName = keyof typeof CHANNEL_KINDS;

type Kinds = { readonly channelKinds?: Readonly<Record<string, string>> };

/** What kind a channel is; one of a journal that does not say is a webhook, the only kind there was. */
export const channelKindNameOf = ({ channelKinds }: Kinds, channel: string): string =>
  channelKinds?.[channel] ?? "webhook";

/** What a channel can do. */
export const channelKindOf = (site: Kinds, channel: string): ChannelKind =>
  CHANNEL_KINDS[channelKindNameOf(site, channel) as ChannelKindName] ?? CHANNEL_KINDS.webhook;

/** The path of a channel for people, in faults and in `okc paths`: `sms:night`. */
export const pathOfChannel = (kind: string, name: string): string => `${kind}:${name}`;
