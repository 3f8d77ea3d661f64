import type { Decoded, DecodedReport, Facts, MqttDefinition } from "../../gateway/core/definition.ts";
import type { ReportKind } from "../../gateway/core/kinds.ts";
import { objectIn, quoted, readJson, readObject, readUtf8, type Fields } from "../parts/text.ts";

/**
 * Zigbee2MQTT below its base topic: `<base>/<friendly name>` with the state as JSON, `…/action` as text,
 * `…/availability`, and `<base>/bridge/…` about itself ("MQTT topics and messages" of its documentation). A name may
 * hold slashes. Words are compared whole: "emergency" also stands in logs, in descriptions and in discovery.
 */

/** One press comes as JSON, as JSON with an empty action and as text, and some buttons send it several times. */
const ACTION_REPEAT_MS = 3_000;
/** A key that is held as true is sent again every 5 s until somebody sets it back. */
const LEVEL_REPEAT_MS = 12_000;
/** `bridge/devices` of a large network; larger ones end the connection of the bridge. */
const BRIDGE_PAYLOAD_MAX_BYTES = 4 * 1024 * 1024;

/** Words that say what is wanted; any other action is a bare press. */
const ACTIONS: ReadonlyMap<string, ReportKind> = new Map([
  ["emergency", "emergency"],
  ["panic", "emergency"],
  ["sos", "emergency"],
]);

/** Fields that are true while a key is down (Develco, older Heiman). `alarm_1` may be any kind of sensor. */
const LEVELS: ReadonlyMap<string, ReportKind> = new Map([
  ["sos", "emergency"],
  ["emergency", "emergency"],
  ["panic", "emergency"],
  ["alarm_1", "other"],
]);

