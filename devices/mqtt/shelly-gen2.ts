import type { Decoded, DecodedReport, Facts, MqttDefinition } from "../../gateway/core/definition.ts";
import { percentIn } from "../parts/percent.ts";
import { rejected } from "../parts/rejected.ts";
import { said } from "../parts/said.ts";
import { objectIn, quoted, readObject, readUtf8, type Fields } from "../parts/text.ts";
import { below, levelsBelow, topicNameIn } from "../parts/topic-name.ts";
import { CLICKS, type BluEvent, macIn, readBlu, readBluStatus } from "../shelly/blu.ts";

/**
 * Shelly devices of the second generation and later: `<prefix>/events/rpc` with notifications, `<prefix>/online`
 * ("Gen2+: RPC Protocol, Notifications, MQTT"), and the Bluetooth buttons (BLU) that they hear. The prefix is free text;
 * `base` is what stands before it.
 */

/** Without its time a push is told from its copy as other radios' are. */
const REPEAT_MS = 3_000;
/** With it, a copy is one however long a broker kept it. */
const COPY_MS = 60_000;
/** Several devices that hear one packet of a BLU button tell it within moments; its number comes again after 256. */
const PACKET_MS = 10_000;
/** Battery devices are offline between two messages, which is no fault. */
const SLEEPER = /^shelly(?:plusht|htg|plussmoke|smoke|blu|flood|dw)/i;

const PUSH = /^(?:[a-z]+_){1,2}push$/;
const INPUT = /^input:(\d{1,3})$/;
const BLU_COMPONENT = /^bthome(?:device|sensor):\d{1,3}$/;

/** Below this topic, or anywhere. Bridge `shelly-gen2`. */
export function shellyGen2Definition(base: string) {
  const prefixOf = (topic: string): string | null => topicNameIn(levelsBelow(base, topic)?.[0] ?? "");
  const topics = (...names: readonly string[]): readonly string[] => names.map((name) => below(base, `+/${name}`));
  return {
    transport: "mqtt",
    bridge: "shelly-gen2",
    facts: factsOf(base),
    // Buttons are silent between two pushes; mains devices have a last will.
    supervision: { heartbeatEveryMs: null, silentAfterMs: null },
    addressForm:
      "the topic prefix, as shellyplusi4-a8032ab1fe78, with :bthomedevice:200 behind it for a BLU button, or the MAC that a script tells",
    normalizeAddress: (address: string) => macIn(address) ?? (address.includes("/") ? null : topicNameIn(address)),
    reportFilters: topics("events/rpc", "online"),
    addressOf: prefixOf,
    bridgeTopics: {
      publish: topics("events/rpc", "online", "status/#", "debug/#", "rpc", "announce"),
      subscribe: topics("rpc", "rpc/#", "command", "command/#", "events/rpc"),
    },
    interestIn: (topic: string) => (topic.endsWith("/online") ? "standing" : "report"),
    decode(topic: string, payload: Uint8Array): Decoded {
      const prefix = prefixOf(topic);
      if (prefix === null) return rejected("bad-topic", `topic ${quoted(topic)} has no prefix`);
      const text = readUtf8(payload);
      if (text === null) return rejected("bad-utf8", "the payload is not UTF-8");
      if (topic.endsWith("/online")) return readOnline(prefix, text.trim());
      const fields = readObject(text);
      return fields === null ? rejected("bad-json", `not a JSON object: ${quoted(text)}`) : readFrame(prefix, fields);
    },
  } satisfies MqttDefinition;
}

const factsOf = (base: string): Facts => {
  const topic = below(base, "hall-i4/events/rpc");
  const frame = (events: string): string =>
    `{"src":"shellyplusi4-aabbcc001122","method":"NotifyEvent","params":{"ts":1800000000.5,"events":[${events}]}}`;
  return {
    title: "Shelly, second generation and later, with BLU buttons",
    devices: "bell pushes at a Plus i4 and others; BLU Button1, Button Tough, RC Button 4, Wall Switch 4 through one",
    sources: ["shelly-api-docs.shelly.cloud: Gen2+, Notifications, BTHomeDevice", "ALLTERCO shelly-script-examples"],
    presses:
      "single_push, double_push, triple_push, long_push are bare presses; of the second input 1-single_push and so on",
    cancel: null,
    dedup: { key: "device, key and the event's time; of a script's event the packet's number", windowMs: COPY_MS },
    battery: "per cent",
    signal: "dBm of Wi-Fi, of a BLU button that of Bluetooth",
    integrity: "the account of its broker; BLU by radio has none unless it is encrypted",
    downlink: null,
    examples: [
      {
        name: "a push of the first input",
        source: "composed",
        topic,
        text: frame('{"component":"input:0","id":0,"event":"single_push","ts":1800000000.25}'),
        gives: [{ kind: "other", address: "hall-i4", press: "single_push", mark: "1800000000.25" }],
      },
      {
        name: "the third input is let go, and that was a long push",
        source: "composed",
        topic,
        text: frame(
          '{"component":"input:2","event":"long_push","ts":1},{"component":"input:2","event":"btn_up","ts":2}',
        ),
        gives: [
          { kind: "other", press: "2-long_push" },
          { kind: "other", press: null, released: CLICKS.map((click) => `2-${click}`) },
        ],
      },
      {
        name: "a BLU button that was paired with it",
        source: "composed",
        topic,
        text: frame('{"component":"bthomedevice:200","id":200,"event":"double_push","idx":3,"ts":5.5}'),
        gives: [
          { kind: "other", address: "hall-i4:bthomedevice:200", wireId: "bthomedevice:200", press: "3-double_push" },
        ],
      },
      {
        name: "a BLU button through a script",
        source: "composed",
        topic,
        text: frame(
          '{"component":"script:1","id":1,"event":"shelly-blu","data":{"BTHome_version":2,"pid":9,"battery":97,"button":1,"rssi":-66,"address":"AA:BB:CC:00:11:22"},"ts":1}',
        ),
        gives: [
          {
            kind: "other",
            address: "aa:bb:cc:00:11:22",
            press: "single_push",
            batteryPct: 97,
            rssiDbm: -66,
            mark: "9",
          },
        ],
      },
      {
        name: "a switch that was turned",
        source: "composed",
        topic,
        text: frame('{"component":"input:0","event":"toggle","state":true,"ts":1}'),
        gives: [{ kind: "other", press: null }],
      },
      {
        name: "the battery of a BLU button",
        source: "composed",
        topic,
        text: '{"src":"a","method":"NotifyStatus","params":{"ts":1,"bthomedevice:200":{"rssi":-70,"battery":64}}}',
        gives: [
          { kind: "other", address: "hall-i4", batteryPct: null },
          { kind: "other", address: "hall-i4:bthomedevice:200", batteryPct: 64, rssiDbm: -70 },
        ],
      },
      { name: "its last will", source: "composed", topic: below(base, "hall-i4/online"), text: "false", gives: "lost" },
    ],
  };
};

