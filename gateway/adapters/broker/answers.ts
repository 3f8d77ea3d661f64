import type { AedesPublishPacket, Client } from "aedes";
import type { MqttDefinition } from "../../core/definition.ts";
import { deviceIdOf } from "../../core/report.ts";
import type { SayOrder } from "../../core/report.ts";
import { formatDuration } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Meter } from "../../ports/log.ts";
import type { RadioAccount, ReportSink } from "../../ports/radio.ts";
import { AnswerBoard } from "./answer-board.ts";
import type { Answer } from "./answer-board.ts";
import type { BrokerLimits } from "./limits.ts";
import { matchesFilter } from "./topic-filter.ts";

interface Delivery {
  answer: Answer;
  /** Set once it has gone out. */
  messageId: number | null;
  timer: Timer | null;
}

/** What the broker knows about a connection that may be told something. */
interface Listener {
  readonly account: RadioAccount;
  readonly filters: Set<string>;
  /** Our answers under way, oldest first. */
  readonly underWay: Set<Delivery>;
  readonly byId: Map<number, Delivery>;
  lastId: number;
}

/** Answers bear an origin and a count of their own, or aedes takes one that overtook a report for a duplicate. */
const ORIGIN = "okc-answers";
const MESSAGE_ID_MAX = 0xffff;

/**
 * Tells wearers something and waits for the proof: the PUBACK of the device's own connection, or of the bridge that
 * speaks for it. An answer is published once, since MQTT leaves repeating to TCP; after ten seconds without a PUBACK
 * it counts as not said, and a late PUBACK still proves it. When the connection ends first, or there is none, the
 * answer waits on the board for the device's next subscription.
 */
export class Answers {
  readonly #definitions: readonly MqttDefinition[];
  readonly #sink: ReportSink;
  readonly #clock: Clock;
  readonly #meter: Meter;
  readonly #limits: BrokerLimits;
  readonly #board: AnswerBoard;
  readonly #listeners = new Map<Client, Listener>();
  /** The connections of each device's own account, newest last. */
  readonly #ownOf = new Map<string, Set<Client>>();
  readonly #bridges = new Set<Client>();
  /** aedes copies packets but hands the payload on as it is, so the payload tells whose copy it is. */
  readonly #byPayload = new WeakMap<object, Delivery>();
  /** Whether a message kept for a client bears the id already. */
  readonly #bears: (clientId: string, messageId: number) => boolean;
  #count = 0;

  constructor(options: {
    readonly definitions: readonly MqttDefinition[];
    readonly sink: ReportSink;
    readonly clock: Clock;
    readonly meter: Meter;
    readonly limits: BrokerLimits;
    readonly bears: (clientId: string, messageId: number) => boolean;
  }) {
    this.#definitions = options.definitions;
    this.#sink = options.sink;
    this.#clock = options.clock;
    this.#meter = options.meter;
    this.#limits = options.limits;
    this.#bears = options.bears;
    this.#board = new AnswerBoard(options.clock, options.limits, (answer, why) => this.#giveUp(answer, why));
  }

  say(order: SayOrder): void {
    this.#tell({ order, since: this.#clock.now(), givenUp: false });
  }

  hush(bridge: string, address: string): void {
    this.#board.hush(bridge, address);
  }

  isAnswer(payload: unknown): boolean {
    return typeof payload === "object" && payload !== null && this.#byPayload.has(payload);
  }

  joined(client: Client, account: RadioAccount): void {
    this.#listeners.set(client, { account, filters: new Set(), underWay: new Set(), byId: new Map(), lastId: 0 });
  }

  /** The client listens to these filters from now on; what waits for its devices is sent. */
  subscribed(client: Client, filters: readonly string[]): void {
    const listener = this.#listeners.get(client);
    if (!listener) return;
    const { account } = listener;
    for (const filter of filters) listener.filters.add(filter);
    if (account.address === null) this.#bridges.add(client);
    else this.#addOwn(deviceIdOf(account.bridge, account.address), client);
    const waiting =
      account.address === null
        ? this.#board.takeWhere((order) => order.bridge === account.bridge && this.#hears(listener, order))
        : this.#board.take(account.bridge, account.address);
    for (const answer of waiting) this.#tell(answer);
  }

  unsubscribed(client: Client, filters: readonly string[]): void {
    for (const filter of filters) this.#listeners.get(client)?.filters.delete(filter);
  }

  left(client: Client): void {
    const listener = this.#listeners.get(client);
    if (!listener) return;
    this.#listeners.delete(client);
    this.#bridges.delete(client);
    if (listener.account.address !== null)
      this.#removeOwn(deviceIdOf(listener.account.bridge, listener.account.address), client);
    for (const delivery of listener.underWay) {
      delivery.timer?.cancel();
      this.#tell(delivery.answer);
    }
  }

