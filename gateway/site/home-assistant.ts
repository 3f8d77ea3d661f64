import { HOME_ASSISTANT_TOPIC, homeAssistantProgram } from "../../devices/programs.ts";
import type { HaFeed, HaFeedParts } from "../app/ha-feed.ts";
import type { Office } from "../app/office.ts";
import type { Config } from "../config.ts";
import type { MqttDefinition } from "../core/definition.ts";
import { siteOf, type State } from "../core/state.ts";
import type { Clock } from "../ports/clock.ts";
import type { Meter } from "../ports/log.ts";
import type { Announcer, ReportSink } from "../ports/radio.ts";
import type { Watch } from "../ports/watch.ts";
import { VERSION } from "../version.ts";

export interface HomeAssistant {
  /** What its account on the own broker may do, and how its birth message is read. */
  readonly program: MqttDefinition;
  readonly watch: Watch;
  /** What another broker publishes when it loses us. */
  will(state: State): { readonly topic: string; readonly text: string };
  /** The sink for the broker: Home Assistant's own news is for the feed alone. */
  over(sink: ReportSink): ReportSink;
  /** From then on devices and the gateway's health are announced. */
  publish(announcer: Announcer, office: Office): void;
}

/** Devices and the gateway's health in Home Assistant; null where okc.yaml does not name it. */
export async function buildHomeAssistant(config: Config, clock: Clock, meter: Meter): Promise<HomeAssistant | null> {
  if (!config.homeAssistant) return null;
  const { HaFeed } = await import("../app/ha-feed.ts");
  const { availabilityTopic } = await import("../app/ha-entities.ts");
  const { prefix, names } = config.homeAssistant;
  const program = homeAssistantProgram(prefix);
  const siteIn = (state: State): HaFeedParts["site"] => {
    const { gatewayId } = siteOf(state);
    const { name, language } = config.site;
    const receivers = config.hotline.length;
    const base = `${HOME_ASSISTANT_TOPIC}${gatewayId}`;
    return { node: `okc_${gatewayId}`, base, prefix, name, version: VERSION, language, names, receivers };
  };
  let feed: HaFeed | null = null;
  return {
    program,
    watch: {
      start: () => undefined,
      stop: () => Promise.resolve(feed?.stop()),
      findings: () => [],
    },
    will: (state) => ({ topic: availabilityTopic(siteIn(state)), text: "offline" }),
    over: (sink) => ({
      ...sink,
      news(bridge, news) {
        if (bridge !== program.bridge) return sink.news(bridge, news);
        if (news.type === "bridge" && news.state === "online") feed?.announceAll();
      },
    }),
    publish(announcer, office) {
      feed = new HaFeed({ state: () => office.state, clock, meter, announcer, site: siteIn(office.state) });
      office.onCommitted((events) => feed?.note(events));
    },
  };
}
