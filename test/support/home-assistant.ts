import assert from "node:assert/strict";
import mqtt, { type MqttClient } from "mqtt";

/** Keys that its documentation knows, by component; every entity may have the common ones. */
const COMMON = [
  ...["name", "unique_id", "state_topic", "value_template", "availability_topic", "entity_category", "icon", "device"],
  ...["origin", "device_class"],
];
const OF_COMPONENT: Readonly<Record<string, readonly string[]>> = {
  sensor: ["unit_of_measurement", "state_class", "options", "expire_after"],
  binary_sensor: ["payload_on", "payload_off", "expire_after", "off_delay"],
  event: ["event_types"],
};
const DEVICE_CLASSES: Readonly<Record<string, readonly string[]>> = {
  sensor: ["battery", "timestamp", "enum", "signal_strength"],
  binary_sensor: ["battery", "connectivity", "problem"],
  event: [],
};
const DEVICE_KEYS = [
  ...["identifiers", "connections", "name", "manufacturer", "model", "model_id", "sw_version", "hw_version"],
  ...["via_device", "suggested_area", "serial_number", "configuration_url"],
];

interface Discovery {
  readonly name: string;
  readonly unique_id: string;
  readonly state_topic: string;
  readonly value_template?: string;
  readonly availability_topic: string;
  readonly device_class?: string;
  readonly options?: readonly string[];
  readonly event_types?: readonly string[];
  readonly entity_category?: string;
  readonly device: { readonly identifiers: readonly string[]; readonly name: string } & Record<string, unknown>;
}

/** Its MQTT integration, as far as a program beside the gateway can play it: strict about what it is announced. */
export class FakeHomeAssistant {
  /** Entities by their discovery topic. */
  readonly entities = new Map<string, Discovery>();
  /** The last text of every topic that is no discovery. */
  readonly texts = new Map<string, string>();
  /** Events as they came, not those that the broker had kept. */
  readonly calls: { readonly device: string; readonly type: string }[] = [];
  /** Messages since the last `clear`, by topic. */
  readonly received: string[] = [];
  /** What it would have refused. */
  readonly faults: string[] = [];
  readonly #client: MqttClient;
  readonly #prefix: string;

  private constructor(client: MqttClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
    client.on("message", (topic, payload, packet) => {
      this.received.push(topic);
      try {
        this.#take(topic, payload.toString(), packet.retain);
      } catch (error) {
        this.faults.push(`${topic}: ${(error as Error).message}`);
      }
    });
  }

  static async connect(url: string, login: object, prefix = "homeassistant"): Promise<FakeHomeAssistant> {
    const client = await mqtt.connectAsync(url, {
      ...login,
      reconnectPeriod: 100,
      will: { topic: `${prefix}/status`, payload: Buffer.from("offline"), qos: 0, retain: false },
    });
    const one = new FakeHomeAssistant(client, prefix);
    const granted = await client.subscribeAsync([`${prefix}/+/+/+/config`, "okc/ha/#"]);
    assert.ok(granted.every(({ qos }) => (qos as number) < 128));
    return one;
  }

  /** It has come up: everybody announces anew. */
  async birth(): Promise<void> {
    await this.#client.publishAsync(`${this.#prefix}/status`, "online");
  }

  publish(topic: string, text: string): Promise<unknown> {
    return this.#client.publishAsync(topic, text);
  }

  clear(): void {
    this.received.length = 0;
    this.calls.length = 0;
  }

  async stop(): Promise<void> {
    await this.#client.endAsync(true);
  }

  /** Names of devices, each once. */
  get devices(): string[] {
    return [...new Set([...this.entities.values()].map(({ device }) => device.name))];
  }

  /** The state that it shows, by device name and entity name; undefined: it has none; `unknown`, `unavailable` as there. */
  stateOf(device: RegExp, entity: string): string | undefined {
    const found = [...this.entities.values()].find((one) => device.test(one.device.name) && one.name === entity);
    if (!found) return undefined;
    if (this.texts.get(found.availability_topic) !== "online") return "unavailable";
    const field = /^\{\{ value_json\.(\w+) \}\}$/.exec(found.value_template ?? "")?.[1];
    const text = this.texts.get(found.state_topic);
    if (field === undefined || text === undefined || text === "") return undefined;
    const value = (JSON.parse(text) as Record<string, unknown>)[field];
    if (value === null) return "unknown";
    assert.notEqual(value, undefined, `${found.state_topic} has no ${field}`);
    if (found.options) assert.ok(found.options.includes(String(value)), `${String(value)} is none of its options`);
    if (found.device_class === "timestamp") assert.ok(!Number.isNaN(Date.parse(String(value))));
    return String(value);
  }

  #take(topic: string, text: string, isKept: boolean): void {
    const match = new RegExp(`^${this.#prefix}/([^/]+)/([a-zA-Z0-9_-]+)/([a-zA-Z0-9_-]+)/config$`).exec(topic);
    if (match) {
      if (text === "") return void this.entities.delete(topic);
      const discovery = JSON.parse(text) as Discovery;
      this.#check(match[1]!, discovery, topic);
      return void this.entities.set(topic, discovery);
    }
    this.texts.set(topic, text);
    const event = [...this.entities.values()].find((one) => one.event_types && one.state_topic === topic);
    if (!event || isKept) return;
    const { event_type: type } = JSON.parse(text) as { event_type: string };
    assert.ok(event.event_types!.includes(type), type);
    this.calls.push({ device: event.device.name, type });
  }

  #check(component: string, discovery: Discovery, topic: string): void {
    const allowed = OF_COMPONENT[component];
    assert.ok(allowed, `no component ${component}`);
    for (const key of Object.keys(discovery)) assert.ok([...COMMON, ...allowed].includes(key), `unknown key ${key}`);
    for (const key of Object.keys(discovery.device)) assert.ok(DEVICE_KEYS.includes(key), `unknown device key ${key}`);
    assert.ok(discovery.name && discovery.state_topic && discovery.device.identifiers.length > 0);
    const { device_class: kind, entity_category: category } = discovery;
    if (kind !== undefined) assert.ok(DEVICE_CLASSES[component]!.includes(kind), `${component} has no class ${kind}`);
    if (category !== undefined) assert.ok(["diagnostic", "config"].includes(category));
    if (kind === "enum") assert.ok(discovery.options && !("state_class" in discovery));
    if (component === "event") assert.ok(discovery.event_types && discovery.event_types.length > 0);
    const twin = [...this.entities].find(([at, one]) => at !== topic && one.unique_id === discovery.unique_id);
    assert.equal(twin?.[0], undefined, "its unique_id is another's");
  }
}
