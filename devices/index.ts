import type { Definition } from "../gateway/core/definition.ts";
import { mqttDefinition } from "./okc-mqtt.ts";
import { okcDefinition } from "./okc.ts";

/** Every protocol this gateway speaks. `bridge` is unique among them. */
export const definitions: readonly Definition[] = [okcDefinition, mqttDefinition];
