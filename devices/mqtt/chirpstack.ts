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
 * ChirpStack v4, a LoRaWAN network server: `<base>/<application>/device/<DevEUI>/event/<event>` as JSON, from which
 * zeros and what is empty are left out ("Integrations: Events" of its documentation). What its own codec made of the
 * payload (`object`) is whatever somebody wrote there, and is not read.
 */

const HOUR_MS = 60 * 60_000;
/** Events that tell of a device; the others tell of answers, gateways and errors. */
const EVENTS: ReadonlySet<string> = new Set(["up", "join", "status", "ack", "location"]);

/** Below this topic, as `[integration.mqtt] event_topic` has it. Bridge `chirpstack`. */
export function chirpstackDefinition(base: string) {
  const partsOf = (topic: string): { readonly eui: string; readonly event: string } | null => {
    if (!topic.startsWith(`${base}/`)) return null;
    const [, device, id, kind, event, ...rest] = topic.slice(base.length + 1).split("/");
    const eui = euiIn(id);
    return device === "device" && kind === "event" && event && eui && rest.length === 0 ? { eui, event } : null;
  };
  return {
    transport: "mqtt",
    bridge: "chirpstack",
    facts: factsOf(base),
    // Buttons report once a day or oftener; a day that was lost is no fault yet.
    supervision: { heartbeatEveryMs: 24 * HOUR_MS, silentAfterMs: 60 * HOUR_MS },
    weakBelow: WEAK_BELOW,
    addressForm: "a DevEUI of 16 hexadecimal digits, as 24e124535b316056",
    normalizeAddress: euiIn,
    reportFilters: [`${base}/+/device/+/event/+`],
    addressOf: (topic: string) => partsOf(topic)?.eui ?? null,
    bridgeTopics: { publish: [`${base}/#`], subscribe: [`${base}/+/device/+/command/+`] },
    interestIn: (topic: string) => (EVENTS.has(partsOf(topic)?.event ?? "up") ? "report" : "none"),
    decode(topic: string, payload: Uint8Array): Decoded {
      const parts = partsOf(topic);
      if (parts === null)
        return rejected(
          "bad-topic",
          `topic ${quoted(topic)} is not ${base}/<application>/device/<DevEUI>/event/<event>`,
        );
      const read = readJsonPayload(payload);
      return "refused" in read ? read.refused : readEvent(parts.eui, parts.event, read.fields);
    },
  } satisfies MqttDefinition;
}

const factsOf = (base: string): Facts => {
  const topic = `${base}/5b0e2b4e-6a55-4b7e-9a3e-0f4f1c1f4d11/device/24e124aabbcc0011/event`;
  const device = '"deviceInfo":{"deviceProfileName":"WS101","devEui":"24e124aabbcc0011"}';
  return {
    title: "ChirpStack v4",
    ...LORAWAN_FACTS,
    sources: ["chirpstack.io: Integrations, Events", "the makers' payload tables"],
    examples: [
      {
        name: "a button, heard by two gateways",
        source: "composed",
        topic: `${topic}/up`,
        text: `{${device},"devAddr":"01a2b3c4","fCnt":7,"fPort":85,"data":"AXVT/y4B","rxInfo":[{"rssi":-110},{"rssi":-87}]}`,
        gives: [{ kind: "other", press: "short", batteryPct: 83, rssiDbm: -87, mark: "01a2b3c4:7" }],
      },
      {
        name: "its first frame, of which zeros are left out",
        source: "composed",
        topic: `${topic}/up`,
        text: `{${device},"devAddr":"01a2b3c4","fPort":85,"data":"/y4D"}`,
        gives: [{ kind: "other", press: "double", mark: "01a2b3c4:0" }],
      },
      {
        name: "a tracker whose SOS is on, known by its port",
        source: "composed",
        topic: `${topic}/up`,
        text: `{"devAddr":"01a2b3c4","fCnt":9,"fPort":18,"data":"BRBPgQA="}`,
        gives: [{ kind: "emergency", press: "sos", batteryPct: 79 }],
      },
      {
        name: "a payload that nothing here can read",
        source: "composed",
        topic: `${topic}/up`,
        text: `{"devAddr":"01a2b3c4","fCnt":9,"fPort":2,"data":"/y4B"}`,
        gives: [{ kind: "other", press: null }],
      },
      {
        name: "a join",
        source: "composed",
        topic: `${topic}/join`,
        text: `{${device},"devAddr":"01a2b3c5"}`,
        gives: [{ kind: "other", address: "24e124aabbcc0011", press: null }],
      },
      {
        name: "the device's status",
        source: "composed",
        topic: `${topic}/status`,
        text: `{${device},"margin":11,"batteryLevel":64.17}`,
        gives: [{ kind: "heartbeat", press: null, batteryPct: 64 }],
      },
      { name: "a log line", source: "composed", topic: `${topic}/log`, text: '{"level":"ERROR"}', gives: "nothing" },
    ],
  };
};

function readEvent(eui: string, event: string, fields: Fields): Decoded {
  const info = objectIn(fields["deviceInfo"]) ?? {};
  const address = euiIn(info["devEui"]) ?? eui;
  const sign = { ...said(address, "bridge"), kind: "other", press: null } as const;
  switch (event) {
    case "up":
      return readUp(address, info, fields);
    case "join":
      return { type: "reports", reports: [sign] };
    case "status":
      return { type: "reports", reports: [{ ...sign, kind: "heartbeat", batteryPct: batteryOf(fields) }] };
    case "ack":
      return fields["acknowledged"] === true
        ? { type: "reports", reports: [sign] }
        : { type: "nothing", what: "a downlink without an answer", wireId: address };
    case "location":
      return { type: "reports", reports: [{ ...sign, ...placeOf(objectIn(fields["location"])) }] };
    default:
      return { type: "nothing", what: `an event ${event.slice(0, 40)}`, wireId: address };
  }
}

function readUp(address: string, info: Fields, fields: Fields): Decoded {
  const { deviceProfileName: profile } = info;
  const bytes = base64In(fields["data"]);
  if (bytes === null) return rejected("bad-field", `"data" is no Base64`);
  return reportsOf({
    address,
    codec: typeof profile === "string" ? profile : null,
    fPort: countIn(fields["fPort"]),
    bytes,
    mark: `${String(fields["devAddr"] ?? "")}:${countIn(fields["fCnt"])}`,
    rssiDbm: bestRssiOf(fields["rxInfo"]),
  });
}

/** Zero is left out, and stands for nothing where the device has external power. */
function batteryOf({ batteryLevel, batteryLevelUnavailable, externalPowerSource }: Fields): number | null {
  if (batteryLevelUnavailable === true || externalPowerSource === true) return null;
  const level = percentIn(batteryLevel);
  return level === null ? null : Math.round(level);
}

/** Guessed from the gateways that heard it. */
const placeOf = (location: Fields | null) => {
  const { latitude: lat, longitude: lon } = location ?? {};
  return typeof lat === "number" && typeof lon === "number" ? { position: { lat, lon, isFix: false } } : {};
};