function readOnline(address: string, state: string): Decoded {
  if (state === "true")
    return { type: "reports", reports: [{ ...said(address, "bridge"), kind: "heartbeat", press: null }] };
  if (state !== "false") return { type: "nothing", what: "neither online nor offline", wireId: address };
  if (SLEEPER.test(address)) return { type: "nothing", what: "it sleeps", wireId: address };
  return { type: "lost", address, how: "unavailable" };
}

/** A notification, or an event alone, as a webhook has it. */
function readFrame(prefix: string, fields: Fields): Decoded {
  const { src } = fields;
  const wireId = typeof src === "string" ? src : prefix;
  const params = objectIn(fields["params"]);
  const events = Array.isArray(params?.["events"]) ? params["events"] : "event" in fields ? [fields] : null;
  if (events !== null) {
    const reports = events.flatMap((event: unknown) =>
      readEvent(prefix, wireId, src === undefined, objectIn(event) ?? {}),
    );
    reports.sort((a, b) => Number(a.press === null) - Number(b.press === null));
    return reports.length > 0 ? { type: "reports", reports } : { type: "nothing", what: "no event", wireId };
  }
  const method = String(fields["method"] ?? "");
  if (params === null || !/^Notify(?:Full)?Status$/.test(method))
    return { type: "nothing", what: "an answer, or another notification", wireId };
  return { type: "reports", reports: readStatus(prefix, wireId, method === "NotifyFullStatus", params) };
}

/** `isBare`: nothing but the component tells whose it is. */
function readEvent(prefix: string, wireId: string, isBare: boolean, event: Fields): readonly DecodedReport[] {
  const { component, event: word, ts } = event;
  const name = typeof component === "string" ? component : `input:${Number(event["id"] ?? 0)}`;
  if (typeof word !== "string") return [];
  const blu = readBlu(name, word, objectIn(event["data"]));
  if (blu !== null) return blu.map((one) => bluReport(one));
  const isBlu = BLU_COMPONENT.test(name);
  const address = isBlu ? `${prefix}:${name}` : prefix;
  const common = { ...said(address, "bridge"), wireId: isBlu || isBare ? name : wireId, kind: "other" } as const;
  const key = isBlu ? Number(event["idx"] ?? 0) : Number(INPUT.exec(name)?.[1] ?? Number.NaN);
  if (Number.isNaN(key)) return [{ ...common, press: null }];
  const nameOf = (click: string): string => (key === 0 ? click : `${key}-${click}`);
  if (word === "btn_up") return [{ ...common, press: null, released: CLICKS.map(nameOf) }];
  if (!PUSH.test(word)) return [{ ...common, press: null }];
  const mark = typeof ts === "number" ? { mark: String(ts), repeatMs: COPY_MS } : { repeatMs: REPEAT_MS };
  return [{ ...common, press: nameOf(word), ...mark }];
}

const bluReport = ({ address, press, battery, rssi, pid }: BluEvent): DecodedReport => ({
  ...said(address, "bridge"),
  kind: press === null ? "heartbeat" : "other",
  press,
  batteryPct: percentIn(battery),
  ...signalOf(rssi),
  ...(press !== null && { repeatMs: REPEAT_MS }),
  ...(press !== null && typeof pid === "number" && { mark: String(pid), repeatMs: PACKET_MS }),
});

const signalOf = (rssi: unknown) => (typeof rssi === "number" && rssi < 0 ? { rssiDbm: rssi } : {});

/** The device itself, and the BLU devices that it tells of. */
function readStatus(prefix: string, wireId: string, isFull: boolean, params: Fields): readonly DecodedReport[] {
  const power = objectIn(objectIn(params["devicepower:0"])?.["battery"]);
  const own: DecodedReport = {
    ...said(prefix, "bridge"),
    wireId,
    kind: isFull ? "heartbeat" : "other",
    press: null,
    batteryPct: percentIn(power?.["percent"]),
    ...signalOf(objectIn(params["wifi"])?.["rssi"]),
  };
  const others = readBluStatus(params).map(({ component, address, battery, rssi }): DecodedReport => {
    const whose = component === null ? said(address!, "bridge") : said(`${prefix}:${component}`, "bridge");
    const name = component === null ? {} : { wireId: component };
    return { ...whose, ...name, kind: "other", press: null, batteryPct: percentIn(battery), ...signalOf(rssi) };
  });
  return [own, ...others];
}
