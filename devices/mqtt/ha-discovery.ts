import type { Decoded, DecodedReport, Facts, MqttDefinition } from "../../gateway/core/definition.ts";
import {
  addressIn,
  addressOf,
  componentsIn,
  readAnnouncement,
  writtenOut,
  type Announced,
} from "../home-assistant/announcement.ts";
import { Payload } from "../home-assistant/template.ts";
import { percentIn } from "../parts/percent.ts";
import { rejected } from "../parts/rejected.ts";
import { said } from "../parts/said.ts";
import { quoted, readObject, readUtf8 } from "../parts/text.ts";
import { levelsBelow } from "../parts/topic-name.ts";

/**
 * Home Assistant's MQTT discovery as a source: `<base>/<component>/[<node>/]<object>/config` announces on which topic
 * which message is a press of which device ("MQTT Discovery", "Device trigger", "Event", "Binary sensor" of its
 * documentation). What was announced is remembered here and nowhere else: a broker keeps it, or the device says it
 * again when it connects.
 */

/** One press may come as a trigger and as an event, and several times. */
const REPEAT_MS = 3_000;
/** A contact that is closed is told again after each connection. */
const LEVEL_REPEAT_MS = 60_000;
/** A configuration of a device with all its components; a larger one is not read. */
const CONFIG_MAX_BYTES = 64 * 1024;
/** Configurations that are remembered, and topics that are heard for them; further ones are refused and said. */
const CONFIGS_MAX = 4_000;
const TOPICS_MAX = 1_000;

const COMPONENTS: ReadonlySet<string> = new Set(["device_automation", "event", "binary_sensor", "sensor", "device"]);

/** Below this discovery prefix: `homeassistant`. Bridge `ha-discovery`. */
export function haDiscoveryDefinition(base: string) {
  const known = new Announcements();
  const placeOf = (topic: string) => {
    const [component = "", ...names] = levelsBelow(base, topic) ?? [];
    const isConfig = names.at(-1) === "config" && (names.length === 2 || names.length === 3);
    return isConfig ? { component, node: names[0]!, object: names.at(-2)! } : null;
  };
  return {
    transport: "mqtt",
    bridge: "ha-discovery",
    facts: factsOf(base),
    // What announces itself has no interval in common.
    supervision: { heartbeatEveryMs: null, silentAfterMs: null },
    addressForm:
      "the first identifier of its device, as 0x00158d0001a2b3c4, or the name in its topic where it has none",
    normalizeAddress: addressIn,
    reportFilters: [`${base}/+/+/config`, `${base}/+/+/+/config`],
    announcedTopics: () => known.topics,
    addressOf: (topic: string) => placeOf(topic)?.node ?? known.on(topic)[0]?.address ?? null,
    bridgeTopics: { publish: [`${base}/#`], subscribe: [`${base}/#`] },
    bridgePayloadMaxBytes: CONFIG_MAX_BYTES,
    interestIn: (topic: string) => (placeOf(topic) === null ? "report" : "standing"),
    decode(topic: string, payload: Uint8Array): Decoded {
      const text = readUtf8(payload);
      if (text === null) return rejected("bad-utf8", "the payload is not UTF-8");
      const place = placeOf(topic);
      if (place !== null) return learn(known, topic, place, text);
      const announced = known.on(topic);
      if (announced.length === 0) return rejected("bad-topic", `nobody announced the topic ${quoted(topic)}`);
      return hear(announced, text);
    },
  } satisfies MqttDefinition;
}

const factsOf = (base: string): Facts => {
  const device = '"dev":{"ids":["0x00158d0001a2b3c4"],"name":"hall"}';
  const trigger = `${base}/device_automation/0x00158d0001a2b3c4/action_single/config`;
  return {
    title: "Home Assistant MQTT discovery",
    devices: "any button that announces itself to Home Assistant: device triggers, events, binary sensors",
    sources: ["home-assistant.io: MQTT Discovery, MQTT Device trigger, MQTT Event, MQTT Binary sensor"],
    presses: "a trigger, an event or a contact that closes is a bare press",
    cancel: null,
    dedup: { key: "device and word, for 3 s; a contact until it opens or is silent for a minute", windowMs: REPEAT_MS },
    battery: "per cent, of a sensor of class battery; a lamp, of a binary sensor of that class",
    signal: null,
    integrity: "the account of its broker",
    downlink: null,
    examples: [
      {
        name: "a trigger is announced",
        source: "composed",
        topic: trigger,
        text: `{"atype":"trigger","type":"action","stype":"single","t":"hall/button","pl":"single",${device}}`,
        gives: "nothing",
      },
      {
        name: "it is heard",
        source: "composed",
        topic: "hall/button",
        text: "single",
        gives: [{ kind: "other", address: "0x00158d0001a2b3c4", press: "single" }],
      },
      { name: "another word is none", source: "composed", topic: "hall/button", text: "triple", gives: "nothing" },
      { name: "it is taken back", source: "composed", topic: trigger, text: "", gives: "nothing" },
    ],
  };
};

