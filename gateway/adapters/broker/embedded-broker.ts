import type { Aedes, Client, Subscription } from "aedes";
import type { Socket } from "node:net";
import type { MqttDefinition } from "../../core/definition.ts";
import type { SayOrder } from "../../core/report.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log, Meter } from "../../ports/log.ts";
import type { Announcer, Radio, RadioAccount, ReportSink } from "../../ports/radio.ts";
import { Access } from "./access.ts";
import { Admission } from "./admission.ts";
import { Answers } from "./answers.ts";
import { FloodLimit } from "./flood-limit.ts";
import { BROKER_LIMITS } from "./limits.ts";
import type { BrokerLimits } from "./limits.ts";
import { Listener } from "./listener.ts";
import type { Endpoint } from "./listener.ts";
import { guardReads, type PacketGate } from "./packet-gate.ts";
import { QuietLog } from "./quiet-log.ts";
import { Reception } from "./reception.ts";
import { ReportIntake, SHOWN_CHARS_MAX } from "./report-intake.ts";
import { tcpServer, tlsServer } from "./servers.ts";
import type { TlsEndpoint } from "./servers.ts";
import { SessionStore } from "./session-store.ts";

/** A granted QoS that means refusal (MQTT 3.1.1, 3.9.3). */
const NOT_GRANTED = 128;
/** Our own check is on the id that the client sent, see `Admission.inspect`. */
const ANY_CLIENT_ID_LENGTH = 4_096;

export interface EmbeddedBrokerOptions {
  readonly listen: Endpoint;
  readonly tls?: TlsEndpoint;
  readonly definitions: readonly MqttDefinition[];
  readonly sink: ReportSink;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly limits?: Partial<BrokerLimits>;
}

/** The gateway's own MQTT 3.1.1 broker: a line to devices that acknowledges a report once it is durable. */
export class EmbeddedBroker implements Radio, Announcer {
  readonly line = "broker";
  readonly #options: EmbeddedBrokerOptions;
  readonly #limits: BrokerLimits;
  readonly #quiet: QuietLog;
  readonly #access: Access;
  readonly #admission: Admission;
  readonly #reception: Reception;
  readonly #answers: Answers;
  readonly #store: SessionStore;
  readonly #flood: FloodLimit;
  readonly #listeners: { readonly tcp: Listener; readonly tls: Listener | null };
  /** Why each listener does not listen; null where it does. */
  readonly #down = new Map<string, string | null>();
  readonly #gates = new WeakMap<object, PacketGate>();
  #state: string | null = null;
  #broker: Aedes | null = null;
  readonly #ready: (() => void)[] = [];
  #connections = 0;
  /** Topics of our own that are kept: clients cannot take their place. */
  readonly #announced = new Set<string>();

