import type { Decoded, DecodedReport, Facts, KeyOf, MqttDefinition } from "../../gateway/core/definition.ts";
import { NUMBERED_REPEAT_MS } from "../ble/bthome.ts";
import { plainMac } from "../ble/mac.ts";
import { readTheengs } from "../ble/theengs.ts";
import { readJsonPayload } from "../parts/json-payload.ts";
import { alive, heardBy, readOnline } from "../parts/online.ts";
import { rejected } from "../parts/rejected.ts";
import { said } from "../parts/said.ts";
import { latin1, objectIn, quoted, type Fields } from "../parts/text.ts";
import { normalizeRtl433, readRtl433, RF_REPEAT_MS } from "../rtl433/event.ts";
import { isRolling } from "../rtl433/models.ts";

/**
 * OpenMQTTGateway and Theengs Gateway below their base topic: `<base>/<gateway>/<subject>` and, with more of the device
 * in the topic, deeper (docs.openmqttgateway.com, "RF", "BLE", "RTL_433"; theengs.io, gateway).
 */

/** `SYStoMQTT` is the largest of what a gateway says of itself. */
const BRIDGE_PAYLOAD_MAX_BYTES = 4 * 1024;

const ADVERT = "BTtoMQTT";
const EVENT = "RTL_433toMQTT";
const PILIGHT = "PilighttoMQTT";
const NEW_KAKU = "RF2toMQTT";
/** Codes as numbers, of the receivers rc-switch and Sonoff RF Bridge. */
const CODES: ReadonlySet<string> = new Set(["433toMQTT", "315toMQTT", "RFtoMQTT", "SRFBtoMQTT"]);
const REPORTS: ReadonlySet<string> = new Set([...CODES, ADVERT, EVENT, PILIGHT, NEW_KAKU]);
const LAST_WILL = "LWT";
const HEALTH = "SYStoMQTT";

const MAC_AND_PRESS = /^([0-9a-f]{2}(?:[:-]?[0-9a-f]{2}){5})(?::([^\x00-\x1f\x7f]{1,40}))?$/i;
const CODE = /^(?:0x)?[0-9a-f]{1,32}$/i;

/** The receiver's answer to a known subject: below which gateway, and what. */
interface Place {
  readonly gateway: string;
  readonly subject: string;
  readonly more: readonly string[];
}

/** OpenMQTTGateway and Theengs below this base topic. Bridge `openmqttgateway`. */
export function openmqttgatewayDefinition(base: string) {
  const placeOf = (topic: string): Place | null => {
    if (!topic.startsWith(`${base}/`)) return null;
    const [gateway = "", subject = "", ...more] = topic.slice(base.length + 1).split("/");
    return { gateway, subject, more };
  };
  return {
    transport: "mqtt",
    bridge: "openmqttgateway",
    facts: factsOf(base),
    // Remotes never report by themselves; what BLE buttons do is learned.
    supervision: { heartbeatEveryMs: null, silentAfterMs: null },
    addressForm:
      "a MAC as bc:02:6e:aa:bb:cc, 433:code as 433:1315156, or model:id as rtl_433 prints them, and :key behind it for one key of several",
    normalizeAddress,
    keys: "given",
    isRolling,
    reportFilters: [`${base}/+/+`, `${base}/+/+/#`],
    addressOf(topic) {
      const place = placeOf(topic);
      return place?.subject === ADVERT ? plainMac(place.more.at(-1) ?? "") : null;
    },
    bridgeTopics: { publish: [`${base}/#`], subscribe: [`${base}/#`] },
    bridgePayloadMaxBytes: BRIDGE_PAYLOAD_MAX_BYTES,
    interestIn(topic) {
      const { subject = "" } = placeOf(topic) ?? {};
      if (REPORTS.has(subject)) return "report";
      return subject === LAST_WILL || subject === HEALTH ? "standing" : "none";
    },
    decode(topic: string, payload: Uint8Array, keyOf: KeyOf): Decoded {
      const place = placeOf(topic);
      if (place === null) return rejected("bad-topic", `topic ${quoted(topic)} is not below ${base}/`);
      const { gateway, subject, more } = place;
      if (subject === LAST_WILL) return readOnline(gateway, payload);
      if (subject === HEALTH) return alive(gateway);
      if (!REPORTS.has(subject)) return { type: "nothing", what: subject.slice(0, 40) };
      if (CODES.has(subject) && isDigits(payload)) return heardBy(gateway, readPlainCode(payload, more));
      const read = readJsonPayload(payload);
      if ("refused" in read) return read.refused;
      return heardBy(gateway, readSubject(subject, read.fields, plainMac(more.at(-1) ?? ""), keyOf));
    },
  } satisfies MqttDefinition;
}