/** What was announced, by the topic of its configuration and by the topic that is to be heard. */
class Announcements {
  readonly #configs = new Map<string, readonly Announced[]>();
  #byTopic: ReadonlyMap<string, readonly Announced[]> = new Map();
  #topics: ReadonlySet<string> = new Set();

  /** Another set whenever it changed. */
  get topics(): ReadonlySet<string> {
    return this.#topics;
  }

  on(topic: string): readonly Announced[] {
    return this.#byTopic.get(topic) ?? [];
  }

  /** Replaces what this configuration announced before. False: there is no room for it, and nothing changed. */
  put(config: string, announced: readonly Announced[]): boolean {
    const before = this.#configs.get(config) ?? [];
    if (before.length === 0 && announced.length === 0) return true;
    const after = new Map(this.#byTopic);
    for (const { topic } of before) {
      const left = (after.get(topic) ?? []).filter((one) => !before.includes(one));
      if (left.length > 0) after.set(topic, left);
      else after.delete(topic);
    }
    for (const one of announced) after.set(one.topic, [...(after.get(one.topic) ?? []), one]);
    const isNew = before.length === 0 && this.#configs.size >= CONFIGS_MAX;
    if (announced.length > 0 && (isNew || after.size > TOPICS_MAX)) return false;
    if (announced.length > 0) this.#configs.set(config, announced);
    else this.#configs.delete(config);
    this.#byTopic = after;
    const isSame = after.size === this.#topics.size && [...after.keys()].every((topic) => this.#topics.has(topic));
    if (!isSame) this.#topics = new Set(after.keys());
    return true;
  }

  /** Whose this configuration was. */
  ownerOf(config: string): string | undefined {
    return this.#configs.get(config)?.[0]?.address;
  }
}

type Place = { readonly component: string; readonly node: string; readonly object: string };

/** An empty configuration takes one back. */
function learn(known: Announcements, topic: string, { component, node, object }: Place, text: string): Decoded {
  const nothing = (what: string, wireId: string): Decoded => ({ type: "nothing", what, wireId });
  if (text.trim() === "") {
    const owner = known.ownerOf(topic) ?? node;
    known.put(topic, []);
    return nothing("an announcement that is taken back", owner);
  }
  const json = readObject(text);
  if (json === null) return rejected("bad-json", `not a JSON object: ${quoted(text)}`);
  const config = writtenOut(json);
  const address = addressOf(config, node);
  if (address === null) return rejected("bad-field", `no address in ${quoted(node)}`);
  if (!COMPONENTS.has(component)) return nothing(`a ${component.slice(0, 40)} that calls nobody`, address);
  const read =
    component === "device"
      ? componentsIn(config).map((one) =>
          readAnnouncement(one.config, { component: String(one.config["platform"]), object: one.object, address }),
        )
      : [readAnnouncement(config, { component, object, address })];
  const announced = read.filter((one): one is Announced => "as" in one);
  if (!known.put(topic, announced))
    return rejected("oversized", `more than ${TOPICS_MAX} topics or ${CONFIGS_MAX} configurations are announced`);
  for (const one of read) if ("fault" in one) return rejected("bad-field", one.fault);
  const [first] = read;
  return nothing(first && "nothing" in first ? first.nothing : "an announcement", address);
}

/** Each device and word once, however many configurations name it. */
function hear(announced: readonly Announced[], text: string): Decoded {
  const payload = new Payload(text);
  const reports = new Map<string, DecodedReport>();
  for (const one of announced) {
    const value = payload.at(one.path);
    const report = value === null ? null : reportOf(one, value, payload);
    if (report !== null) reports.set(`${report.address} ${report.press ?? report.kind}`, report);
  }
  if (reports.size === 0) return { type: "nothing", what: "no word that was announced", wireId: announced[0]!.address };
  const inOrder = [...reports.values()].sort((a, b) => Number(a.press === null) - Number(b.press === null));
  return { type: "reports", reports: inOrder };
}

function reportOf({ address, path, as }: Announced, value: string, payload: Payload): DecodedReport | null {
  const sign = { ...said(address, "bridge"), kind: "other", press: null } as const;
  switch (as.type) {
    case "trigger":
      if (value === "" || (as.payload !== null && value !== as.payload)) return null;
      return { ...sign, press: as.press, repeatMs: REPEAT_MS };
    case "event": {
      const word = path.length === 0 ? (payload.at(["event_type"]) ?? "") : value;
      // A template that takes the word apart leaves parts of it in the list.
      const isKnown = as.words === null || as.words.includes(word) || path[0] === "action";
      return word === "" || !isKnown ? null : { ...sign, press: word.slice(0, 64), repeatMs: REPEAT_MS };
    }
    case "level":
      if (value === as.on) return { ...sign, press: as.press, repeatMs: LEVEL_REPEAT_MS };
      return value === as.off ? { ...sign, released: [as.press] } : null;
    case "lamp":
      if (value !== as.on) return value === as.off && as.tells === "low_battery" ? { ...sign, batteryOk: true } : null;
      return { ...sign, kind: as.tells, ...(as.tells === "low_battery" && { batteryOk: false }) };
    case "battery": {
      const batteryPct = percentIn(value === "" ? null : Number(value));
      return batteryPct === null ? null : { ...sign, batteryPct };
    }
  }
}
