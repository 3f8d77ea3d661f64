import { Readable } from "node:stream";
import type { Meter } from "../../ports/log.ts";
import { isWildcard, matchesFilter } from "./topic-filter.ts";

/** A packet as the broker's library keeps it: a publish, or the PUBREL that follows one at QoS 2. */
export interface KeptPacket {
  readonly cmd: string;
  readonly topic?: string;
  readonly payload?: Buffer | string;
  readonly qos?: number;
  readonly retain?: boolean;
  readonly brokerId?: string;
  readonly brokerCounter?: number;
  messageId?: number | undefined;
}

interface Kept {
  readonly id: string;
}

interface Subscription {
  readonly topic: string;
  readonly qos: number;
}

interface Session {
  readonly subscriptions: Map<string, Subscription>;
  /** Messages at QoS 1 and 2 not yet acknowledged by the client, oldest first. */
  outgoing: KeptPacket[];
  /** Messages at QoS 2 between PUBLISH and PUBREL. */
  readonly incoming: Map<number, KeptPacket>;
}

export interface StoreBounds {
  readonly sessionsPerAccountMax: number;
  readonly subscriptionsMax: number;
  readonly queuedPerSessionMax: number;
  readonly retainedMax: number;
  readonly ownRetainedMax: number;
}

export interface StoreHooks {
  /** Whether the client may read the topic or filter: what it may not is never kept for it. */
  mayRead(client: Kept, filter: string): boolean;
  /** Whether we keep something of our own on this topic. */
  isOwn(topic: string): boolean;
  /** Whether the packet is an answer of ours: those are kept elsewhere, by age (see `answers.ts`). */
  isAnswer(packet: KeptPacket): boolean;
  /** The client's PUBACK for a message of ours. */
  acknowledged(client: Kept, messageId: number): void;
}

/**
 * The sessions of the embedded broker, in memory: aedes' persistence interface with a bound on everything. A session
 * is forgotten when the gateway restarts; clients then see that there is none and subscribe again. Client ids are
 * `account/id`, so one account can fill its own sessions only. Last wills of other brokers do not exist here.
 */
export class SessionStore {
  readonly #bounds: StoreBounds;
  readonly #hooks: StoreHooks;
  readonly #meter: Meter;
  readonly #sessions = new Map<string, Session>();
  readonly #sessionsOf = new Map<string, string[]>();
  /** Who subscribed to a topic by its name, and who by a pattern: a publish looks up the first and walks the second. */
  readonly #byTopic = new Map<string, Map<string, Subscription>>();
  readonly #patterns = new Map<string, Map<string, Subscription>>();
  readonly #retained = new Map<string, KeptPacket>();
  /** Kept messages that we published ourselves. */
  readonly #own = new Map<string, KeptPacket>();

  constructor(bounds: StoreBounds, hooks: StoreHooks, meter: Meter) {
    this.#bounds = bounds;
    this.#hooks = hooks;
    this.#meter = meter;
  }

  async setup(): Promise<void> {}
  async destroy(): Promise<void> {}

