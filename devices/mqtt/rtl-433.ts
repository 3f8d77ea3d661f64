import type { Decoded, Facts, MqttDefinition } from "../../gateway/core/definition.ts";
import { readJsonPayload } from "../parts/json-payload.ts";
import { heardBy, readOnline } from "../parts/online.ts";
import { rejected } from "../parts/rejected.ts";
import { quoted } from "../parts/text.ts";
import { normalizeRtl433, readRtl433, RF_REPEAT_MS } from "../rtl433/event.ts";
import { isRolling } from "../rtl433/models.ts";

/** The last will of rtl_433; more is none. */
const BRIDGE_PAYLOAD_MAX_BYTES = 64;

/** rtl_433 on any host below this base topic: `<base>/<host>/events`. Bridge `rtl_433`. */
export function rtl433Definition(base: string) {
  return {
    transport: "mqtt",
    bridge: "rtl_433",
    facts: factsOf(base),
    // A remote says nothing by itself; what security sensors say now and then is learned.
    supervision: { heartbeatEveryMs: null, silentAfterMs: null },
    addressForm: "model:id as rtl_433 prints them, as Generic-Remote:5069, and :key behind it for one key of several",
    normalizeAddress: normalizeRtl433,
    isRolling,
    reportFilters: [`${base}/+/events`, `${base}/+/availability`],
    // Any device may speak on it.
    addressOf: () => null,
    bridgeTopics: { publish: [`${base}/#`], subscribe: [] },
    bridgePayloadMaxBytes: BRIDGE_PAYLOAD_MAX_BYTES,
    interestIn: (topic) =>
      topic.endsWith("/events") ? "report" : topic.endsWith("/availability") ? "standing" : "none",
    decode(topic: string, payload: Uint8Array): Decoded {
      const [host = "", what, ...more] = topic.startsWith(`${base}/`) ? topic.slice(base.length + 1).split("/") : [];
      if (more.length > 0 || (what !== "events" && what !== "availability"))
        return rejected("bad-topic", `topic ${quoted(topic)}, events come on ${base}/<host>/events`);
      if (what === "availability") return readOnline(host, payload);
      const read = readJsonPayload(payload);
      return "refused" in read ? read.refused : heardBy(host, readRtl433(read.fields, false));
    },
  } satisfies MqttDefinition;
}

const factsOf = (base: string): Facts => ({
  title: "rtl_433",
  devices: "433, 345, 319 and 868 MHz remotes, pendants, cords, door bells and alarm sensors",
  sources: [
    "rtl_433: DATA_FORMAT.md, INTEGRATION.md and the fields of its decoders, 18.05 to 26.08",
    "rtl_433.example.conf: the keys of a SC2260 remote",
  ],
  presses:
    "SOS, PANIC, EMERGENCY as whole words, the panic codes of X10; TEST; any other key, command or open loop is a bare press",
  cancel: null,
  dedup: { key: "model, id and key; a rolling code tells the next press at once", windowMs: RF_REPEAT_MS },
  battery: "battery_ok (formerly battery, battery_low); a lamp may flip within one burst",
  signal: "signal to noise in dB as quality, with -M level; its rssi is relative to full scale and no dBm",
  integrity:
    "a CRC or a checksum of some models keeps noise out; nothing keeps a forger out, rolling codes (KeeLoq, Security+) are not verified",
  downlink: null,
  examples: [
    {
      name: "a four-key remote",
      source: "composed",
      topic: `${base}/attic/events`,
      text: '{"time":"2026-11-25 08:00:00","model":"Generic-Remote","id":21034,"cmd":12,"tristate":"10Z0ZZ1Z0010"}',
      gives: [
        { kind: "other", address: "generic-remote:21034", wireId: "21034", press: "12", part: "attic", proof: "none" },
      ],
    },
    {
      name: "the SOS key of a remote, through a decoder of one's own",
      source: "composed",
      topic: `${base}/attic/events`,
      text: '{"model":"Alarm-Remote","count":4,"num_rows":4,"len":25,"data":"0b3c578","id":46021,"cmd":"SOS"}',
      gives: [{ kind: "emergency", address: "alarm-remote:46021", wireId: "0b3c5", press: "SOS" }],
    },
    {
      name: "a panic key with a flat battery",
      source: "composed",
      topic: `${base}/attic/events`,
      text: '{"model":"X10-Security","id":"5c21","code":"89","event":"KR15 PANIC","battery_ok":0,"mic":"CRC"}',
      gives: [
        { kind: "emergency", address: "x10-security:5c21", press: "KR15 PANIC", batteryOk: false },
        { kind: "low_battery", press: null },
      ],
    },
    {
      name: "a heartbeat of a contact that stands open, as it is printed today",
      source: "composed",
      topic: `${base}/attic/events`,
      text: '{"model":"Honeywell-Security","id":421337,"channel":8,"event":132,"state":"open","contact_open":1,"reed_open":0,"alarm":0,"tamper":0,"battery_ok":1,"heartbeat":1,"mic":"CRC"}',
      gives: [{ kind: "heartbeat", address: "honeywell-security:421337", press: null, batteryOk: true }],
    },
    {
      name: "the same sensor in the schema of 2018",
      source: "composed",
      topic: `${base}/attic/events`,
      text: '{"model":"Honeywell Door/Window Sensor","device":421337,"channel":8,"event":128,"state":"open","heartbeat":"no"}',
      gives: [{ kind: "other", address: "honeywell-security:421337", wireId: "421337", press: "contact" }],
    },
    {
      name: "a rolling code, with the signal",
      source: "composed",
      topic: `${base}/attic/events`,
      text: '{"model":"Microchip-HCS200","id":"0A1B2C3","battery_ok":1,"button":2,"learn":0,"repeat":0,"encrypted":"5D01E0AA","rssi":-6.4,"snr":21.7,"noise":-28.1}',
      gives: [{ address: "microchip-hcs200:0a1b2c3", press: "2", mark: "5D01E0AA", batteryOk: true, linkQuality: 22 }],
    },
    {
      name: "a receiver that went",
      source: "composed",
      topic: `${base}/attic/availability`,
      text: "offline",
      gives: "bridge",
    },
  ],
});
