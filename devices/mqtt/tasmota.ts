import type { Decoded, DecodedReport, Facts, MqttDefinition } from "../../gateway/core/definition.ts";
import { readJsonPayload } from "../parts/json-payload.ts";
import { alive, heardBy, readOnline } from "../parts/online.ts";
import { rejected } from "../parts/rejected.ts";
import { said } from "../parts/said.ts";
import { objectIn, quoted, type Fields } from "../parts/text.ts";
import { readZbReceived, ZIGBEE_REPEAT_MS } from "../tasmota/zb-received.ts";

/**
 * Tasmota below its FullTopic, `%prefix%/%topic%` unless it was changed: `tele/<topic>/RESULT` with `RfReceived` of a
 * Sonoff RF Bridge or of a receiver on a pin, `tele/<topic>/SENSOR` with `ZbReceived`, `…/LWT` as plain text (tasmota
 * docs: RF-Protocol, devices/Sonoff-RF-Bridge-433, Zigbee, MQTT).
 */

/** A remote repeats itself while it is held; the bridge prints what it hears anew. */
const RF_REPEAT_MS = 3_000;
/** `STATE` is the largest of what Tasmota says of itself. */
const BRIDGE_PAYLOAD_MAX_BYTES = 4 * 1024;

/** What it says now and then, or when it starts. */
const SIGNS: ReadonlySet<string> = new Set(["STATE", "UPTIME", "INFO1", "INFO2", "INFO3"]);
const LAST_WILL = "LWT";
/** With `SetOption4` a result has a topic of its own. */
const REPORTS: ReadonlySet<string> = new Set(["RESULT", "SENSOR", "RFRECEIVED", "ZbReceived"]);
/** Endings of topics; `SetOption89` puts a device before SENSOR. */
const ENDINGS = ["RESULT", "SENSOR", "+/SENSOR", "RFRECEIVED", "ZbReceived", "STATE", "INFO1", LAST_WILL] as const;

const PREFIXES = ["tele", "stat"] as const;
const SHORT = /^0x[0-9a-f]{4}$/i;
const CODE = /^(?:0x)?([0-9a-z]{1,32})$/i;
const DEVICE = /^([^\x00-\x1f\x7f:/]{1,64})\/([^\x00-\x1f\x7f:/]{1,64})(?::([^\x00-\x1f\x7f]{1,40}))?$/;
const RF_ADDRESS = /^rf:(?:0x)?([0-9a-z]{1,32})(?::([^\x00-\x1f\x7f]{1,40}))?$/i;

interface Place {
  /** The topic of one Tasmota. */
  readonly name: string;
  /** What it is, the last part of the topic. */
  readonly what: string;
}

/** Tasmota with this FullTopic; `base` without `%prefix%` is what stands before `%topic%/%prefix%`. Bridge `tasmota`. */
export function tasmotaDefinition(base: string) {
  const fullTopic = base.includes("%prefix%") ? base : `${base}/%topic%/%prefix%`;
  const parts = fullTopic.split("/");
  const placeOf = (topic: string): Place | null => {
    const given = topic.split("/");
    let name = "tasmota";
    for (const [index, part] of parts.entries()) {
      const one = given[index];
      if (part === "%topic%" && one !== undefined && one !== "") name = one;
      else if (part === "%prefix%" ? one !== "tele" && one !== "stat" : one !== part) return null;
    }
    return given.length > parts.length ? { name, what: given.at(-1)! } : null;
  };
  const filtersOf = (prefix: string, ending: string): string =>
    `${fullTopic.replace("%prefix%", prefix).replace("%topic%", "+")}/${ending}`;
  return {
    transport: "mqtt",
    bridge: "tasmota",
    facts: factsOf(fullTopic),
    // Remotes say nothing by themselves; what Zigbee buttons do is learned.
    supervision: { heartbeatEveryMs: null, silentAfterMs: null },
    addressForm:
      "rf:code as rf:4af10a, or topic/device of a Zigbee bridge as zbbridge/0x3476, and :key behind it for one key of several",
    normalizeAddress,
    reportFilters: PREFIXES.flatMap((prefix) => ENDINGS.map((ending) => filtersOf(prefix, ending))),
    addressOf: () => null,
    bridgeTopics: {
      publish: PREFIXES.map((prefix) => filtersOf(prefix, "#")),
      subscribe: [filtersOf("cmnd", "#")],
    },
    bridgePayloadMaxBytes: BRIDGE_PAYLOAD_MAX_BYTES,
    interestIn(topic) {
      const { what = "" } = placeOf(topic) ?? {};
      if (REPORTS.has(what)) return "report";
      return what === LAST_WILL || SIGNS.has(what) ? "standing" : "none";
    },
    decode(topic: string, payload: Uint8Array): Decoded {
      const place = placeOf(topic);
      if (place === null) return rejected("bad-topic", `topic ${quoted(topic)} is none of ${fullTopic}`);
      const { name, what } = place;
      if (what === LAST_WILL) return readOnline(name, payload);
      if (SIGNS.has(what)) return alive(name);
      if (!REPORTS.has(what)) return { type: "nothing", what: what.slice(0, 40) };
      const read = readJsonPayload(payload);
      return "refused" in read ? read.refused : heardBy(name, readResult(name, what, read.fields));
    },
  } satisfies MqttDefinition;
}

