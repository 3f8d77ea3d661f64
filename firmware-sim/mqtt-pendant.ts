import { readFileSync } from "node:fs";
import type { IClientOptions, MqttClient } from "mqtt";
import mqtt from "mqtt";
import type { ButtonOptions } from "./button.ts";
import { Button } from "./button.ts";
import type { SimTimer } from "./clock.ts";
import type { ButtonReport } from "./unheard.ts";
import type { ToldSay } from "./wire.ts";
import { SAYS } from "./wire.ts";

const RECONNECT_MS = 1_000;
const CONNECT_MAX_MS = 10_000;
const KEEPALIVE_S = 30;

export interface MqttPendantOptions extends ButtonOptions {
  /** `mqtt://127.0.0.1:1883` or `mqtts://…`. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** PEM file that signs the broker's certificate, for `mqtts`. */
  readonly caFile?: string;
}

/** A native pendant that speaks MQTT at QoS 1 by itself: `okc/<id>/up` and `okc/<id>/down`, docs/protocol.md. */
export class MqttPendant extends Button {
  readonly #options: MqttPendantOptions;
  #client: MqttClient | null = null;
  #running = false;
  #ready = false;
  #reconnect: SimTimer | null = null;
  readonly #waiting = new Set<() => void>();
  readonly #waitingForDrop = new Set<() => void>();

  constructor(id: string, options: MqttPendantOptions) {
    super(id, options);
    this.#options = options;
  }

  /** True while it is connected and listens to its answers. */
  get isReady(): boolean {
    return this.#ready;
  }

  /** Switches it on: from now on it connects, and connects again, for ever. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#connect();
  }

  /** Resolves when it is connected and listens to its answers. */
  ready(): Promise<void> {
    if (this.#ready) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  /** Resolves when its connection next ends, or cannot be made. */
  dropped(): Promise<void> {
    return new Promise((resolve) => this.#waitingForDrop.add(resolve));
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.powerOff();
    this.#reconnect?.cancel();
    await this.#drop();
  }

  protected override transmit(report: ButtonReport, ageMs: number): void {
    // Without a connection nothing is queued: a stored message would arrive later with the age it had.
    if (!this.#ready || !this.#client) return;
    const payload = { v: 1, kind: report.kind, ctr: report.counter, ageMs: Math.floor(ageMs), bat: this.batteryPct };
    this.#client.publish(`okc/${this.name}/up`, JSON.stringify(payload), { qos: 1 }, () => {
      // A PUBACK proves nothing durable; only *heard* on the down topic ends the trying.
    });
  }

  #connect(): void {
    const { url, user, password, caFile } = this.#options;
    const options: IClientOptions = {
      clientId: `sim-${this.name}`,
      username: user,
      password,
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_MAX_MS,
      // A client object a connection: it would otherwise send old publishes again, with their old age.
      reconnectPeriod: 0,
      ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
    };
    const client = mqtt.connect(url, options);
    this.#client = client;
    const current = (): boolean => this.#client === client;
    client.on("error", () => client.end(true));
    client.on("close", () => {
      if (current()) this.#connectLater();
    });
    client.on("message", (_topic, payload) => {
      if (current()) this.#take(payload);
    });
    client.on("connect", () => {
      client.subscribe(`okc/${this.name}/down`, { qos: 1 }, (error) => {
        if (!current()) return;
        if (error) client.end(true);
        else this.#listens();
      });
    });
  }

  #listens(): void {
    this.#ready = true;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
    this.unheard.resend();
  }

  #connectLater(): void {
    void this.#drop();
    if (this.#running) this.#reconnect = this.clock.after(RECONNECT_MS, () => this.#connect());
    for (const resolve of this.#waitingForDrop) resolve();
    this.#waitingForDrop.clear();
  }

  async #drop(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    this.#ready = false;
    await client?.endAsync(true);
  }

  #take(payload: Buffer): void {
    let told: unknown;
    try {
      told = JSON.parse(payload.toString("utf8"));
    } catch {
      return;
    }
    const { v, ctr, say } = (told ?? {}) as { v?: unknown; ctr?: unknown; say?: unknown };
    if (v === 1 && typeof ctr === "number" && SAYS.includes(say as ToldSay)) this.tell(ctr, say as ToldSay);
  }
}
