import { setTimeout as pause } from "node:timers/promises";
import { nowMs } from "./figures.ts";
import { MqttLine } from "./mqtt-line.ts";

/** Account, zone and addresses of resident number `index`, from 0: 999 zones an account. */
export const addressOf = (index: number): string => `p-${String(index + 1).padStart(4, "0")}`;
export const serialAddressOf = (index: number): string => (index + 1).toString(16).padStart(8, "0");
export const accountOf = (index: number): string => String(1_000 + Math.floor(index / 999));
export const zoneOf = (index: number): string => String((index % 999) + 1).padStart(3, "0");
/** How the receiver names a resident's frames. */
export const keyOf = (index: number): string => `${accountOf(index)}/${zoneOf(index)}`;

/** Between attempts, before the gateway listens. */
const RETRY_MS = 2;
const LISTEN_MAX_MS = 30_000;

/** MQTT pendants, each with a connection, a password and a counter of its own. */
export class MqttPendants {
  readonly #port: number;
  readonly #passwordOf: (address: string) => string | null;
  readonly #lines = new Map<number, MqttLine>();
  readonly #counters = new Map<number, number>();
  /** Connections that were refused or lost while they were being made. */
  refused = 0;

  constructor(port: number, passwordOf: (address: string) => string | null) {
    this.#port = port;
    this.#passwordOf = passwordOf;
  }

  /** Connects pendants `0` to `count - 1` at once; milliseconds until the last one is in. */
  async connectAll(count: number): Promise<number> {
    const from = nowMs();
    const missing = Array.from({ length: count }, (_, index) => index).filter((index) => !this.#lines.has(index));
    await Promise.all(missing.map((index) => this.#connect(index).catch(() => this.refused++)));
    return nowMs() - from;
  }

  /** Connects one pendant as soon as somebody listens. */
  async connectFirst(index = 0): Promise<void> {
    const deadline = nowMs() + LISTEN_MAX_MS;
    for (;;) {
      try {
        return await this.#connect(index);
      } catch (error) {
        if (nowMs() > deadline) throw error;
        await pause(RETRY_MS);
      }
    }
  }

  /** Resolves on PUBACK. */
  press(index: number): Promise<void> {
    const counter = (this.#counters.get(index) ?? 0) + 1;
    this.#counters.set(index, counter);
    const payload = JSON.stringify({ v: 1, kind: "emergency", ctr: counter, ageMs: 0, bat: 87 });
    return this.#lines.get(index)!.publish(`okc/${addressOf(index)}/up`, payload);
  }

  /** Cuts all connections; what was not acknowledged is never sent again. */
  cut(): void {
    for (const line of this.#lines.values()) line.cut();
    this.#lines.clear();
  }

  /** Counters begin anew, as the gateways' data do. */
  forget(): void {
    this.cut();
    this.#counters.clear();
    this.refused = 0;
  }

  async #connect(index: number): Promise<void> {
    const address = addressOf(index);
    this.#lines.set(index, await MqttLine.open(this.#port, address, this.#passwordOf(address), `okc/${address}/down`));
  }
}
