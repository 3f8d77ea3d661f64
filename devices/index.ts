import type { Definition } from "../gateway/core/definition.ts";
import { mqttDefinition } from "./okc-mqtt.ts";
import { okcDefinition } from "./okc.ts";
import { rflinkDefinition } from "./rflink.ts";
import { zigbee2mqttDefinition } from "./zigbee2mqtt.ts";

/** A bridge on MQTT as a site's configuration names it. */
export interface BridgeSettings {
  readonly kind: "zigbee2mqtt";
  /** The topic that everything of it stands below. */
  readonly base: string;
}

/** Every protocol that a site with these bridges speaks. `bridge` is unique among them. */
export const definitionsFor = (bridges: readonly BridgeSettings[]): readonly Definition[] => [
  okcDefinition,
  mqttDefinition,
  rflinkDefinition,
  ...bridges.map(({ base }) => zigbee2mqttDefinition(base)),
];
