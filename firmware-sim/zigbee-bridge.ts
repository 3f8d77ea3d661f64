import type { MqttClient } from "mqtt";
import mqtt from "mqtt";
import { newSeed, SeededRandom } from "./random.ts";

const RECONNECT_MS = 1_000;
const CONNECT_MAX_MS = 10_000;
const KEEPALIVE_S = 15;

export interface ZigbeeDevice {
  /** What people call it; may hold slashes. */
  readonly name: string;
  /** `0x00158d0001a2b3c4`. */
  readonly ieee: string;
  /** The word of its key, or `sos` for one that is true while it is down. */
  readonly word: string;
}

export interface ZigbeeBridgeOptions {
  /** `mqtt://127.0.0.1:1883`. */
  readonly url: string;
  readonly base: string;
  readonly user?: string;
  readonly password?: string;
  readonly devices: readonly ZigbeeDevice[];
  readonly random?: SeededRandom;
}

/**
 * A Zigbee coordinator with its bridge to MQTT, as Zigbee2MQTT behaves: state with a last will, all devices in one
 * retained message, availability, and three publishes a press.
 */
export class ZigbeeBridge {
  readonly seed: number;
  readonly #options: ZigbeeBridgeOptions;
  readonly #random: SeededRandom;
  readonly #battery = new Map<string, number>();
  #client: MqttClient | null = null;

  constructor(options: ZigbeeBridgeOptions) {
    const { random = new SeededRandom(newSeed()) } = options;
    this.#options = options;
    this.#random = random;
    this.seed = random.seed;
    for (const { name } of options.devices) this.#battery.set(name, 60 + random.integer(41));
  }

  get isReady(): boolean {
    return this.#client?.connected ?? false;
  }

  /** Connects, and connects again for ever. Resolves when it has told of itself once. */
  start(): Promise<void> {
    const { url, base, user, password } = this.#options;
    const client = mqtt.connect(url, {
      clientId: `zigbee-${base.replaceAll("/", "-")}`,
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password }),
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_MAX_MS,
      reconnectPeriod: RECONNECT_MS,
      will: { topic: `${base}/bridge/state`, payload: Buffer.from('{"state":"offline"}'), qos: 1, retain: true },
    });
    this.#client = client;
    client.on("error", () => undefined);
    return new Promise((resolve) => {
      client.on("connect", () => {
        client.subscribe(`${base}/#`, { qos: 0 });
        this.#introduce().then(resolve, () => undefined);
      });
    });
  }

  /** Says that it goes, and goes. */
  async stop(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    if (client.connected) await this.publish("bridge/state", { state: "offline" }, { retain: true, qos: 1 });
    this.#client = null;
    await client.endAsync(true);
  }

  /** Dies without a word: the broker publishes its last will. */
  async die(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    client?.stream.destroy();
    await client?.endAsync(true);
  }

  /** One press: the state with the action, the action as text, the state with an empty action. */
  async press(name: string): Promise<void> {
    const device = this.#deviceOf(name);
    const state = { battery: this.#battery.get(device.name), linkquality: 20 + this.#random.integer(200) };
    if (device.word === "sos") {
      await this.publish(device.name, { ...state, sos: true });
      await this.publish(device.name, { ...state, sos: false });
      return;
    }
    await this.publish(device.name, { ...state, action: device.word });
    await this.publish(`${device.name}/action`, device.word);
    await this.publish(device.name, { ...state, action: "" });
  }

  /** The device is taken out of the network. */
  leave(name: string): Promise<void> {
    const { name: friendlyName, ieee } = this.#deviceOf(name);
    const data = { ieee_address: ieee, friendly_name: friendlyName };
    return this.publish("bridge/event", { type: "device_leave", data }, { qos: 1 });
  }

  /** `payload`: text as it is, anything else as JSON. */
  async publish(path: string, payload: unknown, more: { retain?: boolean; qos?: 0 | 1 | 2 } = {}): Promise<void> {
    const client = this.#client;
    if (!client) throw new Error("the Zigbee bridge is not running");
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    await client.publishAsync(`${this.#options.base}/${path}`, text, { qos: 0, ...more });
  }

  #deviceOf(name: string): ZigbeeDevice {
    const device = this.#options.devices.find((one) => one.name === name || one.ieee === name);
    if (!device) throw new Error(`no Zigbee device ${name}`);
    return device;
  }

  async #introduce(): Promise<void> {
    const kept = { retain: true, qos: 1 } as const;
    await this.publish("bridge/state", { state: "online" }, kept);
    const coordinator = { type: "Coordinator", friendly_name: "Coordinator", ieee_address: "0x00124b0000000001" };
    const devices = this.#options.devices.map(({ name, ieee }) => ({
      type: "EndDevice",
      friendly_name: name,
      ieee_address: ieee,
      // As long as the real ones, which tell of everything that a device exposes.
      definition: { description: "button ".repeat(300) },
    }));
    await this.publish("bridge/devices", [coordinator, ...devices], kept);
    for (const { name } of this.#options.devices)
      await this.publish(`${name}/availability`, { state: "online" }, { retain: true });
  }
}
