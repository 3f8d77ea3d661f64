import type { Decoded, DecodedReport, Facts, MqttDefinition } from "../../gateway/core/definition.ts";
import { percentIn } from "../parts/percent.ts";
import { rejected } from "../parts/rejected.ts";
import { said } from "../parts/said.ts";
import { objectIn, quoted, readObject, readUtf8, type Fields } from "../parts/text.ts";
import { levelsBelow, topicNameIn } from "../parts/topic-name.ts";

/**
 * Shelly devices of the first generation: `<base>/<id>/input_event/<n>` as JSON, `…/sensor/battery`, `…/online`, `…/info`,
 * `<base>/announce` ("Gen1 API: MQTT").
 */

const DAY_MS = 24 * 60 * 60_000;
/** Mains devices say their last event again every 30 s and after each connection, under the same count. */
const COUNT_REPEAT_MS = 7 * DAY_MS;
/** The battery button says it once, and its count begins anew with an empty battery. */
const BUTTON1_REPEAT_MS = 10_000;
const BUTTON1 = /^shellybutton1/i;
/** Battery devices are offline between two messages, which is no fault. */
const SLEEPER = /^shelly(?:button1|ht|dw|flood|motion|smoke|trv|gas|sense)/i;

const EVENTS: readonly string[] = ["S", "SS", "SSS", "L", "SL", "LS"];
const INPUT = /^\d{1,2}$/;

/** Below this topic: `shellies`. Bridge `shelly-gen1`. */
export function shellyGen1Definition(base: string) {
  const filters = ["announce", "+/announce", "+/input_event/+", "+/sensor/battery", "+/online", "+/info"];
  const deviceIn = (topic: string): string | null => {
    const [id, ...rest] = levelsBelow(base, topic) ?? [];
    return id !== undefined && rest.length > 0 ? topicNameIn(id) : null;
  };
  return {
    transport: "mqtt",
    bridge: "shelly-gen1",
    facts: factsOf(base),
    // The button sleeps until it is pressed; mains devices have a last will.
    supervision: { heartbeatEveryMs: null, silentAfterMs: null },
    addressForm: "the id in its topics, as shellybutton1-A4CF12F45301",
    normalizeAddress: (address: string) => (address.includes("/") ? null : topicNameIn(address)),
    reportFilters: filters.map((filter) => `${base}/${filter}`),
    addressOf: deviceIn,
    bridgeTopics: { publish: [`${base}/#`], subscribe: [`${base}/#`] },
    interestIn: (topic: string) => (topic.endsWith("/online") ? "standing" : "report"),
    decode(topic: string, payload: Uint8Array): Decoded {
      const text = readUtf8(payload);
      if (text === null) return rejected("bad-utf8", "the payload is not UTF-8");
      const [id = "", what, last, ...more] = levelsBelow(base, topic) ?? [];
      if (id === "announce" && what === undefined) return readAnnounce(text);
      const address = topicNameIn(id);
      if (address === null || what === undefined || more.length > 0)
        return rejected("bad-topic", `topic ${quoted(topic)} is not ${base}/<id>/<what>`);
      return readDevice(address, what, last, text);
    },
  } satisfies MqttDefinition;
}

