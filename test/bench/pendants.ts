import { once } from "node:events";
import { connect, connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { nowMs } from "./figures.ts";

/** Account, zone and addresses of resident number `index`, from 0: 999 zones an account. */
export const addressOf = (index: number): string => `p-${String(index + 1).padStart(4, "0")}`;
export const serialAddressOf = (index: number): string => (index + 1).toString(16).padStart(8, "0");
export const accountOf = (index: number): string => String(1_000 + Math.floor(index / 999));
export const zoneOf = (index: number): string => String((index % 999) + 1).padStart(3, "0");
/** How the receiver names a resident's frames. */
export const keyOf = (index: number): string => `${accountOf(index)}/${zoneOf(index)}`;

const OPTIONS: IClientOptions = { clean: true, keepalive: 300, connectTimeout: 30_000 };
/** Before the gateway listens. */
const RETRY_MS = 3;

/** MQTT pendants, each with a connection and a counter of its own. */
export class MqttPendants {
  readonly #url: string;
  readonly #passwordOf: (address: string) => string | null;
  readonly #clients = new Map<number, MqttClient>();
  readonly #counters = new Map<number, number>();
  /** Connections that were refused or lost while they were being made. */
  refused = 0;

  constructor(port: number, passwordOf: (address: string) => string | null) {
    this.#url = `mqtt://127.0.0.1:${port}`;
    this.#passwordOf = passwordOf;
  }

  /** Connects pendants `0` to `count - 1` at once; milliseconds until the last one is in. */
  async connectAll(count: number): Promise<number> {
    const from = nowMs();
    await Promise.all(Array.from({ length: count }, (_, index) => this.#connect(index)));
    return nowMs() - from;
  }

  /** Connects pendant 0 as soon as somebody listens. */
  async connectFirst(): Promise<void> {
    const client = connect(this.#url, { ...this.#options(0), reconnectPeriod: RETRY_MS });
    client.on("error", () => undefined);
    await new Promise<void>((resolve) => client.once("connect", () => resolve()));
    client.options.reconnectPeriod = 0;
    await this.#keep(0, client);
  }

  /** Resolves on PUBACK. */
  async press(index: number): Promise<void> {
    const counter = (this.#counters.get(index) ?? 0) + 1;
    this.#counters.set(index, counter);
    const payload = JSON.stringify({ v: 1, kind: "emergency", ctr: counter, ageMs: 0, bat: 87 });
    await this.#clients.get(index)!.publishAsync(`okc/${addressOf(index)}/up`, payload, { qos: 1 });
  }

  /** Cuts all connections; what was not acknowledged is never sent again. */
  cut(): void {
    for (const client of this.#clients.values()) client.end(true);
    this.#clients.clear();
  }

  /** Counters begin anew, as the gateways' data do. */
  forget(): void {
    this.cut();
    this.#counters.clear();
    this.refused = 0;
  }

  async #connect(index: number): Promise<void> {
    if (this.#clients.has(index)) return;
    try {
      await this.#keep(index, await connectAsync(this.#url, { ...this.#options(index), reconnectPeriod: 0 }, false));
    } catch {
      this.refused++;
    }
  }

  /** A pendant listens for what it is told, as docs/protocol.md wants it. */
  async #keep(index: number, client: MqttClient): Promise<void> {
    client.on("error", () => undefined);
    this.#clients.set(index, client);
    await client.subscribeAsync(`okc/${addressOf(index)}/down`, { qos: 1 });
  }

  #options(index: number): IClientOptions {
    const address = addressOf(index);
    const password = this.#passwordOf(address);
    return { ...OPTIONS, clientId: address, ...(password === null ? {} : { username: address, password }) };
  }
}

/** Resolves when the process has ended. */
export const ended = (child: { exitCode: number | null; signalCode: NodeJS.Signals | null }): Promise<unknown> =>
  child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : once(child as never, "exit");
