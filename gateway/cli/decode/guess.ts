import { readObject, type Fields } from "../../../devices/parts/text.ts";
import { readingOf } from "./bridge-names.ts";
import type { Row } from "./row.ts";

type Look = readonly [RegExp, ...(readonly string[])];

/** How messages of protocols that are text begin. */
const TEXTS: readonly Look[] = [
  [/^(?:20|1[01]);/, "rflink"],
  [/^\[\w{2}\*\d+\*/, "watch3g"],
  [/imei:\d{15}.*GPRMC|GPRMC.*imei:\d{15}/, "xexun"],
  [/^(?:##,)?imei:\d{15}|^\d{15};?$/, "gps103"],
  [/^(?:IW|TRV)[A-Z]{2}[\dA-Z]{2}/, "trv"],
  [/^\*\w{2},\d*,/, "h02"],
  [/^\$\$.\d+,\d{14,15},/, "meitrack"],
  [/^!\w,/, "minifinder"],
];

/** How frames of protocols that are bytes begin, as hex digits; several where the same bytes begin several. */
const BYTES: readonly Look[] = [
  [/^7878/, "gt06", "topin"],
  [/^7979/, "gt06"],
  [/^7e.*7e$/, "jt808"],
  [/^ab/, "ev07b"],
  [/^c0/, "okc"],
  // Behind noise, too.
  [/^(?:..)*?5500/, "enocean"],
];

/** Topics as they are usual. */
const TOPICS: readonly Look[] = [
  [/^homeassistant\//, "ha-discovery"],
  [/^okc\//, "mqtt"],
  [/^zigbee2mqtt\//, "zigbee2mqtt"],
  [/^rtl_433\//, "rtl_433"],
  [/\/\w+toMQTT(?:\/|$)/, "openmqttgateway"],
  [/^(?:tele|stat)\//, "tasmota"],
  [/^application\/[^/]+\/device\/[^/]+\/event\//, "chirpstack"],
  [/^v3\/[^/]+\/devices\/[^/]+\//, "tts"],
  [/^shellies\//, "shelly-gen1"],
  [/\/events\/rpc$/, "shelly-gen2"],
  [/\/(?:binary_sensor|event|sensor|button)\/[^/]+\/state$/, "esphome"],
];

/** Stands where a payload without its topic would name its device. */
export const NOBODY = "nobody";

/** Fields that only one program writes, and a topic as that program would give them. */
const PAYLOADS: readonly (readonly [readonly string[], string, string])[] = [
  [["deviceInfo", "devAddr"], "chirpstack", `application/x/device/${NOBODY}/event/up`],
  [["deviceInfo", "fPort"], "chirpstack", `application/x/device/${NOBODY}/event/up`],
  [["end_device_ids", "uplink_message"], "tts", `v3/x/devices/${NOBODY}/up`],
  [["RfRaw"], "tasmota", `tele/${NOBODY}/RESULT`],
  [["RfReceived"], "tasmota", `tele/${NOBODY}/RESULT`],
  [["ZbReceived"], "tasmota", `tele/${NOBODY}/SENSOR`],
  [["event", "event_cnt"], "shelly-gen1", `shellies/${NOBODY}/input_event/0`],
  [["id", "mac", "fw_ver"], "shelly-gen1", "shellies/announce"],
  [["method", "params"], "shelly-gen2", `${NOBODY}/events/rpc`],
  [["src", "params"], "shelly-gen2", `${NOBODY}/events/rpc`],
  [["brand", "model_id"], "openmqttgateway", `home/x/BTtoMQTT/${NOBODY}`],
  [["model_id", "rssi"], "openmqttgateway", `home/x/BTtoMQTT/${NOBODY}`],
  [["value", "protocol"], "openmqttgateway", "home/x/433toMQTT"],
  [["time", "model"], "rtl_433", "rtl_433/x/events"],
  [["action"], "zigbee2mqtt", `zigbee2mqtt/${NOBODY}`],
  [["linkquality"], "zigbee2mqtt", `zigbee2mqtt/${NOBODY}`],
  [["type", "data"], "zigbee2mqtt", "zigbee2mqtt/bridge/event"],
];

/** `mosquitto_sub -v` prints the topic, a space and the payload. A topic may hold spaces, too. */
const WITH_TOPIC = [/^([^{[,;*]+\/[^{,;*]+?) (\{.*)$/, /^([^\s{[,;*]+\/[^\s,;*]+) (.*)$/];

/** The rows that a pasted message may be, the likeliest first; empty: it looks like nothing that is known. */
export function candidatesFor(line: string): readonly Row[] {
  const text = line.trim();
  const fields = readObject(text);
  if (fields !== null) return fromObject(text, fields);
  const [, topic, payload = ""] = WITH_TOPIC.map((form) => form.exec(text)).find((found) => found !== null) ?? [];
  if (topic !== undefined) return fromTopic(topic, payload);
  const digits = text
    .replace(/^0x/i, "")
    .replaceAll(/[\s:-]/g, "")
    .toLowerCase();
  const isHex = /^(?:[0-9a-f]{2}){4,}$/.test(digits);
  const bytes = isHex ? byLook(BYTES, digits).map((bridge) => rowFor(bridge, Buffer.from(digits, "hex"))) : [];
  return [...byLook(TEXTS, text).map((bridge) => rowFor(bridge, Buffer.from(`${text}${endOf(bridge)}`))), ...bytes];
}

/** A row that forgot its bridge, or a bare payload. */
function fromObject(text: string, fields: Fields): readonly Row[] {
  const { topic, payload } = fields;
  if (typeof topic === "string")
    return fromTopic(topic, typeof payload === "string" ? payload : JSON.stringify(payload ?? ""));
  return payloadsLike(fields).map(([, bridge, usual]) => rowFor(bridge, Buffer.from(text), usual));
}

/** By the topic where it has its usual base, else by what the payload looks like. */
function fromTopic(topic: string, payload: string): readonly Row[] {
  const bridges = [...byLook(TOPICS, topic), ...payloadsLike(readObject(payload) ?? {}).map(([, bridge]) => bridge)];
  return bridges.map((bridge) => rowFor(bridge, Buffer.from(payload), topic));
}

const payloadsLike = (fields: Fields): typeof PAYLOADS =>
  PAYLOADS.filter(([names, bridge]) => names.every((name) => name in fields) && readingOf(bridge) !== null);

const byLook = (looks: readonly Look[], text: string): readonly string[] =>
  looks.flatMap(([look, ...bridges]) =>
    look.test(text) ? bridges.filter((bridge) => readingOf(bridge) !== null) : [],
  );

/** A terminal takes away what ends a line. */
const endOf = (bridge: string): string => (bridge === "rflink" ? "\r\n" : "");

const rowFor = (bridge: string, payload: Uint8Array, topic = ""): Row => ({
  ...{ bridge, topic, payload },
  codec: null,
  fPort: null,
  serviceUuid: null,
  isRetained: false,
  isFromHost: false,
  receivedAt: null,
  connection: null,
  needsEnrolment: false,
});
