import type { Decoded, DecodedReport, Facts, MqttDefinition } from "../../gateway/core/definition.ts";
import { percentIn } from "../parts/percent.ts";
import { rejected } from "../parts/rejected.ts";
import { said } from "../parts/said.ts";
import { quoted, readObject, readUtf8 } from "../parts/text.ts";
import { below, levelsBelow, topicNameIn } from "../parts/topic-name.ts";

/**
 * ESPHome over its MQTT client: `<prefix>/binary_sensor/<name>/state`, `<prefix>/event/<name>/state`,
 * `<prefix>/sensor/<name>/state`, `<prefix>/status` ("MQTT Client Component" of its documentation). `base` is what
 * stands before the prefix.
 */

/** A contact that is closed is told again after each connection. */
const LEVEL_REPEAT_MS = 60_000;
/** An event is sent once, at QoS 0: only the node's own chatter could repeat it. */
const EVENT_REPEAT_MS = 1_000;

const ON = "on";
const BATTERY = /battery(?!.*volt)/i;
const SIGNAL = /wifi_?signal|rssi/i;
const WORD = /^[^\x00-\x1f]{1,64}$/;

/** Below this topic, or anywhere. Bridge `esphome`. */
export function esphomeDefinition(base: string) {
  const partsOf = (topic: string) => {
    const [prefix = "", kind = "", name = "", state, ...rest] = levelsBelow(base, topic) ?? [];
    const node = topicNameIn(prefix);
    if (node === null) return null;
    if (kind === "status" && name === "") return { node, kind, name };
    return state === "state" && rest.length === 0 && topicNameIn(name) !== null ? { node, kind, name } : null;
  };
  return {
    transport: "mqtt",
    bridge: "esphome",
    facts: factsOf(base),
    // A node that is connected says nothing by itself; its last will tells who has gone.
    supervision: { heartbeatEveryMs: null, silentAfterMs: null },
    addressForm: "the node's topic prefix and the name of its sensor or event, as hall-node:help_button",
    normalizeAddress: (address: string) => (address.includes("/") ? null : topicNameIn(address)),
    reportFilters: ["binary_sensor/+/state", "event/+/state", "sensor/+/state", "status"].map((filter) =>
      below(base, `+/${filter}`),
    ),
    addressOf(topic: string) {
      const parts = partsOf(topic);
      return parts && (parts.name === "" ? parts.node : `${parts.node}:${parts.name}`);
    },
    bridgeTopics: {
      publish: [below(base, "+/+/+/state"), below(base, "+/status"), below(base, "+/debug")],
      subscribe: [below(base, "+/+/+/command/#"), below(base, "+/+/+/command")],
    },
    interestIn(topic: string) {
      const { kind, name } = partsOf(topic) ?? { kind: "event", name: "" };
      if (kind === "status") return "standing";
      return kind === "sensor" && !BATTERY.test(name) && !SIGNAL.test(name) ? "none" : "report";
    },
    decode(topic: string, payload: Uint8Array): Decoded {
      const parts = partsOf(topic);
      if (parts === null) return rejected("bad-topic", `topic ${quoted(topic)} is not <prefix>/<kind>/<name>/state`);
      const text = readUtf8(payload)?.trim();
      if (text === undefined) return rejected("bad-utf8", "the payload is not UTF-8");
      return readState(parts.node, parts.kind, parts.name, text);
    },
  } satisfies MqttDefinition;
}

const factsOf = (base: string): Facts => ({
  title: "ESPHome",
  devices: "buttons, cords and contacts at a node that somebody built",
  sources: ["esphome.io: MQTT Client Component, Binary Sensor, Event"],
  presses: "ON of a binary sensor and the type of an event are bare presses",
  cancel: null,
  dedup: { key: "sensor, until it is OFF or silent for a minute; 1 s for an event", windowMs: LEVEL_REPEAT_MS },
  battery: "per cent, of a sensor whose name has battery in it; it is that of the node",
  signal: "dBm of Wi-Fi, of a sensor wifi_signal or rssi",
  integrity: "the account of its broker",
  downlink: null,
  examples: [
    {
      name: "a cord that is pulled",
      source: "composed",
      topic: below(base, "hall-node/binary_sensor/help_cord/state"),
      text: "ON",
      gives: [{ kind: "other", address: "hall-node:help_cord", press: "on" }],
    },
    {
      name: "and let go",
      source: "composed",
      topic: below(base, "hall-node/binary_sensor/help_cord/state"),
      text: "OFF",
      gives: [{ kind: "other", press: null, released: ["on"] }],
    },
    {
      name: "an event of a button",
      source: "composed",
      topic: below(base, "hall-node/event/bell/state"),
      text: '{"event_type":"double_press"}',
      gives: [{ kind: "other", address: "hall-node:bell", press: "double_press" }],
    },
    {
      name: "the node's battery",
      source: "composed",
      topic: below(base, "hall-node/sensor/battery_level/state"),
      text: "71.0",
      gives: [{ kind: "heartbeat", address: "hall-node", batteryPct: 71 }],
    },
    {
      name: "its last will",
      source: "composed",
      topic: below(base, "hall-node/status"),
      text: "offline",
      gives: "lost",
    },
  ],
});

function readState(node: string, kind: string, name: string, text: string): Decoded {
  const one = (more: Partial<DecodedReport> & Pick<DecodedReport, "kind">, address = `${node}:${name}`): Decoded => ({
    type: "reports",
    reports: [{ ...said(address, "bridge"), press: null, ...more }],
  });
  const value = Number.parseFloat(text);
  switch (kind) {
    case "status":
      if (text === "online") return one({ kind: "heartbeat" }, node);
      if (text === "offline") return { type: "lost", address: node, how: "unavailable" };
      return { type: "nothing", what: "neither online nor offline", wireId: node };
    case "binary_sensor":
      if (text === "ON") return one({ kind: "other", press: ON, repeatMs: LEVEL_REPEAT_MS });
      return one(text === "OFF" ? { kind: "other", released: [ON] } : { kind: "other" });
    case "event":
      return readEvent(text, one);
    case "sensor":
      if (BATTERY.test(name)) return one({ kind: "heartbeat", batteryPct: percentIn(value) }, node);
      if (SIGNAL.test(name) && value < 0) return one({ kind: "other", rssiDbm: value }, node);
      return { type: "nothing", what: "a reading", wireId: node };
    default:
      return { type: "nothing", what: `a ${kind.slice(0, 40)}`, wireId: node };
  }
}

function readEvent(
  text: string,
  one: (more: Pick<DecodedReport, "kind"> & Partial<DecodedReport>) => Decoded,
): Decoded {
  const type = readObject(text)?.["event_type"];
  if (typeof type !== "string" || !WORD.test(type)) return rejected("bad-field", `no "event_type" in ${quoted(text)}`);
  return one({ kind: "other", press: type, repeatMs: EVENT_REPEAT_MS });
}