function normalizeAddress(address: string): string | null {
  const trimmed = address.trim();
  const code = RF_ADDRESS.exec(trimmed);
  const [, first = "", second, third] = code ?? DEVICE.exec(trimmed) ?? [];
  if (first === "") return null;
  const press = code ? second : third;
  return (
    (code ? rfAddress(first) : zigbeeAddress(first, second!)) + (press === undefined ? "" : `:${press.toLowerCase()}`)
  );
}

/** Neither case nor leading zeros tell two codes apart: a receiver on a pin prints none. */
const rfAddress = (digits: string): string => `rf:${digits.toLowerCase().replace(/^0+(?=.)/, "")}`;

/** Short addresses are those of one network: two bridges may have the same. */
const zigbeeAddress = (bridge: string, device: string): string =>
  `${bridge}/${SHORT.test(device) ? device.toLowerCase() : device.replace(/[\x00-\x1f\x7f:/]/g, "_")}`;

function readResult(name: string, what: string, fields: Fields): Decoded {
  const received = objectIn(fields["RfReceived"]);
  if (received) return readRf(received);
  const devices = objectIn(fields["ZbReceived"]) ?? (what === "ZbReceived" || isZigbee(fields) ? fields : null);
  if (devices === null) return { type: "nothing", what: Object.keys(fields).join(", ").slice(0, 40) };
  const reports = Object.entries(devices).flatMap(([key, value]): readonly DecodedReport[] => {
    const device = objectIn(value);
    return device === null ? [] : readZbReceived(key, device, (called) => zigbeeAddress(name, called));
  });
  return reports.length > 0 ? { type: "reports", reports } : { type: "nothing", what: "no device" };
}

/** With `SetOption100` the devices stand at the top. */
function isZigbee(fields: Fields): boolean {
  for (const key in fields) if (SHORT.test(key)) return true;
  return false;
}

/** The code is the identity, each key of a remote one of its own; timings beside it differ from time to time. */
function readRf({ Data: data, RSSI: rssi }: Fields): Decoded {
  // With `SetOption28` it is a decimal number.
  const printed = typeof data === "number" ? data.toString(16).toUpperCase() : data;
  const digits = typeof printed === "string" ? CODE.exec(printed.trim())?.[1] : undefined;
  if (digits === undefined) return rejected("bad-field", `"Data" is ${quoted(String(data))}, it must be a code`);
  const address = rfAddress(digits);
  const report: DecodedReport = {
    ...said(address, "none"),
    wireId: digits.toUpperCase(),
    kind: "other",
    // Of two receivers one prints the zeros before it: it is one press all the same.
    press: address.slice("rf:".length).toUpperCase(),
    repeatMs: RF_REPEAT_MS,
    ...(typeof rssi === "number" && { rssiDbm: Math.round(rssi) }),
  };
  return { type: "reports", reports: [report] };
}

