import type { Decoded, DecodedReport, KeyOf } from "../../gateway/core/definition.ts";
import { said } from "../parts/said.ts";
import type { Fields } from "../parts/text.ts";
import { BLE_REPEAT_MS, decodeSealed, decodeServiceData, NUMBERED_REPEAT_MS, shortUuid } from "./bthome.ts";
import { plainMac } from "./mac.ts";

/**
 * An advertisement as OpenMQTTGateway or Theengs Gateway publishes it: `id`, `rssi`, the service data as it came, what
 * Theengs Decoder made of it (decoder.theengs.io), or several of these. Service data of BTHome is read here, since it
 * tells more.
 */

const BTHOME: ReadonlySet<string> = new Set(["fcd2", "181c", "181e"]);
/** `encr` of BTHome; other numbers are other makers' ciphers. */
const ENCRYPTED_BTHOME = 2;
const BUTTONS = ["button", "button1", "button2", "button3", "button4"] as const;

/** `named`: the MAC in the topic, for messages that have none. */
export function readTheengs(fields: Fields, named: string | null, keyOf: KeyOf): Decoded {
  const printed = macIn(fields);
  const mac = printed === null ? named : plainMac(printed);
  if (mac === null) return { type: "nothing", what: "an advertisement without an address" };
  const wireId = printed ?? named!;
  return withSignal(readServiceData(fields, wireId, mac, keyOf) ?? readDecoded(fields, mac, wireId, keyOf), fields);
}

/** `id`; where that is a beacon's UUID, `mac`. */
function macIn({ id, mac }: Fields): string | null {
  if (typeof id === "string" && plainMac(id) !== null) return id;
  return typeof mac === "string" && plainMac(mac) !== null ? mac : null;
}

function readServiceData(fields: Fields, wireId: string, mac: string, keyOf: KeyOf): Decoded | null {
  const { servicedata, servicedatauuid: uuid, encr, cipher, ctr, mic } = fields;
  if (typeof servicedata === "string" && typeof uuid === "string" && BTHOME.has(shortUuid(uuid))) {
    const decoded = decodeServiceData(uuid, Buffer.from(servicedata, "hex"), wireId, keyOf(mac));
    if (decoded.type === "reports") return decoded;
  }
  if (encr !== ENCRYPTED_BTHOME || typeof cipher !== "string" || typeof ctr !== "string" || typeof mic !== "string")
    return null;
  const sealed = { cipher: Buffer.from(cipher, "hex"), counter: Buffer.from(ctr, "hex"), tag: Buffer.from(mic, "hex") };
  return decodeSealed(sealed, mac, wireId, keyOf(mac));
}

function readDecoded(fields: Fields, mac: string, wireId: string, keyOf: KeyOf): Decoded {
  const { batt, packet } = fields;
  const common = {
    // A device that has a key says nothing in plain: somebody else would.
    ...said(mac, keyOf(mac) ? "wrong-tag" : "none"),
    wireId,
    batteryPct: typeof batt === "number" && batt >= 0 && batt <= 100 ? Math.round(batt) : null,
  };
  const repeat =
    typeof packet === "number" ? { repeatMs: NUMBERED_REPEAT_MS, mark: String(packet) } : { repeatMs: BLE_REPEAT_MS };
  const reports: DecodedReport[] = [];
  let isButton = false;
  for (const press of BUTTONS) {
    const pressed = fields[press];
    if (typeof pressed !== "number") continue;
    isButton = true;
    if (pressed !== 0) reports.push({ ...common, kind: "other", press, ...repeat });
  }
  if (reports.length === 0) reports.push({ ...common, kind: isButton ? "heartbeat" : "other", press: null });
  return { type: "reports", reports };
}

function withSignal(decoded: Decoded, { rssi }: Fields): Decoded {
  if (decoded.type !== "reports" || typeof rssi !== "number") return decoded;
  const rssiDbm = Math.round(rssi);
  return { type: "reports", reports: decoded.reports.map((report) => ({ ...report, rssiDbm })) };
}