  constructor(options: EmbeddedBrokerOptions) {
    const { definitions, sink, clock, log, meter } = options;
    const limits = { ...BROKER_LIMITS, ...options.limits };
    const { line } = this;
    this.#options = options;
    this.#limits = limits;
    this.#quiet = new QuietLog(log, clock);
    const shared = { line, definitions, sink, clock, meter, limits, quiet: this.#quiet };
    this.#access = new Access(sink, definitions);
    this.#admission = new Admission({ ...shared, access: this.#access });
    this.#flood = new FloodLimit(clock, limits);
    const intake = new ReportIntake({
      ...shared,
      payloadBytesMax: limits.payloadBytesMax,
    });
    this.#reception = new Reception({ ...shared, access: this.#access, intake, flood: this.#flood });
    this.#answers = new Answers({ ...shared, bears: (id, messageId) => this.#store.bears(id, messageId) });
    const hooks = {
      mayRead: (client: { readonly id: string }, filter: string) => this.#mayRead(client as Client, filter),
      isOwn: (topic: string) => this.#announced.has(topic),
      isAnswer: (packet: { readonly payload?: unknown }) => this.#answers.isAnswer(packet.payload),
      acknowledged: (client: { readonly id: string }, messageId: number) =>
        this.#answers.acknowledged(client as Client, messageId),
    };
    this.#store = new SessionStore(limits, hooks, meter);
    this.#listeners = this.#createListeners();
  }

  /** The ports it listens on; null: it does not. */
  get ports(): { readonly tcp: number | null; readonly tls: number | null } {
    return { tcp: this.#listeners.tcp.port, tls: this.#listeners.tls?.port ?? null };
  }

  /**
   * Resolves when it listens or has failed to: a port that is taken, or a certificate that cannot be read, is tried
   * again for ever, and the other lines go on meanwhile.
   */
  async start(): Promise<void> {
    // The library is loaded by the sites that use it.
    const { Aedes } = await import("aedes");
    this.#broker = await Aedes.createBroker({
      persistence: this.#store,
      connectTimeout: this.#limits.connectTimeoutMs,
      maxClientsIdLength: ANY_CLIENT_ID_LENGTH,
      maxInflightInbound: this.#limits.queuedPerSessionMax,
      preConnect: (_client, packet, done) => {
        const error = this.#admission.inspect(packet);
        done(error, error === null);
      },
      authenticate: (client, user, password, done) => {
        const refusal = this.#admission.authenticate(client, user, password);
        if (refusal === null) this.#widen(client);
        done(refusal, refusal === null);
      },
      authorizePublish: (client, packet, done) => {
        // We end the connections, and the library publishes the last wills: nobody but us has gone.
        if (client?.closed && this.#broker === null) return done(new Error("the broker stops"));
        return client ? this.#reception.receive(this.#admission.accountOf(client), packet, done) : done();
      },
      authorizeSubscribe: (client, subscription, done) => done(null, this.#grant(client, subscription)),
      authorizeForward: (client, packet) => {
        if (!this.#mayRead(client, packet.topic)) return null;
        this.#answers.forwarding(client, packet);
        return packet;
      },
    });
    this.#follow(this.#broker);
    for (const run of this.#ready) run();
    await Promise.all([this.#listeners.tcp.start(), this.#listeners.tls?.start()]);
  }

  say(order: SayOrder): void {
    this.#answers.say(order);
  }

  hush(bridge: string, address: string): void {
    this.#answers.hush(bridge, address);
  }

  announce(topic: string, text: string): void {
    if (text === "") this.#announced.delete(topic);
    else this.#announced.add(topic);
    this.#publish(topic, text, true);
  }

  tell(topic: string, text: string): void {
    this.#publish(topic, text, false);
  }

  #publish(topic: string, text: string, retain: boolean): void {
    const payload = Buffer.from(text);
    this.#broker?.publish({ cmd: "publish", topic, payload, qos: 0, retain, dup: false }, () => undefined);
  }

  onReady(run: () => void): void {
    this.#ready.push(run);
    if (this.#broker) run();
  }

  /** Ends every connection. What was not acknowledged, its sender still has. */
  async stop(): Promise<void> {
    this.#flood.stop();
    this.#answers.stop();
    await Promise.all([this.#listeners.tcp.stop(), this.#listeners.tls?.stop()]);
    const broker = this.#broker;
    this.#broker = null;
    if (broker) await new Promise<void>((resolve) => void broker.close(resolve));
  }

  #follow(broker: Aedes): void {
    broker.on("client", (client) => {
      // Closed while it was being let in: its end was told already.
      if (client.closed) return;
      this.#options.meter.gauge("okc_mqtt_connections", ++this.#connections);
      const account = this.#admission.accountOf(client);
      if (account) this.#answers.joined(client, account);
      this.#admission.joined(client);
    });
    broker.on("clientReady", (client) => {
      const kept = client.clean ? [] : this.#store.subscriptionsOf(client.id);
      if (kept.length > 0)
        this.#answers.subscribed(
          client,
          kept.map((each) => each.topic),
        );
    });
    broker.on("subscribe", (subscriptions, client) => {
      const granted = subscriptions.filter((each) => (each.qos as number) !== NOT_GRANTED);
      this.#answers.subscribed(
        client,
        granted.map((each) => each.topic),
      );
    });
    broker.on("unsubscribe", (filters, client) => this.#answers.unsubscribed(client, filters));
    broker.on("clientDisconnect", (client) => {
      this.#options.meter.gauge("okc_mqtt_connections", --this.#connections);
      this.#answers.left(client);
      this.#admission.left(client);
    });
    broker.on("clientError", (client, error) => this.#ended(client, error));
    broker.on("connectionError", (client, error) => this.#ended(client, error));
    // The library's types do not name this event.
    (broker as NodeJS.EventEmitter).on("error", (error: Error) =>
      this.#options.log.error("The MQTT broker reported an error; it goes on.", {
        line: this.line,
        error: error.message,
      }),
    );
  }

  #createListeners(): { readonly tcp: Listener; readonly tls: Listener | null } {
    const { clock, listen, tls, meter } = this.#options;
    const handle = (socket: Socket): void => this.#connected(socket);
    const failed = (error: Error, socket: Socket): void => this.#refusedHandshake(error, socket);
    const options = (name: string) => ({
      clock,
      retryMs: this.#limits.listenRetryMs,
      connectionsMax: this.#limits.connectionsMax,
      changed: (why: string | null) => this.#listening(name, why),
      dropped: () => meter.count("okc_mqtt_refused_total", { why: "too-many" }),
    });
    return {
      tcp: new Listener({ ...options("MQTT"), endpoint: listen, create: async () => tcpServer(handle) }),
      tls: tls
        ? new Listener({ ...options("MQTT over TLS"), endpoint: tls, create: () => tlsServer(tls, handle, failed) })
        : null,
    };
  }

  #connected(socket: Socket): void {
    const gate = guardReads(socket, this.#limits, (bytes, bytesMax) => {
      this.#options.meter.count("okc_mqtt_rejected_total", { code: "oversized" });
      const from = socket.remoteAddress ?? "";
      const what = `An MQTT packet of ${bytes} bytes was refused and its connection closed. Check the sender.`;
      this.#quiet.warn(`packet ${from}`, what, { line: this.line, from, bytesMax });
    });
    this.#gates.set(socket, gate);
    this.#broker?.handle(socket);
  }

  /** A bridge tells of all its devices in one message, which is larger than any report. */
  #widen(client: Client): void {
    const account = this.#admission.accountOf(client);
    const payloadBytesMax = account?.address === null ? this.#access.definitionOf(account)?.bridgePayloadMaxBytes : 0;
    if (payloadBytesMax) this.#gates.get(client.conn)?.widen(payloadBytesMax + this.#limits.packetBytesMax);
  }

  #grant(client: Client, subscription: Subscription): Subscription | null {
    if (this.#mayRead(client, subscription.topic)) return subscription;
    this.#options.meter.count("okc_mqtt_denied_total", { what: "subscribe" });
    const user = this.#admission.accountOf(client)?.user ?? "";
    const what = "An MQTT client asked for a topic that is not its own and was refused it. Correct its topic.";
    const topic = subscription.topic.slice(0, SHOWN_CHARS_MAX);
    this.#quiet.warn(`subscribe ${user}`, what, { line: this.line, from: user, topic });
    return null;
  }

  #mayRead(client: Client, filter: string): boolean {
    const account: RadioAccount | null = this.#admission.accountOf(client);
    return account !== null && this.#access.mayRead(account, filter);
  }

  #ended(client: Client, error: Error): void {
    const socket = client.conn as Socket;
    const who = client.id ?? socket.remoteAddress ?? "";
    this.#options.meter.count("okc_mqtt_connections_closed_total", { why: "error" });
    const what = "An MQTT connection ended with an error. The client has to connect again (MQTT 3.1.1).";
    this.#quiet.warn(`ended ${who}`, what, { line: this.line, from: who, error: error.message });
  }

  #refusedHandshake(error: Error, socket: Socket): void {
    this.#options.meter.count("okc_mqtt_refused_total", { why: "tls" });
    const from = socket.remoteAddress ?? "";
    const what =
      "A TLS handshake of an MQTT client failed. Check its certificates and that it speaks TLS 1.2 or newer.";
    this.#quiet.warn(`tls ${from}`, what, { line: this.line, from, error: error.message });
  }

  #listening(name: string, why: string | null): void {
    this.#down.set(name, why);
    const problem = [...this.#down]
      .flatMap(([each, reason]) => (reason === null ? [] : [`${each}: ${reason}`]))
      .join("; ");
    const all = this.#down.size === (this.#options.tls ? 2 : 1);
    if ((problem === "" && !all) || problem === this.#state) return;
    this.#state = problem;
    if (problem !== "")
      this.#options.log.error("The MQTT broker cannot listen; it tries again. Free the port or correct `broker`.", {
        line: this.line,
        problem,
      });
    this.#options.sink.lineState(this.line, problem === "", problem);
  }
}
