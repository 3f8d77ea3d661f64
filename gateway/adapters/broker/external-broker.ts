import type { IPublishPacket, MqttClient } from "mqtt";
import type { MqttDefinition } from "../../core/definition.ts";
import { deviceIdOf } from "../../core/report.ts";
import type { Report, SayOrder } from "../../core/report.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log, Meter } from "../../ports/log.ts";
import type { Announcer, Radio, ReportSink } from "../../ports/radio.ts";
import { AnnouncedTopics } from "./announced-topics.ts";
import { AnswerBoard } from "./answer-board.ts";
import type { Answer } from "./answer-board.ts";
import { FloodLimit } from "./flood-limit.ts";
import { BROKER_LIMITS } from "./limits.ts";
import type { BrokerLimits } from "./limits.ts";
import { QuietLog } from "./quiet-log.ts";
import { Redeliveries } from "./redeliveries.ts";
import { hears, isSign, ReportIntake } from "./report-intake.ts";

/** Between two attempts to reach the broker; the library's own timer, for ever. */
const RECONNECT_EVERY_MS = 1_000;
/** Without an answer to a ping within this time and half of it, the library gives the connection up. */
const KEEPALIVE_S = 15;
/** A granted QoS from here on means refusal (MQTT 3.1.1, 3.9.3). */
const NOT_GRANTED = 128;
/** The first byte and the length of a PUBACK (MQTT 3.1.1, 3.4). */
const PUBACK = [0x40, 0x02] as const;

export interface ExternalBrokerOptions {
  /** `mqtt://host:1883`, `mqtts://host:8883`. */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  /** The same for the life of the gateway: the broker keeps what comes while the gateway is away under this name. */
  readonly clientId: string;
  /** What the broker publishes and keeps when it loses us, also when we stop. */
  readonly will?: { readonly topic: string; readonly text: string };
  readonly definitions: readonly MqttDefinition[];
  readonly sink: ReportSink;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly limits?: Partial<BrokerLimits>;
}

type Done = (error?: Error) => void;

/**
 * A broker that runs elsewhere. Reports come at QoS 1 in a session that outlives the connection and are acknowledged
 * to the broker once they are durable, several at a time, so that they share a commit.
 *
 * What an answer reaches here is the broker, which proves nothing about the device: `said` is never called. `unsaid`
 * is, for an answer that the broker did not take within five minutes. Who may publish for whom is the other broker's
 * affair; retained messages are counted and ignored, since they say nothing about now.
 */
export class ExternalBroker implements Radio, Announcer {
  readonly line = "broker";
  readonly #options: ExternalBrokerOptions;
  readonly #limits: BrokerLimits;
  readonly #intake: ReportIntake;
  readonly #flood: FloodLimit;
  readonly #board: AnswerBoard;
  readonly #announced: AnnouncedTopics;
  /** Answers the broker has not acknowledged, by message id. */
  readonly #underWay = new Map<number, Answer>();
  /** Reports that wait for the journal, and what reads on when there are fewer. */
  #unacknowledged = 0;
  #readOn: Done[] = [];
  readonly #redeliveries = new Redeliveries();
  #client: MqttClient | null = null;
  readonly #ready: (() => void)[] = [];
  #problem: string | null = null;
  #lastError = "";