function normalizeAddress(address: string): string | null {
  const advert = MAC_AND_PRESS.exec(address.trim());
  if (!advert) return normalizeRtl433(address);
  const [, mac = "", press] = advert;
  return plainMac(mac) + (press === undefined ? "" : `:${press.toLowerCase()}`);
}

function readSubject(subject: string, fields: Fields, mac: string | null, keyOf: KeyOf): Decoded {
  switch (subject) {
    case ADVERT:
      return readTheengs(fields, mac, keyOf);
    case EVENT:
      return readRtl433(fields, true);
    case PILIGHT:
      return readPilight(fields);
    case NEW_KAKU:
      return readNewKaku(fields);
    default:
      return readCode(fields);
  }
}

const pressed = (address: string, wireId: string, press: string, fields: Fields): Decoded => {
  const { rssi } = fields;
  const report: DecodedReport = {
    ...said(address, "none"),
    wireId,
    kind: "other",
    press,
    repeatMs: RF_REPEAT_MS,
    ...(typeof rssi === "number" && { rssiDbm: Math.round(rssi) }),
  };
  return { type: "reports", reports: [report] };
};

const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const isDigits = (payload: Uint8Array): boolean =>
  payload.length > 0 && payload.every((byte) => byte >= DIGIT_0 && byte <= DIGIT_9);

/** Before version 0.9 the code was the payload, and `…/protocol`, `…/bits` and `…/delay` had topics of their own. */
function readPlainCode(payload: Uint8Array, more: readonly string[]): Decoded {
  if (more.length > 0) return { type: "nothing", what: "a property of a code" };
  return readCode({ value: latin1(payload) });
}

/** A learning or fixed code as one number: each key of a remote is a device of its own. */
function readCode(fields: Fields): Decoded {
  const { value } = fields;
  if (typeof value !== "number" && typeof value !== "string") return { type: "nothing", what: "no code" };
  const code = String(value).trim();
  if (!CODE.test(code)) return rejected("bad-field", `"value" is ${quoted(code)}, it must be a number`);
  const address = normalizeRtl433(`433:${code}`)!;
  return pressed(address, code, address.slice("433:".length), fields);
}

/** Remotes of KlikAanKlikUit with a library of their own: `switchType` 0 off, 1 on, 2 dimmed. */
function readNewKaku(fields: Fields): Decoded {
  const { address, unit, groupBit, switchType } = fields;
  if (typeof address !== "number" && typeof address !== "string") return { type: "nothing", what: "no code" };
  const which = groupBit === 1 || groupBit === true ? "all" : String(unit ?? 0);
  const normal = normalizeRtl433(`kaku:${address}`);
  if (normal === null) return rejected("bad-field", `"address" is ${quoted(String(address))}, it must be a number`);
  return pressed(normal, String(address), `${which}-${String(switchType ?? 0)}`, fields);
}

/** ESPiLight: a protocol, and what it reads in `message`. Whatever a remote says there is one of its keys. */
function readPilight(fields: Fields): Decoded {
  const { protocol, value } = fields;
  const message = objectIn(fields["message"]);
  if (typeof protocol !== "string" || message === null) return { type: "nothing", what: "no reading of a protocol" };
  const id = [value, ...PILIGHT_IDS.map((field) => message[field])].find(
    (one) => typeof one === "number" || (typeof one === "string" && one !== ""),
  );
  const address = normalizeRtl433(`pilight-${protocol}:${String(id)}`);
  if (id === undefined || address === null) return { type: "nothing", what: "a reading without an id" };
  const key = keyOfPilight(message);
  if (key !== null) return pressed(address, String(id), key, fields);
  const report = { ...said(address, "none"), wireId: String(id), kind: "other", press: null } as const;
  return { type: "reports", reports: [report] };
}

const PILIGHT_IDS = ["id", "key", "device_id", "systemcode", "unitcode", "programcode"] as const;
const PILIGHT_STATES = ["on", "off", "up", "down", "all"] as const;

function keyOfPilight({ unit, unitcode, state, button, ...rest }: Fields): string | null {
  const word = [state, button].find((one) => typeof one === "string" || typeof one === "number");
  const said = word ?? PILIGHT_STATES.find((one) => rest[one] === 1 || rest[one] === true);
  if (said === undefined) return null;
  const which = unit ?? unitcode;
  return which === undefined ? String(said) : `${String(which)}-${String(said)}`;
}

