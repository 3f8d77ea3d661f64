import { BRIDGES, type BridgeKind } from "../../../devices/catalogue.ts";
import { matchesFilter } from "../../adapters/broker/topic-filter.ts";
import type { Decoded, KeyOf, MqttDefinition } from "../../core/definition.ts";

/** Definitions kept, one for each base topic; beyond it the one made first is made anew when it is wanted. */
const KEPT_MAX = 64;

const NO_KEYS: KeyOf = () => undefined;

/** Messages of bridges on a broker. Each site has them below a topic of its own choice, which the topic itself tells. */
export class TopicReader {
  readonly #definitions = new Map<string, MqttDefinition>();

  async read(kind: BridgeKind, topic: string, payload: Uint8Array): Promise<Decoded> {
    const definition = await this.#definitionFor(kind, topic);
    const decoded = definition.decode(topic, payload, NO_KEYS);
    const isUnread = definition.interestIn?.(topic) === "none";
    // The gateway never reads such a topic, so nothing on it is a press.
    return isUnread && decoded.type === "reports" ? { type: "nothing", what: "a topic that is not read" } : decoded;
  }

  /** With the base topic that is usual, or with the first levels of this topic as the base. */
  async #definitionFor(kind: BridgeKind, topic: string): Promise<MqttDefinition> {
    const usual = await this.#load(kind, BRIDGES[kind].base);
    if (isRead(usual, topic)) return usual;
    const levels = topic.split("/");
    for (let count = 1; count < levels.length; count++) {
      const own = await this.#load(kind, levels.slice(0, count).join("/"));
      if (isRead(own, topic)) return own;
    }
    return usual;
  }

  async #load(kind: BridgeKind, base: string): Promise<MqttDefinition> {
    const name = `${kind} ${base}`;
    const known = this.#definitions.get(name);
    if (known) return known;
    const definition = await BRIDGES[kind].load(base);
    this.#definitions.set(name, definition);
    if (this.#definitions.size > KEPT_MAX) this.#definitions.delete(this.#definitions.keys().next().value!);
    return definition;
  }
}

const isRead = ({ reportFilters }: MqttDefinition, topic: string): boolean =>
  reportFilters.some((filter) => matchesFilter(filter, topic));