  constructor(options: ExternalBrokerOptions) {
    const { clock, log, meter, sink } = options;
    this.#options = options;
    this.#limits = { ...BROKER_LIMITS, ...options.limits };
    const { payloadBytesMax } = this.#limits;
    this.#intake = new ReportIntake({
      line: this.line,
      clock,
      meter,
      quiet: new QuietLog(log, clock),
      payloadBytesMax,
      sink,
    });
    this.#flood = new FloodLimit(clock, this.#limits);
    this.#announced = new AnnouncedTopics(options.definitions, meter);
    this.#board = new AnswerBoard(clock, this.#limits, (answer, why) => {
      meter.count("okc_mqtt_unsaid_total");
      sink.unsaid(answer.order, why);
    });
  }

  /** Resolves at once: the broker may be away, and is tried for ever. */
  async start(): Promise<void> {
    // The library is loaded by the sites that use it.
    const { default: mqtt } = await import("mqtt");
    const { url, user, password, clientId, will } = this.#options;
    const client = mqtt.connect(url, {
      clientId,
      clean: false,
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password }),
      ...(will && { will: { topic: will.topic, payload: Buffer.from(will.text), qos: 1, retain: true } }),
      keepalive: KEEPALIVE_S,
      reconnectPeriod: RECONNECT_EVERY_MS,
      reconnectOnConnackError: true,
      resubscribe: false,
      queueQoSZero: false,
    });
    this.#client = client;
    client.handleMessage = (packet, done) => this.#take(client, packet, done);
    client.on("connect", () => this.#subscribe(client));
    client.on("error", (error) => (this.#lastError = error.message));
    client.on("close", () => this.#closed(client));
  }

  say(order: SayOrder): void {
    this.#tell({ order, since: this.#options.clock.now(), givenUp: false });
  }

  announce(topic: string, text: string): void {
    this.#publish(topic, text, true);
  }

  tell(topic: string, text: string): void {
    this.#publish(topic, text, false);
  }

  onReady(run: () => void): void {
    this.#ready.push(run);
    if (this.#problem === "") run();
  }

  hush(bridge: string, address: string): void {
    this.#board.hush(bridge, address);
  }

  async stop(): Promise<void> {
    this.#flood.stop();
    this.#board.stop();
    const client = this.#client;
    this.#client = null;
    // Without a farewell, which would take the last will back.
    if (client) await client.endAsync(true);
  }

  #publish(topic: string, text: string, retain: boolean): void {
    if (this.#client?.connected) this.#client.publish(topic, text, { qos: 0, retain });
  }

  #subscribe(client: MqttClient): void {
    const filters = this.#filters;
    client.subscribe([...filters], { qos: 1 }, (error, granted) => {
      const refused = granted?.some((each) => (each.qos as number) >= NOT_GRANTED);
      if (error || refused) return this.#changed(`it refuses to let us subscribe to ${filters.join(", ")}`);
      this.#changed("");
      this.#flush();
      for (const run of this.#ready) run();
    });
    this.#listenTo(client, this.#announced.topics);
  }

  get #filters(): readonly string[] {
    return this.#options.definitions.flatMap((each) => each.reportFilters);
  }

  /** That one topic of one device is refused is no fault of the line. */
  #listenTo(client: MqttClient, topics: readonly string[]): void {
    if (topics.length === 0) return;
    client.subscribe([...topics], { qos: 1 }, (error, granted = []) => {
      const refused = error ? topics : granted.filter(({ qos }) => (qos as number) >= NOT_GRANTED);
      if (refused.length === 0 || !client.connected) return;
      const what =
        "The MQTT broker refuses topics that devices announced: their presses are not heard. Allow them there.";
      this.#options.log.error(what, { line: this.line, topics: refused.length });
    });
  }

  #closed(client: MqttClient): void {
    // The library would send them after the next connection, however long that takes.
    for (const messageId of [...this.#underWay.keys()]) client.removeOutgoingMessage(messageId);
    if (this.#client) this.#changed(this.#lastError || "the connection was closed");
  }

  #changed(problem: string): void {
    if (problem === this.#problem) return;
    const wasDown = this.#problem !== null && this.#problem !== "";
    this.#problem = problem;
    const at = { line: this.line, host: new URL(this.#options.url).host };
    const what = "The MQTT broker cannot be used; it is tried again for ever. Check `broker` and the broker's own log.";
    if (problem !== "" && !wasDown) this.#options.log.error(what, { ...at, problem });
    if (problem === "") this.#options.log.info("Connected to the MQTT broker.", at);
    this.#options.sink.lineState(this.line, problem === "", problem);
  }

  /**
   * One message from the broker. The library acknowledges a message when `done` is called without an error, and in
   * any case hands over the next one only then; so `done` gets an error, and the PUBACK is written when it is due.
   */
  #take(client: MqttClient, packet: IPublishPacket, done: Done): void {
    const { definitions, sink } = this.#options;
    const isOurs = definitions.some((each) => each.encodeSay !== undefined && hears(each, packet.topic));
    const reports = [...this.#read(packet), ...this.#follow(client)].filter((report) => this.#isInTime(report));
    if (reports.length === 0) return done();
    const { stream } = client;
    this.#unacknowledged++;
    const durable =
      (isOurs ? null : this.#redeliveries.earlier("", packet)) ??
      Promise.all(reports.map((report) => sink.report(report)));
    if (!isOurs) this.#redeliveries.note("", packet, durable);
    void durable.then(() => {
      this.#settled();
      // After a reconnection the broker sends the message again, and that copy is acknowledged.
      if (packet.qos === 1 && client.stream === stream && client.connected) stream.write(puback(packet.messageId!));
    });
    this.#goOn(done);
  }

  /** What it reports, to each that hears its topic: what a broker kept is old, and only tells how things stand. */
  #read(packet: IPublishPacket): readonly Report[] {
    const { definitions, meter, sink, clock } = this.#options;
    const wanting = definitions.filter((each) => hears(each, packet.topic));
    if (wanting.length === 0) this.#announced.keep(packet);
    return wanting.flatMap((definition) => {
      if (packet.retain && definition.interestIn?.(packet.topic) !== "standing") {
        meter.count("okc_mqtt_retained_ignored_total");
        return [];
      }
      const from = definition.addressOf(packet.topic) ?? packet.topic;
      const heard = this.#intake.read(definition, packet.topic, packet.payload as Buffer, from, packet.retain);
      if (heard.type === "echo") sink.said(heard.order, clock.now());
      // *Online* that a broker kept proves nothing about now; *offline* is a last will, and worth a look.
      if (heard.type === "news" && !(packet.retain && heard.news.type === "bridge" && heard.news.state === "online"))
        sink.news(definition.bridge, heard.news);
      return heard.type === "reports" && !packet.retain ? heard.reports : [];
    });
  }

  /** Listens to what was announced just now, and reads what came before its announcement. */
  #follow(client: MqttClient): readonly Report[] {
    const { added, gone, early } = this.#announced.changes(this.#filters);
    this.#listenTo(client, added);
    if (gone.length > 0) client.unsubscribe([...gone]);
    return early.flatMap((packet) => this.#read(packet));
  }

  /** All devices share this connection, so a press never waits for its turn: it would take the others' place. */
  #isInTime(report: Report): boolean {
    const device = deviceIdOf(report.bridge, report.address);
    const inTime = this.#flood.take(device, isSign(report) ? this.#limits.reportsReserved : 0);
    if (!isSign(report) || inTime) return true;
    this.#options.meter.count("okc_mqtt_heartbeats_dropped_total");
    return false;
  }

  #goOn(done: Done): void {
    if (this.#unacknowledged >= this.#limits.unacknowledgedMax) this.#readOn.push(done);
    else done(new Error("acknowledged when it is durable"));
  }

  #settled(): void {
    this.#unacknowledged--;
    const waiting = this.#readOn;
    this.#readOn = [];
    for (const done of waiting) this.#goOn(done);
  }

  #tell(answer: Answer): void {
    const client = this.#client;
    const { order } = answer;
    const message = this.#options.definitions.find((each) => each.bridge === order.bridge)?.encodeSay?.(order);
    if (!message) return;
    if (!client?.connected || this.#problem !== "" || this.#underWay.size >= this.#limits.unacknowledgedMax)
      return this.#board.keep(answer);
    let messageId = 0;
    client.publish(message.topic, message.payload, { qos: 1, retain: false }, (error) => {
      this.#underWay.delete(messageId);
      if (!error) this.#flush();
      else if (this.#client) this.#board.keep(answer);
    });
    messageId = client.getLastMessageId();
    this.#underWay.set(messageId, answer);
  }

  #flush(): void {
    for (const answer of this.#board.takeWhere(() => true)) this.#tell(answer);
  }
}

const puback = (messageId: number): Buffer => Buffer.from([...PUBACK, messageId >> 8, messageId & 0xff]);