  /** Gives a packet at QoS 1 or 2 that goes out to `client` its message id, and notes under which our answers go. */
  forwarding(client: Client, packet: AedesPublishPacket): void {
    const listener = this.#listeners.get(client);
    if (!listener || packet.qos === 0) return;
    packet.messageId ??= this.#nextId(client, listener);
    const delivery = this.isAnswer(packet.payload) ? this.#byPayload.get(packet.payload as Buffer) : undefined;
    if (!delivery) return;
    delivery.messageId = packet.messageId;
    listener.byId.set(packet.messageId, delivery);
  }

  acknowledged(client: Client, messageId: number): void {
    const listener = this.#listeners.get(client);
    const delivery = listener?.byId.get(messageId);
    if (!listener || !delivery) return;
    this.#settle(listener, delivery);
    this.#sink.said(delivery.answer.order, this.#clock.now());
  }

  stop(): void {
    this.#board.stop();
    for (const listener of this.#listeners.values()) for (const delivery of listener.underWay) delivery.timer?.cancel();
    this.#listeners.clear();
  }

  #tell(answer: Answer): void {
    const client = this.#listenerOf(answer.order);
    if (client) this.#send(client, answer);
    else if (this.#clock.now() - answer.since >= this.#limits.answerAgeMaxMs)
      this.#giveUp(answer, "the device did not come in time to be told");
    else this.#board.keep(answer);
  }

  /** The device's newest own connection that listens, else the newest bridge that does. */
  #listenerOf(order: SayOrder): Client | null {
    const own = this.#ownOf.get(deviceIdOf(order.bridge, order.address)) ?? [];
    for (const client of [...own].reverse()) if (this.#hears(this.#listeners.get(client)!, order)) return client;
    for (const client of [...this.#bridges].reverse()) {
      const listener = this.#listeners.get(client)!;
      if (listener.account.bridge === order.bridge && this.#hears(listener, order)) return client;
    }
    return null;
  }

  #hears(listener: Listener, order: SayOrder): boolean {
    const topic = this.#encode(order)?.topic;
    if (topic === undefined) return false;
    if (listener.filters.has(topic)) return true;
    return [...listener.filters].some((filter) => matchesFilter(filter, topic));
  }

  #send(client: Client, answer: Answer): void {
    const message = this.#encode(answer.order)!;
    const payload = Buffer.from(message.payload);
    const delivery: Delivery = { answer, messageId: null, timer: null };
    this.#byPayload.set(payload, delivery);
    if (!answer.givenUp)
      delivery.timer = this.#clock.after(this.#limits.answerTimeoutMs, () => {
        delivery.timer = null;
        const within = formatDuration(this.#limits.answerTimeoutMs);
        this.#giveUp(delivery.answer, `the device did not acknowledge it within ${within}`);
        delivery.answer = { ...delivery.answer, givenUp: true };
      });
    this.#putUnderWay(this.#listeners.get(client)!, delivery);
    const origin = { brokerId: ORIGIN, brokerCounter: ++this.#count };
    const packet = { cmd: "publish", topic: message.topic, payload, qos: 1, retain: false, dup: false, ...origin };
    client.publish(packet as AedesPublishPacket, () => {});
  }

  #putUnderWay(listener: Listener, delivery: Delivery): void {
    listener.underWay.add(delivery);
    if (listener.underWay.size <= this.#limits.answersInFlightMax) return;
    const oldest: Delivery = listener.underWay.values().next().value!;
    this.#settle(listener, oldest);
    this.#giveUp(oldest.answer, "too many answers are under way to the device");
  }

  #settle(listener: Listener, delivery: Delivery): void {
    delivery.timer?.cancel();
    listener.underWay.delete(delivery);
    if (delivery.messageId !== null) listener.byId.delete(delivery.messageId);
  }

  #giveUp(answer: Answer, why: string): void {
    if (answer.givenUp) return;
    this.#meter.count("okc_mqtt_unsaid_total");
    this.#sink.unsaid(answer.order, why);
  }

  #encode(order: SayOrder): { readonly topic: string; readonly payload: string } | undefined {
    return this.#definitions.find((each) => each.bridge === order.bridge)?.encodeSay?.(order);
  }

  #nextId(client: Client, listener: Listener): number {
    do listener.lastId = (listener.lastId % MESSAGE_ID_MAX) + 1;
    while (listener.byId.has(listener.lastId) || this.#bears(client.id, listener.lastId));
    return listener.lastId;
  }

  #addOwn(device: string, client: Client): void {
    const clients = this.#ownOf.get(device) ?? new Set<Client>();
    clients.delete(client);
    clients.add(client);
    this.#ownOf.set(device, clients);
  }

  #removeOwn(device: string, client: Client): void {
    const clients = this.#ownOf.get(device);
    clients?.delete(client);
    if (clients?.size === 0) this.#ownOf.delete(device);
  }
}