const factsOf = (base: string): Facts => ({
  title: "Shelly, first generation",
  devices: "Shelly Button1; a bell push at an i3, a Shelly 1 and others",
  sources: ["shelly-api-docs.shelly.cloud: Gen1, MQTT"],
  presses: "S, SS, SSS, L and others are bare presses; of the second input 1-S and so on",
  cancel: null,
  dedup: { key: "device, input, event and its count; of Button1 for 10 s only", windowMs: COUNT_REPEAT_MS },
  battery: "per cent",
  signal: "dBm of its Wi-Fi, in info",
  integrity: "the account of its broker",
  downlink: null,
  examples: [
    {
      name: "a short push",
      source: "composed",
      topic: `${base}/shellybutton1-AABBCC001122/input_event/0`,
      text: '{"event":"S","event_cnt":12}',
      gives: [{ kind: "other", address: "shellybutton1-AABBCC001122", press: "S", mark: "12" }],
    },
    {
      name: "a long push of the third input",
      source: "composed",
      topic: `${base}/shellyix3-AABBCC001133/input_event/2`,
      text: '{"event":"L","event_cnt":4}',
      gives: [{ kind: "other", press: "2-L", mark: "4" }],
    },
    {
      name: "an input that rests, as after a start",
      source: "composed",
      topic: `${base}/shelly1-AABBCC/input_event/0`,
      text: '{"event":"","event_cnt":0}',
      gives: [{ kind: "other", press: null, released: EVENTS }],
    },
    {
      name: "its battery",
      source: "composed",
      topic: `${base}/shellybutton1-AABBCC001122/sensor/battery`,
      text: "83",
      gives: [{ kind: "heartbeat", press: null, batteryPct: 83 }],
    },
    {
      name: "a device that connects",
      source: "composed",
      topic: `${base}/announce`,
      text: '{"id":"shellyix3-AABBCC001133","mac":"AABBCC001133"}',
      gives: [{ kind: "heartbeat", address: "shellyix3-AABBCC001133" }],
    },
    {
      name: "the last will of a mains device",
      source: "composed",
      topic: `${base}/shellyix3-AABBCC001133/online`,
      text: "false",
      gives: "lost",
    },
    {
      name: "a button that went to sleep",
      source: "composed",
      topic: `${base}/shellybutton1-AABBCC001122/online`,
      text: "false",
      gives: "nothing",
    },
  ],
});

const one = (address: string, more: Partial<DecodedReport> & Pick<DecodedReport, "kind">): Decoded => ({
  type: "reports",
  reports: [{ ...said(address, "bridge"), press: null, ...more }],
});

function readAnnounce(text: string): Decoded {
  const id = readObject(text)?.["id"];
  const address = typeof id === "string" ? topicNameIn(id) : null;
  return address === null ? rejected("bad-field", `no "id" in ${quoted(text)}`) : one(address, { kind: "heartbeat" });
}

function readDevice(address: string, what: string, last: string | undefined, text: string): Decoded {
  switch (what) {
    case "announce":
      return one(address, { kind: "heartbeat" });
    case "online":
      return readOnline(address, text.trim());
    case "sensor":
      return last === "battery"
        ? one(address, { kind: "heartbeat", batteryPct: percentIn(Number.parseFloat(text)) })
        : { type: "nothing", what: "a sensor", wireId: address };
    case "info":
      return readInfo(address, readObject(text));
    case "input_event":
      return readInput(address, last ?? "", readObject(text));
    default:
      return { type: "nothing", what: what.slice(0, 40), wireId: address };
  }
}

function readOnline(address: string, state: string): Decoded {
  if (state === "true") return one(address, { kind: "heartbeat" });
  if (state !== "false") return { type: "nothing", what: "neither online nor offline", wireId: address };
  if (SLEEPER.test(address)) return { type: "nothing", what: "it sleeps", wireId: address };
  return { type: "lost", address, how: "unavailable" };
}

function readInfo(address: string, fields: Fields | null): Decoded {
  if (fields === null) return rejected("bad-json", "its info is no JSON object");
  const { rssi } = objectIn(fields["wifi_sta"]) ?? {};
  const batteryPct = percentIn(objectIn(fields["bat"])?.["value"]);
  return one(address, { kind: "other", batteryPct, ...(typeof rssi === "number" && rssi < 0 && { rssiDbm: rssi }) });
}

/** The first input's events stand by themselves, as most devices have no other. */
function readInput(address: string, input: string, fields: Fields | null): Decoded {
  if (!INPUT.test(input)) return rejected("bad-topic", `no input ${quoted(input)}`);
  const { event, event_cnt: count } = fields ?? {};
  if (typeof event !== "string") return rejected("bad-field", `no "event" of input ${input}`);
  const nameOf = (word: string): string => (Number(input) === 0 ? word : `${Number(input)}-${word}`);
  if (event === "") return one(address, { kind: "other", released: EVENTS.map(nameOf) });
  const repeatMs = BUTTON1.test(address) ? BUTTON1_REPEAT_MS : COUNT_REPEAT_MS;
  const mark = typeof count === "number" ? { mark: String(count), repeatMs } : { repeatMs: BUTTON1_REPEAT_MS };
  return one(address, { kind: "other", press: nameOf(event.slice(0, 16)), ...mark });
}
