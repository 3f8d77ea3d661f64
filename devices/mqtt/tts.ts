import type { Decoded, Facts, MqttDefinition } from "../../gateway/core/definition.ts";
import { LORAWAN_FACTS } from "../lorawan/facts.ts";
import { base64In, bestRssiOf, countIn, euiIn, reportsOf } from "../lorawan/uplink.ts";
import { WEAK_BELOW } from "../lorawan/weak-below.ts";
import { readJsonPayload } from "../parts/json-payload.ts";
import { percentIn } from "../parts/percent.ts";
import { rejected } from "../parts/rejected.ts";
import { said } from "../parts/said.ts";
import { objectIn, quoted, type Fields } from "../parts/text.ts";

/**
 * The Things Stack v3 (The Things Network), a LoRaWAN network server: `<base>/<application>@<tenant>/devices/<id>/up`
 * and others as JSON, from which zeros and what is empty are left out ("Data Formats" and "MQTT Server" of its
 * documentation). What its payload formatter made (`decoded_payload`) is whatever somebody wrote there, and is not read.
 */

const HOUR_MS = 60 * 60_000;
/** A device's name in an application. */
const DEVICE_ID = /^[a-z0-9](?:-?[a-z0-9]){1,35}$/;
/** Messages that tell of a device; the others are downlinks and what our own formatter repeats. */
const MESSAGES: ReadonlySet<string> = new Set(["up", "join", "location/solved", "down/ack"]);

/** Below this topic: `v3`. Bridge `tts`. */
export function ttsDefinition(base: string) {
  const partsOf = (topic: string): { readonly id: string; readonly message: string } | null => {
    if (!topic.startsWith(`${base}/`)) return null;
    const [application, devices, id, ...message] = topic.slice(base.length + 1).split("/");
    return application && devices === "devices" && id && message.length > 0 ? { id, message: message.join("/") } : null;
  };
  return {
    transport: "mqtt",
    bridge: "tts",
    facts: factsOf(base),
    // Buttons report once a day or oftener; a day that was lost is no fault yet.
    supervision: { heartbeatEveryMs: 24 * HOUR_MS, silentAfterMs: 60 * HOUR_MS },
    weakBelow: WEAK_BELOW,
    addressForm: "a DevEUI of 16 hexadecimal digits, or the device id where it has none, as button-12",
    normalizeAddress: addressIn,
    reportFilters: [`${base}/+/devices/+/#`],
    addressOf: (topic: string) => addressIn(partsOf(topic)?.id ?? ""),
    bridgeTopics: { publish: [`${base}/#`], subscribe: [`${base}/+/devices/+/down/+`] },
    interestIn: (topic: string) => (MESSAGES.has(partsOf(topic)?.message ?? "up") ? "report" : "none"),
    decode(topic: string, payload: Uint8Array): Decoded {
      const parts = partsOf(topic);
      if (parts === null)
        return rejected("bad-topic", `topic ${quoted(topic)} is not ${base}/<application>/devices/<id>/<message>`);
      const read = readJsonPayload(payload);
      return "refused" in read ? read.refused : readMessage(parts.id, parts.message, read.fields);
    },
  } satisfies MqttDefinition;
}

const factsOf = (base: string): Facts => {
  const topic = `${base}/care@ttn/devices/button-12`;
  const ids = '"end_device_ids":{"device_id":"button-12","dev_eui":"E8E1E1000101AABB","dev_addr":"260B1234"}';
  const model = '"version_ids":{"brand_id":"browan","model_id":"tbpb100"}';
  return {
    title: "The Things Stack",
    ...LORAWAN_FACTS,
    sources: ["thethingsindustries.com: Data Formats, MQTT Server", "the makers' payload tables"],
    examples: [
      {
        name: "a button, by its model",
        source: "composed",
        topic: `${topic}/up`,
        text: `{${ids},"uplink_message":{"session_key_id":"AX0=","f_port":147,"f_cnt":5,"frm_payload":"AQs3AAAHAAA=","rx_metadata":[{"rssi":-101},{"rssi":-93}],${model}}}`,
        gives: [{ kind: "other", address: "e8e1e1000101aabb", press: "button", rssiDbm: -93, mark: "AX0=:5" }],
      },
      {
        name: "its daily sign of life, of which zeros are left out",
        source: "composed",
        topic: `${topic}/up`,
        text: `{${ids},"uplink_message":{"session_key_id":"AX0=","f_port":147,"frm_payload":"AAA3oAUHAAA=",${model}}}`,
        gives: [{ kind: "heartbeat", press: null, batteryOk: false }],
      },
      {
        name: "a join",
        source: "composed",
        topic: `${topic}/join`,
        text: `{${ids},"join_accept":{"session_key_id":"AX4="}}`,
        gives: [{ kind: "other", address: "e8e1e1000101aabb", press: null }],
      },
      {
        name: "a downlink that waits",
        source: "composed",
        topic: `${topic}/down/queued`,
        text: "{}",
        gives: "nothing",
      },
    ],
  };
};

function addressIn(address: string): string | null {
  const id = address.trim().toLowerCase();
  return euiIn(id) ?? (DEVICE_ID.test(id) ? id : null);
}

function readMessage(id: string, message: string, fields: Fields): Decoded {
  const ids = objectIn(fields["end_device_ids"]) ?? {};
  const address = euiIn(ids["dev_eui"]) ?? addressIn(id);
  if (address === null) return rejected("bad-field", `no address in ${quoted(id)}`);
  const sign = { ...said(address, "bridge"), kind: "other", press: null } as const;
  switch (message) {
    case "up":
      return readUp(address, ids, objectIn(fields["uplink_message"]));
    case "join":
    case "down/ack":
      return { type: "reports", reports: [sign] };
    case "location/solved":
      return { type: "reports", reports: [{ ...sign, ...placeOf(fields) }] };
    default:
      return { type: "nothing", what: `a message ${message.slice(0, 40)}`, wireId: address };
  }
}

function readUp(address: string, ids: Fields, uplink: Fields | null): Decoded {
  if (uplink === null) return rejected("bad-field", `"uplink_message" is missing`);
  const bytes = base64In(uplink["frm_payload"]);
  if (bytes === null) return rejected("bad-field", `"frm_payload" is no Base64`);
  const fCnt = countIn(uplink["f_cnt"]);
  const { brand_id: brand, model_id: model } = objectIn(uplink["version_ids"]) ?? {};
  return reportsOf({
    address,
    codec: typeof model === "string" ? `${typeof brand === "string" ? brand : ""} ${model}` : null,
    fPort: countIn(uplink["f_port"]),
    bytes,
    mark: `${String(uplink["session_key_id"] ?? ids["dev_addr"] ?? "")}:${fCnt}`,
    rssiDbm: bestRssiOf(uplink["rx_metadata"]),
    batteryPct: batteryOf(objectIn(uplink["last_battery_percentage"]), fCnt),
  });
}

/** The server repeats the last status with every frame; only that of this frame is news. */
function batteryOf(status: Fields | null, fCnt: number): number | null {
  const value = status !== null && countIn(status["f_cnt"]) === fCnt ? percentIn(status["value"]) : null;
  return value === null ? null : Math.round(value);
}

/** Guessed from the gateways that heard it. */
function placeOf(fields: Fields) {
  const solved = objectIn(objectIn(fields["location_solved"])?.["location"]);
  const { latitude: lat, longitude: lon } = solved ?? {};
  return typeof lat === "number" && typeof lon === "number" ? { position: { lat, lon, isFix: false } } : {};
}
