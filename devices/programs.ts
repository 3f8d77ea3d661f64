import type { MqttDefinition } from "../gateway/core/definition.ts";
import { readUtf8 } from "./parts/text.ts";

/*
 * Accounts on the gateway's own broker that hear no device and speak for none: the flows, the lights that flows switch,
 * and Home Assistant. They come with `flows` and `homeAssistant` in okc.yaml.
 */

/** Where the life of every alarm is published, by its id. */
export const ALARM_TOPIC = "okc/alarms/";
const ALARM_TOPICS = `${ALARM_TOPIC}#`;
const LIGHT_TOPICS = "okc/lights/#";
/** Lights that are behind the Zigbee2MQTT whose buttons are heard: their commands, and no state or event of a device. */
const ZIGBEE_COMMANDS = "zigbee2mqtt/+/set";

const program = (bridge: string, bridgeTopics: MqttDefinition["bridgeTopics"]): MqttDefinition => ({
  transport: "mqtt",
  bridge,
  supervision: { heartbeatEveryMs: null, silentAfterMs: null },
  addressForm: "none: it is no device",
  normalizeAddress: () => null,
  reportFilters: [],
  addressOf: () => null,
  bridgeTopics,
  decode: () => ({ type: "rejected", code: "bad-topic", message: "a program reports nothing" }),
});

/** Reads alarms, writes to lights, and nothing else. */
export const flowsProgram = program("flows", { publish: [LIGHT_TOPICS, ZIGBEE_COMMANDS], subscribe: [ALARM_TOPICS] });
/** A bridge to lights (Zigbee2MQTT, Home Assistant): reads what they are told, and says how they are. */
export const lightsProgram = program("lights", { publish: [LIGHT_TOPICS], subscribe: [LIGHT_TOPICS] });

export const programs: readonly MqttDefinition[] = [flowsProgram, lightsProgram];

/** Where the states that Home Assistant shows are published. */
export const HOME_ASSISTANT_TOPIC = "okc/ha/";

/**
 * Home Assistant with this discovery prefix: reads what is announced to it and how that stands, and may say that it has
 * come up (its birth message, `<prefix>/status`: "MQTT", section "Birth and last will messages" of its documentation).
 */
export function homeAssistantProgram(prefix: string): MqttDefinition {
  const status = `${prefix}/status`;
  const topics = { publish: [status], subscribe: [`${prefix}/#`, `${HOME_ASSISTANT_TOPIC}#`] };
  return {
    ...program("homeassistant", topics),
    reportFilters: [status],
    interestIn: () => "standing",
    decode(_topic, payload) {
      const state = readUtf8(payload);
      if (state !== "online" && state !== "offline") return { type: "nothing", what: "a state of Home Assistant" };
      return { type: "bridge", state, detail: `it says ${state}` };
    },
  };
}