const topicIn = (fullTopic: string, name: string, what: string): string =>
  `${fullTopic.replace("%prefix%", "tele").replace("%topic%", name)}/${what}`;

const factsOf = (fullTopic: string): Facts => ({
  title: "Tasmota",
  devices: "433 MHz remotes and cords through a Sonoff RF Bridge or a receiver; Zigbee buttons through a Zigbee bridge",
  sources: ["tasmota.github.io/docs: RF-Protocol, Sonoff RF Bridge 433, Zigbee, MQTT"],
  presses:
    "Panic, PersonalAlarm and the IAS ACE commands emergency and panic of Zigbee; any other code, click or command is a bare press",
  cancel: null,
  dedup: { key: "code; or Zigbee device and command", windowMs: Math.max(RF_REPEAT_MS, ZIGBEE_REPEAT_MS) },
  battery: "BatteryPercentage (formerly Battery) of Zigbee",
  signal: "link quality of Zigbee, without a unit",
  integrity: "none of 433 MHz; CCM of the Zigbee network up to the bridge, whose account vouches from there",
  downlink: null,
  examples: [
    {
      name: "a code heard by a Sonoff RF Bridge",
      source: "composed",
      topic: topicIn(fullTopic, "attic", "RESULT"),
      text: '{"Time":"2026-11-25T08:00:00","RfReceived":{"Sync":9870,"Low":320,"High":970,"Data":"0B3C57","RfKey":"None"}}',
      gives: [{ kind: "other", address: "rf:b3c57", wireId: "0B3C57", press: "B3C57", proof: "none" }],
    },
    {
      name: "the same code heard by a receiver on a pin",
      source: "composed",
      topic: topicIn(fullTopic, "attic", "RESULT"),
      text: '{"Time":"2026-11-25T08:00:00","RfReceived":{"Data":"0xB3C57","Bits":24,"Protocol":1,"Pulse":322}}',
      gives: [{ kind: "other", address: "rf:b3c57", wireId: "B3C57" }],
    },
    {
      name: "the same code as a decimal number",
      source: "composed",
      topic: topicIn(fullTopic, "attic", "RESULT"),
      text: '{"RfReceived":{"Data":736343,"Bits":24,"Protocol":1,"Pulse":322}}',
      gives: [{ kind: "other", address: "rf:b3c57" }],
    },
    {
      name: "a Zigbee SOS button",
      source: "composed",
      topic: topicIn(fullTopic, "zbbridge", "SENSOR"),
      text: '{"ZbReceived":{"0x2B41":{"Device":"0x2B41","Name":"hall","0501!02":"","BatteryPercentage":84,"Endpoint":1,"LinkQuality":71}}}',
      gives: [
        {
          kind: "emergency",
          address: "zbbridge/hall",
          wireId: "0x2B41",
          press: "0501!02",
          batteryPct: 84,
          linkQuality: 71,
          proof: "bridge",
        },
      ],
    },
    {
      name: "a Zigbee switch",
      source: "composed",
      topic: topicIn(fullTopic, "zbbridge", "SENSOR"),
      text: '{"ZbReceived":{"0x2B42":{"0006!02":"","Power":2,"Endpoint":3,"LinkQuality":40}}}',
      gives: [{ kind: "other", address: "zbbridge/0x2b42", wireId: "0x2B42", press: "0006!02@3" }],
    },
    {
      name: "raw pulses",
      source: "composed",
      topic: topicIn(fullTopic, "attic", "RESULT"),
      text: '{"RfRaw":{"Data":"AA A0 55"}}',
      gives: "nothing",
    },
    {
      name: "a receiver that went",
      source: "composed",
      topic: topicIn(fullTopic, "attic", "LWT"),
      text: "Offline",
      gives: "bridge",
    },
    {
      name: "a receiver that tells of itself",
      source: "composed",
      topic: topicIn(fullTopic, "attic", "STATE"),
      text: '{"Time":"2026-11-25T08:00:00","Uptime":"0T00:05:10","Wifi":{"RSSI":74}}',
      gives: "bridge",
    },
  ],
});
