import type { IPublishPacket } from "mqtt";
import type { MqttDefinition } from "../../core/definition.ts";
import type { Meter } from "../../ports/log.ts";
import { matchesFilter } from "./topic-filter.ts";

/**
 * Messages that came before the announcement of their topic; the oldest is dropped and counted. After a restart a
 * broker hands over what it kept for us first, and only then what it retained, which says whose that is.
 */
const EARLY_MAX = 256;

/** Topics of another broker that are known only once something announced them. */
export class AnnouncedTopics {
  readonly #definitions: readonly MqttDefinition[];
  readonly #meter: Meter;
  /** What each definition had announced when it was last asked. */
  readonly #seen = new Map<MqttDefinition, ReadonlySet<string>>();
  #early: readonly IPublishPacket[] = [];

  constructor(definitions: readonly MqttDefinition[], meter: Meter) {
    this.#definitions = definitions.filter(({ announcedTopics }) => announcedTopics !== undefined);
    this.#meter = meter;
  }

  /** All that is heard now and that no filter of a definition covers. */
  get topics(): readonly string[] {
    const topics = [...this.#seen.values()].flatMap((set) => [...set]);
    return [...new Set(topics)];
  }

  /** A message on a topic that nobody has announced yet. */
  keep(packet: IPublishPacket): void {
    if (this.#definitions.length === 0 || packet.retain) return;
    this.#early = [...this.#early, packet];
    if (this.#early.length <= EARLY_MAX) return;
    this.#early = this.#early.slice(-EARLY_MAX);
    this.#meter.count("okc_mqtt_early_dropped_total");
  }

  /** What changed since it was last asked, and the messages that were kept for topics which are known now. */
  changes(filters: readonly string[]): {
    readonly added: readonly string[];
    readonly gone: readonly string[];
    readonly early: readonly IPublishPacket[];
  } {
    const before = new Set(this.topics);
    let isSame = true;
    for (const definition of this.#definitions) {
      const topics = definition.announcedTopics!();
      if (this.#seen.get(definition) === topics) continue;
      isSame = false;
      this.#seen.set(definition, topics);
    }
    if (isSame) return { added: [], gone: [], early: [] };
    const after = new Set(this.topics);
    // A second subscription would bring the same message twice.
    const isCovered = (topic: string): boolean => filters.some((filter) => matchesFilter(filter, topic));
    const early = this.#early.filter(({ topic }) => after.has(topic));
    this.#early = this.#early.filter(({ topic }) => !after.has(topic));
    return {
      added: [...after].filter((topic) => !before.has(topic) && !isCovered(topic)),
      gone: [...before].filter((topic) => !after.has(topic) && !isCovered(topic)),
      early,
    };
  }
}