const IEEE = /^0x[0-9a-f]{16}$/i;
const NAME = /^[^\x00-\x1f\x7f+#]{1,128}$/;

/** Zigbee2MQTT with this base topic, as its `mqtt.base_topic` has it. Bridge `zigbee2mqtt`. */
export function zigbee2mqttDefinition(base: string) {
  const pathOf = (topic: string): string | null => (topic.startsWith(`${base}/`) ? topic.slice(base.length + 1) : null);
  return {
    transport: "mqtt",
    bridge: "zigbee2mqtt",
    facts: factsOf(base),
    // A button sleeps for days; Zigbee2MQTT's own availability tells who has gone.
    supervision: { heartbeatEveryMs: null, silentAfterMs: null },
    addressForm: "a friendly name without + and #, or an IEEE address as 0x00158d0001a2b3c4",
    normalizeAddress,
    reportFilters: [`${base}/#`],
    addressOf(topic: string) {
      const path = pathOf(topic);
      return path === null || path.startsWith("bridge/") ? null : splitPath(path).address;
    },
    bridgeTopics: { publish: [`${base}/#`], subscribe: [`${base}/#`] },
    bridgePayloadMaxBytes: BRIDGE_PAYLOAD_MAX_BYTES,
    interestIn(topic: string) {
      const path = pathOf(topic) ?? "bridge/";
      if (!path.startsWith("bridge/")) return /\/(?:set|get)(?:\/|$)/.test(path) ? "none" : "report";
      if (path === "bridge/state" || path === "bridge/devices") return "standing";
      return path === "bridge/event" || path === "bridge/log" || path === "bridge/health" ? "report" : "none";
    },
    decode(topic: string, payload: Uint8Array): Decoded {
      const path = pathOf(topic);
      if (path === null || path === "")
        return { type: "rejected", code: "bad-topic", message: `topic ${quoted(topic)} is not below ${base}/` };
      const text = readUtf8(payload);
      if (text === null) return { type: "rejected", code: "bad-utf8", message: "the payload is not UTF-8" };
      return path.startsWith("bridge/") ? readBridge(path.slice("bridge/".length), text) : readDevice(path, text);
    },
  } satisfies MqttDefinition;
}

const factsOf = (base: string): Facts => ({
  title: "Zigbee2MQTT",
  devices: "Zigbee buttons, cords and pendants",
  sources: ["zigbee2mqtt.io: MQTT topics and messages", "zigbee-herdsman-converters: vocabularies of the models"],
  presses: "emergency, panic, sos; any other action is a bare press",
  cancel: null,
  dedup: { key: "device and action; 12 s for a key that is true while it is down", windowMs: ACTION_REPEAT_MS },
  battery: "per cent, or battery_low; null is unknown",
  signal: "link quality without a unit",
  integrity: "CCM of the Zigbee network up to the bridge, whose account vouches from there",
  downlink: null,
  examples: [
    {
      name: "an SOS button",
      source: "composed",
      topic: `${base}/flat 2/sos`,
      text: '{"action":"emergency","battery":87,"linkquality":90}',
      gives: [{ kind: "emergency", address: "flat 2/sos", press: "emergency", batteryPct: 87, linkQuality: 90 }],
    },
    {
      name: "the empty action behind it",
      source: "composed",
      topic: `${base}/flat 2/sos`,
      text: '{"action":"","battery":87}',
      gives: [{ kind: "other", press: null }],
    },
    {
      name: "a button that says only that it was pressed",
      source: "composed",
      topic: `${base}/0x00158d0001a2b3c4`,
      text: '{"action":"single","battery":null}',
      gives: [{ kind: "other", address: "0x00158d0001a2b3c4", press: "single", batteryPct: null }],
    },
    {
      name: "the bridge's last will",
      source: "composed",
      topic: `${base}/bridge/state`,
      text: "offline",
      gives: "bridge",
    },
    {
      name: "a device that left",
      source: "composed",
      topic: `${base}/bridge/event`,
      text: '{"type":"device_leave","data":{"ieee_address":"0x00158d0001a2b3c4"}}',
      gives: "lost",
    },
  ],
});

function normalizeAddress(address: string): string | null {
  const name = address.trim();
  if (IEEE.test(name)) return name.toLowerCase();
  if (!NAME.test(name) || name.startsWith("/") || name.endsWith("/")) return null;
  return name === "bridge" || name.startsWith("bridge/") ? null : name;
}

const addressIn = (name: string): string => (IEEE.test(name) ? name.toLowerCase() : name);

/** A device's own name may end like one of its topics; then its state tells, which is JSON. */
function splitPath(path: string): { readonly address: string; readonly part: "action" | "availability" | "state" } {
  for (const part of ["action", "availability"] as const)
    if (path.endsWith(`/${part}`)) return { address: addressIn(path.slice(0, -part.length - 1)), part };
  return { address: addressIn(path), part: "state" };
}

function readDevice(path: string, text: string): Decoded {
  if (/\/(?:set|get)(?:\/|$)/.test(path)) return { type: "nothing", what: "a request to a device" };
  const { address, part } = splitPath(path);
  const fields = readObject(text);
  if (part === "availability") return readAvailability(address, stateIn(text, fields));
  if (part === "action" && fields === null) return readState(address, { action: text });
  if (fields !== null) return readState(part === "state" ? address : addressIn(path), fields);
  // With `output: attribute` each field has a topic of its own, with a bare value.
  if (!text.trimStart().startsWith("{")) return { type: "nothing", what: "a single attribute" };
  return { type: "rejected", code: "bad-json", message: `not a JSON object: ${quoted(text)}` };
}

function readAvailability(address: string, state: string | null): Decoded {
  if (state === "offline") return { type: "lost", address, how: "unavailable" };
  if (state !== "online") return { type: "nothing", what: "an availability that is neither online nor offline" };
  return { type: "reports", reports: [{ ...said(address, {}), kind: "heartbeat", press: null }] };
}

function readState(address: string, fields: Fields): Decoded {
  const common = said(address, fields);
  const reports: DecodedReport[] = [];
  const released: string[] = [];
  for (const field of ["action", "click"]) {
    const word = fields[field];
    if (typeof word !== "string" || word === "") continue;
    reports.push({ ...common, kind: ACTIONS.get(word) ?? "other", press: word, repeatMs: ACTION_REPEAT_MS });
  }
  for (const [field, kind] of LEVELS) {
    if (fields[field] === true) reports.push({ ...common, kind, press: field, repeatMs: LEVEL_REPEAT_MS });
    else if (fields[field] === false) released.push(field);
  }
  if (fields["tamper"] === true) reports.push({ ...common, kind: "tamper", press: null });
  if (fields["battery_low"] === true) reports.push({ ...common, kind: "low_battery", press: null });
  if (reports.length === 0 || released.length > 0)
    reports.push({ ...common, kind: "other", press: null, ...(released.length > 0 && { released }) });
  return { type: "reports", reports };
}

function said(
  address: string,
  { battery, battery_low: low, linkquality: quality, tamper }: Fields,
): Omit<DecodedReport, "kind" | "press"> {
  const isKnown = typeof battery === "number" && battery >= 0 && battery <= 100;
  return {
    address,
    counter: null,
    ageMs: null,
    ageAtLeast: false,
    batteryPct: isKnown ? battery : null,
    ...(typeof low === "boolean" && { batteryOk: !low }),
    ...(tamper === false && { tampered: false }),
    ...(typeof quality === "number" && { linkQuality: quality }),
    proof: "bridge",
  };
}

function readBridge(what: string, text: string): Decoded {
  const fields = readObject(text);
  switch (what) {
    case "state": {
      const state = stateIn(text, fields);
      if (state !== "online" && state !== "offline") return { type: "nothing", what: "a state of the bridge" };
      return { type: "bridge", state, detail: `it says ${state}` };
    }
    case "health":
      return { type: "bridge", state: "online", detail: "it tells of its health" };
    case "devices":
      return readNames(text);
    case "event":
      return readEvent(fields?.["type"], objectIn(fields?.["data"]));
    case "log":
      return readEvent(fields?.["type"], objectIn(fields?.["meta"]) ?? objectIn(fields?.["message"]));
    default:
      return { type: "nothing", what: `bridge/${what}` };
  }
}

/** Joining, announcing and being asked are signs of life; `device_leave`, formerly `device_removed`, is the opposite. */
function readEvent(type: unknown, device: Fields | null): Decoded {
  const name = device?.["ieee_address"] ?? device?.["friendly_name"];
  if (typeof type !== "string" || typeof name !== "string")
    return { type: "nothing", what: "an event of the bridge without a device" };
  const address = addressIn(name);
  if (type === "device_leave" || type === "device_removed") return { type: "lost", address, how: "left" };
  return { type: "reports", reports: [{ ...said(address, {}), kind: "other", press: null }] };
}

function readNames(text: string): Decoded {
  const list = readJson(text);
  if (!Array.isArray(list)) return { type: "rejected", code: "bad-json", message: "bridge/devices is no list" };
  const names = list.flatMap((entry: unknown) => {
    const { friendly_name: name, ieee_address: address } = objectIn(entry) ?? {};
    return typeof name === "string" && typeof address === "string" && IEEE.test(address)
      ? [{ name: addressIn(name), address: address.toLowerCase() }]
      : [];
  });
  return { type: "names", names };
}

/** `{"state":"online"}`, before version 2 plain `online`. */
function stateIn(text: string, fields: Fields | null): string | null {
  const state = fields === null ? text.trim() : fields["state"];
  return typeof state === "string" ? state : null;
}
