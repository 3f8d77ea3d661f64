import type { Decoded, DecodedReport, MqttDefinition } from "../../gateway/core/definition.ts";
import type { ReportKind } from "../../gateway/core/kinds.ts";
import { readJsonPayload } from "../parts/json-payload.ts";
import { rejected } from "../parts/rejected.ts";
import { quoted } from "../parts/text.ts";

/** Our own pendants on MQTT, as docs/protocol.md has them: `okc/<id>/up` and `okc/<id>/down`, JSON, QoS 1. */

const VERSION = 1;
/** Longer payloads are refused before they are read. */
const MAX_PAYLOAD_BYTES = 1_024;
const MAX_COUNTER = 0xffff_ffff;
/** A greater age is taken as this or more; it is over 49 days. */
const MAX_AGE_MS = 0xffff_ffff;
const BATTERY_MAX_PCT = 100;

const ADDRESS = /^[A-Za-z0-9._-]{1,64}$/;
const UP_TOPIC = /^okc\/([A-Za-z0-9._-]{1,64})\/up$/;

const KINDS: ReadonlyMap<string, ReportKind> = new Map([
  ["emergency", "emergency"],
  ["service", "service"],
  ["cancel", "cancel"],
  ["test", "test"],
  ["heartbeat", "heartbeat"],
  ["fall", "fall"],
  ["tip-over", "fall"],
]);

/** Pendants of our own on MQTT. Bridge `mqtt`, addresses `p-17`. */
export const mqttDefinition = {
  transport: "mqtt",
  bridge: "mqtt",
  facts: {
    title: "One-Key Call pendants on MQTT",
    devices: "our own pendants with Wi-Fi or a mobile network",
    sources: ["docs/protocol.md"],
    presses: "emergency, service, cancel, test, fall, tip-over",
    cancel: "cancel",
    dedup: { key: "the pendant's counter", windowMs: null },
    battery: "per cent",
    signal: null,
    integrity: "an account of each pendant",
    downlink: "heard, answered, coming",
    examples: [
      {
        name: "the red key",
        source: "composed",
        topic: "okc/p-17/up",
        text: '{"v":1,"kind":"emergency","ctr":42,"ageMs":120,"bat":88}',
        gives: [{ kind: "emergency", address: "p-17", counter: 42, ageMs: 120, batteryPct: 88, proof: "valid" }],
      },
      {
        name: "a version of another day",
        source: "composed",
        topic: "okc/p-17/up",
        text: '{"v":2,"kind":"emergency","ctr":42}',
        gives: "rejected",
      },
    ],
  },
  supervision: { heartbeatEveryMs: 60 * 60_000, silentAfterMs: 150 * 60_000 },
  addressForm: "1 to 64 letters, digits, dots, underscores or hyphens, as p-17",
  normalizeAddress: (address) => (ADDRESS.test(address) ? address : null),
  reportFilters: ["okc/+/up"],
  addressOf,
  topicsOf: (address) => ({ publish: [`okc/${address}/up`], subscribe: [`okc/${address}/down`] }),
  bridgeTopics: { publish: ["okc/+/up"], subscribe: ["okc/+/down"] },
  decode,
  encodeSay: (order) => ({
    topic: `okc/${order.address}/down`,
    payload: JSON.stringify({ v: VERSION, ctr: order.counter, say: order.say }),
  }),
} satisfies MqttDefinition;

function addressOf(topic: string): string | null {
  return UP_TOPIC.exec(topic)?.[1] ?? null;
}

/**
 * Reads a report. `v`, `kind` and `ctr` must be right; a battery or an age that cannot be read is unknown, because
 * a press must not be lost over what stands beside it. Other fields are ignored. Proof is the sender's account.
 */
function decode(topic: string, payload: Uint8Array): Decoded {
  const address = addressOf(topic);
  if (address === null) return rejected("bad-topic", `topic ${quoted(topic)}, reports come on okc/<id>/up`);
  if (payload.length > MAX_PAYLOAD_BYTES)
    return rejected("oversized", `a payload of ${payload.length} bytes, at most ${MAX_PAYLOAD_BYTES} are read`);
  const read = readJsonPayload(payload);
  return "refused" in read ? read.refused : readFields(address, read.fields);
}

function readFields(address: string, fields: Readonly<Record<string, unknown>>): Decoded {
  const { v, kind: word, ctr, ageMs, bat } = fields;
  if (v !== VERSION) return rejected("bad-version", `"v" is ${shown(v)}, this gateway speaks ${VERSION}`);
  const kind = typeof word === "string" ? KINDS.get(word) : undefined;
  if (!kind)
    return rejected("bad-field", `"kind" is ${shown(word)}, it must be one of ${[...KINDS.keys()].join(", ")}`);
  if (!isWhole(ctr) || ctr > MAX_COUNTER)
    return rejected("bad-field", `"ctr" is ${shown(ctr)}, it must be a whole number from 0 to ${MAX_COUNTER}`);
  const age = typeof ageMs === "number" && ageMs >= 0 ? Math.round(ageMs) : null;
  const report: DecodedReport = {
    address,
    kind,
    press: kind === "heartbeat" ? null : kind,
    counter: ctr,
    ageMs: age === null ? null : Math.min(age, MAX_AGE_MS),
    ageAtLeast: age !== null && age > MAX_AGE_MS,
    batteryPct: typeof bat === "number" && bat >= 0 && bat <= BATTERY_MAX_PCT ? Math.round(bat) : null,
    proof: "valid",
  };
  return { type: "reports", reports: [report] };
}

const isWhole = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;

const shown = (value: unknown): string =>
  value === undefined ? "missing" : quoted(typeof value === "string" ? value : JSON.stringify(value));
