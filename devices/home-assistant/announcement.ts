import { objectIn, quoted, type Fields } from "../parts/text.ts";
import { pathIn } from "./template.ts";

/** One configuration of Home Assistant's MQTT discovery: which messages are a press of which device. */

/** What a message on `topic` says of the device. */
export interface Announced {
  readonly topic: string;
  readonly address: string;
  /** The way to what counts in the payload. */
  readonly path: readonly string[];
  readonly as:
    | { readonly type: "trigger"; readonly payload: string | null; readonly press: string }
    | { readonly type: "event"; readonly words: readonly string[] | null }
    | { readonly type: "level"; readonly on: string; readonly off: string; readonly press: string }
    | { readonly type: "lamp"; readonly on: string; readonly off: string; readonly tells: "low_battery" | "tamper" }
    | { readonly type: "battery" };
}

/** Short names that a configuration may use ("MQTT Discovery: supported abbreviations"). */
const SHORT: ReadonlyMap<string, string> = new Map([
  ["t", "topic"],
  ["pl", "payload"],
  ["stat_t", "state_topic"],
  ["val_tpl", "value_template"],
  ["dev", "device"],
  ["ids", "identifiers"],
  ["pl_on", "payload_on"],
  ["pl_off", "payload_off"],
  ["dev_cla", "device_class"],
  ["ent_cat", "entity_category"],
  ["atype", "automation_type"],
  ["stype", "subtype"],
  ["evt_typ", "event_types"],
  ["cmps", "components"],
  ["p", "platform"],
]);

/** A contact of these kinds calls for somebody; doors, motion and power do not. */
const CALLS: ReadonlySet<unknown> = new Set([undefined, null, "safety", "smoke", "gas", "carbon_monoxide", "moisture"]);
const LAMPS: ReadonlyMap<unknown, "low_battery" | "tamper"> = new Map([
  ["battery", "low_battery" as const],
  ["tamper", "tamper" as const],
]);

const TOPIC = /^[^\x00-\x1f\x7f+#$][^\x00-\x1f\x7f+#]{0,255}$/;
const ADDRESS = /^[^\x00-\x1f\x7f]{1,128}$/;
const WORD_CHARS_MAX = 64;
/** Components of a device that announces itself in one message. */
const COMPONENTS_MAX = 64;

/** Names written out, and `~` put in where a topic begins or ends with it. */
export function writtenOut(config: Fields): Fields {
  const long = Object.fromEntries(Object.entries(config).map(([name, value]) => [SHORT.get(name) ?? name, value]));
  const base = long["~"];
  if (typeof base !== "string") return long;
  const put = (value: unknown): unknown =>
    typeof value === "string" ? value.replace(/^~/, () => base).replace(/~$/, () => base) : value;
  return { ...long, topic: put(long["topic"]), state_topic: put(long["state_topic"]) };
}

/** Whose configuration it is: by its device, else by its place among the topics. Null: no name can be made of it. */
export function addressOf(config: Fields, place: string): string | null {
  const { identifiers } = writtenOut(objectIn(config["device"]) ?? {});
  const first: unknown = Array.isArray(identifiers) ? identifiers[0] : identifiers;
  return addressIn(typeof first === "string" ? first : place);
}

/** Zigbee2MQTT puts its own name before a device's. */
export function addressIn(name: string): string | null {
  const address = name.trim().replace(/^zigbee2mqtt_(?=0x)/i, "");
  return ADDRESS.test(address) ? address : null;
}

/** `nothing`: it calls nobody. `fault`: it might, and cannot be heard. */
export type Unheard = { readonly nothing: string } | { readonly fault: string };

/**
 * What a configuration announces. `component` and `object` come from its topic or, of a device that announces itself in
 * one message, from its list.
 */
export function readAnnouncement(
  config: Fields,
  { component, object, address }: { readonly component: string; readonly object: string; readonly address: string },
): Announced | Unheard {
  const topic = config[component === "device_automation" ? "topic" : "state_topic"];
  const as = meaningOf(config, component, object);
  if (as === null) return { nothing: `a ${component.slice(0, 40)} that calls nobody` };
  if (typeof topic !== "string" || !TOPIC.test(topic)) return { fault: `the ${component} names no topic` };
  if (topic === "okc" || topic.startsWith("okc/")) return { fault: `the topic ${quoted(topic)} is one of ours` };
  const template = config["value_template"];
  const path = pathIn(template, as.type === "event");
  return path === null
    ? { fault: `the template ${quoted(String(template))} is not supported` }
    : { topic, address, path, as };
}

function meaningOf(config: Fields, component: string, object: string): Announced["as"] | null {
  const { payload, type, subtype, payload_on: on, payload_off: off, device_class: kind } = config;
  switch (component) {
    case "device_automation": {
      if (config["automation_type"] !== "trigger") return null;
      const word = typeof payload === "string" && payload !== "" ? payload : null;
      const name = word !== null && (subtype === undefined || subtype === word) ? word : textOf(subtype, type);
      return {
        type: "trigger",
        payload: word,
        press: word === null || name === word ? cut(name) : cut(`${name}-${word}`),
      };
    }
    case "event": {
      const words = config["event_types"];
      return { type: "event", words: Array.isArray(words) ? words.filter((one) => typeof one === "string") : null };
    }
    case "binary_sensor": {
      const levels = { on: textOf(on, "ON"), off: textOf(off, "OFF") };
      const tells = LAMPS.get(kind);
      if (tells !== undefined) return { type: "lamp", ...levels, tells };
      const isCall = CALLS.has(kind) && (config["entity_category"] ?? null) === null;
      return isCall ? { type: "level", ...levels, press: cut(object) } : null;
    }
    case "sensor":
      return kind === "battery" ? { type: "battery" } : null;
    default:
      return null;
  }
}

/** Booleans are rendered as Python writes them. */
function textOf(...values: readonly unknown[]): string {
  const value = values.find((one) => one !== undefined && one !== null);
  return typeof value === "boolean" ? (value ? "True" : "False") : String(value ?? "");
}

const cut = (word: string): string => word.slice(0, WORD_CHARS_MAX);

/** The components of a device that announces itself in one message, by their names there. */
export function componentsIn(config: Fields): readonly { readonly object: string; readonly config: Fields }[] {
  return Object.entries(objectIn(config["components"]) ?? {})
    .slice(0, COMPONENTS_MAX)
    .flatMap(([object, value]) => {
      const own = objectIn(value);
      return own === null ? [] : [{ object, config: writtenOut({ "~": config["~"], ...own }) }];
    });
}
