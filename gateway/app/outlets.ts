import { alarmOfKey, type Delivery } from "../core/alarm.ts";
import type { SayOrder } from "../core/report.ts";
import { contactTestOfKey } from "../core/contact-tests.ts";
import { noticeOfKey } from "../core/notices.ts";
import type { Notice } from "../core/notice.ts";
import { findNews } from "../core/news.ts";
import { viewNews, type Disclosure } from "../core/platform-view.ts";
import { siteReportOf } from "../core/site-report.ts";
import type { State } from "../core/state.ts";
import type {
  Channel,
  ChannelSink,
  HotlineMessage,
  NoticeMessage,
  NewsMessage,
  PathSpec,
  PersonMessage,
  SirenMessage,
} from "../ports/channel.ts";
import type { Log } from "../ports/log.ts";
import type { Radio } from "../ports/radio.ts";
import {
  findDelivery,
  renderHotline,
  renderContactTest,
  renderDutyPhone,
  renderNotice,
  renderOffer,
  renderSiteReport,
  type Language,
  type OfferSigner,
} from "./render.ts";

export interface Channels {
  readonly hotline: Channel<HotlineMessage> | null;
  /** By the name of the entry in `volunteers`. */
  readonly people: ReadonlyMap<string, Channel<PersonMessage>>;
  readonly siren: Channel<SirenMessage> | null;
  /** The city platforms that are told the life of every alarm, by name; absent: none. */
  readonly platforms?: ReadonlyMap<string, Disclosure & { readonly channel: Channel<NewsMessage> }>;
}

/** Everything that leaves: hotline, offers, siren, and what the wearers are told. */
export class Outlets {
  readonly #channels: Channels;
  readonly #signer: OfferSigner;
  readonly #log: Log;
  readonly #language: Language;
  #radios: readonly Radio[] = [];

  constructor(channels: Channels, signer: OfferSigner, log: Log, language: Language) {
    this.#language = language;
    this.#channels = channels;
    this.#signer = signer;
    this.#log = log;
  }

  /** `sinkOf` gives each channel the sink that knows its name. */
  async start(sinkOf: (channel: string) => ChannelSink): Promise<void> {
    const { hotline, people, siren, platforms = [] } = this.#channels;
    await Promise.all([
      hotline?.start(sinkOf("hotline")),
      ...[...people].map(([name, channel]) => channel.start(sinkOf(name))),
      siren?.start(sinkOf("siren")),
      ...[...platforms].map(([name, { channel }]) => channel.start(sinkOf(name))),
    ]);
  }

  get paths(): readonly PathSpec[] {
    return this.#all().flatMap(({ paths }) => paths);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all().map((channel) => channel.stop()));
  }

  useRadios(radios: readonly Radio[]): void {
    this.#radios = radios;
  }

  /** Back the way the report came; a line that is gone (renamed, removed) is said in the log. */
  say(order: SayOrder): void {
    const radio = this.#radios.find(({ line }) => line === order.line);
    if (radio) radio.say(order);
    else this.#log.warn(`the wearer cannot be told: no line ${order.line}; check okc.yaml`, { device: order.address });
  }

  hush(line: string, bridge: string, address: string): void {
    this.#radios.find((radio) => radio.line === line)?.hush(bridge, address);
  }

  deliver(state: State, key: string): void {
    if (this.#tellPlatform(state, key)) return;
    const found = findDelivery(state, key);
    const notice = found ? undefined : noticeOfKey({ tables: state }, key);
    if (notice) return this.#notice(state, notice);
    const test = found ? undefined : contactTestOfKey({ tables: state }, key);
    if (test) return this.#tell(test.channel, renderContactTest(state, test, this.#signer, this.#language));
    if (!found) return this.#reportSite(state, key);
    const { alarm, delivery } = found;
    if (delivery.type === "hotline")
      this.#channels.hotline?.deliver(renderHotline(state, alarm, delivery, this.#signer, this.#language));
    else if (delivery.type === "siren") this.#channels.siren?.deliver({ key, alarm: alarm.id });
    else if (delivery.type === "duty-phone")
      this.#tell(delivery.channel, renderDutyPhone(state, alarm, delivery, this.#language));
    else this.#offer(state, alarm.id, delivery);
  }

  #offer(state: State, id: string, delivery: Delivery): void {
    const message = renderOffer(state, state.alarms.get(id)!, delivery, this.#signer, this.#language);
    const channel = this.#channels.people.get(delivery.channel);
    if (message && channel) channel.deliver(message);
    else this.#log.error(`message ${delivery.key} has no channel ${delivery.channel}; check volunteers in okc.yaml`);
  }

  #notice(state: State, notice: Notice): void {
    this.#tell(notice.tried.at(-1)!.channel, renderNotice(state, notice, this.#language));
  }

  #tell(channel: string, message: NoticeMessage): void {
    const way = this.#channels.people.get(channel);
    if (way) way.deliver(message);
    else this.#log.error(`message ${message.key} has no channel ${channel}; check volunteers in okc.yaml`);
  }

  /** False: it is no news for a platform. */
  #tellPlatform(state: State, key: string): boolean {
    const found = findNews(state, key);
    const platform = found && this.#channels.platforms?.get(found.platform);
    if (!platform) return found !== null;
    const { priority } = found.alarm;
    platform.channel.deliver({ key, priority, news: viewNews(state, key, found, platform) });
    return true;
  }

  #reportSite(state: State, key: string): void {
    const report = siteReportOf(state, alarmOfKey(key));
    if (report) this.#channels.hotline?.deliver(renderSiteReport(state, report));
  }

  withdraw(key: string): void {
    for (const channel of this.#all()) channel.withdraw(key);
  }

  #all(): Channel<never>[] {
    const { hotline, people, siren, platforms } = this.#channels;
    const told = [...(platforms?.values() ?? [])].map(({ channel }) => channel);
    return [hotline, ...people.values(), siren, ...told].filter((channel) => channel !== null) as Channel<never>[];
  }
}