  async storeRetained(packet: KeptPacket): Promise<void> {
    const topic = packet.topic!;
    const kept = this.#hooks.isOwn(topic) ? this.#own : this.#retained;
    const max = kept === this.#own ? this.#bounds.ownRetainedMax : this.#bounds.retainedMax;
    if (packet.payload?.length === 0) for (const each of [this.#own, this.#retained]) each.delete(topic);
    else if (kept.has(topic) || kept.size < max) kept.set(topic, { ...packet });
    else this.#meter.count("okc_mqtt_retained_dropped_total");
  }

  createRetainedStream(filter: string): Readable {
    return this.createRetainedStreamCombi([filter]);
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    const kept = [...this.#own, ...this.#retained];
    return Readable.from(
      kept.flatMap(([topic, packet]) => (filters.some((each) => matchesFilter(each, topic)) ? [packet] : [])),
    );
  }

  async addSubscriptions(client: Kept, subscriptions: readonly Subscription[]): Promise<void> {
    const session = this.#open(client.id);
    for (const { topic, qos } of subscriptions) {
      if (!this.#hooks.mayRead(client, topic)) continue;
      if (!session.subscriptions.has(topic) && session.subscriptions.size >= this.#bounds.subscriptionsMax) {
        this.#meter.count("okc_mqtt_subscriptions_dropped_total");
        continue;
      }
      session.subscriptions.set(topic, { topic, qos });
      const index = this.#indexOf(topic);
      const subscribers = index.get(topic) ?? new Map<string, Subscription>();
      subscribers.set(client.id, { topic, qos });
      index.set(topic, subscribers);
    }
  }

  async removeSubscriptions(client: Kept, topics: readonly string[]): Promise<void> {
    const session = this.#sessions.get(client.id);
    for (const topic of topics) {
      session?.subscriptions.delete(topic);
      this.#unlist(client.id, topic);
    }
  }

  async cleanSubscriptions(client: Kept): Promise<void> {
    this.#forget(client.id);
  }

  async subscriptionsByClient(client: Kept): Promise<Subscription[]> {
    return this.subscriptionsOf(client.id);
  }

  subscriptionsOf(id: string): Subscription[] {
    return [...(this.#sessions.get(id)?.subscriptions.values() ?? [])].map((each) => ({ ...each }));
  }

  /** One entry a client, for QoS 1 and 2 only: these are kept for a client that is away. */
  async subscriptionsByTopic(topic: string): Promise<(Subscription & { readonly clientId: string })[]> {
    const found = new Map<string, Subscription>();
    for (const [id, each] of this.#byTopic.get(topic) ?? []) if (each.qos > 0) found.set(id, each);
    for (const [filter, subscribers] of this.#patterns) {
      if (!matchesFilter(filter, topic)) continue;
      for (const [id, each] of subscribers) if (each.qos > 0 && !found.has(id)) found.set(id, each);
    }
    return [...found].map(([clientId, each]) => ({ clientId, ...each }));
  }

  async outgoingEnqueue(to: { readonly clientId: string }, packet: KeptPacket): Promise<void> {
    await this.outgoingEnqueueCombi([to], packet);
  }

  async outgoingEnqueueCombi(to: readonly { readonly clientId: string }[], packet: KeptPacket): Promise<void> {
    if (this.#hooks.isAnswer(packet)) return;
    for (const { clientId } of to) {
      const session = this.#sessions.get(clientId);
      if (!session) continue;
      session.outgoing.push({ ...packet });
      if (session.outgoing.length <= this.#bounds.queuedPerSessionMax) continue;
      session.outgoing.shift();
      this.#meter.count("okc_mqtt_session_dropped_total");
    }
  }

  /** Notes the message id under which a kept packet went out, or replaces it by its PUBREL. Not kept: nothing to do. */
  async outgoingUpdate(client: Kept, packet: KeptPacket): Promise<void> {
    const outgoing = this.#sessions.get(client.id)?.outgoing ?? [];
    for (const [index, kept] of outgoing.entries()) {
      if (packet.cmd === "pubrel" ? kept.messageId !== packet.messageId : !isSame(kept, packet)) continue;
      if (packet.cmd === "pubrel") outgoing[index] = packet;
      else kept.messageId = packet.messageId;
      return;
    }
  }

  async outgoingClearMessageId(client: Kept, packet: KeptPacket): Promise<KeptPacket | undefined> {
    if (packet.messageId === undefined) return undefined;
    if (packet.cmd === "puback") this.#hooks.acknowledged(client, packet.messageId);
    const outgoing = this.#sessions.get(client.id)?.outgoing ?? [];
    const index = outgoing.findIndex((kept) => kept.messageId === packet.messageId);
    return index < 0 ? undefined : outgoing.splice(index, 1)[0];
  }

  outgoingStream(client: Kept): Readable {
    return Readable.from([...(this.#sessions.get(client.id)?.outgoing ?? [])]);
  }

  /** Whether a kept message already bears this id. */
  bears(id: string, messageId: number): boolean {
    return this.#sessions.get(id)?.outgoing.some((kept) => kept.messageId === messageId) ?? false;
  }

  async incomingStorePacket(client: Kept, packet: KeptPacket): Promise<void> {
    this.#open(client.id).incoming.set(packet.messageId!, { ...packet });
  }

  async incomingGetPacket(client: Kept, packet: KeptPacket): Promise<KeptPacket> {
    const kept = this.#sessions.get(client.id)?.incoming.get(packet.messageId!);
    if (!kept) throw new Error("no such packet");
    return kept;
  }

  async incomingDelPacket(client: Kept, packet: KeptPacket): Promise<void> {
    if (!this.#sessions.get(client.id)?.incoming.delete(packet.messageId!)) throw new Error("no such packet");
  }

  async cleanIncoming(client: Kept): Promise<void> {
    this.#sessions.get(client.id)?.incoming.clear();
  }

  async putWill(): Promise<void> {}
  async getWill(): Promise<undefined> {}
  async delWill(): Promise<undefined> {}
  streamWill(): Readable {
    return Readable.from([]);
  }

  #open(id: string): Session {
    const known = this.#sessions.get(id);
    if (known) return known;
    const session: Session = { subscriptions: new Map(), outgoing: [], incoming: new Map() };
    this.#sessions.set(id, session);
    const siblings = this.#sessionsOf.get(accountOf(id)) ?? [];
    siblings.push(id);
    this.#sessionsOf.set(accountOf(id), siblings);
    if (siblings.length > this.#bounds.sessionsPerAccountMax) this.#forget(siblings[0]!);
    return session;
  }

  #forget(id: string): void {
    const session = this.#sessions.get(id);
    if (!session) return;
    for (const topic of session.subscriptions.keys()) this.#unlist(id, topic);
    this.#sessions.delete(id);
    const siblings = (this.#sessionsOf.get(accountOf(id)) ?? []).filter((each) => each !== id);
    if (siblings.length > 0) this.#sessionsOf.set(accountOf(id), siblings);
    else this.#sessionsOf.delete(accountOf(id));
  }

  #indexOf(topic: string): Map<string, Map<string, Subscription>> {
    return isWildcard(topic) ? this.#patterns : this.#byTopic;
  }

  #unlist(id: string, topic: string): void {
    const index = this.#indexOf(topic);
    const subscribers = index.get(topic);
    subscribers?.delete(id);
    if (subscribers?.size === 0) index.delete(topic);
  }
}

const accountOf = (clientId: string): string => clientId.split("/", 1)[0]!;

const isSame = (kept: KeptPacket, packet: KeptPacket): boolean =>
  kept.brokerId === packet.brokerId && kept.brokerCounter === packet.brokerCounter;
