import type { MqttDefinition } from "../../core/definition.ts";
import type { Report, SayOrder } from "../../core/report.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Meter } from "../../ports/log.ts";
import type { BridgeNews, ReportSink } from "../../ports/radio.ts";
import type { QuietLog } from "./quiet-log.ts";
import { matchesFilter } from "./topic-filter.ts";

/** How much of a message is kept as it came. */
const RAW_CHARS_MAX = 512;
/** How much of a topic is shown in a log line. */
export const SHOWN_CHARS_MAX = 100;
/** A character takes four bytes at most in UTF-8. */
const RAW_BYTES_MAX = RAW_CHARS_MAX * 4;

export type Heard =
  | { readonly type: "reports"; readonly reports: readonly Report[] }
  | { readonly type: "echo"; readonly order: SayOrder }
  | { readonly type: "news"; readonly news: BridgeNews }
  | { readonly type: "nothing" }
  | { readonly type: "rejected" };

/** Makes reports of messages. What cannot be read is counted and said in one line. */
export class ReportIntake {
  readonly #line: string;
  readonly #clock: Clock;
  readonly #meter: Meter;
  readonly #quiet: QuietLog;
  readonly #payloadBytesMax: number;
  readonly #keyOf: ReportSink["keyOf"];
  readonly #heardFrom: (bridge: string) => void;

  constructor(options: {
    readonly line: string;
    readonly clock: Clock;
    readonly meter: Meter;
    readonly quiet: QuietLog;
    readonly payloadBytesMax: number;
    readonly sink: ReportSink;
  }) {
    this.#line = options.line;
    this.#clock = options.clock;
    this.#meter = options.meter;
    this.#quiet = options.quiet;
    this.#payloadBytesMax = options.payloadBytesMax;
    const { sink } = options;
    this.#keyOf = (bridge, address) => sink.keyOf(bridge, address);
    this.#heardFrom = (bridge) => sink.heardFrom?.(bridge);
  }

  /**
   * `from` names the sender in log lines: an account, or the device its topic speaks for. `isKept`: a broker had kept
   * the message, so nobody sent it now.
   */
  read(definition: MqttDefinition, topic: string, payload: Uint8Array, from: string, isKept = false): Heard {
    const interest = definition.interestIn?.(topic) ?? "report";
    if (interest === "none") return { type: "nothing" };
    if (!isKept) this.#heardFrom(definition.bridge);
    const bytesMax =
      interest === "standing" ? (definition.bridgePayloadMaxBytes ?? this.#payloadBytesMax) : this.#payloadBytesMax;
    if (this.isOversized(topic, payload, from, bytesMax)) return { type: "rejected" };
    const decoded = definition.decode(topic, payload, (address) => this.#keyOf(definition.bridge, address));
    if (decoded.type === "rejected") return this.#reject(decoded.code, topic, from, decoded.message);
    const { bridge } = definition;
    if (decoded.type === "echo") {
      const { address, counter, say } = decoded;
      return { type: "echo", order: { bridge, address, line: this.#line, counter, say } };
    }
    if (decoded.type === "nothing") return { type: "nothing" };
    if (decoded.type !== "reports") return { type: "news", news: decoded };
    const raw = Buffer.from(payload.buffer, payload.byteOffset, Math.min(payload.length, RAW_BYTES_MAX))
      .toString("utf8")
      .slice(0, RAW_CHARS_MAX);
    const came = { line: this.#line, transport: "mqtt", receivedAt: this.#clock.now(), raw } as const;
    return { type: "reports", reports: decoded.reports.map((report) => ({ bridge, ...report, ...came })) };
  }

  isOversized(topic: string, payload: Uint8Array, from: string, bytesMax = this.#payloadBytesMax): boolean {
    if (payload.length <= bytesMax) return false;
    this.#reject("oversized", topic, from, `${payload.length} bytes, at most ${bytesMax} are accepted`);
    return true;
  }

  #reject(code: string, topic: string, from: string, message: string): Heard {
    this.#meter.count("okc_mqtt_rejected_total", { code });
    const what = "An MQTT message could not be read and was not forwarded. Check the sender's firmware and settings.";
    this.#quiet.warn(`rejected ${from} ${code}`, what, {
      line: this.#line,
      from,
      topic: topic.slice(0, SHOWN_CHARS_MAX),
      code,
      message,
    });
    return { type: "rejected" };
  }
}

/** A sign of life or a state: there will be another. A press, and a key that came up, happen once. */
export const isSign = ({ press, released }: Report): boolean => press === null && released === undefined;

/** Whether reports of this definition come on the topic: by its filters, or as something announced it. */
export const hears = ({ reportFilters, announcedTopics }: MqttDefinition, topic: string): boolean =>
  reportFilters.some((filter) => matchesFilter(filter, topic)) || announcedTopics?.().has(topic) === true;
