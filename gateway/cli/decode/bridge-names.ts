import {
  BRIDGES,
  SERIAL_PROTOCOLS,
  TCP_PROTOCOLS,
  type BridgeKind,
  type SerialProtocol,
} from "../../../devices/catalogue.ts";

const CODECS = ["lorawan-payload", "ble-bthome"] as const;
export type CodecName = (typeof CODECS)[number];

/** What reads the messages of a bridge. */
export type Reading =
  | { readonly by: "serial"; readonly name: SerialProtocol }
  | { readonly by: "tcp"; readonly name: string }
  | { readonly by: "bridge"; readonly name: BridgeKind }
  /** Our own pendants on the broker. */
  | { readonly by: "own" }
  /** A payload without the bridge that usually brings it. */
  | { readonly by: "codec"; readonly name: CodecName };

/** What collections of samples call bridges that have another name here. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  "enocean-esp3": "enocean",
  "theengs-omg": "openmqttgateway",
  "omg-433": "openmqttgateway",
  "chirpstack-v4": "chirpstack",
  "tasmota-rf": "tasmota",
  "tasmota-zigbee": "tasmota",
  "gsm-watch3g": "watch3g",
  "gsm-gt06": "gt06",
  "gsm-eview-ev07b": "ev07b",
  "gsm-gps103": "gps103",
  "gsm-xexun": "xexun",
  "gsm-trv": "trv",
  "gsm-topin": "topin",
  "gsm-jt808": "jt808",
  "gsm-meitrack": "meitrack",
  "gsm-minifinder-v1": "minifinder",
  "gsm-h02": "h02",
};

/** Where Home Assistant's discovery announces things, whichever program announces them. */
const DISCOVERY = /^homeassistant\/.+\/config$/;

/** Null: nothing here reads it. */
export function readingOf(bridge: string, topic = ""): Reading | null {
  const name = DISCOVERY.test(topic) ? "ha-discovery" : (OTHER_NAMES[bridge] ?? bridge);
  const codec = CODECS.find((one) => one === name);
  if (codec !== undefined) return { by: "codec", name: codec };
  if (name === "mqtt") return { by: "own" };
  if (Object.hasOwn(SERIAL_PROTOCOLS, name)) return { by: "serial", name: name as SerialProtocol };
  if (Object.hasOwn(BRIDGES, name)) return { by: "bridge", name: name as BridgeKind };
  return Object.hasOwn(TCP_PROTOCOLS, name) ? { by: "tcp", name } : null;
}