const factsOf = (base: string): Facts => ({
  title: "OpenMQTTGateway and Theengs Gateway",
  devices: "433 MHz remotes, pendants and cords; Bluetooth buttons (Shelly BLU and others of BTHome, NodOn)",
  sources: [
    "docs.openmqttgateway.com: RF, RTL_433, BLE",
    "decoder.theengs.io: properties of the models",
    "bthome.io: BTHome v2 format, encryption; v1 of 2022",
  ],
  presses:
    "a bare press of a code or a Bluetooth button, however often and however long: hands shake; words of RTL_433toMQTT as with rtl_433",
  cancel: null,
  dedup: {
    key: "code, or MAC, key and packet id (BTHome; the counter where it is encrypted), for 10 s; without one for 3 s",
    windowMs: NUMBERED_REPEAT_MS,
  },
  battery: "per cent of Bluetooth buttons; battery_ok of RTL_433toMQTT",
  signal: "dBm of Bluetooth and of RTL_433toMQTT",
  integrity:
    "none of 433 MHz and of plain Bluetooth. Encrypted BTHome with its key: a CCM tag of 4 bytes proves who sent; its counter tells presses apart, and a recording that is played later than 10 s afterwards is not told from a press",
  downlink: null,
  examples: [
    {
      name: "a code of a remote",
      source: "composed",
      topic: `${base}/attic/433toMQTT`,
      text: '{"value":5592405,"protocol":1,"length":24,"delay":320}',
      gives: [{ kind: "other", address: "433:5592405", wireId: "5592405", press: "5592405", proof: "none" }],
    },
    {
      name: "a remote through rtl_433 on the gateway",
      source: "composed",
      topic: `${base}/attic/RTL_433toMQTT/Generic-Remote/21034`,
      text: '{"model":"Generic-Remote","id":21034,"cmd":12,"protocol":"Generic Remote SC226x EV1527","rssi":-71}',
      gives: [{ kind: "other", address: "generic-remote:21034", press: "12", rssiDbm: -71 }],
    },
    {
      name: "a Bluetooth button that Theengs decoded",
      source: "composed",
      topic: `${base}/attic/BTtoMQTT/A0B1C2D3E4F5`,
      text: '{"id":"A0:B1:C2:D3:E4:F5","rssi":-64,"model_id":"SBBT-002C","type":"BTN","packet":7,"batt":91,"button":2}',
      gives: [
        {
          kind: "other",
          address: "a0:b1:c2:d3:e4:f5",
          wireId: "A0:B1:C2:D3:E4:F5",
          press: "button",
          mark: "7",
          batteryPct: 91,
          rssiDbm: -64,
        },
      ],
    },
    {
      name: "the same as it was on the air: the second of four keys",
      source: "composed",
      topic: `${base}/attic/BTtoMQTT/A0B1C2D3E4F5`,
      text: '{"id":"A0:B1:C2:D3:E4:F5","rssi":-70,"servicedatauuid":"0xfcd2","servicedata":"440007015b3a003a013a003a00"}',
      gives: [
        { address: "a0:b1:c2:d3:e4:f5", press: "button2", mark: "7", batteryPct: 91, repeatMs: NUMBERED_REPEAT_MS },
      ],
    },
    {
      name: "an encrypted one that nobody gave the key of",
      source: "composed",
      topic: `${base}/attic/BTtoMQTT/A0B1C2D3E4F5`,
      text: '{"id":"A0:B1:C2:D3:E4:F5","rssi":-70,"encr":2,"cipher":"010203040506","ctr":"01000000","mic":"0a0b0c0d"}',
      gives: [{ kind: "other", press: null, proof: "no-key" }],
    },
    {
      name: "a key of Pilight",
      source: "composed",
      topic: `${base}/attic/PilighttoMQTT/arctech_switch/77121`,
      text: '{"message":{"id":77121,"unit":2,"state":"on"},"protocol":"arctech_switch","value":"77121","repeats":3,"status":2}',
      gives: [{ kind: "other", address: "pilight-arctech_switch:77121", wireId: "77121", press: "2-on" }],
    },
    { name: "a gateway that went", source: "composed", topic: `${base}/attic/LWT`, text: "offline", gives: "bridge" },
    {
      name: "what a gateway is told",
      source: "composed",
      topic: `${base}/attic/commands/MQTTto433`,
      text: '{"value":1}',
      gives: "nothing",
    },
  ],
});
