import { map, optional, type Shape } from "./shape.ts";
import * as value from "./values.ts";

/** Devices and the gateway's health shown in Home Assistant. */
export interface HomeAssistantConfig {
  /** Its discovery prefix, as its MQTT integration has it. */
  readonly prefix: string;
  /** Whether residents' names go out to it. */
  readonly names: boolean;
}

const DEFAULT_PREFIX = "homeassistant";

export const homeAssistant: Shape<HomeAssistantConfig> = map(
  { prefix: optional(value.baseTopic, DEFAULT_PREFIX), names: optional(value.flag, false) },
  (values) => ({ value: values }),
);
